#include "relay/message/from.h"

/* Index after the quoted string, comment or literal that begins at `at`; the text's length when it has no end. */
static size_t skip(struct slice text, size_t at)
{
    char open = text.ptr[at], close = open == '(' ? ')' : open == '[' ? ']' : '"';
    unsigned depth = 1;
    for (at++; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == '\\')
            at++;
        else if (c == close && --depth == 0)
            return at + 1;
        else if (c == '(' && open == '(')
            depth++;
    }
    return text.len;
}

static bool ends_domain(char c)
{
    return c == '>' || c == ',' || c == ';' || c == '(' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice domain_at(struct slice text, size_t at)
{
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
        at++;
    size_t end = at;
    while (end < text.len && !ends_domain(text.ptr[end]))
        end = text.ptr[end] == '[' ? skip(text, end) : end + 1;
    return slice_head(slice_from(text, at), end - at);
}

/* Of the first mailbox: in its angle brackets, or what stands without them before a comma. */
static struct slice first_domain(struct slice text)
{
    struct slice bare = slice_make(NULL, 0);
    bool in_brackets = false;
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        if (c == '"' || c == '(' || c == '[') {
            at = skip(text, at);
            continue;
        }
        if (c == '<')
            in_brackets = true;
        else if (c == '@' && in_brackets &&
                 slice_find(slice_from(text, at), ':') > slice_find(slice_from(text, at), '>'))
            return domain_at(text, at + 1); /* not that of a source route, which a colon ends */
        else if (c == '@' && bare.len == 0)
            bare = domain_at(text, at + 1);
        else if ((c == ',' || c == ';') && bare.len > 0)
            break;
        at++;
    }
    return bare;
}

struct slice from_domain(const struct header *header)
{
    size_t at = header_find(header, "From", 0);
    if (at == header->count || header_find(header, "From", at + 1) < header->count)
        return slice_make(NULL, 0);
    struct slice domain = first_domain(field_value(&header->fields[at]));
    if (domain.len > 0 && domain.ptr[domain.len - 1] == '.')
        domain.len--;
    return domain;
}
