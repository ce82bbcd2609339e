#include "harness/explain/screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/report/markup/visible.h"
#include "lib/base/buf.h"

#define TEXT_MAX ((size_t)64 * 1024)

size_t screen_columns_of(FILE *out)
{
    struct winsize size;
    size_t columns = SCREEN_COLUMNS;
    if (isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        columns = size.ws_col;
    columns = columns < SCREEN_COLUMNS_MIN ? SCREEN_COLUMNS_MIN : columns;
    return columns > SCREEN_COLUMNS_MAX ? SCREEN_COLUMNS_MAX : columns;
}

void screen_color(const struct screen *screen, enum screen_color color)
{
    static const char *const codes[] = {"\033[0m",  "\033[32m", "\033[33m", "\033[31m",
                                        "\033[36m", "\033[2m",  "\033[1m"};
    if (screen->color)
        fputs(codes[color], screen->out);
}

void screen_spaces(const struct screen *screen, size_t count)
{
    fprintf(screen->out, "%*s", (int)count, "");
}

size_t screen_width(const char *text)
{
    size_t columns = 0;
    for (; *text != '\0'; text++)
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    return columns;
}

/* The octets of the first so many characters. */
static size_t octets_of(const char *text, size_t len, size_t columns)
{
    size_t i = 0;
    for (; i < len; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80 && columns-- == 0)
            break;
    return i;
}

static size_t new_line(const struct screen *screen, size_t indent, const char *lead)
{
    fputc('\n', screen->out);
    if (lead != NULL)
        fputs(lead, screen->out);
    else
        screen_spaces(screen, indent);
    return indent;
}

/* A word that is longer than a line is cut in pieces. */
static size_t print_word(const struct screen *screen, struct slice word, size_t at, size_t indent, const char *lead)
{
    while (word.len > 0) {
        size_t room = screen->columns > at ? screen->columns - at : 1;
        size_t len = octets_of(word.ptr, word.len, room);
        fprintf(screen->out, "%.*s", (int)len, word.ptr);
        char *piece = slice_dup(slice_head(word, len));
        at += screen_width(piece);
        free(piece);
        word = slice_from(word, len);
        if (word.len > 0)
            at = new_line(screen, indent, lead);
    }
    return at;
}

/* Line ends are spaces: a text in YAML has them. */
static void add_visible(struct buf *shown, const char *text)
{
    struct slice rest = slice_cstr(text);
    while (rest.len > 0) {
        char *line = slice_dup(slice_cut(&rest, '\n'));
        visible_add(shown, line);
        (void)buf_add_char(shown, ' ');
        free(line);
    }
}

size_t screen_wrap(const struct screen *screen, const char *text, size_t at, size_t indent, const char *lead)
{
    struct buf shown;
    bool first = true;
    buf_init(&shown, TEXT_MAX);
    add_visible(&shown, text);
    struct slice rest = slice_trim(slice_cstr(buf_cstr(&shown)));
    while (rest.len > 0) {
        struct slice word = slice_cut(&rest, ' ');
        char *copy = slice_dup(word);
        size_t width = screen_width(copy);
        free(copy);
        if (word.len == 0)
            continue;
        if (!first && at + 1 + width > screen->columns)
            at = new_line(screen, indent, lead);
        else if (!first) {
            fputc(' ', screen->out);
            at++;
        }
        at = print_word(screen, word, at, indent, lead);
        first = false;
    }
    buf_fini(&shown);
    return at;
}

void screen_paragraph(const struct screen *screen, size_t indent, const char *text)
{
    screen_spaces(screen, indent);
    (void)screen_wrap(screen, text, indent, indent, NULL);
    fputc('\n', screen->out);
}

void screen_labelled(const struct screen *screen, const char *label, const char *text)
{
    size_t indent = 2 + screen_width(label) + 2;
    fputs("  ", screen->out);
    screen_color(screen, SCREEN_ACCENT);
    fputs(label, screen->out);
    screen_color(screen, SCREEN_PLAIN);
    fputs("  ", screen->out);
    (void)screen_wrap(screen, text, indent, indent, NULL);
    fputc('\n', screen->out);
}

void screen_clause(const struct screen *screen, const char *clause, size_t at, size_t indent, const char *lead)
{
    if (clause[0] == '\0')
        return;
    bool fits = at + 2 + screen_width(clause) <= screen->columns;
    if (fits)
        fputs("  ", screen->out);
    else if (lead != NULL)
        fprintf(screen->out, "\n%s", lead);
    else
        fprintf(screen->out, "\n%*s", (int)indent, "");
    screen_color(screen, SCREEN_ACCENT);
    fputs(clause, screen->out);
    screen_color(screen, SCREEN_PLAIN);
}
