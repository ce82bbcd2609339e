#include "relay/dkim/dkim_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "lib/base/base64.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"

#define DIGEST_BYTES  32
#define ED25519_BYTES 32

struct dkim_key {
    EVP_PKEY *pkey;
    enum dkim_key_kind kind;
};

const char *dkim_key_kind_name(enum dkim_key_kind kind)
{
    return kind == DKIM_RSA ? "rsa" : "ed25519";
}

enum dkim_key_kind dkim_key_kind(const struct dkim_key *key)
{
    return key->kind;
}

unsigned dkim_key_bits(const struct dkim_key *key)
{
    return (unsigned)EVP_PKEY_get_bits(key->pkey);
}

void dkim_key_free(struct dkim_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

/* Takes pkey, also when it is not suitable. */
static int take(struct dkim_key **out, EVP_PKEY *pkey, struct err *err)
{
    int id = EVP_PKEY_get_base_id(pkey), bits = EVP_PKEY_get_bits(pkey), rc = ERR_OK;
    if (id != EVP_PKEY_RSA && id != EVP_PKEY_ED25519)
        rc = err_set(err, ERR_INVALID, "it is a key of another kind; DKIM has RSA and Ed25519 (RFC 8463)");
    else if (id == EVP_PKEY_RSA && bits < DKIM_BITS_MIN)
        rc = err_set(err, ERR_INVALID, "it is an RSA key of %d bits; receivers ignore those below %d (RFC 8301)", bits,
                     DKIM_BITS_MIN);
    else if (id == EVP_PKEY_RSA && bits > DKIM_BITS_MAX)
        rc = err_set(err, ERR_INVALID, "it is an RSA key of %d bits; receivers need not accept more than %d (RFC 8301)",
                     bits, DKIM_BITS_MAX);
    if (rc != ERR_OK) {
        EVP_PKEY_free(pkey);
        return rc;
    }
    *out = mem_zalloc(sizeof **out);
    **out = (struct dkim_key){pkey, id == EVP_PKEY_RSA ? DKIM_RSA : DKIM_ED25519};
    return ERR_OK;
}

/* A key with a passphrase is refused: without this, OpenSSL would ask the terminal. */
static int no_passphrase(char *out, int size, int writing, void *asked)
{
    (void)out, (void)size, (void)writing;
    *(bool *)asked = true;
    return -1;
}

int dkim_key_read(struct dkim_key **out, struct slice pem, struct err *err)
{
    bool asked = false;
    BIO *bio = BIO_new_mem_buf(pem.ptr != NULL ? pem.ptr : "", (int)pem.len);
    rl_assert(bio != NULL);
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked);
    BIO_free(bio);
    ERR_clear_error();
    if (pkey != NULL)
        return take(out, pkey, err);
    if (asked)
        return err_set(err, ERR_INVALID, "it has a passphrase; the relay needs it without one");
    return err_set(err, ERR_INVALID, "it is not a private key in PEM form");
}

int dkim_key_make(struct dkim_key **out, enum dkim_key_kind kind, unsigned bits, struct err *err)
{
    EVP_PKEY *pkey = kind == DKIM_RSA ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits)
                                      : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    ERR_clear_error();
    if (pkey == NULL)
        return err_set(err, ERR_TLS, "OpenSSL made no key");
    return take(out, pkey, err);
}

static bool add_bio(BIO *bio, struct buf *out)
{
    char *octets;
    long len = BIO_get_mem_data(bio, &octets);
    bool added = len > 0 && buf_add(out, octets, (size_t)len);
    BIO_free(bio);
    return added;
}

bool dkim_key_write(const struct dkim_key *key, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    rl_assert(bio != NULL);
    rl_assert(PEM_write_bio_PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) == 1);
    return add_bio(bio, out);
}

bool dkim_key_write_public(const struct dkim_key *key, struct buf *out)
{
    unsigned char *octets = NULL, raw[ED25519_BYTES];
    size_t len = sizeof raw;
    if (key->kind == DKIM_ED25519) {
        rl_assert(EVP_PKEY_get_raw_public_key(key->pkey, raw, &len) == 1);
        return base64_encode(slice_make(raw, len), out);
    }
    int der = i2d_PUBKEY(key->pkey, &octets);
    rl_assert(der > 0);
    bool added = base64_encode(slice_make(octets, (size_t)der), out);
    OPENSSL_free(octets);
    return added;
}

/* RSA hashes what it signs; Ed25519 signs the hash as a message (RFC 8463 §3). */
bool dkim_key_sign(const struct dkim_key *key, struct slice data, char out[DKIM_SIGN_MAX], size_t *len)
{
    unsigned char digest[DIGEST_BYTES];
    const void *input = data.ptr != NULL ? data.ptr : "";
    size_t input_len = data.len, signed_len = DKIM_SIGN_MAX;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    rl_assert(ctx != NULL);
    bool good = true;
    if (key->kind == DKIM_ED25519) {
        good = EVP_Digest(input, input_len, digest, NULL, EVP_sha256(), NULL) == 1;
        input = digest;
        input_len = sizeof digest;
    }
    good = good && EVP_DigestSignInit(ctx, NULL, key->kind == DKIM_RSA ? EVP_sha256() : NULL, NULL, key->pkey) == 1 &&
           EVP_DigestSign(ctx, (unsigned char *)out, &signed_len, input, input_len) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    if (good)
        *len = signed_len;
    return good;
}
