#include "relay/dkim/canon.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* ---- header fields ---- */

bool canon_field(struct slice field, struct buf *out)
{
    size_t colon = slice_find(field, ':');
    struct slice name = slice_trim(slice_head(field, colon));
    bool space = false, begun = false;
    for (size_t i = 0; i < name.len; i++)
        (void)buf_add_char(out, lower(name.ptr[i]));
    (void)buf_add_char(out, ':');
    for (size_t i = colon + 1; i < field.len; i++) {
        char c = field.ptr[i];
        if (c == '\r' || c == '\n')
            continue;
        if (is_blank(c)) {
            space = begun;
            continue;
        }
        if (space)
            (void)buf_add_char(out, ' ');
        (void)buf_add_char(out, c);
        space = false;
        begun = true;
    }
    return !out->overflow;
}

/* ---- bodies ---- */

void canon_body_init(struct canon_body *body, void (*sink)(void *arg, const void *octets, size_t len), void *arg)
{
    *body = (struct canon_body){.sink = sink, .arg = arg};
}

static void flush(struct canon_body *body)
{
    if (body->staged > 0)
        body->sink(body->arg, body->stage, body->staged);
    body->staged = 0;
}

static void put(struct canon_body *body, const char *octets, size_t len)
{
    if (len >= CANON_STAGE) {
        flush(body);
        body->sink(body->arg, octets, len);
        return;
    }
    if (body->staged + len > CANON_STAGE)
        flush(body);
    memcpy(body->stage + body->staged, octets, len);
    body->staged += len;
}

/* Text: what waited for it counts. */
static void put_text(struct canon_body *body, const char *octets, size_t len)
{
    for (; body->lines > 0; body->lines--)
        put(body, "\r\n", 2);
    if (body->space)
        put(body, " ", 1);
    body->space = false;
    body->any = true;
    put(body, octets, len);
}

static void take_cr(struct canon_body *body)
{
    if (body->cr)
        put_text(body, "\r", 1);
    body->cr = false;
}

static size_t text_length(struct slice rest)
{
    size_t len = 0;
    while (len < rest.len && !is_blank(rest.ptr[len]) && rest.ptr[len] != '\r' && rest.ptr[len] != '\n')
        len++;
    return len;
}

void canon_body_add(struct canon_body *body, struct slice piece)
{
    for (size_t at = 0; at < piece.len;) {
        char c = piece.ptr[at];
        size_t len = 1;
        if (c == '\n' && body->cr) {
            body->cr = body->space = false;
            body->lines++;
        } else {
            take_cr(body);
            if (c == '\r') {
                body->cr = true;
            } else if (is_blank(c)) {
                body->space = true;
            } else {
                len = c == '\n' ? 1 : text_length(slice_from(piece, at));
                put_text(body, piece.ptr + at, len);
            }
        }
        at += len;
    }
}

void canon_body_end(struct canon_body *body)
{
    take_cr(body);
    if (body->any)
        put(body, "\r\n", 2);
    flush(body);
}
