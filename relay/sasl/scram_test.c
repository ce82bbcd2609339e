/* SCRAM: the exchange of RFC 7677 §3, and everything that is a little different from it. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/sasl/scram.h"
#include "relay/sasl/testing.h"
#include "relay/tls/digest.h"

#define CLIENT_NONCE "rOprNGfwEbeRWgbNEkqO"
#define NONCE        CLIENT_NONCE PENCIL_NONCE
#define FIRST        "n,,n=user,r=" CLIENT_NONCE
#define PROOF        "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
#define FINAL        "c=biws,r=" NONCE ",p=" PROOF

static const struct sasl_door door = {.has_keys = true}, bound_door = {.has_keys = true, .has_binding = true};

static struct sasl sasl;
static struct buf challenge;

static void begin(const struct sasl_door *at, const char *mechanism)
{
    sasl = (struct sasl){0};
    buf_init(&challenge, SASL_CHALLENGE_MAX);
    ck_assert(sasl_start(&sasl, at, slice_cstr(mechanism), &challenge));
    ck_assert_str_eq(buf_cstr(&challenge), "");
}

static void end(void)
{
    sasl_end(&sasl);
    ck_assert(sasl.user == NULL && sasl.state == NULL);
    buf_fini(&challenge);
}

static enum sasl_result respond(const char *response)
{
    buf_reset(&challenge);
    return sasl_respond(&sasl, slice_cstr(response), &challenge);
}

static enum sasl_result find(const struct sasl_keys *keys)
{
    buf_reset(&challenge);
    return sasl_found(&sasl, keys, &challenge);
}

START_TEST(the_exchange_of_rfc_7677_proves_the_password)
{
    begin(&door, "SCRAM-SHA-256");
    ck_assert_int_eq(respond(FIRST), SASL_LOOKUP);
    ck_assert_str_eq(sasl.user, "user");
    ck_assert_int_eq(find(&pencil), SASL_CHALLENGE);
    ck_assert_str_eq(buf_cstr(&challenge), "r=" NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    ck_assert_int_eq(respond(FINAL), SASL_CHALLENGE);
    ck_assert_str_eq(buf_cstr(&challenge), "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    ck_assert_int_eq(respond(""), SASL_CHECK);
    ck_assert_int_eq(sasl.proof, SASL_PROVED);
    ck_assert_ptr_null(sasl.password);
    end();
}
END_TEST

START_TEST(the_keys_of_a_password_are_those_of_rfc_7677)
{
    struct sasl_keys keys = pencil;
    memset(keys.stored_key, 0, sizeof keys.stored_key);
    memset(keys.server_key, 0, sizeof keys.server_key);
    scram_make_keys("pencil", &keys);
    ck_assert_mem_eq(keys.stored_key, pencil.stored_key, sizeof keys.stored_key);
    ck_assert_mem_eq(keys.server_key, pencil.server_key, sizeof keys.server_key);
}
END_TEST

START_TEST(a_first_message_that_is_not_one_is_refused)
{
    static const char *const cases[] = {
        "",
        "n,,",
        "n,,n=user",
        "n,,n=user,r=",
        "n,,n=,r=abc",
        "n,,r=abc,n=user",
        "n,,m=ext,n=user,r=abc", /* an extension that must be understood */
        "x,,n=user,r=abc",
        "n,n=user,r=abc",
        "n,,n=us=2er,r=abc",
        "n,,n=user=,r=abc",
        "n,,n=user,r=a b",
        "n,,n=user,r=a\xc3\xa4",
        "n,a=bob,n=user,r=abc", /* to act for bob */
        "n,b=user,n=user,r=abc",
        "n,a=,n=user,r=abc",
        "p=tls-exporter,,n=user,r=abc", /* not in this mechanism */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(&door, "SCRAM-SHA-256");
        ck_assert_msg(respond(cases[i]) == SASL_WRONG, "%s", cases[i]);
        end();
    }
    char long_nonce[SCRAM_NONCE_MAX + 2], response[sizeof long_nonce + 20];
    memset(long_nonce, 'n', sizeof long_nonce - 1);
    long_nonce[sizeof long_nonce - 1] = '\0';
    (void)snprintf(response, sizeof response, "n,,n=user,r=%s", long_nonce);
    begin(&door, "SCRAM-SHA-256");
    ck_assert_int_eq(respond(response), SASL_WRONG);
    end();
    begin(&door, "SCRAM-SHA-256");
    ck_assert_int_eq(sasl_respond(&sasl, SLICE_LIT("n,,n=us\0er,r=abc"), &challenge), SASL_WRONG);
    end();
}
END_TEST

START_TEST(names_are_decoded_and_may_be_said_twice)
{
    static const struct {
        const char *first, *user;
    } cases[] = {{"n,,n=a=2Cb=3dc,r=x", "a,b=c"},
                 {"n,a=user,n=user,r=x", "user"},
                 {"n,a=a=2Cb,n=a=2Cb,r=x", "a,b"},
                 {"y,,n=gr\xc3\xbc,r=x,ext=1", "gr\xc3\xbc"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(&door, "SCRAM-SHA-256");
        ck_assert_msg(respond(cases[i].first) == SASL_LOOKUP, "%s", cases[i].first);
        ck_assert_str_eq(sasl.user, cases[i].user);
        end();
    }
}
END_TEST

/* The final message, in place of FINAL, to the first message of the RFC. */
static enum sasl_result finish(const char *final)
{
    begin(&door, "SCRAM-SHA-256");
    ck_assert_int_eq(respond(FIRST), SASL_LOOKUP);
    ck_assert_int_eq(find(&pencil), SASL_CHALLENGE);
    return respond(final);
}

START_TEST(a_final_message_that_proves_nothing_is_refused)
{
    static const char *const malformed[] = {"",
                                            "c=biws",
                                            "c=biws,r=" NONCE,
                                            "r=" NONCE ",c=biws,p=" PROOF,
                                            "c=biws,p=" PROOF,
                                            "c=biws,r=" NONCE ",p=",
                                            "c=biws,r=" NONCE ",p=dHzb",
                                            "c=biws,r=" NONCE ",p=!",
                                            "c=biws,r=" NONCE ",p=AA" PROOF};
    static const char *const wrong[] = {
        "c=biws,r=" NONCE ",p=AHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "c=eSws,r=" NONCE ",p=" PROOF, /* another header than the first one */
        "c=biws,r=" CLIENT_NONCE ",p=" PROOF,
        "c=biws,r=,p=" PROOF,              /* another nonce */
        "c=biws,r=" NONCE ",x=y,p=" PROOF, /* signed is what was said */
    };
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        ck_assert_msg(finish(malformed[i]) == SASL_WRONG, "%s", malformed[i]);
        end();
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_assert_msg(finish(wrong[i]) == SASL_CHECK, "%s", wrong[i]);
        ck_assert_int_eq(sasl.proof, SASL_DISPROVED);
        ck_assert_uint_eq(challenge.len, 0); /* the server proves nothing to those who do not */
        end();
    }
    ck_assert_int_eq(finish(FINAL), SASL_CHALLENGE);
    ck_assert_int_eq(respond("more"), SASL_WRONG);
    end();
}
END_TEST

/* ---- proofs that the RFC has no example of: made as a client makes them ---- */

static const char *final_nonce = NONCE;

static char *make_final(const char *header, struct slice binding, const char *bare)
{
    struct buf bound, encoded, message;
    uint8_t salted[DIGEST_BYTES], key[DIGEST_BYTES], stored[DIGEST_BYTES], signature[DIGEST_BYTES];
    buf_init(&bound, 512);
    buf_init(&encoded, 1024);
    buf_init(&message, 4096);
    (void)(buf_add_cstr(&bound, header) && buf_add_slice(&bound, binding) &&
           base64_encode(buf_slice(&bound), &encoded));
    char *without = mem_printf("c=%s,r=%s", buf_cstr(&encoded), final_nonce);
    (void)buf_printf(&message, "%s,r=%s,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,%s", bare, NONCE, without);
    digest_stretch("pencil", pencil.salt, sizeof pencil.salt, 4096, salted);
    digest_hmac(salted, "Client Key", 10, key);
    digest_sha256(key, sizeof key, stored);
    digest_hmac(stored, message.data, message.len, signature);
    for (size_t i = 0; i < DIGEST_BYTES; i++)
        key[i] ^= signature[i];
    buf_reset(&encoded);
    (void)base64_encode(slice_make(key, sizeof key), &encoded);
    char *final = mem_printf("%s,p=%s", without, buf_cstr(&encoded));
    free(without);
    buf_fini(&bound);
    buf_fini(&encoded);
    buf_fini(&message);
    return final;
}

/* SASL_PROVED, SASL_DISPROVED, or -1 when it was refused before. */
static int prove(const struct sasl_door *at, const char *mechanism, const char *header, struct slice binding)
{
    static const char bare[] = "n=user,r=" CLIENT_NONCE;
    char *first = mem_printf("%s%s", header, bare), *final = make_final(header, binding, bare);
    int proof = -1;
    begin(at, mechanism);
    if (respond(first) == SASL_LOOKUP && find(&pencil) == SASL_CHALLENGE && respond(final) != SASL_WRONG)
        proof = (int)sasl.proof;
    end();
    free(first);
    free(final);
    return proof;
}

START_TEST(the_proof_is_bound_to_the_tls_session)
{
    static const struct slice ours = {(const char *)bound_door.binding, SASL_BINDING_BYTES};
    static const char other[SASL_BINDING_BYTES] = {1};
    static const char plain[] = "SCRAM-SHA-256", plus[] = "SCRAM-SHA-256-PLUS";
    ck_assert_int_eq(prove(&bound_door, plus, "p=tls-exporter,,", ours), SASL_PROVED);
    ck_assert_int_eq(prove(&bound_door, plus, "p=tls-exporter,,", slice_make(other, sizeof other)), SASL_DISPROVED);
    ck_assert_int_eq(prove(&bound_door, plus, "p=tls-exporter,,", slice_head(ours, 0)), SASL_DISPROVED);
    ck_assert_int_eq(prove(&bound_door, plus, "p=tls-unique,,", ours), -1);
    ck_assert_int_eq(prove(&bound_door, plus, "n,,", slice_head(ours, 0)), -1);
    ck_assert_int_eq(prove(&bound_door, plain, "n,,", slice_head(ours, 0)), SASL_PROVED);
    ck_assert_int_eq(prove(&bound_door, plain, "p=tls-exporter,,", ours), -1);
}
END_TEST

/* §6: the client saw no PLUS in the offer, where there was one. */
START_TEST(an_offer_that_was_cut_is_noticed)
{
    struct slice none = {NULL, 0};
    ck_assert_int_eq(prove(&door, "SCRAM-SHA-256", "y,,", none), SASL_PROVED);
    ck_assert_int_eq(prove(&bound_door, "SCRAM-SHA-256", "y,,", none), -1);
}
END_TEST

/* Or an exchange that was recorded could be played again. */
START_TEST(the_proof_is_for_the_nonce_of_this_exchange)
{
    struct slice none = {NULL, 0};
    final_nonce = CLIENT_NONCE "another";
    ck_assert_int_eq(prove(&door, "SCRAM-SHA-256", "n,,", none), SASL_DISPROVED);
    final_nonce = NONCE;
    ck_assert_int_eq(prove(&door, "SCRAM-SHA-256", "n,,", none), SASL_PROVED);
}
END_TEST

START_TEST(an_exchange_that_ends_early_leaves_nothing)
{
    begin(&door, "SCRAM-SHA-256");
    end();
    begin(&door, "SCRAM-SHA-256");
    ck_assert_int_eq(respond(FIRST), SASL_LOOKUP);
    end();
    begin(&door, "SCRAM-SHA-256");
    ck_assert_int_eq(respond(FIRST), SASL_LOOKUP);
    ck_assert_int_eq(find(&pencil), SASL_CHALLENGE);
    end();
}
END_TEST

SUITE(scram, the_exchange_of_rfc_7677_proves_the_password, the_keys_of_a_password_are_those_of_rfc_7677,
      a_first_message_that_is_not_one_is_refused, names_are_decoded_and_may_be_said_twice,
      a_final_message_that_proves_nothing_is_refused, the_proof_is_bound_to_the_tls_session,
      an_offer_that_was_cut_is_noticed, the_proof_is_for_the_nonce_of_this_exchange,
      an_exchange_that_ends_early_leaves_nothing)
