#include "sim/mx/mime.h"

#include <ctype.h>
#include <string.h>

/* ---- lines and fields ---- */

struct slice mime_line(struct slice *rest)
{
    struct slice line = slice_cut(rest, '\n');
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

void mime_split(struct slice message, struct slice *header, struct slice *body)
{
    struct slice rest = message;
    while (rest.len > 0) {
        struct slice line = mime_line(&rest);
        if (slice_trim(line).len == 0) {
            *header = slice_make(message.ptr, (size_t)(line.ptr - message.ptr));
            *body = rest;
            return;
        }
    }
    *header = message;
    *body = slice_make(message.ptr + message.len, 0);
}

/* "Name:", or "Name :" as RFC 822 allowed it: the length of both, or 0. */
static size_t name_len(struct slice line, const char *name)
{
    size_t len = strlen(name);
    if (!slice_istarts(line, name))
        return 0;
    while (len < line.len && (line.ptr[len] == ' ' || line.ptr[len] == '\t'))
        len++;
    return len < line.len && line.ptr[len] == ':' ? len + 1 : 0;
}

struct slice mime_field(struct slice header, const char *name)
{
    struct slice rest = header;
    while (rest.len > 0) {
        struct slice line = mime_line(&rest);
        size_t start = name_len(line, name);
        if (start == 0)
            continue;
        while (rest.len > 0 && (rest.ptr[0] == ' ' || rest.ptr[0] == '\t')) {
            struct slice more = mime_line(&rest);
            line.len = (size_t)(more.ptr + more.len - line.ptr);
        }
        return slice_trim(slice_from(line, start));
    }
    return slice_make(NULL, 0);
}

/* ---- Content-Type ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_space(struct slice *rest)
{
    while (rest->len > 0 && is_space(rest->ptr[0]))
        *rest = slice_from(*rest, 1);
}

/* A token or a quoted string (RFC 2045 §5.1). False: it does not fit. */
static bool take_value(struct slice *rest, char *out, size_t room)
{
    size_t len = 0, i = 0;
    bool quoted = rest->len > 0 && rest->ptr[0] == '"';
    for (i = quoted; i < rest->len && (quoted ? rest->ptr[i] != '"' : rest->ptr[i] != ';' && !is_space(rest->ptr[i]));
         i++) {
        if (quoted && rest->ptr[i] == '\\' && i + 1 < rest->len)
            i++;
        if (len + 1 < room)
            out[len] = rest->ptr[i];
        len++;
    }
    *rest = slice_from(*rest, i < rest->len ? i + quoted : rest->len);
    if (len >= room)
        return false;
    out[len] = '\0';
    return true;
}

bool mime_parameter(struct slice type, const char *name, char *out, size_t room)
{
    struct slice rest = slice_from(type, slice_find(type, ';'));
    while (rest.len > 0) {
        rest = slice_from(rest, 1); /* the semicolon */
        skip_space(&rest);
        size_t len = 0;
        while (len < rest.len && rest.ptr[len] != '=' && rest.ptr[len] != ';')
            len++;
        struct slice found = slice_trim(slice_head(rest, len));
        rest = slice_from(rest, len);
        if (rest.len == 0 || rest.ptr[0] == ';')
            continue;
        rest = slice_from(rest, 1);
        skip_space(&rest);
        bool fits = take_value(&rest, out, room);
        if (slice_ieq_cstr(found, name))
            return fits && out[0] != '\0';
        rest = slice_from(rest, slice_find(rest, ';'));
    }
    return false;
}

bool mime_is(const struct mime_part *part, const char *type)
{
    struct slice own = slice_head(part->type, slice_find(part->type, ';'));
    while (own.len > 0 && is_space(own.ptr[own.len - 1]))
        own.len--;
    bool group = type[0] != '\0' && type[strlen(type) - 1] == '/';
    if (own.len == 0)
        own = SLICE_LIT("text/plain");
    return group ? slice_istarts(own, type) : slice_ieq_cstr(own, type);
}

/* ---- parts ---- */

/* "--boundary" or "--boundary--", and white space perhaps. */
static bool is_delimiter(struct slice line, struct slice boundary, bool *last)
{
    if (line.len < 2 + boundary.len || line.ptr[0] != '-' || line.ptr[1] != '-' ||
        !slice_eq(slice_head(slice_from(line, 2), boundary.len), boundary))
        return false;
    struct slice tail = slice_from(line, 2 + boundary.len);
    *last = slice_istarts(tail, "--");
    return slice_trim(*last ? slice_from(tail, 2) : tail).len == 0;
}

/* The next part, after its delimiter line; without a closing delimiter the last part ends with the whole. */
static bool next_part(struct slice *rest, struct slice boundary, bool *inside, struct slice *part)
{
    const char *start = *inside ? rest->ptr : NULL;
    while (rest->len > 0) {
        bool last = false;
        struct slice line = mime_line(rest);
        if (!is_delimiter(line, boundary, &last))
            continue;
        *inside = !last;
        if (start != NULL) {
            *part = slice_make(start, (size_t)(line.ptr - start));
            return true;
        }
        if (last)
            return false;
        start = rest->ptr;
    }
    *inside = false;
    if (start != NULL)
        *part = slice_make(start, (size_t)(rest->ptr - start));
    return start != NULL && part->len > 0;
}

struct walk {
    void (*visit)(void *arg, const struct mime_part *part);
    void *arg;
    unsigned seen;
};

/* Without a boundary parameter the first line that looks like a delimiter says what it is. */
static struct slice find_boundary(const struct mime_part *part, char out[MIME_BOUNDARY_MAX])
{
    struct slice rest = part->body;
    if (mime_parameter(part->type, "boundary", out, MIME_BOUNDARY_MAX))
        return slice_cstr(out);
    while (rest.len > 0) {
        struct slice line = slice_trim(mime_line(&rest));
        if (line.len > 2 && line.ptr[0] == '-' && line.ptr[1] == '-')
            return slice_from(line, 2);
    }
    return slice_make(NULL, 0);
}

static void walk_part(struct walk *walk, struct slice octets, unsigned depth) /* NOLINT(misc-no-recursion): bounded */
{
    struct mime_part part = {.depth = depth};
    char text[MIME_BOUNDARY_MAX];
    if (walk->seen++ >= MIME_PARTS_MAX || depth > MIME_DEPTH_MAX)
        return;
    mime_split(octets, &part.header, &part.body);
    part.type = mime_field(part.header, "Content-Type");
    walk->visit(walk->arg, &part);
    if (!mime_is(&part, "multipart/"))
        return;
    struct slice boundary = find_boundary(&part, text), rest = part.body, inner;
    bool inside = false;
    while (boundary.len > 0 && walk->seen < MIME_PARTS_MAX && next_part(&rest, boundary, &inside, &inner)) {
        walk_part(walk, inner, depth + 1);
        if (!inside)
            break;
    }
}

void mime_walk(struct slice message, void (*visit)(void *, const struct mime_part *), void *arg)
{
    struct walk walk = {visit, arg, 0};
    walk_part(&walk, message, 0);
}

/* ---- transfer encodings ---- */

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* RFC 2045 §6.8: octets outside the alphabet are skipped. */
static void decode_base64(struct slice text, struct buf *out)
{
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < text.len && text.ptr[i] != '='; i++) {
        int value = base64_value(text.ptr[i]);
        if (value < 0)
            continue;
        bits = (bits << 6 | (unsigned)value) & 0xffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            (void)buf_add_char(out, (char)(bits >> count & 0xff));
        }
    }
}

static int hex_value(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* RFC 2045 §6.7: what is not `=XX` and not a soft line break is literal. */
static void decode_quoted(struct slice text, struct buf *out)
{
    while (text.len > 0) {
        struct slice line = mime_line(&text), left = line;
        while (left.len > 0 && (left.ptr[left.len - 1] == ' ' || left.ptr[left.len - 1] == '\t'))
            left.len--;
        bool soft = left.len > 0 && left.ptr[left.len - 1] == '=';
        size_t end = soft ? left.len - 1 : left.len;
        for (size_t i = 0; i < end; i++) {
            int high = i + 2 < line.len && line.ptr[i] == '=' ? hex_value(line.ptr[i + 1]) : -1;
            int low = high >= 0 ? hex_value(line.ptr[i + 2]) : -1;
            (void)buf_add_char(out, low >= 0 ? (char)(high * 16 + low) : line.ptr[i]);
            i += low >= 0 ? 2 : 0;
        }
        if (!soft)
            (void)buf_add_cstr(out, "\r\n");
    }
}

struct slice mime_decode(const struct mime_part *part, struct buf *out)
{
    struct slice encoding = mime_field(part->header, "Content-Transfer-Encoding");
    if (slice_istarts(encoding, "base64"))
        decode_base64(part->body, out);
    else if (slice_istarts(encoding, "quoted-printable"))
        decode_quoted(part->body, out);
    else
        return part->body;
    return buf_slice(out);
}
