#include "relay/message/header.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

/* ---- lines and fields ---- */

/* Cuts one line with its end off *rest. */
static struct slice cut_line(struct slice *rest)
{
    size_t end = slice_find(*rest, '\n');
    struct slice line = slice_head(*rest, end < rest->len ? end + 1 : end);
    *rest = slice_from(*rest, line.len);
    return line;
}

/* The length of the name that begins the line; 0 when it does not begin a field. */
static size_t name_of(struct slice line)
{
    size_t name = 0;
    while (name < line.len && line.ptr[name] > ' ' && line.ptr[name] < 0x7f && line.ptr[name] != ':')
        name++;
    struct slice rest = slice_trim(slice_from(line, name));
    return rest.len > 0 && rest.ptr[0] == ':' ? name : 0;
}

/* Cuts one field, with its folded lines, off *rest; an empty one at the end of the header section. */
static struct field cut_field(struct slice *rest)
{
    struct slice peek = *rest;
    struct slice line = cut_line(&peek);
    struct field field = {line, name_of(line)};
    if (field.name_len == 0)
        return (struct field){{NULL, 0}, 0};
    while (peek.len > 0 && (peek.ptr[0] == ' ' || peek.ptr[0] == '\t'))
        field.text.len += cut_line(&peek).len;
    *rest = slice_from(*rest, field.text.len);
    return field;
}

/* A message that comes out of a mailbox file begins with such a line. */
static struct slice cut_mailbox_line(struct slice *rest)
{
    struct slice peek = *rest;
    struct slice line = cut_line(&peek);
    if (name_of(line) > 0 || (!slice_istarts(line, "From ") && !slice_istarts(line, ">From ")) ||
        name_of(slice_head(peek, slice_find(peek, '\n'))) == 0)
        return slice_make(NULL, 0);
    *rest = peek;
    return line;
}

struct slice header_section(struct slice message)
{
    struct slice rest = message;
    while (cut_field(&rest).text.len > 0)
        continue;
    return slice_head(message, message.len - rest.len);
}

struct slice field_name(const struct field *field)
{
    return slice_head(field->text, field->name_len);
}

struct slice field_value(const struct field *field)
{
    return slice_from(field->text, slice_find(field->text, ':') + 1);
}

bool field_is(const struct field *field, const char *name)
{
    return slice_ieq_cstr(field_name(field), name);
}

/* ---- the list ---- */

static void make_room(struct header *header)
{
    if (header->count < header->room)
        return;
    header->room = header->room == 0 ? 32 : 2 * header->room;
    header->fields = mem_realloc(header->fields, header->room, sizeof *header->fields);
}

static void put(struct header *header, size_t at, struct field field)
{
    rl_assert(at <= header->count && field.name_len > 0);
    make_room(header);
    memmove(header->fields + at + 1, header->fields + at, (header->count - at) * sizeof *header->fields);
    header->fields[at] = field;
    header->count++;
}

bool header_parse(struct slice message, struct header *out, struct slice *body)
{
    struct header header = {0};
    struct slice rest = message;
    header.mailbox_line = cut_mailbox_line(&rest);
    for (;;) {
        struct field field = cut_field(&rest);
        if (field.text.len == 0)
            break;
        if (header.count == HEADER_FIELDS_MAX || message.len - rest.len > HEADER_BYTES_MAX) {
            header_fini(&header);
            return false;
        }
        put(&header, header.count, field);
    }
    *out = header;
    *body = rest;
    return true;
}

void header_fini(struct header *header)
{
    free(header->fields);
    *header = (struct header){0};
}

size_t header_find(const struct header *header, const char *name, size_t from)
{
    while (from < header->count && !field_is(&header->fields[from], name))
        from++;
    return from;
}

size_t header_count(const struct header *header, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < header->count; i++)
        count += field_is(&header->fields[i], name);
    return count;
}

void header_insert(struct header *header, size_t at, struct slice text)
{
    put(header, at, (struct field){text, name_of(text)});
}

void header_add(struct header *header, struct slice text)
{
    header_insert(header, header->count, text);
}

void header_drop(struct header *header, bool (*goes)(const struct field *field))
{
    size_t kept = 0;
    for (size_t i = 0; i < header->count; i++)
        if (!goes(&header->fields[i]))
            header->fields[kept++] = header->fields[i];
    header->count = kept;
}

/* ---- writing ---- */

static bool lacks_end(struct slice text)
{
    return text.len == 0 || text.ptr[text.len - 1] != '\n';
}

bool header_write(const struct header *header, struct buf *out)
{
    for (size_t i = 0; i < header->count; i++) {
        (void)buf_add_slice(out, header->fields[i].text);
        if (lacks_end(header->fields[i].text))
            (void)buf_add_cstr(out, "\r\n");
    }
    return !out->overflow;
}

size_t header_size(const struct header *header)
{
    size_t size = 2;
    for (size_t i = 0; i < header->count; i++)
        size += header->fields[i].text.len;
    return size;
}
