/* Exchanges of each mechanism, as a table: what the client says, and what comes of it. */
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/sasl/sasl.h"

#define RESPONSES_MAX 3

struct exchange {
    const char *mechanism;
    struct slice said[RESPONSES_MAX];
    const char *asked[RESPONSES_MAX]; /* the challenge before each response */
    enum sasl_result result;
    const char *user, *password; /* at SASL_CHECK */
};

static const struct exchange exchanges[] = {
    {"PLAIN", {SLICE_LIT("\0alice\0secret")}, {""}, SASL_CHECK, "alice", "secret"},
    {"plain", {SLICE_LIT("\0alice\0s")}, {""}, SASL_CHECK, "alice", "s"},
    {"PLAIN", {SLICE_LIT("alice\0alice\0secret")}, {""}, SASL_CHECK, "alice", "secret"},
    {"PLAIN", {SLICE_LIT("\0gr\xc3\xbc\xc3\x9f\0 a b ")}, {""}, SASL_CHECK, "gr\xc3\xbc\xc3\x9f", " a b "},
    {"PLAIN", {SLICE_LIT("bob\0alice\0secret")}, {""}, SASL_WRONG, NULL, NULL}, /* to act for bob */
    {"PLAIN", {SLICE_LIT("\0\0secret")}, {""}, SASL_WRONG, NULL, NULL},
    {"PLAIN", {SLICE_LIT("\0alice\0")}, {""}, SASL_WRONG, NULL, NULL},
    {"PLAIN", {SLICE_LIT("\0alice")}, {""}, SASL_WRONG, NULL, NULL},
    {"PLAIN", {SLICE_LIT("alice")}, {""}, SASL_WRONG, NULL, NULL},
    {"PLAIN", {SLICE_LIT("\0alice\0sec\0ret")}, {""}, SASL_WRONG, NULL, NULL},
    {"PLAIN", {SLICE_LIT("")}, {""}, SASL_WRONG, NULL, NULL},
    {"LOGIN", {SLICE_LIT("alice"), SLICE_LIT("secret")}, {"Username:", "Password:"}, SASL_CHECK, "alice", "secret"},
    {"LOGIN", {SLICE_LIT("gr\xc3\xbc"), SLICE_LIT(" a ")}, {"Username:", "Password:"}, SASL_CHECK, "gr\xc3\xbc", " a "},
    {"LOGIN", {SLICE_LIT("")}, {"Username:"}, SASL_WRONG, NULL, NULL},
    {"LOGIN", {SLICE_LIT("ali\0ce")}, {"Username:"}, SASL_WRONG, NULL, NULL},
    {"LOGIN", {SLICE_LIT("alice"), SLICE_LIT("")}, {"Username:", "Password:"}, SASL_WRONG, NULL, NULL},
    {"LOGIN", {SLICE_LIT("alice"), SLICE_LIT("sec\0ret")}, {"Username:", "Password:"}, SASL_WRONG, NULL, NULL},
};

/* Only what every session has. */
static const struct sasl_door plain_door;

static void play(size_t number)
{
    const struct exchange *exchange = &exchanges[number];
    struct sasl sasl = {0};
    struct buf challenge;
    enum sasl_result result = SASL_CHALLENGE;
    buf_init(&challenge, SASL_CHALLENGE_MAX);
    ck_assert_msg(sasl_start(&sasl, &plain_door, slice_cstr(exchange->mechanism), &challenge), "exchange %zu", number);
    for (size_t i = 0; i < RESPONSES_MAX && exchange->asked[i] != NULL; i++) {
        ck_assert_msg(result == SASL_CHALLENGE, "exchange %zu ends before response %zu", number, i);
        ck_assert_str_eq(buf_cstr(&challenge), exchange->asked[i]);
        buf_reset(&challenge);
        result = sasl_respond(&sasl, exchange->said[i], &challenge);
    }
    ck_assert_msg(result == exchange->result, "exchange %zu: %d", number, result);
    if (result == SASL_CHECK) {
        ck_assert_str_eq(sasl.user, exchange->user);
        ck_assert_str_eq(sasl.password, exchange->password);
    }
    sasl_end(&sasl);
    ck_assert(sasl.mechanism == NULL && sasl.user == NULL && sasl.password == NULL);
    buf_fini(&challenge);
}

START_TEST(each_exchange_ends_as_its_mechanism_demands)
{
    for (size_t i = 0; i < sizeof exchanges / sizeof exchanges[0]; i++)
        play(i);
}
END_TEST

START_TEST(a_mechanism_is_found_by_its_whole_name)
{
    static const char *const names[] = {"", "PLAI", "PLAINS", "PLAIN ", "CRAM-MD5", "SCRAM-SHA-256"};
    struct sasl sasl = {0};
    struct buf challenge;
    buf_init(&challenge, SASL_CHALLENGE_MAX);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_msg(!sasl_start(&sasl, &plain_door, slice_cstr(names[i]), &challenge), "%s", names[i]);
    const struct sasl_door without = {.without = 1u << SASL_ID_plain};
    ck_assert(!sasl_start(&sasl, &without, SLICE_LIT("PLAIN"), &challenge));
    sasl_end(&sasl);
    buf_fini(&challenge);
}
END_TEST

START_TEST(the_names_are_offered_in_the_order_of_the_table_where_a_door_has_what_they_need)
{
    static const struct {
        struct sasl_door door;
        const char *names;
    } cases[] = {{{0}, " PLAIN LOGIN"},
                 {{.has_binding = true}, " PLAIN LOGIN"},
                 {{.has_keys = true}, " PLAIN LOGIN SCRAM-SHA-256"},
                 {{.has_keys = true, .has_binding = true}, " PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS"},
                 {{.has_keys = true, .has_binding = true, .without = 1u << SASL_ID_login | 1u << SASL_ID_scram_sha_256},
                  " PLAIN SCRAM-SHA-256-PLUS"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf names;
        buf_init(&names, SASL_CHALLENGE_MAX);
        sasl_add_names(&cases[i].door, &names);
        ck_assert_str_eq(buf_cstr(&names), cases[i].names);
        buf_fini(&names);
    }
}
END_TEST

SUITE(sasl, each_exchange_ends_as_its_mechanism_demands, a_mechanism_is_found_by_its_whole_name,
      the_names_are_offered_in_the_order_of_the_table_where_a_door_has_what_they_need)
