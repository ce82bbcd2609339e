/* Who a session is. */
#include "lib/testing/suite.h"
#include "relay/policy/principal.h"

START_TEST(a_client_is_anonymous_unless_its_network_is_trusted)
{
    ck_assert_int_eq(principal_of_client(false).kind, PRINCIPAL_ANONYMOUS);
    ck_assert_int_eq(principal_of_client(true).kind, PRINCIPAL_NETWORK);
    ck_assert_ptr_null(principal_of_client(true).account);
}
END_TEST

START_TEST(an_account_keeps_its_name_when_the_configuration_is_gone)
{
    char name[] = "alice";
    struct principal principal = principal_of_account(name, NULL);
    name[0] = '?';
    ck_assert_int_eq(principal.kind, PRINCIPAL_ACCOUNT);
    ck_assert_str_eq(principal.account, "alice");
    principal_fini(&principal);
    ck_assert_int_eq(principal.kind, PRINCIPAL_ANONYMOUS);
    ck_assert_ptr_null(principal.account);
}
END_TEST

START_TEST(a_principal_that_moves_has_one_owner)
{
    struct principal session = principal_of_account("bob", "key1"), answer = principal_of_account("alice", NULL);
    principal_move(&session, &answer);
    ck_assert_str_eq(session.account, "alice");
    ck_assert_ptr_null(session.key);
    ck_assert_int_eq(answer.kind, PRINCIPAL_ANONYMOUS);
    principal_fini(&answer);
    ck_assert_str_eq(session.account, "alice");
    struct principal client = principal_of_client(true);
    principal_move(&session, &client);
    ck_assert_int_eq(session.kind, PRINCIPAL_NETWORK);
    ck_assert_ptr_null(session.account);
}
END_TEST

SUITE(principal, a_client_is_anonymous_unless_its_network_is_trusted,
      an_account_keeps_its_name_when_the_configuration_is_gone, a_principal_that_moves_has_one_owner)
