/*
 * TLS as a pump over OpenSSL memory BIOs: ciphertext in, plaintext out; plaintext in, ciphertext
 * out. It owns no descriptor, so STARTTLS is a function call and unit tests need no socket.
 *
 *     peer ciphertext --tls_feed--> [ SSL ] --tls_read--> plaintext for us
 *     ciphertext for the peer <--tls_pull-- [ SSL ] <--tls_write-- plaintext of ours
 *
 * Contexts (struct tls_ctx) are shared and counted; a struct tls belongs to one connection. Session
 * tickets and renegotiation are off: OpenSSL's randomness must not affect what we do.
 */
#ifndef RL_IO_TLS_H
#define RL_IO_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

struct tls_ctx;
struct tls;

enum tls_role { TLS_SERVER, TLS_CLIENT };
/* What a client does about the server's certificate. */
enum tls_verify {
    TLS_VERIFY_NONE,   /* opportunistic: any certificate will do (RFC 7435 §3) */
    TLS_VERIFY_RECORD, /* the handshake goes on; tls_info has the result */
    TLS_VERIFY_REQUIRE /* a bad certificate ends the handshake */
};
enum tls_state {
    TLS_HANDSHAKE,
    TLS_OPEN,
    TLS_CLOSED, /* close_notify seen: the peer says no more, and may still be answered (RFC 8446 §6.1) */
    TLS_FAILED
};

struct tls_info {
    char version[16]; /* "TLSv1.3" */
    char cipher[64];
    bool verified;          /* chain and name valid */
    char verify_error[128]; /* why not: OpenSSL's words */
    char failure[256];      /* TLS_FAILED: the first error of OpenSSL's queue, in words; empty otherwise
                             */
};

/* Server context from PEM files (chain and key). */
int tls_ctx_new_server(struct tls_ctx **out, const char *cert_file, const char *key_file, struct err *err);
/* Client context; ca_file NULL = the system's store. */
int tls_ctx_new_client(struct tls_ctx **out, enum tls_verify verify, const char *ca_file, struct err *err);
/* The same context with another look at certificates, so that a store of trusted ones is read and held once. */
struct tls_ctx *tls_ctx_with(const struct tls_ctx *other, enum tls_verify verify);
struct tls_ctx *tls_ctx_ref(struct tls_ctx *ctx);     /* one more reference */
int64_t tls_ctx_expires_s(const struct tls_ctx *ctx); /* end of its own certificate, since 1970; servers only */
void tls_ctx_free(struct tls_ctx *ctx);               /* drops a reference; NULL is allowed */

/* name: SNI and expected name of a client (NULL = none), which must be among the certificate's subjectAltNames; an
 * address, or a literal such as [192.0.2.5], is expected there as an address, and is not sent as SNI. The connection
 * keeps its own reference to ctx. */
int tls_new(struct tls **out, struct tls_ctx *ctx, enum tls_role role, const char *name, struct err *err);
void tls_free(struct tls *tls);

enum tls_state tls_state(const struct tls *tls);
void tls_info(const struct tls *tls, struct tls_info *out);

/* Octets that only this connection's two ends know (RFC 9266): false before TLS 1.3, where they need more conditions.
 */
#define TLS_EXPORTER_BYTES 32
bool tls_exporter(const struct tls *tls, uint8_t out[TLS_EXPORTER_BYTES]);

/* Takes ciphertext and moves the handshake on. 0, or ERR_TLS once the connection is broken. */
int tls_feed(struct tls *tls, struct slice ciphertext);
/* Moves decrypted bytes to out, as many as fit; false on a broken connection. */
bool tls_read(struct tls *tls, struct buf *out);
bool tls_can_write(const struct tls *tls); /* TLS_OPEN or TLS_CLOSED */
/* Encrypts; only where tls_can_write. */
int tls_write(struct tls *tls, struct slice plaintext);
/* Moves ciphertext for the peer to out, as much as fits. */
void tls_pull(struct tls *tls, struct buf *out);
void tls_shutdown(struct tls *tls); /* queues close_notify */

/* For modules that make their own contexts (the sim's invalid certificates): adopts an SSL_CTX. */
struct ssl_ctx_st;
struct tls_ctx *tls_ctx_adopt(struct ssl_ctx_st *ssl_ctx, enum tls_verify verify);

#endif
