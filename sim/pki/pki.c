#include "sim/pki/pki.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define DAY     (86400 * NS_PER_S)
#define EXT_MAX 8192

struct pki {
    int64_t start_ns;
    long serial;
    EVP_PKEY *root_key, *leaf_key;
    X509 *root;
};

/* What a certificate says. */
struct wish {
    const char *subject;
    const char *const *names;
    size_t name_count;
    int64_t not_before_ns, not_after_ns; /* relative to the start */
    bool is_root, self_signed;
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

static bool add_names(X509 *cert, X509 *issuer, const struct wish *wish)
{
    struct buf names;
    buf_init(&names, EXT_MAX);
    for (size_t i = 0; i < wish->name_count; i++)
        (void)buf_printf(&names, "%sDNS:%s", i > 0 ? "," : "", wish->names[i]);
    bool good =
        names.len == 0 || (!names.overflow && add_extension(cert, issuer, NID_subject_alt_name, buf_cstr(&names)));
    buf_fini(&names);
    return good;
}

static bool set_times(X509 *cert, int64_t start_ns, const struct wish *wish)
{
    time_t start = (time_t)(start_ns / NS_PER_S);
    return X509_time_adj_ex(X509_getm_notBefore(cert), 0, (long)(wish->not_before_ns / NS_PER_S), &start) != NULL &&
           X509_time_adj_ex(X509_getm_notAfter(cert), 0, (long)(wish->not_after_ns / NS_PER_S), &start) != NULL;
}

static X509 *mint(struct pki *pki, EVP_PKEY *key, const struct wish *wish)
{
    X509 *cert = X509_new();
    X509 *issuer = wish->is_root || wish->self_signed ? cert : pki->root;
    EVP_PKEY *issuer_key = wish->is_root || wish->self_signed ? key : pki->root_key;
    X509_NAME *subject = cert != NULL ? X509_get_subject_name(cert) : NULL;
    bool good =
        cert != NULL && X509_set_version(cert, X509_VERSION_3) == 1 &&
        ASN1_INTEGER_set(X509_get_serialNumber(cert), ++pki->serial) == 1 && set_times(cert, pki->start_ns, wish) &&
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)wish->subject, -1, -1, 0) == 1 &&
        X509_set_issuer_name(cert, X509_get_subject_name(issuer)) == 1 && X509_set_pubkey(cert, key) == 1 &&
        add_extension(cert, issuer, NID_basic_constraints, wish->is_root ? "critical,CA:TRUE" : "critical,CA:FALSE") &&
        add_names(cert, issuer, wish) && X509_sign(cert, issuer_key, EVP_sha256()) > 0;
    if (good)
        return cert;
    X509_free(cert);
    return NULL;
}

int pki_new(struct pki **out, int64_t start_ns, struct err *err)
{
    struct pki *pki = mem_zalloc(sizeof *pki);
    struct wish root = {.subject = "Relaylab simulated root",
                        .not_before_ns = -3650 * DAY,
                        .not_after_ns = 3650 * DAY,
                        .is_root = true};
    pki->start_ns = start_ns;
    pki->root_key = EVP_EC_gen("P-256");
    pki->leaf_key = EVP_EC_gen("P-256");
    if (pki->root_key != NULL && pki->leaf_key != NULL)
        pki->root = mint(pki, pki->root_key, &root);
    if (pki->root == NULL) {
        pki_free(pki);
        return fail(err, "cannot mint the root certificate");
    }
    *out = pki;
    return ERR_OK;
}

void pki_free(struct pki *pki)
{
    if (pki == NULL)
        return;
    X509_free(pki->root);
    EVP_PKEY_free(pki->root_key);
    EVP_PKEY_free(pki->leaf_key);
    free(pki);
}

/* ---- files ---- */

static int write_pem(const char *folder, const char *name, X509 *cert, EVP_PKEY *key, struct err *err)
{
    char *path = mem_printf("%s/%s", folder, name);
    FILE *file = fopen(path, "we");
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
    struct wish wish = {
        .subject = name, .names = &name, .name_count = 1, .not_before_ns = -30 * DAY, .not_after_ns = 365 * DAY};
    X509 *cert = mint(pki, pki->leaf_key, &wish);
    if (cert == NULL)
        return fail(err, "cannot mint the target's certificate");
    int rc = write_pem(folder, "ca.pem", pki->root, NULL, err);
    if (rc == ERR_OK)
        rc = write_pem(folder, "target.crt", cert, NULL, err);
    if (rc == ERR_OK)
        rc = write_pem(folder, "target.key", NULL, pki->leaf_key, err);
    X509_free(cert);
    return rc;
}

/* ---- hosts ---- */

static struct wish wish_of(const struct host *host)
{
    static const char *const other[] = {"other.example"};
    struct wish wish = {.subject = host->name,
                        .names = &host->name,
                        .name_count = 1,
                        .not_before_ns = -30 * DAY,
                        .not_after_ns = 365 * DAY};
    if (host->tls.names.count > 0) {
        wish.names = host->tls.names.items;
        wish.name_count = host->tls.names.count;
    }
    if (host->tls.cert == CERT_EXPIRED)
        wish.not_after_ns = -DAY;
    if (host->tls.cert == CERT_NOT_YET_VALID)
        wish.not_before_ns = DAY;
    if (host->tls.cert == CERT_WRONG_NAME && host->tls.names.count == 0)
        wish.names = other;
    wish.self_signed = host->tls.cert == CERT_SELF_SIGNED;
    if (host->tls.not_after_ns != 0)
        wish.not_after_ns = host->tls.not_after_ns;
    if (wish.not_before_ns >= wish.not_after_ns)
        wish.not_before_ns = wish.not_after_ns - 30 * DAY;
    return wish;
}

int pki_host(struct pki *pki, const struct host *host, struct tls_ctx **out, struct err *err)
{
    struct wish wish = wish_of(host);
    X509 *cert = mint(pki, pki->leaf_key, &wish);
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    bool good = cert != NULL && ctx != NULL && SSL_CTX_use_certificate(ctx, cert) == 1 &&
                SSL_CTX_use_PrivateKey(ctx, pki->leaf_key) == 1;
    X509_free(cert);
    if (!good) {
        SSL_CTX_free(ctx);
        return fail(err, "cannot mint a host's certificate");
    }
    *out = tls_ctx_adopt(ctx, TLS_VERIFY_NONE);
    return ERR_OK;
}

int pki_client(struct pki *pki, struct tls_ctx **out, struct err *err)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (ctx == NULL || X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), pki->root) != 1) {
        SSL_CTX_free(ctx);
        return fail(err, "cannot make the client's TLS context");
    }
    *out = tls_ctx_adopt(ctx, TLS_VERIFY_RECORD);
    return ERR_OK;
}
