/* What a client that looks at everything finds in each host's certificate, over handshakes in memory. */
#include "sim/pki/pki.h"

#include <string.h>
#include <time.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"

#define L60      "a60-octets-long-label-01234567890123456789012345678901234567"
#define LONG     L60 "." L60 "." L60 "." L60 ".example" /* 251 octets */
#define WIRE_MAX (1024 * 1024)

static const char *name = "mx.d.example"; /* of the host, and the name that the client expects */
static struct pki *pki;
static struct err err;
static struct tls_info info;      /* as the client has it */
static enum tls_state host_state; /* and how far the host came */

static void move(struct tls *from, struct tls *to)
{
    struct buf wire;
    buf_init(&wire, WIRE_MAX);
    tls_pull(from, &wire);
    (void)tls_feed(to, buf_slice(&wire));
    buf_fini(&wire);
}

/* Shakes hands, and reads what the host may say afterwards. */
static void meet(const struct host_tls *settings)
{
    struct host host = {.name = name, .tls = *settings};
    struct tls_ctx *host_ctx, *client_ctx;
    struct tls *server, *client;
    struct buf nothing;
    buf_init(&nothing, WIRE_MAX);
    ck_assert_int_eq(pki_new(&pki, (int64_t)time(NULL) * NS_PER_S, &err), ERR_OK);
    ck_assert_msg(pki_host(pki, &host, &host_ctx, &err) == ERR_OK, "%s", err.text);
    ck_assert_int_eq(pki_client(pki, &client_ctx, &err), ERR_OK);
    ck_assert_int_eq(tls_new(&server, host_ctx, TLS_SERVER, NULL, &err), ERR_OK);
    ck_assert_int_eq(tls_new(&client, client_ctx, TLS_CLIENT, name, &err), ERR_OK);
    (void)tls_feed(client, slice_make(NULL, 0));
    for (int turn = 0; turn < 4; turn++) {
        move(client, server);
        move(server, client);
    }
    (void)tls_read(client, &nothing);
    tls_info(client, &info);
    host_state = tls_state(server);
    tls_free(client);
    tls_free(server);
    tls_ctx_free(client_ctx);
    tls_ctx_free(host_ctx);
    pki_free(pki);
    buf_fini(&nothing);
}

static const struct {
    enum cert cert;
    const char *problem; /* in OpenSSL's words */
} problems[] = {
    {CERT_VALID, ""},
    {CERT_EXPIRED, "certificate has expired"},
    {CERT_NOT_YET_VALID, "certificate is not yet valid"},
    {CERT_SELF_SIGNED, "self-signed certificate"},
    {CERT_UNTRUSTED_ROOT, "unable to verify the first certificate"},
    {CERT_MISSING_INTERMEDIATE, "unable to verify the first certificate"},
    {CERT_WRONG_NAME, "hostname mismatch"},
    {CERT_WEAK_KEY, "EE certificate key too weak"},
    {CERT_WEAK_HASH, "CA signature digest algorithm too weak"},
    {CERT_NO_SAN, "hostname mismatch"}, /* the subject counts for nothing (RFC 8461 §4.2) */
};

START_TEST(each_kind_of_certificate_has_its_own_problem)
{
    for (size_t i = 0; i < sizeof problems / sizeof problems[0]; i++) {
        meet(&(struct host_tls){.cert = (int)problems[i].cert});
        ck_assert_msg(host_state == TLS_OPEN, "%zu: %s", i, info.failure);
        ck_assert_str_eq(info.verify_error, problems[i].problem);
        ck_assert_int_eq(info.verified, problems[i].problem[0] == '\0');
    }
}
END_TEST

START_TEST(names_of_any_length_and_number_are_certified)
{
    static const char *many[1000];
    static const char *const legal[] = {LONG, "_smtp.d.example", "xn--bcher-kva.example", "123.example", "1"};
    for (size_t i = 0; i < sizeof legal / sizeof legal[0]; i++) {
        name = legal[i];
        meet(&(struct host_tls){0});
        ck_assert_msg(info.verified, "%s: %s", name, info.verify_error);
        meet(&(struct host_tls){.cert = CERT_SELF_SIGNED});
        ck_assert_str_eq(info.verify_error, "self-signed certificate");
    }
    name = "mx.d.example";
    for (size_t i = 0; i < 1000; i++)
        many[i] = i < 999 ? LONG : "*.d.example";
    meet(&(struct host_tls){.names = {many, 1000}});
    ck_assert_msg(info.verified, "%s", info.verify_error);
    many[0] = "a,DNS:mx.d.example"; /* one name, and no list */
    meet(&(struct host_tls){.names = {many, 1}});
    ck_assert_str_eq(info.verify_error, "hostname mismatch");
}
END_TEST

START_TEST(a_host_uses_the_versions_that_it_has)
{
    static int only_1_2[] = {TLS_VERSION_1_2}, only_1_0[] = {TLS_VERSION_1_0};
    meet(&(struct host_tls){0});
    ck_assert_str_eq(info.version, "TLSv1.3");
    meet(&(struct host_tls){.versions = {only_1_2, 1}});
    ck_assert_int_eq(host_state, TLS_OPEN);
    ck_assert_str_eq(info.version, "TLSv1.2");
    meet(&(struct host_tls){.versions = {only_1_0, 1}}); /* our client has none below 1.2 */
    ck_assert_int_eq(host_state, TLS_FAILED);
    ck_assert_str_eq(info.failure, "tlsv1 alert protocol version");
}
END_TEST

START_TEST(a_client_without_a_certificate_is_accepted_or_refused)
{
    static int only_1_2[] = {TLS_VERSION_1_2};
    meet(&(struct host_tls){.client_cert = CLIENT_CERT_ASK});
    ck_assert_int_eq(host_state, TLS_OPEN);
    meet(&(struct host_tls){.client_cert = CLIENT_CERT_REQUIRE, .versions = {only_1_2, 1}});
    ck_assert_int_eq(host_state, TLS_FAILED);
    meet(&(struct host_tls){.client_cert = CLIENT_CERT_REQUIRE});
    ck_assert_int_eq(host_state, TLS_FAILED);
    ck_assert_str_eq(info.failure, "tlsv13 alert certificate required"); /* after the handshake, as the client saw it */
}
END_TEST

SUITE(pki, names_of_any_length_and_number_are_certified, each_kind_of_certificate_has_its_own_problem,
      a_host_uses_the_versions_that_it_has, a_client_without_a_certificate_is_accepted_or_refused)
