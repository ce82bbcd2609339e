#include "sim/pki/pki.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define DAY       (86400 * NS_PER_S)
#define WEAK_BITS 1024

struct authority {
    EVP_PKEY *key;
    X509 *cert;
};

struct pki {
    int64_t start_ns;
    long serial;
    struct authority root;
    struct authority stranger;     /* an untrusted root; made when it is needed */
    struct authority intermediate; /* of the root; made when it is needed */
    EVP_PKEY *leaf_key, *weak_key; /* weak: made when it is needed */
};

/* The contents of a certificate. */
struct wish {
    const char *subject;
    const char *const *names;
    size_t name_count;
    int64_t not_before_ns, not_after_ns; /* relative to the start */
    const struct authority *issuer;      /* NULL: itself */
    EVP_PKEY *key;
    bool is_authority, weak_hash;
};

static int fail(struct err *err, const char *what)
{
    char text[256];
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    return err_set(err, ERR_TLS, "%s: %s", what, text);
}

static bool add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    bool good = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return good;
}

/* Takes over nothing. */
static bool push_name(GENERAL_NAMES *names, const char *text)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *value = ASN1_IA5STRING_new();
    if (name == NULL || value == NULL || ASN1_STRING_set(value, text, -1) != 1) {
        GENERAL_NAME_free(name);
        ASN1_IA5STRING_free(value);
        return false;
    }
    GENERAL_NAME_set0_value(name, GEN_DNS, value);
    if (sk_GENERAL_NAME_push(names, name) > 0)
        return true;
    GENERAL_NAME_free(name);
    return false;
}

/* Where names belong (RFC 6125 §1.5): any number of them, of any length. */
static bool add_names(X509 *cert, const struct wish *wish)
{
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    bool good = names != NULL;
    for (size_t i = 0; good && i < wish->name_count; i++)
        good = push_name(names, wish->names[i]);
    if (good && wish->name_count > 0)
        good = X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, 0) == 1;
    GENERAL_NAMES_free(names);
    return good;
}

/* A common name has 64 characters at most (RFC 5280, ub-common-name); a longer name is a subject alternative alone. */
static const char *common_name(const struct wish *wish)
{
    return strlen(wish->subject) <= PKI_COMMON_NAME_MAX ? wish->subject : "simulated host";
}

static bool set_times(X509 *cert, int64_t start_ns, const struct wish *wish)
{
    time_t start = (time_t)(start_ns / NS_PER_S);
    return X509_time_adj_ex(X509_getm_notBefore(cert), 0, (long)(wish->not_before_ns / NS_PER_S), &start) != NULL &&
           X509_time_adj_ex(X509_getm_notAfter(cert), 0, (long)(wish->not_after_ns / NS_PER_S), &start) != NULL;
}

static X509 *mint(struct pki *pki, const struct wish *wish)
{
    X509 *cert = X509_new();
    X509 *issuer = wish->issuer != NULL ? wish->issuer->cert : cert;
    EVP_PKEY *issuer_key = wish->issuer != NULL ? wish->issuer->key : wish->key;
    X509_NAME *subject = cert != NULL ? X509_get_subject_name(cert) : NULL;
    const char *constraints = wish->is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE";
    bool good =
        cert != NULL && X509_set_version(cert, X509_VERSION_3) == 1 &&
        ASN1_INTEGER_set(X509_get_serialNumber(cert), ++pki->serial) == 1 && set_times(cert, pki->start_ns, wish) &&
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)common_name(wish), -1, -1, 0) ==
            1 &&
        X509_set_issuer_name(cert, X509_get_subject_name(issuer)) == 1 && X509_set_pubkey(cert, wish->key) == 1 &&
        add_extension(cert, issuer, NID_basic_constraints, constraints) && add_names(cert, wish) &&
        X509_sign(cert, issuer_key, wish->weak_hash ? EVP_sha1() : EVP_sha256()) > 0;
    if (good)
        return cert;
    X509_free(cert);
    return NULL;
}

/* Once; issuer NULL makes a root. */
static bool found(struct pki *pki, struct authority *out, const char *name, const struct authority *issuer)
{
    if (out->cert != NULL)
        return true;
    out->key = EVP_EC_gen("P-256");
    struct wish wish = {.subject = name,
                        .not_before_ns = -3650 * DAY,
                        .not_after_ns = 3650 * DAY,
                        .issuer = issuer,
                        .key = out->key,
                        .is_authority = true};
    out->cert = out->key != NULL ? mint(pki, &wish) : NULL;
    return out->cert != NULL;
}

int pki_new(struct pki **out, int64_t start_ns, struct err *err)
{
    struct pki *pki = mem_zalloc(sizeof *pki);
    pki->start_ns = start_ns;
    (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL); /* a host's openssl.cnf must not change the world */
    pki->leaf_key = EVP_EC_gen("P-256");
    if (pki->leaf_key == NULL || !found(pki, &pki->root, "Relaylab simulated root", NULL)) {
        pki_free(pki);
        return fail(err, "cannot create the root certificate");
    }
    *out = pki;
    return ERR_OK;
}

static void free_authority(struct authority *authority)
{
    X509_free(authority->cert);
    EVP_PKEY_free(authority->key);
}

void pki_free(struct pki *pki)
{
    if (pki == NULL)
        return;
    free_authority(&pki->root);
    free_authority(&pki->stranger);
    free_authority(&pki->intermediate);
    EVP_PKEY_free(pki->leaf_key);
    EVP_PKEY_free(pki->weak_key);
    free(pki);
}

/* ---- files ---- */

/* Keys are for their owner's eyes: some relays refuse others. */
static FILE *create(const char *path, bool secret)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0644);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL && fd >= 0)
        close(fd);
    return file;
}

static int write_pem(const char *folder, const char *name, X509 *cert, EVP_PKEY *key, struct err *err)
{
    char *path = mem_printf("%s/%s", folder, name);
    FILE *file = create(path, key != NULL);
    bool good = file != NULL;
    if (good && cert != NULL)
        good = PEM_write_X509(file, cert) == 1;
    if (good && key != NULL)
        good = PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
    if (file != NULL && fclose(file) != 0)
        good = false;
    int rc = good ? ERR_OK : err_errno(err, "cannot write %s", path);
    free(path);
    return rc;
}

int pki_write_target(struct pki *pki, const char *folder, const char *name, struct err *err)
{
    struct wish wish = {.subject = name,
                        .names = &name,
                        .name_count = 1,
                        .not_before_ns = -30 * DAY,
                        .not_after_ns = 365 * DAY,
                        .issuer = &pki->root,
                        .key = pki->leaf_key};
    X509 *cert = mint(pki, &wish);
    if (cert == NULL)
        return fail(err, "cannot create the target's certificate");
    int rc = write_pem(folder, "ca.pem", pki->root.cert, NULL, err);
    if (rc == ERR_OK)
        rc = write_pem(folder, "target.crt", cert, NULL, err);
    if (rc == ERR_OK)
        rc = write_pem(folder, "target.key", NULL, pki->leaf_key, err);
    X509_free(cert);
    return rc;
}

/* ---- hosts ---- */

/* The signer, and its key. False when OpenSSL cannot make it. */
static bool choose_issuer(struct pki *pki, int cert, struct wish *wish)
{
    bool good = true;
    wish->issuer = &pki->root;
    wish->key = pki->leaf_key;
    if (cert == CERT_SELF_SIGNED)
        wish->issuer = NULL;
    if (cert == CERT_UNTRUSTED_ROOT) {
        good = found(pki, &pki->stranger, "Untrusted simulated root", NULL);
        wish->issuer = &pki->stranger;
    }
    if (cert == CERT_MISSING_INTERMEDIATE) {
        good = found(pki, &pki->intermediate, "Relaylab simulated intermediate", &pki->root);
        wish->issuer = &pki->intermediate;
    }
    if (cert == CERT_WEAK_KEY) {
        pki->weak_key = pki->weak_key != NULL ? pki->weak_key : EVP_RSA_gen(WEAK_BITS);
        good = pki->weak_key != NULL;
        wish->key = pki->weak_key;
    }
    wish->weak_hash = cert == CERT_WEAK_HASH;
    return good;
}

static void choose_names(const struct host *host, struct wish *wish)
{
    static const char *const other[] = {"other.example"};
    wish->subject = host->name;
    wish->names = &host->name;
    wish->name_count = 1;
    if (host->tls.names.count > 0) {
        wish->names = host->tls.names.items;
        wish->name_count = host->tls.names.count;
    } else if (host->tls.cert == CERT_WRONG_NAME) {
        wish->subject = other[0];
        wish->names = other;
    }
    if (host->tls.cert == CERT_NO_SAN)
        wish->name_count = 0;
}

static void choose_times(const struct host *host, struct wish *wish)
{
    wish->not_before_ns = host->tls.cert == CERT_NOT_YET_VALID ? DAY : -30 * DAY;
    wish->not_after_ns = host->tls.cert == CERT_EXPIRED ? -DAY : 365 * DAY;
    if (host->tls.not_after_ns != 0)
        wish->not_after_ns = host->tls.not_after_ns;
    if (wish->not_before_ns >= wish->not_after_ns)
        wish->not_before_ns = wish->not_after_ns - 30 * DAY;
}

static int accept_any(int good, X509_STORE_CTX *store)
{
    (void)good;
    (void)store;
    return 1;
}

static bool has_version(const struct yaml_list *versions, int version)
{
    for (size_t i = 0; i < versions->count; i++)
        if (((const int *)versions->items)[i] == version)
            return true;
    return versions->count == 0 && version >= TLS_VERSION_1_2;
}

/* What OpenSSL refuses for security is allowed where the scenario requests it. */
static void settle(SSL_CTX *ctx, const struct host *host)
{
    static const uint64_t without[TLS_VERSION_COUNT] = {SSL_OP_NO_TLSv1, SSL_OP_NO_TLSv1_1, SSL_OP_NO_TLSv1_2,
                                                        SSL_OP_NO_TLSv1_3};
    (void)SSL_CTX_set_min_proto_version(ctx, 0);
    for (int version = 0; version < TLS_VERSION_COUNT; version++)
        if (!has_version(&host->tls.versions, version))
            SSL_CTX_set_options(ctx, without[version]);
    if (has_version(&host->tls.versions, TLS_VERSION_1_0) || has_version(&host->tls.versions, TLS_VERSION_1_1))
        SSL_CTX_set_security_level(ctx, 0);
    if (host->tls.client_cert != CLIENT_CERT_NONE)
        SSL_CTX_set_verify(ctx,
                           host->tls.client_cert == CLIENT_CERT_REQUIRE
                               ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
                               : SSL_VERIFY_PEER,
                           accept_any);
}

int pki_host(struct pki *pki, const struct host *host, struct tls_ctx **out, struct err *err)
{
    struct wish wish = {0};
    choose_names(host, &wish);
    choose_times(host, &wish);
    X509 *cert = choose_issuer(pki, host->tls.cert, &wish) ? mint(pki, &wish) : NULL;
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (ctx != NULL && (host->tls.cert == CERT_WEAK_KEY || host->tls.cert == CERT_WEAK_HASH))
        SSL_CTX_set_security_level(ctx, 0);
    bool good = cert != NULL && ctx != NULL && SSL_CTX_use_certificate(ctx, cert) == 1 &&
                SSL_CTX_use_PrivateKey(ctx, wish.key) == 1;
    X509_free(cert);
    if (!good) {
        SSL_CTX_free(ctx);
        return fail(err, "cannot create a host's certificate");
    }
    *out = tls_ctx_adopt(ctx, TLS_VERIFY_NONE);
    settle(ctx, host);
    return ERR_OK;
}

int pki_client(struct pki *pki, struct tls_ctx **out, struct err *err)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (ctx == NULL || X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), pki->root.cert) != 1) {
        SSL_CTX_free(ctx);
        return fail(err, "cannot create the client's TLS context");
    }
    *out = tls_ctx_adopt(ctx, TLS_VERIFY_RECORD);
    return ERR_OK;
}
