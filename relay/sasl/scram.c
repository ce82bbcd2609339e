#include "relay/sasl/scram.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/mem.h"
#include "relay/tls/digest.h"

#define BINDING_NAME "p=tls-exporter" /* RFC 9266 */
#define AUTH_MAX     (2 * SASL_RESPONSE_MAX + SASL_CHALLENGE_MAX)

struct scram {
    struct sasl_keys keys;
    char *header;     /* gs2-header of the client-first message */
    char *bare;       /* the rest of it */
    char *first;      /* server-first; NULL before it is sent */
    char *nonce;      /* the client's part, then both */
    bool is_answered; /* the client-final message was right, and server-final is sent */
};

/* ---- keys ---- */

void scram_make_keys(const char *password, struct sasl_keys *keys)
{
    uint8_t salted[DIGEST_BYTES], client_key[DIGEST_BYTES];
    digest_stretch(password, keys->salt, sizeof keys->salt, keys->iterations, salted);
    digest_hmac(salted, "Client Key", 10, client_key);
    digest_sha256(client_key, sizeof client_key, keys->stored_key);
    digest_hmac(salted, "Server Key", 10, keys->server_key);
    explicit_bzero(salted, sizeof salted);
    explicit_bzero(client_key, sizeof client_key);
}

/* ---- reading ---- */

/* "r=…": the value of an attribute, up to the comma; false when the next one is another. */
static bool cut_attribute(struct slice *rest, char name, struct slice *value)
{
    if (rest->len < 2 || rest->ptr[0] != name || rest->ptr[1] != '=')
        return false;
    struct slice whole = slice_cut(rest, ',');
    *value = slice_from(whole, 2);
    return true;
}

/* =2C is a comma, =3D is =, and = alone is an error (§5.1). NULL when it is not a name. */
static char *decode_name(struct slice name)
{
    struct buf out;
    bool good = sasl_is_word(name);
    buf_init(&out, SASL_RESPONSE_MAX);
    for (size_t i = 0; good && i < name.len; i++) {
        struct slice rest = slice_from(name, i);
        if (name.ptr[i] != '=') {
            (void)buf_add_char(&out, name.ptr[i]);
            continue;
        }
        good = slice_istarts(rest, "=2C") || slice_istarts(rest, "=3D");
        if (good)
            (void)buf_add_char(&out, rest.ptr[1] == '2' ? ',' : '=');
        i += 2;
    }
    char *decoded = good ? slice_dup(buf_slice(&out)) : NULL;
    buf_fini(&out);
    return decoded;
}

static bool is_nonce(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '!' || text.ptr[i] > '~')
            return false;
    return text.len > 0 && text.len <= SCRAM_NONCE_MAX;
}

/*
 * §6: "n" = the client cannot bind, "y" = it could, and thinks that the server cannot. When the server can, an attacker
 * has removed that from the offer.
 */
static bool is_flag_allowed(const struct sasl *sasl, struct slice flag, bool plus)
{
    if (plus)
        return slice_eq_cstr(flag, BINDING_NAME);
    return slice_eq_cstr(flag, "n") || (slice_eq_cstr(flag, "y") && !sasl->door.has_binding);
}

/* No user may act for another one. */
static bool is_authzid_allowed(struct slice authzid, const char *user)
{
    struct slice value;
    if (authzid.len == 0)
        return true;
    char *name = cut_attribute(&authzid, 'a', &value) ? decode_name(value) : NULL;
    bool allowed = name != NULL && strcmp(name, user) == 0;
    free(name);
    return allowed;
}

static enum sasl_result take_first(struct sasl *sasl, struct slice response, bool plus)
{
    struct slice rest = response, name, nonce;
    struct slice flag = slice_cut(&rest, ','), authzid = slice_cut(&rest, ',');
    struct slice bare = rest;
    if (!is_flag_allowed(sasl, flag, plus) || !cut_attribute(&rest, 'n', &name) || !cut_attribute(&rest, 'r', &nonce) ||
        !is_nonce(nonce) || slice_find(response, '\0') < response.len)
        return SASL_WRONG;
    sasl->user = decode_name(name);
    if (sasl->user == NULL || !is_authzid_allowed(authzid, sasl->user))
        return SASL_WRONG;
    struct scram *scram = mem_zalloc(sizeof *scram);
    scram->header = mem_strndup(response.ptr, response.len - bare.len);
    scram->bare = slice_dup(bare);
    scram->nonce = slice_dup(nonce);
    sasl->state = scram;
    return SASL_LOOKUP;
}

enum sasl_result scram_found(struct sasl *sasl, const struct sasl_keys *keys, struct buf *challenge)
{
    struct scram *scram = sasl->state;
    char *nonce = mem_printf("%s%s", scram->nonce, keys->nonce);
    scram->keys = *keys;
    free(scram->nonce);
    scram->nonce = nonce;
    (void)buf_printf(challenge, "r=%s,s=", nonce);
    (void)base64_encode(slice_make(keys->salt, sizeof keys->salt), challenge);
    (void)buf_printf(challenge, ",i=%u", keys->iterations);
    scram->first = slice_dup(buf_slice(challenge));
    return SASL_CHALLENGE;
}

/* ---- the proof ---- */

/* Whether it is the header that the client sent, and the TLS session's octets where both ends bind to it. */
static bool is_bound(const struct sasl *sasl, struct slice encoded, bool plus)
{
    const struct scram *scram = sasl->state;
    struct buf wanted, text;
    buf_init(&wanted, SASL_RESPONSE_MAX + SASL_BINDING_BYTES);
    buf_init(&text, 2 * (SASL_RESPONSE_MAX + SASL_BINDING_BYTES));
    (void)buf_add_cstr(&wanted, scram->header);
    if (plus)
        (void)buf_add(&wanted, sasl->door.binding, sizeof sasl->door.binding);
    (void)base64_encode(buf_slice(&wanted), &text);
    bool bound = encoded.len == text.len && digest_equal(encoded.ptr, text.data, text.len);
    buf_fini(&text);
    buf_fini(&wanted);
    return bound;
}

/* Whether the proof is right, and what the server signs in return. */
static bool is_proof(const struct scram *scram, struct slice without_proof, const uint8_t proof[DIGEST_BYTES],
                     uint8_t server_signature[DIGEST_BYTES])
{
    struct buf message;
    uint8_t signature[DIGEST_BYTES], client_key[DIGEST_BYTES], stored[DIGEST_BYTES];
    buf_init(&message, AUTH_MAX);
    (void)buf_printf(&message, "%s,%s,%.*s", scram->bare, scram->first, SLICE_ARG(without_proof));
    digest_hmac(scram->keys.stored_key, message.data, message.len, signature);
    for (size_t i = 0; i < DIGEST_BYTES; i++)
        client_key[i] = proof[i] ^ signature[i];
    digest_sha256(client_key, sizeof client_key, stored);
    digest_hmac(scram->keys.server_key, message.data, message.len, server_signature);
    buf_fini(&message);
    explicit_bzero(client_key, sizeof client_key);
    return digest_equal(stored, scram->keys.stored_key, DIGEST_BYTES);
}

/* Position of the last ",p=": what is before it is signed. */
static size_t find_proof(struct slice response)
{
    size_t at = response.len;
    for (size_t i = 0; i + 3 <= response.len; i++)
        if (memcmp(response.ptr + i, ",p=", 3) == 0)
            at = i;
    return at;
}

static enum sasl_result take_final(struct sasl *sasl, struct slice response, struct buf *challenge, bool plus)
{
    struct scram *scram = sasl->state;
    size_t at = find_proof(response), len;
    struct slice signed_part = slice_head(response, at), rest = signed_part, binding, nonce;
    char proof[DIGEST_BYTES + 1];
    uint8_t signature[DIGEST_BYTES];
    if (at == response.len || !cut_attribute(&rest, 'c', &binding) || !cut_attribute(&rest, 'r', &nonce) ||
        slice_find(response, '\0') < response.len ||
        !base64_decode(slice_from(response, at + 3), proof, sizeof proof, &len) || len != DIGEST_BYTES)
        return SASL_WRONG;
    bool proved = is_proof(scram, signed_part, (const uint8_t *)proof, signature);
    proved = is_bound(sasl, binding, plus) && proved;
    proved = slice_eq_cstr(nonce, scram->nonce) && proved;
    explicit_bzero(proof, sizeof proof);
    sasl->proof = proved ? SASL_PROVED : SASL_DISPROVED;
    if (!proved)
        return SASL_CHECK;
    scram->is_answered = true;
    (void)buf_add_cstr(challenge, "v=");
    (void)base64_encode(slice_make(signature, sizeof signature), challenge);
    return SASL_CHALLENGE;
}

/* ---- the exchange ---- */

enum sasl_result scram_respond(struct sasl *sasl, struct slice response, struct buf *challenge, bool plus)
{
    const struct scram *scram = sasl->state;
    if (scram == NULL)
        return take_first(sasl, response, plus);
    if (!scram->is_answered)
        return take_final(sasl, response, challenge, plus);
    return response.len == 0 ? SASL_CHECK : SASL_WRONG;
}

void scram_end(struct sasl *sasl)
{
    struct scram *scram = sasl->state;
    if (scram == NULL)
        return;
    free(scram->header);
    free(scram->bare);
    free(scram->first);
    free(scram->nonce);
    explicit_bzero(scram, sizeof *scram);
    free(scram);
    sasl->state = NULL;
}
