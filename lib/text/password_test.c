#include <stdlib.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "lib/text/password.h"

START_TEST(the_right_password_gives_its_hash_again_and_another_does_not)
{
    char *hash = password_hash("secret", "$6$rounds=1000$relaylab$");
    ck_assert_ptr_nonnull(hash);
    ck_assert_str_eq(hash, "$6$rounds=1000$relaylab$P8EiUquItJvJmqtcIzjoLUux9.s.JxIH8bNuuTU8w4vSNhxVUHHKuMlRb."
                           "MyWzZWqJl0sBcP9VBiDhgOkAk62.");
    char *right = password_hash("secret", hash), *wrong = password_hash("Secret", hash);
    ck_assert_str_eq(right, hash);
    ck_assert_str_ne(wrong, hash);
    free(hash);
    free(right);
    free(wrong);
}
END_TEST

START_TEST(a_kind_that_does_not_exist_has_no_hash)
{
    ck_assert_ptr_null(password_hash("secret", "$nope$salt$"));
    ck_assert_ptr_null(password_hash("secret", ""));
    ck_assert(password_has_kind("$6$rounds=1000$relaylab$") && !password_has_kind("$nope$salt$"));
}
END_TEST

START_TEST(a_hash_that_no_password_can_match_is_reported)
{
    ck_assert(
        password_hash_is_whole("$6$rounds=1000$relaylab$P8EiUquItJvJmqtcIzjoLUux9.s.JxIH8bNuuTU8w4vSNhxVUHHKuMlRb."
                               "MyWzZWqJl0sBcP9VBiDhgOkAk62."));
    ck_assert(!password_hash_is_whole("$6$rounds=1000$relaylab$P8EiUq"));
    ck_assert(!password_hash_is_whole("$6$"));
    ck_assert(!password_hash_is_whole("secret"));
    ck_assert(!password_hash_is_whole("$1$abcdefgh$irWbblnpmw.5z7wgBnprh0"));
}
END_TEST

START_TEST(a_new_hash_is_whole_and_never_the_same)
{
    char *one = password_new_hash("secret"), *other = password_new_hash("secret");
    ck_assert(password_hash_is_whole(one));
    ck_assert_str_ne(one, other);
    char *again = password_hash("secret", one);
    ck_assert_str_eq(again, one);
    free(one);
    free(other);
    free(again);
}
END_TEST

SUITE(password, the_right_password_gives_its_hash_again_and_another_does_not, a_kind_that_does_not_exist_has_no_hash,
      a_hash_that_no_password_can_match_is_reported, a_new_hash_is_whole_and_never_the_same)
