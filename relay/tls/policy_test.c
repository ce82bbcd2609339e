#include <string.h>

#include "lib/testing/suite.h"
#include "relay/tls/policy.h"

START_TEST(a_domain_has_its_own_level_and_all_others_the_default)
{
    static int verify = CONFIG_TLS_VERIFY, none = CONFIG_TLS_NONE;
    static struct yaml_entry entries[] = {{.key = "bank.example", .value = &verify},
                                          {.key = "old.example", .value = &none}};
    struct config config = {.tls = {.otherwise = CONFIG_TLS_ENCRYPT, .domains = {entries, 2}}};
    struct policy *policy;
    struct err err = {0};
    ck_assert_msg(policy_new(&policy, &config, &err) == ERR_OK, "%s", err.text);
    ck_assert_int_eq(policy_level(policy, "BANK.example"), CONFIG_TLS_VERIFY);
    ck_assert_int_eq(policy_level(policy, "old.example"), CONFIG_TLS_NONE);
    ck_assert_int_eq(policy_level(policy, "other.example"), CONFIG_TLS_ENCRYPT);
    ck_assert_ptr_ne(policy_context(policy, CONFIG_TLS_VERIFY), policy_context(policy, CONFIG_TLS_ENCRYPT));
    policy_free(policy);
}
END_TEST

START_TEST(a_password_is_for_a_verified_smarthost_only)
{
    struct config_smarthost smarthost = {.host = "smart.example"};
    struct config config = {.tls = {.otherwise = CONFIG_TLS_MAY}, .smarthost = &smarthost};
    struct policy *policy;
    struct err err = {0};
    ck_assert_msg(policy_new(&policy, &config, &err) == ERR_OK, "%s", err.text);
    ck_assert_int_eq(policy_level(policy, "bank.example"), CONFIG_TLS_MAY);
    smarthost.user = smarthost.password = "x";
    ck_assert_int_eq(policy_level(policy, "bank.example"), CONFIG_TLS_VERIFY);
    policy_free(policy);
}
END_TEST

SUITE(policy, a_domain_has_its_own_level_and_all_others_the_default, a_password_is_for_a_verified_smarthost_only)
