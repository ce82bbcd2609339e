#include "harness/report/terminal/terminal_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/report/markup/visible.h"
#include "lib/base/buf.h"

#define TEXT_MAX    ((size_t)1024 * 1024)
#define COLUMNS_MIN 20 /* of a text that is wrapped; a narrower terminal breaks it itself */

size_t terminal_columns(void)
{
    const char *set = getenv("COLUMNS");
    struct winsize size;
    uint64_t columns;
    if (set != NULL && slice_to_u64(slice_cstr(set), TERMINAL_UNLIMITED, &columns) && columns > 0)
        return (size_t)columns;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return TERMINAL_UNLIMITED;
}

/* The first octet of a character. */
static bool begins_one(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

size_t terminal_columns_of(const char *text)
{
    size_t columns = 0;
    for (; *text != '\0'; text++)
        columns += begins_one(*text);
    return columns;
}

/* Octets of the first `columns` characters, or of all. */
static size_t octets_of(const char *text, size_t columns)
{
    size_t i = 0, seen = 0;
    for (; text[i] != '\0'; i++) {
        if (begins_one(text[i]) && seen++ == columns)
            break;
    }
    return i;
}

void terminal_cell(FILE *out, const char *text, size_t columns)
{
    struct buf shown;
    buf_init(&shown, TEXT_MAX);
    visible_add(&shown, text);
    size_t have = terminal_columns_of(buf_cstr(&shown));
    if (have <= columns)
        fprintf(out, "%s%*s", buf_cstr(&shown), (int)(columns - have), "");
    else if (columns > 0)
        fprintf(out, "%.*s…", (int)octets_of(buf_cstr(&shown), columns - 1), buf_cstr(&shown));
    buf_fini(&shown);
}

/* Octets of the next line: to the last space that fits, or as many as fit. */
static size_t line_of(const char *text, size_t room)
{
    size_t fits = octets_of(text, room), end = fits;
    if (text[fits] == '\0')
        return fits;
    while (end > 0 && text[end] != ' ')
        end--;
    return end > 0 ? end : fits;
}

void terminal_wrap(FILE *out, const char *text, size_t at, size_t columns)
{
    struct buf shown;
    size_t room = columns > at + COLUMNS_MIN ? columns - at : COLUMNS_MIN;
    buf_init(&shown, TEXT_MAX);
    visible_add(&shown, text);
    const char *rest = buf_cstr(&shown);
    do {
        size_t len = line_of(rest, room);
        fprintf(out, "%.*s\n", (int)len, rest);
        rest += len;
        while (*rest == ' ')
            rest++;
        if (*rest != '\0')
            fprintf(out, "%*s", (int)at, "");
    } while (*rest != '\0');
    buf_fini(&shown);
}
