/*
 * A TLS session between two of our own streams, and an attacker on the wire: each group of three octets of the input
 * names an octet of the ciphertext and its replacement; what follows a zero is put on the wire unchanged. Both sides
 * survive, or end with an error message, and nothing arrives that was not sent.
 */
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/io/tls.h"
#include "lib/testing/fuzz.h"

#define FLIGHTS 8

struct stranger {
    struct slice script;
    size_t seen; /* octets that have passed */
};

static const char said[] = "MAIL FROM:<alice@sender.example>\r\n";

static struct tls_ctx *server_context(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    (void)X509_gmtime_adj(X509_getm_notBefore(cert), 0);
    (void)X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    rl_assert(X509_set_pubkey(cert, key) == 1 && X509_sign(cert, key, EVP_sha256()) > 0);
    rl_assert(SSL_CTX_use_certificate(ctx, cert) == 1 && SSL_CTX_use_PrivateKey(ctx, key) == 1);
    X509_free(cert);
    EVP_PKEY_free(key);
    return tls_ctx_adopt(ctx, TLS_VERIFY_NONE);
}

static void tamper(struct stranger *stranger, struct buf *wire)
{
    struct slice *script = &stranger->script;
    while (script->len >= 3 && script->ptr[0] != '\0') {
        size_t at = (size_t)((unsigned char)script->ptr[0] << 8 | (unsigned char)script->ptr[1]) - 0x100;
        if (at < stranger->seen || at - stranger->seen >= wire->len)
            break;
        wire->data[at - stranger->seen] = script->ptr[2];
        *script = slice_from(*script, 3);
    }
    stranger->seen += wire->len;
    if (script->len > 1 && script->ptr[0] == '\0') {
        (void)buf_add_slice(wire, slice_from(*script, 1));
        script->len = 0;
    }
}

/* What one side has for the other: whether there was any. */
static bool carry(struct tls *from, struct tls *to, struct stranger *stranger, struct buf *got)
{
    struct buf wire;
    struct tls_info info;
    buf_init(&wire, 1024 * 1024);
    tls_pull(from, &wire);
    tamper(stranger, &wire);
    bool some = wire.len > 0;
    if (tls_feed(to, buf_slice(&wire)) == ERR_OK)
        (void)tls_read(to, got);
    tls_info(to, &info);
    rl_assert((tls_state(to) == TLS_FAILED) == (info.failure[0] != '\0'));
    buf_fini(&wire);
    return some;
}

static void talk(struct tls *client, struct tls *server, struct stranger *stranger)
{
    struct buf to_server, to_client;
    bool written = false;
    buf_init(&to_server, 65536);
    buf_init(&to_client, 65536);
    (void)tls_feed(client, slice_make(NULL, 0));
    for (int i = 0; i < FLIGHTS; i++) {
        bool some = carry(client, server, stranger, &to_server);
        some = carry(server, client, stranger, &to_client) || some;
        if (!some && written)
            break;
        if (tls_can_write(client) && !written) {
            (void)tls_write(client, slice_make(said, sizeof said - 1));
            tls_shutdown(client);
            written = true;
        }
    }
    rl_assert(to_client.len == 0 && to_server.len < sizeof said);
    rl_assert(to_server.len == 0 || memcmp(to_server.data, said, to_server.len) == 0);
    buf_fini(&to_server);
    buf_fini(&to_client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tls_ctx *server_ctx, *client_ctx;
    struct stranger stranger = {slice_make(data, size < 65536 ? size : 65536), 0};
    struct tls *client, *server;
    if (server_ctx == NULL) {
        server_ctx = server_context();
        rl_assert(tls_ctx_new_client(&client_ctx, TLS_VERIFY_NONE, NULL, NULL) == ERR_OK);
    }
    rl_assert(tls_new(&server, server_ctx, TLS_SERVER, NULL, NULL) == ERR_OK);
    rl_assert(tls_new(&client, client_ctx, TLS_CLIENT, "mx.example", NULL) == ERR_OK);
    talk(client, server, &stranger);
    tls_free(client);
    tls_free(server);
    return 0;
}
