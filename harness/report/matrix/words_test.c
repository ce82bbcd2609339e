/* The words about all messages of a run, and about an expectation; the tone of a cell. */
#include "harness/report/matrix/row.h"
#include "harness/report/matrix/testing.h"

#define SAYS(verdict, id, seen) ",{'verdict':'" verdict "','id':'" id "','sentence':'S','seen':'" seen "'}"
#define HOSTS(messages, hosts)                                                                                         \
    "{'target':'x','result':'pass','verdicts':[{'verdict':'pass'}],'behaviour':{'messages':[" messages                 \
    "],'hosts':[" hosts "]}}"
#define BUSY(connections, most, at_once)                                                                               \
    "{'host':'mx','connections':" connections ",'messages_max':" most ",'concurrent_max':" at_once "}"
#define ONE(outcome, after) MESSAGE(outcome, after, "1", "")

struct example {
    extractor *extract;
    const char *about, *record, *words, *more;
};

static void check(const struct example *example)
{
    struct row row = {.extract = example->extract, .about = example->about};
    struct json *record = test_json(example->record);
    struct cell cell;
    cell_make(&cell, &row, record);
    ck_assert_msg(strcmp(buf_cstr(&cell.words), example->words) == 0, "\"%s\", not \"%s\"", buf_cstr(&cell.words),
                  example->words);
    ck_assert_msg(strcmp(buf_cstr(&cell.more), example->more) == 0, "\"%s\", not \"%s\"", buf_cstr(&cell.more),
                  example->more);
    cell_free(&cell);
    json_free(record);
}

static void check_all(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(&examples[i]);
}

#define CHECK(examples) check_all(examples, sizeof examples / sizeof examples[0])

START_TEST(messages_and_connections_are_counted)
{
    static const struct example examples[] = {
        {words_all, "", RECORD(ONE("delivered", AFTER("0")) "," ONE("delivered", AFTER("128")), "", ""),
         "all 2 delivered", "the last after 2m8s"},
        {words_all, "", RECORD(ONE("delivered", AFTER("0")) "," ONE("queued", ""), "", ""), "1 of 2 delivered",
         "the last at once"},
        {words_all, "", RECORD(ONE("queued", ""), "", ""), "0 of 1 delivered", ""},
        {words_all, "", RECORD("", "", ""), "1 pass", ""},
        {words_connections, "", HOSTS(ONE("delivered", AFTER("0")), BUSY("5", "4", "3")),
         "5 connections, at most 4 messages on each", "up to 3 open at once; 1 of 1 delivered, the last at once"},
        {words_connections, "", HOSTS(ONE("delivered", AFTER("60")), BUSY("1", "1", "1")), "1 connection, 1 message",
         "1 of 1 delivered, the last after 1m"},
        {words_connections, "", HOSTS(ONE("queued", ""), BUSY("1", "0", "1") "," BUSY("660", "0", "60")),
         "660 connections, no message delivered", "up to 60 open at once; 0 of 1 delivered"},
        {words_connections, "", HOSTS(ONE("queued", ""), ""), "1 pass", ""},
    };
    CHECK(examples);
}
END_TEST

START_TEST(shares_are_those_of_the_expectation)
{
#define SHARES(verdict, a, b)                                                                                          \
    RECORD("", "", SAYS(verdict, "even", "mx2a.d.example " a " %, mx2b " b " % (of 64, 64 seeds)"))
    static const struct example examples[] = {
        {words_share, "even", SHARES("pass", "56", "43"), "random, 56 : 43", ""},
        {words_share, "even", SHARES("fail", "9", "90"), "not evenly, 9 : 90", ""},
        {words_share, "even", SHARES("fail", "100", "0"), "always the same host, 100 : 0", ""},
        {words_share, "even", SHARES("fail", "many", "0"), "1 fail, 1 pass", ""},
        {words_share, "another", SHARES("pass", "56", "43"), "2 pass", ""},
    };
    CHECK(examples);
}
END_TEST

START_TEST(a_reply_accepts_or_refuses)
{
#define REPLY(seen) RECORD("", "", SAYS("pass", "asked", seen))
    static const struct example examples[] = {
        {words_reply, "asked", REPLY("555 5.5.4 Unknown"), "refuses it, 555", "5.5.4 Unknown"},
        {words_reply, "asked", REPLY("250 relay.example\\nSIZE"), "accepts it, 250", "relay.example"},
        {words_reply, "asked", REPLY("does (554 Too (many) hops)"), "refuses it, 554", "Too (many) hops"},
        {words_reply, "asked", REPLY("does not (250 OK)"), "accepts it, 250", "OK"},
        {words_reply, "asked", REPLY("250"), "accepts it, 250", ""},
        {words_reply, "asked", REPLY("2500 events"), "2 pass", ""},
        {words_reply, "asked", REPLY("5 events"), "2 pass", ""},
        {words_reply, "another", REPLY("250 OK"), "2 pass", ""},
    };
    CHECK(examples);
}
END_TEST

START_TEST(an_invalid_end_ends_the_message_or_not)
{
#define END(seen, smuggled, real)                                                                                      \
    RECORD("", "",                                                                                                     \
           SAYS("pass", "asked", seen) SAYS(smuggled, "nothing-is-smuggled", "")                                       \
               SAYS("pass", "the-real-end-is-answered", real))
    static const struct example examples[] = {
        {words_ends, "asked", END("silence", "pass", "250 OK"), "does not end the message", ""},
        {words_ends, "asked", END("silence", "pass", "550 Bare LF"), "does not end the message",
         "refuses the message at its end, 550"},
        {words_ends, "asked", END("250 OK", "fail", "250 OK"), "ends the message", "a second message is smuggled"},
        {words_ends, "asked", END("250 OK", "pass", "250 OK"), "ends the message", "no message is smuggled"},
        {words_ends, "asked", END("451 Bare", "pass", "451 Bare"), "refuses the message, 451", ""},
        {words_ends, "asked", END("the connection ended", "pass", ""), "4 pass", ""},
    };
    CHECK(examples);
}
END_TEST

START_TEST(octets_above_127_are_sent_returned_or_converted)
{
#define OCTETS(sent, back, converted)                                                                                  \
    RECORD("", "",                                                                                                     \
           sent SAYS("note", "the-message-is-given-back-to-its-sender", back)                                          \
               SAYS("note", "the-message-is-converted-to-7-bits", converted))
#define SENT SAYS("fail", "no-octet-above-127-is-sent-where-8bitmime-is-not-offered", "octets above 127")
    static const struct example examples[] = {
        {words_octets, "", OCTETS(SENT, "does not (no events)", "does (1 event)"), "sends them unchanged", ""},
        {words_octets, "", OCTETS("", "does (1 event)", "does not (no events)"), "bounces the message", ""},
        {words_octets, "", OCTETS("", "does not (no events)", "does (1 event)"), "converts the message", ""},
        {words_octets, "", OCTETS("", "does not (no events)", "does not (no events)"), "1 pass, 2 note", ""},
    };
    CHECK(examples);
}
END_TEST

/* ---- cells ---- */

static void is_cell(const char *text, enum tone tone, const char *words, const char *more, const char *broken)
{
    struct json *record = text != NULL ? test_json(text) : NULL;
    struct cell cell;
    cell_make(&cell, NULL, record);
    ck_assert_msg(cell.tone == tone, "%s, not %s, of %s", tones[cell.tone].name, tones[tone].name, text);
    ck_assert_str_eq(buf_cstr(&cell.words), words);
    ck_assert_str_eq(buf_cstr(&cell.more), more);
    ck_assert_str_eq(buf_cstr(&cell.broken), broken);
    cell_free(&cell);
    json_free(record);
}

START_TEST(the_tone_is_the_worst_verdict)
{
#define BAD(verdict)          "{'verdict':'" verdict "','sentence':'" verdict "s'}"
#define RUN(result, verdicts) "{'result':'" result "','what':'it','verdicts':[" verdicts "]}"
    is_cell(RUN("pass", BAD("pass") "," BAD("note")), TONE_GOOD, "1 pass, 1 note", "", "");
    is_cell(RUN("pass", BAD("warn")), TONE_LATER, "1 warn", "", "broken: warns");
    is_cell(RUN("pass", BAD("inconclusive")), TONE_LATER, "1 inconclusive", "", "could not be checked: inconclusives");
    is_cell(RUN("pass", BAD("warn") "," BAD("fail") "," BAD("pass")), TONE_BAD, "1 fail, 1 warn, 1 pass", "",
            "broken: fails, and 1 more");
    is_cell(RUN("unstable", BAD("pass")), TONE_LATER, "1 pass", "", "");
}
END_TEST

START_TEST(what_was_not_played_accuses_no_relay)
{
    is_cell(NULL, TONE_NONE, "not run", "", "");
    is_cell("{'result':'unsupported','what':'the target lacks auth'}", TONE_NONE, "unsupported", "lacks auth", "");
    is_cell("{'result':'untried','what':'not tried: it'}", TONE_NONE, "not tried", "not tried: it", "");
    is_cell("{'result':'trouble','what':'lab-failed: it'}", TONE_NONE, "could not run", "lab-failed: it", "");
    is_cell("{'result':'trouble','what':'target-silent: it'}", TONE_NONE, "could not run", "target-silent: it", "");
    is_cell("{'result':'trouble','what':'target-crashed: signal 6'}", TONE_BAD, "crashes", "signal 6", "");
}
END_TEST

SUITE(words, messages_and_connections_are_counted, shares_are_those_of_the_expectation, a_reply_accepts_or_refuses,
      an_invalid_end_ends_the_message_or_not, octets_above_127_are_sent_returned_or_converted,
      the_tone_is_the_worst_verdict, what_was_not_played_accuses_no_relay)
