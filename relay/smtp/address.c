#include "relay/smtp/address.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/text/idna.h"

#define ADDRESS_MAX (ADDRESS_PATH_MAX - 2) /* without its brackets */

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Of a character that is not ASCII; parse_mailbox checks that it is UTF-8. */
static bool is_high(char c)
{
    return ((unsigned char)c & 0x80) != 0;
}

/* RFC 5322 §3.2.3 atext, and RFC 6531 §3.3 */
static bool is_atext(char c)
{
    return is_alnum(c) || is_high(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
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

/* Atoms and dots in any order: what needs quotes to be within the grammar. */
static bool loose_dot_string(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != '.' && !is_atext(s.ptr[i]))
            return false;
    return s.len > 0;
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
        if (!is_high(s.ptr[i]) && (s.ptr[i] < 0x20 || s.ptr[i] > 0x7e))
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
        if (!is_alnum(s.ptr[i]) && s.ptr[i] != '-' && s.ptr[i] != '_')
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
        if (!label(slice_cut(&domain, '.')))
            return false;
    } while (domain.len > 0);
    return true;
}

static struct slice without_last_dot(struct slice s)
{
    return s.len > 0 && s.ptr[s.len - 1] == '.' ? slice_head(s, s.len - 1) : s;
}

static size_t find_last(struct slice s, char c)
{
    size_t at = s.len;
    while (at > 0 && s.ptr[at - 1] != c)
        at--;
    return at > 0 ? at - 1 : s.len;
}

/* UTF-8 without control characters: U+0080 to U+009F are some, too. */
static bool is_text(struct slice text)
{
    uint32_t c;
    for (size_t used; text.len > 0; text = slice_from(text, used)) {
        used = utf8_read(text, &c);
        if (used == 0 || (c >= 0x7f && c <= 0x9f))
            return false;
    }
    return true;
}

/* With A-labels, on the heap; NULL when it is not valid. */
static char *ascii_domain(struct slice domain)
{
    char *ascii = slice_is_ascii(domain) ? slice_dup(domain) : idna_to_ascii(domain);
    if (ascii != NULL && address_domain_valid(slice_cstr(ascii)))
        return ascii;
    free(ascii);
    return NULL;
}

static bool is_mail_domain(struct slice domain)
{
    char *ascii = ascii_domain(domain);
    bool good = ascii != NULL && ascii[strlen(ascii) - 1] != '.';
    free(ascii);
    return good;
}

/* local@domain alone, without brackets. */
static bool parse_mailbox(struct slice text, struct address *out)
{
    text = without_last_dot(text);
    size_t at = find_last(text, '@');
    if (at == text.len || text.len > ADDRESS_MAX || !is_text(text))
        return false;
    struct slice local = slice_head(text, at), domain = slice_from(text, at + 1);
    bool quoted = quoted_string(local), loose = !quoted && !dot_string(local) && loose_dot_string(local);
    if (!(quoted || loose || dot_string(local)) || (loose && text.len + 2 > ADDRESS_MAX) || !is_mail_domain(domain))
        return false;
    *out = (struct address){text, local, domain};
    return true;
}

char *address_canonical(const struct address *address)
{
    if (address->whole.len == 0)
        return slice_dup(address->whole);
    bool loose = address->local.ptr[0] != '"' && !dot_string(address->local);
    char *domain = ascii_domain(address->domain);
    rl_assert(domain != NULL); /* it was parsed */
    char *out = mem_printf("%s%.*s%s@%s", loose ? "\"" : "", SLICE_ARG(address->local), loose ? "\"" : "", domain);
    free(domain);
    return out;
}

char *address_unicode(const char *canonical)
{
    struct slice whole = slice_cstr(canonical);
    size_t at = find_last(whole, '@');
    if (at == whole.len)
        return slice_dup(whole);
    char *domain = idna_to_unicode(slice_from(whole, at + 1));
    char *out = mem_printf("%.*s@%s", SLICE_ARG(slice_head(whole, at)), domain);
    free(domain);
    return out;
}

/* The local part that is meant, without quotes and their backslashes. */
static struct slice unquote(struct slice local, char out[ADDRESS_PATH_MAX])
{
    size_t len = 0;
    if (local.len == 0 || local.len > ADDRESS_PATH_MAX || local.ptr[0] != '"')
        return local;
    for (size_t i = 1; i + 1 < local.len; i++) {
        if (local.ptr[i] == '\\')
            i++;
        out[len++] = local.ptr[i];
    }
    return slice_make(out, len);
}

bool address_same(struct slice a, struct slice b)
{
    char one[ADDRESS_PATH_MAX], other[ADDRESS_PATH_MAX];
    size_t at_a = find_last(a, '@'), at_b = find_last(b, '@');
    return slice_ieq(slice_from(a, at_a), slice_from(b, at_b)) &&
           slice_eq(unquote(slice_head(a, at_a), one), unquote(slice_head(b, at_b), other));
}

/* The index of the first of the two octets outside quotes, or len. */
static size_t find_unquoted(struct slice s, char one, char other)
{
    bool quoted = false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\\' && quoted)
            i++;
        else if (s.ptr[i] == '"')
            quoted = !quoted;
        else if ((s.ptr[i] == one || s.ptr[i] == other) && !quoted)
            return i;
    }
    return s.len;
}

/* RFC 5321 §4.1.1.3, appendix C: "@a,@[IPv6:::1]:mailbox" is the mailbox. */
static struct slice without_route(struct slice path)
{
    bool literal = false;
    if (path.len == 0 || path.ptr[0] != '@')
        return path;
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] == ':' && !literal)
            return slice_from(path, i + 1);
        literal = path.ptr[i] == '[' || (literal && path.ptr[i] != ']');
    }
    return slice_from(path, path.len);
}

bool address_parse_path(struct slice *rest, bool null_allowed, struct address *out)
{
    bool bracketed = rest->len > 0 && rest->ptr[0] == '<';
    struct slice text = bracketed ? slice_from(*rest, 1) : *rest;
    size_t end = bracketed ? find_unquoted(text, '>', '>') : find_unquoted(text, ' ', '\t');
    if (bracketed && end == text.len)
        return false;
    struct slice path = slice_trim(slice_head(text, end));
    if (path.len == 0 && null_allowed && bracketed)
        *out = (struct address){{"", 0}, {"", 0}, {"", 0}};
    else if (!parse_mailbox(without_route(path), out))
        return false;
    *rest = slice_from(text, bracketed ? end + 1 : end);
    return true;
}
