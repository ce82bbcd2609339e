#include "lib/cli/text.h"

#include <string.h>

static bool is_paragraph_line(struct slice line)
{
    return line.len > 0 && line.ptr[0] != ' ' && slice_find(line, '\t') == line.len;
}

bool cli_block_next(struct slice *rest, struct cli_block *out)
{
    if (rest->len == 0)
        return false;
    const char *begin = rest->ptr;
    struct slice line = slice_cut(rest, '\n');
    *out = (struct cli_block){.kind = CLI_PARAGRAPH, .text = line};
    if (line.len == 0) {
        out->kind = CLI_BLANK;
    } else if (line.ptr[0] == ' ') {
        out->kind = CLI_LITERAL;
    } else if (slice_find(line, '\t') < line.len) {
        out->kind = CLI_DEFINITION;
        out->term = slice_cut(&out->text, '\t');
    } else {
        for (struct slice ahead = *rest; is_paragraph_line(line = slice_cut(&ahead, '\n')); *rest = ahead)
            out->text = slice_make(begin, (size_t)(line.ptr + line.len - begin));
    }
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n';
}

/* Spaces in short code do not part words, so that a command stays on one line. */
#define CODE_MAX 40

static size_t code_length(struct slice text)
{
    size_t end = 1 + slice_find(slice_from(text, 1), '`');
    return end < text.len && end < CODE_MAX ? end : 0;
}

struct slice cli_word_next(struct slice *rest)
{
    size_t from = 0;
    while (from < rest->len && is_space(rest->ptr[from]))
        from++;
    struct slice text = slice_from(*rest, from);
    size_t len = 0;
    while (len < text.len && !is_space(text.ptr[len]))
        len += 1 + (text.ptr[len] == '`' ? code_length(slice_from(text, len)) : 0);
    *rest = slice_from(text, len);
    return slice_head(text, len);
}

size_t cli_text_width(struct slice text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.len; i++)
        width += ((unsigned char)text.ptr[i] & 0xc0) != 0x80; /* not a continuation octet of UTF-8 */
    return width;
}

void cli_wrap(struct buf *out, struct slice text, size_t at, size_t column)
{
    bool first = true;
    for (struct slice word = cli_word_next(&text); word.len > 0; word = cli_word_next(&text)) {
        size_t width = cli_text_width(word);
        if (!first && at + 1 + width > CLI_WIDTH) {
            (void)buf_printf(out, "\n%*s", (int)column, "");
            at = column;
            first = true;
        }
        (void)buf_printf(out, "%s%.*s", first ? "" : " ", SLICE_ARG(word));
        at += width + !first;
        first = false;
    }
    (void)buf_add_char(out, '\n');
}
