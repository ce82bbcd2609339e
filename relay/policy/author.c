#include "relay/policy/author.h"

#include "lib/base/buf.h"

/* One mailbox that is being read. */
struct reader {
    struct slice rest;
    struct buf word; /* outside of brackets: a display name, or the address itself */
    struct buf path; /* within brackets */
    bool has_path;
    bool spaced; /* after a word: another one makes it a display name */
    bool phrase; /* the words cannot be an address */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* ---- pieces: each begins at its first octet, and is false when it has no end ---- */

static char take(struct reader *reader)
{
    char c = reader->rest.ptr[0];
    reader->rest = slice_from(reader->rest, 1);
    return c;
}

static bool skip_comment(struct reader *reader)
{
    size_t depth = 0;
    while (reader->rest.len > 0) {
        char c = take(reader);
        if (c == '\\' && reader->rest.len > 0)
            (void)take(reader);
        else if (c == '(')
            depth++;
        else if (c == ')' && --depth == 0)
            return true;
    }
    return false;
}

static bool take_quoted(struct reader *reader, struct buf *out)
{
    (void)buf_add_char(out, take(reader));
    while (reader->rest.len > 0) {
        char c = take(reader);
        (void)buf_add_char(out, c);
        if (c == '"')
            return true;
        if (c == '\\' && reader->rest.len > 0)
            (void)buf_add_char(out, take(reader));
    }
    return false;
}

/* An address in brackets: no second one, and nothing before the @ that could be a route. */
static bool take_path(struct reader *reader)
{
    if (reader->has_path)
        return false;
    reader->has_path = true;
    (void)take(reader);
    while (reader->rest.len > 0) {
        char c = reader->rest.ptr[0];
        if (c == '"' ? !take_quoted(reader, &reader->path) : c == '(' ? !skip_comment(reader) : false)
            return false;
        if (c == '"' || c == '(')
            continue;
        (void)take(reader);
        if (c == '>')
            return true;
        if (c == '<' || c == ',' || c == ':' || c == ';')
            return false;
        if (!is_blank(c))
            (void)buf_add_char(&reader->path, c);
    }
    return false;
}

static bool take_word(struct reader *reader)
{
    char c = reader->rest.ptr[0];
    reader->phrase = reader->phrase || (reader->spaced && reader->word.len > 0);
    reader->spaced = false;
    if (c == '"')
        return take_quoted(reader, &reader->word);
    (void)buf_add_char(&reader->word, take(reader));
    return true;
}

/* ---- mailboxes ---- */

static void reset(struct reader *reader)
{
    buf_reset(&reader->word);
    buf_reset(&reader->path);
    reader->has_path = reader->spaced = reader->phrase = false;
}

/* The address of what was read: empty when there was nothing, false when it is not one. */
static bool finish(const struct reader *reader, struct slice *address)
{
    const struct buf *from = reader->has_path ? &reader->path : &reader->word;
    *address = buf_slice(from);
    if (!reader->has_path && reader->word.len == 0)
        return true;
    return !from->overflow && (reader->has_path || !reader->phrase) && slice_find(*address, '@') < address->len;
}

/* The octets after a path must not be words; a long display name is not kept. */
static bool take_piece(struct reader *reader)
{
    char c = reader->rest.ptr[0];
    if (c == '(')
        return skip_comment(reader);
    if (c == '<')
        return take_path(reader);
    if (is_blank(c)) {
        reader->spaced = true;
        (void)take(reader);
        return true;
    }
    return !reader->has_path && take_word(reader);
}

/* What ends a mailbox, or a group's name. */
static bool is_end(char c)
{
    return c == ',' || c == ';' || c == ':';
}

static bool read_field(struct reader *reader, bool (*each)(void *, struct slice), void *arg, size_t *count)
{
    struct slice address;
    for (;;) {
        while (reader->rest.len > 0 && !is_end(reader->rest.ptr[0]))
            if (!take_piece(reader))
                return false;
        bool ends = reader->rest.len == 0;
        bool group = !ends && reader->rest.ptr[0] == ':';
        if (group && reader->has_path)
            return false;
        if (!group && !finish(reader, &address))
            return false;
        if (!group && address.len > 0) {
            ++*count;
            if (!each(arg, address))
                return false;
        }
        reset(reader);
        if (ends)
            return true;
        (void)take(reader);
    }
}

/* ---- fields ---- */

/* With the lines that continue it, without the last line end. */
static struct slice cut_field(struct slice *rest)
{
    size_t end = 0;
    do
        end += slice_find(slice_from(*rest, end), '\n') + 1;
    while (end < rest->len && (rest->ptr[end] == ' ' || rest->ptr[end] == '\t'));
    struct slice field = slice_head(*rest, end < rest->len ? end : rest->len);
    *rest = slice_from(*rest, field.len);
    return field;
}

static bool find_from(struct slice header, struct slice *value)
{
    size_t count = 0;
    while (header.len > 0) {
        struct slice field = cut_field(&header);
        if (!slice_ieq_cstr(slice_trim(slice_cut(&field, ':')), "From"))
            continue;
        *value = field;
        count++;
    }
    return count == 1;
}

bool author_each(struct slice header, bool (*each)(void *, struct slice), void *arg)
{
    struct reader reader = {0};
    size_t count = 0;
    if (!find_from(header, &reader.rest))
        return false;
    buf_init(&reader.word, AUTHOR_MAX);
    buf_init(&reader.path, AUTHOR_MAX);
    bool all = read_field(&reader, each, arg, &count);
    buf_fini(&reader.word);
    buf_fini(&reader.path);
    return all && count > 0;
}
