/* What a password costs, who computes it, and how often it may be guessed. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "relay/access/testing.h"
#include "relay/ingress/auth.h"
#include "relay/ingress/throttle.h"

#define TURNS_MAX 5000
#define START     (1000 * NS_PER_S)
#define ASKERS    (AUTH_WAITING_MAX + 8)

/* Password secret, 1000 rounds. */
static const char *const hash =
    "$6$rounds=1000$relaylab$P8EiUquItJvJmqtcIzjoLUux9.s.JxIH8bNuuTU8w4vSNhxVUHHKuMlRb.MyWzZWqJl0sBcP9VBiDhgOkAk62.";
static const char *const other_hash = "$6$rounds=1000$relaylab$";

static const char *const guesses[] = {"1", "2", "3", "4"};

static struct loop *loop;
static struct auth *auth;
static struct config other_config;
static struct asker {
    struct auth_question question;
    enum auth_answer answer;
    unsigned order; /* of its answer */
} askers[ASKERS];
static unsigned answers, spawned;
static pid_t helper;
static bool helper_is_deaf;

static struct ip client(uint32_t n)
{
    return ip_v4(0x0a000000 + n);
}

/* A fork alone: a test has no program to execute. */
static pid_t fork_helper(int fd)
{
    spawned++;
    helper = fork();
    if (helper != 0)
        return helper;
    while (helper_is_deaf)
        (void)pause();
    _exit(hasher_serve(fd));
}

static pid_t fork_nothing(int fd)
{
    (void)fd;
    errno = EAGAIN;
    return -1;
}

/* A right password is that of a principal, and no other answer has one. */
static void note_answer(struct asker *asker, enum auth_answer answer)
{
    struct principal *principal = &asker->question.principal;
    asker->answer = answer;
    ck_assert_int_eq(principal->kind, answer == AUTH_GOOD ? PRINCIPAL_ACCOUNT : PRINCIPAL_ANONYMOUS);
    if (answer == AUTH_GOOD)
        ck_assert_str_eq(principal->account, "alice");
    principal_fini(principal);
}

static void begin(hasher_spawn_fn *spawn)
{
    static struct yaml_entry alice = {.key = "alice", .value = (void *)&hash};
    static struct yaml_entry other_alice = {.key = "alice", .value = (void *)&other_hash};
    memset(askers, 0, sizeof askers);
    answers = spawned = 0;
    helper = 0;
    helper_is_deaf = false;
    testing_begin();
    testing_config.bans.after = 0;
    testing_config.users = (struct yaml_map){&alice, 1};
    other_config.users = (struct yaml_map){&other_alice, 1};
    loop = testing_loop;
    auth = auth_new(access_, loop, NULL, spawn);
}

static void end(void)
{
    auth_free(auth);
    testing_end();
}

static void on_answer(void *arg, enum auth_answer answer)
{
    struct asker *asker = arg;
    note_answer(asker, answer);
    asker->order = answers++;
}

static enum auth_answer ask(unsigned n, uint32_t address, const char *user, const char *password)
{
    struct asker *asker = &askers[n];
    asker->question = (struct auth_question){.on_answer = on_answer, .arg = asker};
    note_answer(asker, auth_ask(auth, &asker->question, client(address), user, password));
    return asker->answer;
}

static enum auth_answer prove(uint32_t address, bool proved)
{
    struct asker *asker = &askers[0];
    asker->question = (struct auth_question){.on_answer = on_answer, .arg = asker};
    note_answer(asker, auth_take_proof(auth, &asker->question, client(address), "alice", proved));
    return asker->answer;
}

static void wait_for_answers(unsigned count)
{
    struct err err = {0};
    for (int i = 0; i < TURNS_MAX && answers < count; i++)
        ck_assert(loop_turn(loop, true, &err) == ERR_OK);
    ck_assert_uint_eq(answers, count);
}

/* Asks, and waits for the answer. */
static enum auth_answer check(uint32_t address, const char *user, const char *password)
{
    unsigned before = answers;
    if (ask(0, address, user, password) == AUTH_PENDING)
        wait_for_answers(before + 1);
    return askers[0].answer;
}

START_TEST(a_client_that_guesses_is_delayed_and_others_are_not)
{
    begin(fork_helper);
    for (int i = 0; i < THROTTLE_GUESSES; i++)
        ck_assert_int_eq(check(1, "alice", "guess"), AUTH_WRONG);
    ck_assert_int_eq(check(1, "alice", "secret"), AUTH_LATER);
    ck_assert_int_eq(check(2, "alice", "secret"), AUTH_GOOD);
    ck_assert_int_eq(check(2, "nobody", "secret"), AUTH_WRONG);
    end();
}
END_TEST

START_TEST(guesses_that_are_under_way_count_and_right_ones_do_not)
{
    begin(fork_helper);
    for (int i = 0; i < 3 * THROTTLE_GUESSES; i++)
        ck_assert_int_eq(check(1, "alice", "secret"), AUTH_GOOD);
    for (int i = 1; i < THROTTLE_GUESSES; i++)
        ck_assert_int_eq(check(1, "alice", "guess"), AUTH_WRONG);
    ck_assert_int_eq(ask(1, 1, "alice", "guess"), AUTH_PENDING);
    ck_assert_int_eq(ask(2, 1, "alice", "guess2"), AUTH_LATER);
    auth_cancel(auth, &askers[1].question); /* it went away, and its guess counts */
    ck_assert_int_eq(ask(2, 1, "alice", "guess"), AUTH_LATER);
    end();
}
END_TEST

START_TEST(a_password_that_was_right_a_moment_ago_costs_nothing)
{
    begin(fork_helper);
    ck_assert_int_eq(check(1, "alice", "secret"), AUTH_GOOD);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(ask(0, 1, "alice", "secret"), AUTH_GOOD);
    ck_assert_int_eq(ask(0, 2, "alice", "guess"), AUTH_PENDING);
    auth_cancel(auth, &askers[0].question);
    end();
}
END_TEST

START_TEST(another_configuration_forgets_no_guess_and_uses_another_hash)
{
    begin(fork_helper);
    for (int i = 0; i < THROTTLE_GUESSES; i++)
        ck_assert_int_eq(check(1, "alice", "guess"), AUTH_WRONG);
    ck_assert_int_eq(ask(1, 3, "alice", "secret"), AUTH_PENDING);
    access_reload(access_, &other_config);
    ck_assert_int_eq(ask(0, 1, "alice", "guess"), AUTH_LATER);
    wait_for_answers(THROTTLE_GUESSES + 1);
    ck_assert_int_eq(askers[1].answer, AUTH_WRONG);
    ck_assert_int_eq(check(2, "alice", "secret"), AUTH_WRONG);
    end();
}
END_TEST

START_TEST(each_client_has_its_turn_however_many_questions_another_asks)
{
    begin(fork_helper);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_int_eq(ask(i, 1, "alice", guesses[i]), AUTH_PENDING);
    ck_assert_int_eq(ask(5, 2, "alice", "secret"), AUTH_PENDING);
    wait_for_answers(5);
    ck_assert_int_eq(askers[5].answer, AUTH_GOOD);
    ck_assert_uint_eq(askers[5].order, 1);
    end();
}
END_TEST

START_TEST(when_too_many_wait_the_last_in_turn_goes)
{
    begin(fork_helper);
    ck_assert_int_eq(ask(0, 1, "alice", "1"), AUTH_PENDING);
    ck_assert_int_eq(ask(1, 1, "alice", "2"), AUTH_PENDING);
    for (unsigned i = 2; i < AUTH_WAITING_MAX; i++)
        ck_assert_int_eq(ask(i, 10 + i, "alice", "guess"), AUTH_PENDING);
    ck_assert_int_eq(ask(AUTH_WAITING_MAX, 9, "alice", "guess"), AUTH_PENDING);
    ck_assert_uint_eq(answers, 1);
    ck_assert_int_eq(askers[1].answer, AUTH_LATER);
    ck_assert_int_eq(ask(AUTH_WAITING_MAX + 1, 8, "alice", "guess"), AUTH_LATER);
    for (unsigned i = 0; i <= AUTH_WAITING_MAX; i++)
        auth_cancel(auth, &askers[i].question);
    end();
}
END_TEST

START_TEST(many_sessions_of_one_client_log_in_at_once_with_one_comparison)
{
    begin(fork_helper);
    for (unsigned i = 0; i < 50; i++)
        ck_assert_int_eq(ask(i, 1, "alice", "secret"), AUTH_PENDING);
    wait_for_answers(50);
    for (unsigned i = 0; i < 50; i++)
        ck_assert_int_eq(askers[i].answer, AUTH_GOOD);
    for (unsigned i = 0; i < 50; i++)
        ck_assert_int_eq(ask(i, 2, "alice", "guess"), AUTH_PENDING);
    wait_for_answers(100);
    for (int i = 1; i < THROTTLE_GUESSES; i++) /* which was one guess */
        ck_assert_int_eq(check(2, "alice", guesses[0]), AUTH_WRONG);
    ck_assert_int_eq(check(2, "alice", guesses[0]), AUTH_LATER);
    end();
}
END_TEST

START_TEST(a_helper_that_is_killed_is_replaced_and_what_waits_goes_on)
{
    begin(fork_helper);
    helper_is_deaf = true;
    ck_assert_int_eq(ask(1, 1, "nobody", "secret"), AUTH_PENDING);
    ck_assert_int_eq(ask(2, 2, "alice", "secret"), AUTH_PENDING);
    struct err err = {0};
    while (spawned == 0)
        ck_assert(loop_turn(loop, true, &err) == ERR_OK);
    helper_is_deaf = false;
    ck_assert_int_eq(kill(helper, SIGKILL), 0);
    wait_for_answers(2);
    ck_assert_int_eq(askers[1].answer, AUTH_LATER);
    ck_assert_int_eq(askers[2].answer, AUTH_GOOD);
    ck_assert_int_eq(check(1, "alice", "secret"), AUTH_GOOD);
    pid_t last = helper;
    end();
    ck_assert_int_eq(waitpid(last, NULL, WNOHANG), -1); /* it was waited for */
    ck_assert_uint_eq(spawned, 2);
}
END_TEST

START_TEST(a_helper_that_dies_while_idle_is_replaced_silently)
{
    begin(fork_helper);
    ck_assert_int_eq(check(1, "alice", "secret"), AUTH_GOOD);
    siginfo_t info;
    ck_assert_int_eq(kill(helper, SIGKILL), 0);
    ck_assert_int_eq(waitid(P_PID, (id_t)helper, &info, WEXITED | WNOWAIT), 0);
    ck_assert_int_eq(check(2, "alice", "guess"), AUTH_WRONG);
    ck_assert_uint_eq(spawned, 2);
    end();
}
END_TEST

START_TEST(without_a_helper_the_answer_is_later)
{
    begin(fork_nothing);
    for (int i = 0; i < 2 * THROTTLE_GUESSES; i++)
        ck_assert_int_eq(check(1, "alice", "guess"), AUTH_LATER);
    end();
}
END_TEST

/* An answer at once, without the helper. */
START_TEST(a_key_and_a_proof_need_no_hash_and_count_as_guesses)
{
    char key[KEY_LEN + 1], wrong[KEY_LEN + 1];
    struct err err = {0};
    begin(fork_nothing);
    ck_assert_int_eq(change_create_key(access_, "alice", "web", 0, key, &err), ERR_OK);
    key_new(wrong);
    for (int i = 0; i < 3 * THROTTLE_GUESSES; i++) {
        ck_assert_int_eq(ask(0, 1, "alice", key), AUTH_GOOD);
        ck_assert_int_eq(ask(0, 1, "apikey", key), AUTH_GOOD);
        ck_assert_int_eq(prove(1, true), AUTH_GOOD);
    }
    for (int i = 0; i < THROTTLE_GUESSES / 2; i++) {
        ck_assert_int_eq(ask(0, 1, "alice", wrong), AUTH_WRONG);
        ck_assert_int_eq(prove(1, false), AUTH_WRONG);
    }
    ck_assert_int_eq(ask(0, 1, "alice", key), AUTH_LATER);
    ck_assert_int_eq(prove(1, true), AUTH_LATER);
    ck_assert_int_eq(ask(0, 2, "alice", key), AUTH_GOOD);
    end();
}
END_TEST

START_TEST(a_client_that_is_banned_gets_no_comparison)
{
    begin(fork_helper);
    testing_config.bans.after = 2;
    testing_config.bans.time_ns = 3600 * NS_PER_S;
    ck_assert_int_eq(check(1, "alice", "guess"), AUTH_WRONG);
    ck_assert_int_eq(check(1, "alice", "secret"), AUTH_GOOD); /* which forgives */
    ck_assert_int_eq(check(1, "alice", "guess"), AUTH_WRONG);
    ck_assert_int_eq(check(1, "alice", "guess2"), AUTH_WRONG);
    ck_assert_int_eq(check(1, "alice", "secret"), AUTH_LATER);
    ck_assert_int_eq(prove(1, true), AUTH_LATER);
    ck_assert_int_eq(check(2, "alice", "secret"), AUTH_GOOD);
    end();
}
END_TEST

/* A program with many connections and a wrong password. */
START_TEST(one_wrong_password_of_many_sessions_counts_once)
{
    begin(fork_helper);
    testing_config.bans.after = 2;
    for (unsigned i = 0; i < 5; i++)
        ck_assert_int_eq(ask(i, 1, "alice", "guess"), AUTH_PENDING);
    wait_for_answers(5);
    ck_assert_int_eq(askers[4].answer, AUTH_WRONG);
    ck_assert_int_eq(check(1, "alice", "secret"), AUTH_GOOD);
    end();
}
END_TEST

START_TEST(hashes_have_a_part_of_the_cpu_and_no_more)
{
    static struct throttle throttle;
    throttle_init(&throttle);
    ck_assert_int_le(throttle_hash_at_ns(&throttle), START);
    throttle_hashed(&throttle, THROTTLE_CPU, START); /* all that there is at once */
    ck_assert_int_eq(throttle_hash_at_ns(&throttle), START);
    throttle_hashed(&throttle, NS_PER_S, START);
    ck_assert_int_eq(throttle_hash_at_ns(&throttle), START + THROTTLE_CPU_EVERY * NS_PER_S);
    throttle_hashed(&throttle, 0, START + 1000 * NS_PER_S);
    ck_assert_int_eq(throttle_hash_at_ns(&throttle),
                     START + 1000 * NS_PER_S - THROTTLE_CPU_EVERY * (THROTTLE_CPU - THROTTLE_HASH_LEAST));
}
END_TEST

START_TEST(the_memory_of_clients_is_bounded_and_keeps_those_that_guess)
{
    static struct throttle throttle;
    throttle_init(&throttle);
    for (int i = 0; i < THROTTLE_GUESSES; i++)
        throttle_guess(&throttle, client(1), START);
    for (uint32_t i = 2; i < 3 * THROTTLE_CLIENTS; i++)
        throttle_guess(&throttle, client(i), START);
    ck_assert(!throttle_allows_guess(&throttle, client(1), START));
    ck_assert(throttle_allows_guess(&throttle, client(1), START + THROTTLE_GUESS_EVERY));
    ck_assert(throttle_allows_guess(&throttle, client(2), START));
    throttle_give_back(&throttle, client(1));
    ck_assert(throttle_allows_guess(&throttle, client(1), START));
}
END_TEST

SUITE(auth, a_client_that_guesses_is_delayed_and_others_are_not, guesses_that_are_under_way_count_and_right_ones_do_not,
      a_password_that_was_right_a_moment_ago_costs_nothing,
      another_configuration_forgets_no_guess_and_uses_another_hash,
      each_client_has_its_turn_however_many_questions_another_asks, when_too_many_wait_the_last_in_turn_goes,
      many_sessions_of_one_client_log_in_at_once_with_one_comparison,
      a_helper_that_is_killed_is_replaced_and_what_waits_goes_on, a_helper_that_dies_while_idle_is_replaced_silently,
      without_a_helper_the_answer_is_later, a_key_and_a_proof_need_no_hash_and_count_as_guesses,
      a_client_that_is_banned_gets_no_comparison, one_wrong_password_of_many_sessions_counts_once,
      hashes_have_a_part_of_the_cpu_and_no_more, the_memory_of_clients_is_bounded_and_keeps_those_that_guess)
