#include "relay/smtp/reply.h"

#include <stdio.h>
#include <string.h>

void reply_init(struct reply *reply)
{
    *reply = (struct reply){0};
    buf_init(&reply->text, (size_t)REPLY_LINE_MAX * REPLY_LINES_MAX);
}

void reply_fini(struct reply *reply)
{
    buf_fini(&reply->text);
}

void reply_reset(struct reply *reply)
{
    reply->code = 0;
    reply->lines = 0;
    buf_reset(&reply->text);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "250-text", "250 text" or "250". The code must be the same in all lines (RFC 5321 §4.2.1). */
static enum reply_state take_line(struct reply *reply, struct slice line)
{
    if (line.len < 3 || line.ptr[0] < '2' || line.ptr[0] > '5' || !is_digit(line.ptr[1]) || !is_digit(line.ptr[2]))
        return REPLY_MALFORMED;
    int code = (line.ptr[0] - '0') * 100 + (line.ptr[1] - '0') * 10 + (line.ptr[2] - '0');
    char mark = line.len > 3 ? line.ptr[3] : ' ';
    if ((mark != ' ' && mark != '-') || (reply->code != 0 && reply->code != code) || ++reply->lines > REPLY_LINES_MAX)
        return REPLY_MALFORMED;
    reply->code = code;
    (void)buf_add_slice(&reply->text, slice_from(line, line.len > 3 ? 4 : 3));
    (void)buf_add_char(&reply->text, '\n');
    return mark == '-' ? REPLY_MORE : REPLY_COMPLETE;
}

/* Lines end in LF here, with or without CR: nothing is gained by refusing a careless host's reply. */
enum reply_state reply_feed(struct reply *reply, struct buf *in)
{
    enum reply_state state = REPLY_MORE;
    while (state == REPLY_MORE) {
        struct slice bytes = buf_slice(in);
        size_t end = slice_find(bytes, '\n');
        if (end > REPLY_LINE_MAX)
            return REPLY_MALFORMED;
        if (end == bytes.len)
            return REPLY_MORE;
        struct slice line = slice_head(bytes, end);
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        state = take_line(reply, line);
        buf_consume(in, end + 1);
    }
    return state;
}

void reply_describe(const struct reply *reply, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "%03d ", reply->code);
    struct slice text = buf_slice(&reply->text);
    for (size_t i = 0; i < text.len && at + 1 < size; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        out[at++] = c == '\n' || c == '\t' ? ' ' : c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
    while (at > 0 && out[at - 1] == ' ')
        at--;
    out[at] = '\0';
}

static size_t digits(struct slice text, size_t at)
{
    size_t n = 0;
    while (at + n < text.len && n < 4 && is_digit(text.ptr[at + n]))
        n++;
    return n;
}

/* What may follow a status code: nothing that would make it part of a longer number or word. */
static bool ends_status(struct slice text, size_t at)
{
    if (at >= text.len || strchr(" \t\n:;,<>()[]\"'", text.ptr[at]) != NULL)
        return true;
    return text.ptr[at] == '.' && (at + 1 == text.len || !is_digit(text.ptr[at + 1]));
}

/* class "." subject "." detail, of 1 and 1*3 and 1*3 digits (RFC 3463 §2) */
bool reply_parse_status(struct slice text, char class_digit, char out[REPLY_STATUS_MAX])
{
    if (text.len < 5 || text.ptr[0] != class_digit || text.ptr[1] != '.')
        return false;
    size_t subject = digits(text, 2);
    if (subject < 1 || subject > 3 || 2 + subject >= text.len || text.ptr[2 + subject] != '.')
        return false;
    size_t detail = digits(text, 3 + subject);
    if (detail < 1 || detail > 3)
        return false;
    size_t len = 3 + subject + detail;
    if (!ends_status(text, len))
        return false;
    memcpy(out, text.ptr, len);
    out[len] = '\0';
    return true;
}

/* "#5.1.1", "(5.1.1)", "(#5.1.1)" or "[5.1.1]" at `at`, with a defined subject (RFC 3463 §3). */
static bool is_marked_status(struct slice text, size_t at, char class_digit, char out[REPLY_STATUS_MAX])
{
    char close = text.ptr[at] == '(' ? ')' : text.ptr[at] == '[' ? ']' : '\0';
    if (close == '\0' && (text.ptr[at] != '#' || (at > 0 && strchr(" \t\n", text.ptr[at - 1]) == NULL)))
        return false;
    at += 1u + (close != '\0' && at + 1 < text.len && text.ptr[at + 1] == '#');
    if (!reply_parse_status(slice_from(text, at < text.len ? at : text.len), class_digit, out))
        return false;
    size_t end = at + strlen(out);
    return out[3] == '.' && out[2] <= '7' && (close == '\0' || (end < text.len && text.ptr[end] == close));
}

bool reply_status(const struct reply *reply, char out[REPLY_STATUS_MAX])
{
    struct slice text = buf_slice(&reply->text), rest = text;
    char class_digit = (char)('0' + reply->code / 100), found[REPLY_STATUS_MAX];
    bool any = false;
    while (rest.len > 0 && !any)
        any = reply_parse_status(slice_cut(&rest, '\n'), class_digit, found);
    for (size_t at = 0; at < text.len && !any; at++)
        any = is_marked_status(text, at, class_digit, found);
    if (any)
        memcpy(out, found, sizeof found);
    return any;
}
