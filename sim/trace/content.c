#include "sim/trace/content.h"

#include <inttypes.h>
#include <stdio.h>

static uint64_t hash_of(struct slice bytes)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ (unsigned char)bytes.ptr[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static struct slice cut_line(struct slice *rest)
{
    struct slice line = slice_cut(rest, '\n');
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static bool is_folded(struct slice rest)
{
    return rest.len > 0 && (rest.ptr[0] == ' ' || rest.ptr[0] == '\t');
}

/* RFC 5322 §2.2.3; a fold becomes one space, whatever white space it had: refolding is not a change. */
static void unfold(struct slice *rest, struct buf *out)
{
    buf_reset(out);
    (void)buf_add_slice(out, slice_trim(cut_line(rest)));
    while (is_folded(*rest)) {
        (void)buf_add_char(out, ' ');
        (void)buf_add_slice(out, slice_trim(cut_line(rest)));
    }
}

/* Fields that relays add. Their contents (queue ids, signatures) may differ from run to run, and are left out. */
static bool is_of_relays(struct slice name)
{
    static const char *const names[] = {"Received", "Return-Path", "DKIM-Signature", "Authentication-Results"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (slice_ieq_cstr(name, names[i]))
            return true;
    return slice_istarts(name, "ARC-");
}

/* "Subject:hello" and "Subject:  hello" are one field. */
static struct json *field_text(struct slice field, struct buf *out)
{
    struct slice value = field, name = slice_trim(slice_cut(&value, ':'));
    buf_reset(out);
    (void)buf_add_slice(out, name);
    if (is_of_relays(name))
        value = SLICE_LIT("...");
    if (name.len < field.len) {
        (void)buf_add_cstr(out, ": ");
        (void)buf_add_slice(out, slice_trim(value));
    }
    if (out->len <= CONTENT_FIELD_MAX)
        return json_new_bytes(buf_slice(out));
    char tail[64];
    uint64_t hash = hash_of(buf_slice(out));
    (void)snprintf(tail, sizeof tail, "... [%zu octets, %016" PRIx64 "]", out->len, hash);
    out->len = CONTENT_FIELD_MAX - sizeof tail;
    (void)buf_add_cstr(out, tail);
    return json_new_bytes(buf_slice(out));
}

static size_t count_fields(struct slice rest)
{
    size_t count = 0;
    while (rest.len > 0) {
        struct slice line = cut_line(&rest);
        count += !is_folded(line);
    }
    return count;
}

static struct json *header_of(struct slice header)
{
    struct json *list = json_new_array();
    struct buf field, text;
    buf_init(&field, header.len + 2);
    buf_init(&text, header.len + CONTENT_FIELD_MAX);
    while (header.len > 0 && json_count(list) < CONTENT_FIELDS_MAX) {
        unfold(&header, &field);
        json_push(list, field_text(buf_slice(&field), &text));
    }
    if (header.len > 0) {
        buf_reset(&text);
        (void)buf_printf(&text, "... [%zu more, %016" PRIx64 "]", count_fields(header), hash_of(header));
        json_push(list, json_new_bytes(buf_slice(&text)));
    }
    buf_fini(&field);
    buf_fini(&text);
    return list;
}

static struct json *body_of(struct slice body)
{
    struct json *json = json_new_object();
    int64_t lines = 0;
    char hash[17];
    for (size_t i = 0; i < body.len; i++)
        lines += body.ptr[i] == '\n';
    (void)snprintf(hash, sizeof hash, "%016" PRIx64, hash_of(body));
    json_set_int(json, "octets", (int64_t)body.len);
    json_set_int(json, "lines", lines);
    json_set_str(json, "hash", hash);
    return json;
}

/* "Name: …" in the first line (RFC 5322 §2.2), or no line at all before the body. */
static bool has_header(struct slice message)
{
    size_t colon = slice_find(message, ':');
    for (size_t i = 0; i < colon && i < message.len; i++)
        if (message.ptr[i] <= ' ' || message.ptr[i] > '~')
            return i == 0 && (message.ptr[i] == '\r' || message.ptr[i] == '\n');
    return colon > 0 && colon < message.len;
}

void content_write(struct slice message, struct json *out)
{
    struct slice rest = message, header = has_header(message) ? message : slice_head(message, 0);
    while (header.len > 0 && rest.len > 0) {
        const char *start = rest.ptr;
        if (cut_line(&rest).len > 0)
            continue;
        header = slice_make(message.ptr, (size_t)(start - message.ptr));
        break;
    }
    json_set(out, "header", header_of(header));
    json_set(out, "body", body_of(rest));
}
