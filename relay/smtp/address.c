#include "relay/smtp/address.h"

#include <string.h>

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 5322 §3.2.3 atext */
static bool is_atext(char c)
{
    return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool dot_string(struct slice s)
{
    bool atom = false; /* an atom has begun, so a dot may follow */
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.' ? !atom : !is_atext(s.ptr[i]))
            return false;
        atom = s.ptr[i] != '.';
    }
    return atom;
}

static bool quoted_string(struct slice s)
{
    if (s.len < 2 || s.ptr[0] != '"' || s.ptr[s.len - 1] != '"')
        return false;
    for (size_t i = 1; i + 1 < s.len; i++) {
        if (s.ptr[i] == '\\' && i + 2 < s.len)
            i++;
        else if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            return false;
        if (s.ptr[i] < 0x20 || s.ptr[i] > 0x7e)
            return false;
    }
    return true;
}

static bool literal(struct slice s)
{
    if (s.len < 3 || s.ptr[0] != '[' || s.ptr[s.len - 1] != ']')
        return false;
    for (size_t i = 1; i + 1 < s.len; i++)
        if (!is_alnum(s.ptr[i]) && s.ptr[i] != '.' && s.ptr[i] != ':' && s.ptr[i] != '-')
            return false;
    return true;
}

static bool label(struct slice s)
{
    if (s.len == 0 || s.len > 63 || s.ptr[0] == '-' || s.ptr[s.len - 1] == '-')
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_alnum(s.ptr[i]) && s.ptr[i] != '-')
            return false;
    return true;
}

bool address_domain_valid(struct slice domain)
{
    if (domain.len == 0 || domain.len > ADDRESS_DOMAIN_MAX)
        return false;
    if (domain.ptr[0] == '[')
        return literal(domain);
    do {
        bool last = slice_find(domain, '.') == domain.len;
        if (!label(slice_cut(&domain, '.')) || (!last && domain.len == 0))
            return false;
    } while (domain.len > 0);
    return true;
}

bool address_parse(struct slice text, struct address *out)
{
    size_t at = text.len;
    while (at > 0 && text.ptr[at - 1] != '@')
        at--;
    if (at == 0 || text.len > ADDRESS_PATH_MAX - 2)
        return false;
    struct slice local = slice_head(text, at - 1), domain = slice_from(text, at);
    if (local.len > ADDRESS_LOCAL_MAX || !(dot_string(local) || quoted_string(local)) || !address_domain_valid(domain))
        return false;
    *out = (struct address){text, local, domain};
    return true;
}

/* The index of the '>' that ends the path, outside quotes. */
static size_t find_end(struct slice s)
{
    bool quoted = false;
    for (size_t i = 1; i < s.len; i++) {
        if (s.ptr[i] == '\\' && quoted)
            i++;
        else if (s.ptr[i] == '"')
            quoted = !quoted;
        else if (s.ptr[i] == '>' && !quoted)
            return i;
    }
    return s.len;
}

bool address_parse_path(struct slice *rest, bool null_allowed, struct address *out)
{
    size_t end = rest->len > 0 && rest->ptr[0] == '<' ? find_end(*rest) : rest->len;
    if (end == rest->len)
        return false;
    struct slice path = slice_make(rest->ptr + 1, end - 1);
    if (path.len > 0 && path.ptr[0] == '@')
        path = slice_from(path, slice_find(path, ':') < path.len ? slice_find(path, ':') + 1 : path.len);
    if (path.len == 0 && null_allowed && end == 1)
        *out = (struct address){{"", 0}, {"", 0}, {"", 0}};
    else if (!address_parse(path, out))
        return false;
    *rest = slice_from(*rest, end + 1);
    return true;
}
