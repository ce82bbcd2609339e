/* Keys: which are accepted, that they survive being written, and the records of their public halves. */
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/dkim/record.h"
#include "relay/dkim/testing.h"

static struct dkim_key *key_of(const char *pem)
{
    struct dkim_key *key;
    struct err err = {0};
    ck_assert_msg(dkim_key_read(&key, slice_cstr(pem), &err) == ERR_OK, "%s", err.text);
    return key;
}

START_TEST(a_key_that_does_not_suit_is_refused_with_the_reason)
{
    static const struct {
        const char *pem, *why;
    } rows[] = {{"", "it is not a private key in PEM form"},
                {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "it is not a private key"},
                {testing_rsa_512, "it is an RSA key of 512 bits"},
                {testing_ec, "it is a key of another kind"},
                {testing_passphrase, "it has a passphrase"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dkim_key *key = NULL;
        struct err err = {0};
        ck_assert_int_eq(dkim_key_read(&key, slice_cstr(rows[i].pem), &err), ERR_INVALID);
        ck_assert_msg(strncmp(err.text, rows[i].why, strlen(rows[i].why)) == 0, "%s", err.text);
        ck_assert_ptr_null(key);
    }
}
END_TEST

/* RFC 8463 §A.2 */
START_TEST(the_record_of_a_key_is_that_of_the_examples)
{
    static const struct {
        const char *pem, *text, *zone;
    } rows[] = {
        {testing_ed25519, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
         "one._domainkey.s.example. IN TXT ( \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\" "
         ")\n"},
        {testing_rsa,
         "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/"
         "J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kry"
         "OTIKT+l/K4w3QIDAQAB",
         NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dkim_key *key = key_of(rows[i].pem);
        struct buf out;
        struct err err;
        buf_init(&out, RECORD_MAX);
        ck_assert(record_write(key, &out));
        ck_assert_str_eq(buf_cstr(&out), rows[i].text);
        ck_assert_int_eq(record_check(buf_slice(&out), key, &err), ERR_OK);
        buf_reset(&out);
        ck_assert(record_write_zone("s.example", "one", key, &out));
        ck_assert(rows[i].zone == NULL || strcmp(buf_cstr(&out), rows[i].zone) == 0);
        buf_fini(&out);
        dkim_key_free(key);
    }
}
END_TEST

START_TEST(a_string_of_a_record_has_at_most_255_octets)
{
    struct dkim_key *key;
    struct err err;
    struct buf zone, text;
    size_t joined = 0;
    buf_init(&zone, RECORD_MAX);
    buf_init(&text, RECORD_MAX);
    ck_assert_int_eq(dkim_key_make(&key, DKIM_RSA, 2048, &err), ERR_OK);
    ck_assert(record_write(key, &text) && record_write_zone("s.example", "one", key, &zone));
    struct slice rest = buf_slice(&zone);
    (void)slice_cut(&rest, '"');
    while (rest.len > 2) {
        struct slice part = slice_cut(&rest, '"');
        ck_assert(part.len <= 255 && slice_eq(part, slice_head(slice_from(buf_slice(&text), joined), part.len)));
        joined += part.len;
        (void)slice_cut(&rest, '"');
    }
    ck_assert_uint_eq(joined, text.len);
    ck_assert_uint_gt(joined, 255);
    buf_fini(&zone);
    buf_fini(&text);
    dkim_key_free(key);
}
END_TEST

START_TEST(a_key_is_the_same_after_it_was_written_and_read)
{
    static const enum dkim_key_kind kinds[] = {DKIM_RSA, DKIM_ED25519};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct dkim_key *made, *read;
        struct err err;
        struct buf pem, record;
        char a[DKIM_SIGN_MAX], b[DKIM_SIGN_MAX];
        size_t a_len, b_len;
        buf_init(&pem, DKIM_PEM_MAX);
        buf_init(&record, RECORD_MAX);
        ck_assert_int_eq(dkim_key_make(&made, kinds[i], 1024, &err), ERR_OK);
        ck_assert(dkim_key_write(made, &pem));
        ck_assert_int_eq(dkim_key_read(&read, buf_slice(&pem), &err), ERR_OK);
        ck_assert_int_eq(dkim_key_kind(read), kinds[i]);
        ck_assert_uint_eq(dkim_key_bits(read), dkim_key_bits(made));
        ck_assert(dkim_key_sign(made, SLICE_LIT("x"), a, &a_len) && dkim_key_sign(read, SLICE_LIT("x"), b, &b_len));
        ck_assert(slice_eq(slice_make(a, a_len), slice_make(b, b_len)));
        ck_assert(record_write(made, &record));
        ck_assert_int_eq(record_check(buf_slice(&record), read, &err), ERR_OK);
        dkim_key_free(made);
        dkim_key_free(read);
        buf_fini(&pem);
        buf_fini(&record);
    }
}
END_TEST

#define P "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

START_TEST(a_record_is_compared_with_its_key)
{
    static const struct {
        const char *text, *problem; /* NULL = none */
    } rows[] = {
        {"v=DKIM1; k=ed25519; p=" P, NULL},
        {"v=DKIM1;k=ed25519;n=ours;p=" P ";", NULL},
        {" v = DKIM1 ; k=ED25519; t=y:s; s=email; h=sha1 : sha256; p=11qYAYKxCrfVS/7TyWQ HOg7hcvPapiMlrwIaaPcHURo= ",
         NULL},
        {"k=ed25519; p=" P, NULL},
        {"v=DKIM1; p=" P, "it is for a key of another kind: k= must be ed25519"},
        {"v=DKIM1; k=rsa; p=" P, "it is for a key of another kind: k= must be ed25519"},
        {"v=DKIM2; k=ed25519; p=" P, "receivers discard it: it must begin with v=DKIM1"},
        {"k=ed25519; v=DKIM1; p=" P, "receivers discard it: it must begin with v=DKIM1"},
        {"v=DKIM1; k=ed25519; p=", "its p= is empty, which revokes the key"},
        {"v=DKIM1; k=ed25519", "it has no p=, the public key"},
        {"v=DKIM1; k=ed25519; h=sha1; p=" P, "its h= does not allow sha256"},
        {"v=DKIM1; k=ed25519; s=web; p=" P, "its s= does not allow email"},
        {"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo", "it has another public key"},
        {"v=DKIM1; k=ed25519; p=A" P, "it has another public key"},
    };
    struct dkim_key *key = key_of(testing_ed25519);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err err = {0};
        int rc = record_check(slice_cstr(rows[i].text), key, &err);
        ck_assert_msg((rc == ERR_OK) == (rows[i].problem == NULL), "%s: %s", rows[i].text, err.text);

        if (rows[i].problem != NULL)
            ck_assert_str_eq(err.text, rows[i].problem);
    }
    dkim_key_free(key);
}
END_TEST

START_TEST(records_of_others_and_tests_are_recognised)
{
    ck_assert(record_is_dkim(SLICE_LIT("p=x")) && record_is_dkim(SLICE_LIT("v=DKIM1; k=rsa")));
    ck_assert(!record_is_dkim(SLICE_LIT("v=spf1 -all")) && !record_is_dkim(SLICE_LIT("")));
    ck_assert(record_is_test(SLICE_LIT("v=DKIM1; t=s : y; p=x")) && !record_is_test(SLICE_LIT("v=DKIM1; t=s; p=y")));
}
END_TEST

SUITE(dkim_key, a_key_that_does_not_suit_is_refused_with_the_reason, the_record_of_a_key_is_that_of_the_examples,
      a_string_of_a_record_has_at_most_255_octets, a_key_is_the_same_after_it_was_written_and_read,
      a_record_is_compared_with_its_key, records_of_others_and_tests_are_recognised)
