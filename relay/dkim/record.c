#include "relay/dkim/record.h"

#include <string.h>

#include "relay/dkim/tags.h"

#define STRING_MAX 255

bool record_write(const struct dkim_key *key, struct buf *out)
{
    (void)buf_printf(out, "v=DKIM1; k=%s; p=", dkim_key_kind_name(dkim_key_kind(key)));
    return dkim_key_write_public(key, out);
}

bool record_write_zone(const char *domain, const char *selector, const struct dkim_key *key, struct buf *out)
{
    struct buf text;
    buf_init(&text, RECORD_MAX);
    bool written = record_write(key, &text);
    (void)buf_printf(out, "%s._domainkey.%s. IN TXT (", selector, domain);
    for (struct slice rest = buf_slice(&text); rest.len > 0;) {
        struct slice part = slice_head(rest, rest.len < STRING_MAX ? rest.len : STRING_MAX);
        (void)buf_printf(out, " \"%.*s\"", SLICE_ARG(part));
        rest = slice_from(rest, part.len);
    }
    (void)buf_add_cstr(out, " )\n");
    buf_fini(&text);
    return written && !out->overflow;
}

/* Base64 may have white space anywhere. */
static bool same_base64(struct slice a, struct slice b)
{
    size_t at = 0;
    for (size_t i = 0; i < a.len; i++) {
        if (strchr(" \t\r\n", a.ptr[i]) != NULL)
            continue;
        if (at == b.len || a.ptr[i] != b.ptr[at++])
            return false;
    }
    return at == b.len;
}

static bool has_key(struct slice p, const struct dkim_key *key)
{
    struct buf own;
    buf_init(&own, RECORD_MAX);
    bool same = dkim_key_write_public(key, &own) && same_base64(p, buf_slice(&own));
    buf_fini(&own);
    return same;
}

bool record_is_dkim(struct slice text)
{
    struct slice value;
    return tags_find(text, "p", &value) || (tags_find(text, "v", &value) && slice_istarts(value, "DKIM"));
}

bool record_is_test(struct slice text)
{
    struct slice flags;
    return tags_find(text, "t", &flags) && tags_has_word(flags, "y");
}

int record_check(struct slice text, const struct dkim_key *key, struct err *problem)
{
    struct slice value, p;
    const char *kind = dkim_key_kind_name(dkim_key_kind(key));
    if (tags_find(text, "v", &value) && (!slice_eq_cstr(value, "DKIM1") || !slice_eq_cstr(tags_first(text), "v")))
        return err_set(problem, ERR_INVALID, "receivers discard it: it must begin with v=DKIM1");
    if (!tags_find(text, "p", &p))
        return err_set(problem, ERR_INVALID, "it has no p=, the public key");
    if (p.len == 0)
        return err_set(problem, ERR_INVALID, "its p= is empty, which revokes the key");
    if (!slice_ieq_cstr(tags_find(text, "k", &value) ? value : SLICE_LIT("rsa"), kind))
        return err_set(problem, ERR_INVALID, "it is for a key of another kind: k= must be %s", kind);
    if (tags_find(text, "h", &value) && !tags_has_word(value, "sha256"))
        return err_set(problem, ERR_INVALID, "its h= does not allow sha256");
    if (tags_find(text, "s", &value) && !tags_has_word(value, "*") && !tags_has_word(value, "email"))
        return err_set(problem, ERR_INVALID, "its s= does not allow email");
    if (!has_key(p, key))
        return err_set(problem, ERR_INVALID, "it has another public key");
    return ERR_OK;
}
