/* Keys: which are accepted, and why others are not. */
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/dkim/dkim_key.h"
#include "relay/dkim/testing.h"

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

SUITE(dkim_key, a_key_that_does_not_suit_is_refused_with_the_reason)
