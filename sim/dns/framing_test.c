#include <string.h>

#include "lib/testing/suite.h"
#include "sim/dns/framing.h"

static struct buf in;
static char question[DNS_QUESTION_MAX];
static size_t len;

static void send_octets(const char *octets, size_t count)
{
    ck_assert(buf_add(&in, octets, count));
}

START_TEST(questions_are_cut_by_their_lengths_wherever_the_segments_end)
{
    buf_init(&in, 4096);
    send_octets("\0", 1);
    ck_assert_int_eq(framing_take(&in, question, &len), FRAMING_MORE);
    send_octets("\3ab", 3);
    ck_assert_int_eq(framing_take(&in, question, &len), FRAMING_MORE);
    send_octets("c\0\1d", 4);
    ck_assert_int_eq(framing_take(&in, question, &len), FRAMING_QUESTION);
    ck_assert_uint_eq(len, 3);
    ck_assert_mem_eq(question, "abc", 3);
    ck_assert_int_eq(framing_take(&in, question, &len), FRAMING_QUESTION);
    ck_assert_mem_eq(question, "d", 1);
    ck_assert_int_eq(framing_take(&in, question, &len), FRAMING_MORE);
    buf_fini(&in);
}
END_TEST

START_TEST(a_length_that_no_question_has_breaks_the_connection_before_it_has_come)
{
    buf_init(&in, 4096);
    send_octets("\2\1", 2); /* 513 */
    ck_assert_int_eq(framing_take(&in, question, &len), FRAMING_BROKEN);
    buf_reset(&in);
    send_octets("\0\0", 2);
    ck_assert_int_eq(framing_take(&in, question, &len), FRAMING_BROKEN);
    buf_fini(&in);
}
END_TEST

START_TEST(an_answer_begins_with_its_length)
{
    static const uint8_t answer[300] = {7};
    struct buf out;
    buf_init(&out, 400);
    ck_assert(framing_add(&out, answer, sizeof answer));
    ck_assert_mem_eq(out.data, "\1\x2c\7", 3);
    ck_assert_uint_eq(out.len, 302);
    ck_assert(!framing_add(&out, answer, sizeof answer)); /* the half of one is worse than none */
    ck_assert_uint_eq(out.len, 302);
    buf_fini(&out);
}
END_TEST

SUITE(framing, questions_are_cut_by_their_lengths_wherever_the_segments_end,
      a_length_that_no_question_has_breaks_the_connection_before_it_has_come, an_answer_begins_with_its_length)
