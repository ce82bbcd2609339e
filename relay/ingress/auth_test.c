/* What a password costs, and how often it may be guessed. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "relay/ingress/auth.h"
#include "relay/ingress/throttle.h"

/* Password secret, 1000 rounds. */
static const char *const hash =
    "$6$rounds=1000$relaylab$P8EiUquItJvJmqtcIzjoLUux9.s.JxIH8bNuuTU8w4vSNhxVUHHKuMlRb.MyWzZWqJl0sBcP9VBiDhgOkAk62.";
#define START (1000 * NS_PER_S)

static struct in_addr client(uint32_t n)
{
    return (struct in_addr){htonl(0x0a000000 + n)};
}

static struct auth *with_alice(void)
{
    static struct yaml_entry alice = {.key = "alice", .value = (void *)&hash};
    static struct config config = {.users = {&alice, 1}};
    return auth_new(&config);
}

START_TEST(a_client_that_guesses_is_put_off_and_others_are_not)
{
    struct auth *auth = with_alice();
    for (int i = 0; i < THROTTLE_GUESSES; i++)
        ck_assert_int_eq(auth_check(auth, client(1), "alice", "guess", START), AUTH_WRONG);
    ck_assert_int_eq(auth_check(auth, client(1), "alice", "secret", START), AUTH_LATER);
    ck_assert_int_eq(auth_check(auth, client(2), "alice", "secret", START), AUTH_GOOD);
    ck_assert_int_eq(auth_check(auth, client(1), "alice", "guess", START + THROTTLE_GUESS_EVERY), AUTH_WRONG);
    ck_assert_int_eq(auth_check(auth, client(1), "alice", "guess", START + THROTTLE_GUESS_EVERY), AUTH_LATER);
    auth_free(auth);
}
END_TEST

START_TEST(a_password_that_was_right_a_moment_ago_costs_nothing)
{
    struct auth *auth = with_alice();
    for (int i = 0; i < 3 * THROTTLE_HASHES; i++)
        ck_assert_int_eq(auth_check(auth, client(1), "alice", "secret", START), AUTH_GOOD);
    ck_assert_int_eq(auth_check(auth, client(2), "alice", "guess", START), AUTH_WRONG);
    auth_free(auth);
}
END_TEST

START_TEST(hashes_are_bounded_whoever_asks_for_them)
{
    struct auth *auth = with_alice();
    ck_assert_int_eq(auth_check(auth, client(9), "alice", "secret", START), AUTH_GOOD);
    for (uint32_t i = 1; i < THROTTLE_HASHES; i++)
        ck_assert_int_eq(auth_check(auth, client(i), "nobody", "guess", START), AUTH_WRONG);
    ck_assert_int_eq(auth_check(auth, client(5000), "nobody", "guess", START), AUTH_LATER);
    ck_assert_int_eq(auth_check(auth, client(9), "alice", "secret", START), AUTH_GOOD); /* remembered */
    ck_assert_int_eq(auth_check(auth, client(5000), "nobody", "guess", START + THROTTLE_HASH_EVERY), AUTH_WRONG);
    auth_free(auth);
}
END_TEST

START_TEST(the_memory_of_clients_is_bounded_and_keeps_those_that_guess)
{
    static struct throttle throttle;
    for (int i = 0; i < THROTTLE_GUESSES; i++)
        throttle_wrong(&throttle, client(1), START);
    for (uint32_t i = 2; i < 3 * THROTTLE_CLIENTS; i++)
        throttle_wrong(&throttle, client(i), START);
    ck_assert(!throttle_allows_guess(&throttle, client(1), START));
    ck_assert(throttle_allows_guess(&throttle, client(2), START));
}
END_TEST

START_TEST(a_hash_that_no_password_can_match_is_told)
{
    ck_assert(auth_can_use(hash));
    ck_assert(!auth_can_use("$6$rounds=1000$relaylab$P8EiUq"));
    ck_assert(!auth_can_use("$6$"));
    ck_assert(!auth_can_use("secret"));
    ck_assert(!auth_can_use("$1$abcdefgh$irWbblnpmw.5z7wgBnprh0"));
}
END_TEST

SUITE(auth, a_client_that_guesses_is_put_off_and_others_are_not, a_password_that_was_right_a_moment_ago_costs_nothing,
      hashes_are_bounded_whoever_asks_for_them, the_memory_of_clients_is_bounded_and_keeps_those_that_guess,
      a_hash_that_no_password_can_match_is_told)
