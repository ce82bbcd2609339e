#include "lib/io/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/check.h"
#include "lib/base/ip.h"
#include "lib/base/mem.h"
#include "lib/base/open.h"

struct tls_ctx {
    SSL_CTX *ssl_ctx;
    enum tls_verify verify;
    unsigned references;
};

struct tls {
    struct tls_ctx *ctx;
    SSL *ssl;
    BIO *in;  /* ciphertext from the peer; owned by ssl */
    BIO *out; /* ciphertext for the peer; owned by ssl */
    enum tls_state state;
    char failure[256];
};

/* The first error in OpenSSL's queue, in words; empties the queue. */
static void take_error(char *out, size_t size, const char *otherwise)
{
    unsigned long code = ERR_get_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;
    (void)snprintf(out, size, "%s", reason != NULL ? reason : otherwise);
    ERR_clear_error();
}

static int fail(struct err *err, const char *what)
{
    char text[256];
    take_error(text, sizeof text, "unknown reason");
    return err_set(err, ERR_TLS, "%s: %s", what, text);
}

/* ---- contexts ---- */

/* With RECORD the handshake goes on; SSL_get_verify_result still has the first error. */
static int accept_and_record(int good, X509_STORE_CTX *store)
{
    (void)good;
    (void)store;
    return 1;
}

struct tls_ctx *tls_ctx_adopt(struct ssl_ctx_st *ssl_ctx, enum tls_verify verify)
{
    struct tls_ctx *ctx = mem_zalloc(sizeof *ctx);
    *ctx = (struct tls_ctx){ssl_ctx, verify, 1};
    (void)SSL_CTX_set_min_proto_version(ssl_ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(ssl_ctx, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    (void)SSL_CTX_set_num_tickets(ssl_ctx, 0);
    SSL_CTX_set_session_cache_mode(ssl_ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(ssl_ctx, SSL_MODE_AUTO_RETRY);
    return ctx;
}

/* OpenSSL would ask at the terminal. */
static int refuse_to_ask(char *buf, int size, int writing, void *asked)
{
    (void)buf;
    (void)size;
    (void)writing;
    *(bool *)asked = true;
    return -1;
}

static int load_key(SSL_CTX *ssl_ctx, const char *key_file, struct err *err)
{
    bool asked = false;
    SSL_CTX_set_default_passwd_cb(ssl_ctx, refuse_to_ask);
    SSL_CTX_set_default_passwd_cb_userdata(ssl_ctx, &asked);
    int loaded = SSL_CTX_use_PrivateKey_file(ssl_ctx, key_file, SSL_FILETYPE_PEM);
    SSL_CTX_set_default_passwd_cb_userdata(ssl_ctx, NULL);
    SSL_CTX_set_default_passwd_cb(ssl_ctx, NULL);
    if (asked) {
        ERR_clear_error();
        return err_set(err, ERR_TLS,
                       "the private key is encrypted with a passphrase; store it decrypted, with mode 0600"
                       " (openssl pkey -in FILE -out NEW_FILE)");
    }
    return loaded == 1 ? ERR_OK : fail(err, "cannot load the private key");
}

/* docs/decisions/0003-process-and-tls.md */
static const char server_ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:DHE+AES"
                                     ":!kRSA:!aNULL:!PSK:!SRP:!AESCCM8";

int tls_ctx_new_server(struct tls_ctx **out, const char *cert_file, const char *key_file, struct err *err)
{
    int rc = open_check_input(cert_file, err);
    if (rc == ERR_OK)
        rc = open_check_input(key_file, err);
    if (rc != ERR_OK)
        return rc;
    ERR_clear_error();
    SSL_CTX *ssl_ctx = SSL_CTX_new(TLS_server_method());
    if (ssl_ctx == NULL)
        return fail(err, "cannot create a TLS context");
    SSL_CTX_set_options(ssl_ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
    if (SSL_CTX_set_cipher_list(ssl_ctx, server_ciphers) != 1)
        rc = fail(err, "cannot configure the ciphers");
    else if (SSL_CTX_use_certificate_chain_file(ssl_ctx, cert_file) != 1)
        rc = fail(err, "cannot load the certificate");
    else if ((rc = load_key(ssl_ctx, key_file, err)) == ERR_OK && SSL_CTX_check_private_key(ssl_ctx) != 1)
        rc = fail(err, "the private key does not belong to the certificate");
    if (rc != ERR_OK) {
        SSL_CTX_free(ssl_ctx);
        return err_prefix(err, "%s, %s", cert_file, key_file);
    }
    *out = tls_ctx_adopt(ssl_ctx, TLS_VERIFY_NONE);
    return ERR_OK;
}

int tls_ctx_new_client(struct tls_ctx **out, enum tls_verify verify, const char *ca_file, struct err *err)
{
    int rc = ca_file != NULL ? open_check_input(ca_file, err) : ERR_OK;
    if (rc != ERR_OK)
        return rc;
    ERR_clear_error();
    SSL_CTX *ssl_ctx = SSL_CTX_new(TLS_client_method());
    if (ssl_ctx == NULL)
        return fail(err, "cannot create a TLS context");
    int loaded =
        ca_file != NULL ? SSL_CTX_load_verify_file(ssl_ctx, ca_file) : SSL_CTX_set_default_verify_paths(ssl_ctx);
    if (loaded != 1) {
        SSL_CTX_free(ssl_ctx);
        (void)fail(err, "cannot load trusted certificates");
        return err_prefix(err, "%s", ca_file != NULL ? ca_file : "system store");
    }
    *out = tls_ctx_adopt(ssl_ctx, verify);
    return ERR_OK;
}

struct tls_ctx *tls_ctx_with(const struct tls_ctx *other, enum tls_verify verify)
{
    struct tls_ctx *ctx = mem_zalloc(sizeof *ctx);
    *ctx = (struct tls_ctx){other->ssl_ctx, verify, 1};
    (void)SSL_CTX_up_ref(ctx->ssl_ctx);
    return ctx;
}

struct tls_ctx *tls_ctx_ref(struct tls_ctx *ctx)
{
    ctx->references++;
    return ctx;
}

int64_t tls_ctx_expires_s(const struct tls_ctx *ctx)
{
    struct tm end = {0};
    const X509 *certificate = SSL_CTX_get0_certificate(ctx->ssl_ctx);
    rl_assert(certificate != NULL);
    (void)ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end);
    return (int64_t)timegm(&end);
}

void tls_ctx_free(struct tls_ctx *ctx)
{
    if (ctx == NULL || --ctx->references > 0)
        return;
    SSL_CTX_free(ctx->ssl_ctx);
    free(ctx);
}

/* ---- connections ---- */

static void be_client(SSL *ssl, enum tls_verify verify)
{
    SSL_set_connect_state(ssl);
    SSL_set_verify(ssl, verify == TLS_VERIFY_NONE ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                   verify == TLS_VERIFY_RECORD ? accept_and_record : NULL);
}

/* An address, also as a literal "[192.0.2.5]", is not a host name: it is never sent as SNI (RFC 6066 §3). */
static bool set_name(SSL *ssl, const char *name)
{
    struct ip ip;
    size_t len = strlen(name), brackets = len > 2 && name[0] == '[' && name[len - 1] == ']';
    struct slice text = slice_make(name + brackets, len - 2 * brackets);
    if (brackets ? ip_parse_literal(text, &ip) : ip_parse(text, &ip)) {
        struct slice octets = ip_bytes(&ip);
        return X509_VERIFY_PARAM_set1_ip(SSL_get0_param(ssl), (const unsigned char *)octets.ptr, octets.len) == 1;
    }
    return SSL_set_tlsext_host_name(ssl, name) == 1 && SSL_set1_host(ssl, name) == 1;
}

int tls_new(struct tls **out, struct tls_ctx *ctx, enum tls_role role, const char *name, struct err *err)
{
    ERR_clear_error();
    struct tls *tls = mem_zalloc(sizeof *tls);
    tls->ssl = SSL_new(ctx->ssl_ctx);
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    rl_assert(tls->ssl != NULL && tls->in != NULL && tls->out != NULL);
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    tls->ctx = ctx;
    ctx->references++;
    if (role == TLS_SERVER)
        SSL_set_accept_state(tls->ssl);
    else
        be_client(tls->ssl, ctx->verify);
    SSL_set_hostflags(tls->ssl, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (name != NULL && !set_name(tls->ssl, name)) {
        tls_free(tls);
        return fail(err, "the host name cannot be used for TLS");
    }
    *out = tls;
    return ERR_OK;
}

void tls_free(struct tls *tls)
{
    if (tls == NULL)
        return;
    SSL_free(tls->ssl);
    tls_ctx_free(tls->ctx);
    free(tls);
}

enum tls_state tls_state(const struct tls *tls)
{
    return tls->state;
}

void tls_info(const struct tls *tls, struct tls_info *out)
{
    long result = SSL_get_verify_result(tls->ssl);
    const char *cipher = SSL_get_cipher_name(tls->ssl);
    *out = (struct tls_info){.verified = result == X509_V_OK && tls->ctx->verify != TLS_VERIFY_NONE};
    (void)snprintf(out->version, sizeof out->version, "%s", SSL_get_version(tls->ssl));
    (void)snprintf(out->cipher, sizeof out->cipher, "%s", cipher != NULL ? cipher : "");
    if (result != X509_V_OK)
        (void)snprintf(out->verify_error, sizeof out->verify_error, "%s", X509_verify_cert_error_string(result));
    (void)snprintf(out->failure, sizeof out->failure, "%s", tls->failure);
}

bool tls_exporter(const struct tls *tls, uint8_t out[TLS_EXPORTER_BYTES])
{
    static const char label[] = "EXPORTER-Channel-Binding";
    return SSL_version(tls->ssl) == TLS1_3_VERSION && SSL_is_init_finished(tls->ssl) == 1 &&
           SSL_export_keying_material(tls->ssl, out, TLS_EXPORTER_BYTES, label, sizeof label - 1, NULL, 0, 1) == 1;
}

/* What a call that did not go through means for the connection. */
static int settle(struct tls *tls, int result)
{
    int why = SSL_get_error(tls->ssl, result);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
        return ERR_OK;
    if (why == SSL_ERROR_ZERO_RETURN && tls->state == TLS_OPEN) { /* before that it is a handshake that failed */
        tls->state = TLS_CLOSED;
        return ERR_OK;
    }
    long verify = SSL_get_verify_result(tls->ssl);
    tls->state = TLS_FAILED;
    take_error(tls->failure, sizeof tls->failure, "the TLS connection broke");
    if (verify != X509_V_OK && tls->ctx->verify == TLS_VERIFY_REQUIRE)
        (void)snprintf(tls->failure, sizeof tls->failure, "%s", X509_verify_cert_error_string(verify));
    return ERR_TLS;
}

static int shake_hands(struct tls *tls)
{
    ERR_clear_error();
    int result = SSL_do_handshake(tls->ssl);
    if (result != 1)
        return settle(tls, result);
    tls->state = TLS_OPEN;
    return ERR_OK;
}

int tls_feed(struct tls *tls, struct slice ciphertext)
{
    if (tls->state == TLS_FAILED)
        return ERR_TLS;
    if (ciphertext.len > 0)
        rl_assert(BIO_write(tls->in, ciphertext.ptr, (int)ciphertext.len) == (int)ciphertext.len);
    return tls->state == TLS_HANDSHAKE ? shake_hands(tls) : ERR_OK;
}

bool tls_read(struct tls *tls, struct buf *out)
{
    while (tls->state == TLS_OPEN) {
        size_t room, got;
        char *to = buf_reserve(out, 16384, &room);
        if (to == NULL)
            return true;
        ERR_clear_error();
        int result = SSL_read_ex(tls->ssl, to, room, &got);
        if (result != 1)
            return settle(tls, result) == ERR_OK;
        buf_commit(out, got);
    }
    return tls->state != TLS_FAILED;
}

bool tls_can_write(const struct tls *tls)
{
    return tls->state == TLS_OPEN || tls->state == TLS_CLOSED;
}

int tls_write(struct tls *tls, struct slice plaintext)
{
    size_t done;
    rl_assert(tls_can_write(tls));
    ERR_clear_error();
    if (plaintext.len == 0 || SSL_write_ex(tls->ssl, plaintext.ptr, plaintext.len, &done) == 1)
        return ERR_OK;
    (void)settle(tls, 0);
    return ERR_TLS;
}

void tls_pull(struct tls *tls, struct buf *out)
{
    size_t pending;
    while ((pending = BIO_ctrl_pending(tls->out)) > 0) {
        size_t room;
        char *to = buf_reserve(out, pending, &room);
        if (to == NULL)
            return;
        int n = BIO_read(tls->out, to, room < pending ? (int)room : (int)pending);
        if (n <= 0)
            return;
        buf_commit(out, (size_t)n);
    }
}

void tls_shutdown(struct tls *tls)
{
    if (!tls_can_write(tls))
        return;
    ERR_clear_error();
    (void)SSL_shutdown(tls->ssl);
}
