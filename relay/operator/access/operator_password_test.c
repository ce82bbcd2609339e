/* Passwords that an operator chooses, and what the relay gets of them. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/testing/suite.h"
#include "lib/text/password.h"
#include "relay/operator/access/password.h"
#include "relay/sasl/scram.h"

START_TEST(a_password_has_a_length_and_no_control_characters)
{
    char long_one[PASSWORD_MAX + 2];
    struct err err = {0};
    memset(long_one, 'p', sizeof long_one);
    long_one[PASSWORD_MAX + 1] = '\0';
    ck_assert_int_eq(password_check(long_one, &err), ERR_INVALID);
    long_one[PASSWORD_MAX] = '\0';
    ck_assert_int_eq(password_check(long_one, &err), ERR_OK);
    ck_assert_int_eq(password_check("12345678", &err), ERR_OK);
    ck_assert_int_eq(password_check("1234567", &err), ERR_INVALID);
    ck_assert_int_eq(password_check("", &err), ERR_INVALID);
    ck_assert_int_eq(password_check("12345\t678", &err), ERR_INVALID);
    ck_assert_int_eq(password_check("gr\xc3\xbc\xc3\x9f gott", &err), ERR_OK);
    ck_assert_int_eq(password_check("rlk_00000000000000000000000000000000000000", &err), ERR_INVALID);
}
END_TEST

static void decode(const struct json *account, const char *name, void *out, size_t size)
{
    char octets[64];
    size_t len;
    ck_assert(base64_decode(slice_cstr(json_get_str(account, name, "")), octets, sizeof octets, &len));
    ck_assert_uint_eq(len, size);
    memcpy(out, octets, size);
}

START_TEST(the_relay_gets_a_hash_and_keys_of_the_password_and_not_the_password)
{
    struct sasl_keys keys = {0}, again;
    struct json *account = json_new_object();
    struct buf text;
    password_add_forms("correct horse", account);
    char *hash = password_hash("correct horse", json_get_str(account, "hash", ""));
    ck_assert_str_eq(hash, json_get_str(account, "hash", NULL));
    decode(account, "salt", keys.salt, sizeof keys.salt);
    decode(account, "stored_key", keys.stored_key, sizeof keys.stored_key);
    decode(account, "server_key", keys.server_key, sizeof keys.server_key);
    keys.iterations = (unsigned)json_get_int(account, "iterations", 0);
    ck_assert_uint_ge(keys.iterations, 4096);
    again = keys;
    scram_make_keys("correct horse", &again);
    ck_assert_mem_eq(again.stored_key, keys.stored_key, sizeof keys.stored_key);
    ck_assert_mem_eq(again.server_key, keys.server_key, sizeof keys.server_key);
    buf_init(&text, 65536);
    ck_assert(json_write(account, &text));
    ck_assert_ptr_null(strstr(buf_cstr(&text), "horse"));
    buf_fini(&text);
    free(hash);
    json_free(account);
}
END_TEST

SUITE(operator_password, a_password_has_a_length_and_no_control_characters,
      the_relay_gets_a_hash_and_keys_of_the_password_and_not_the_password)
