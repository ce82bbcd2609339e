/* Answers as they come from other people's servers, octet by octet. */
#include <arpa/inet.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/dns/wire.h"

/* A header, the question "d.example MX", and then the records given. */
static size_t make(uint8_t *out, uint8_t flags2, uint8_t answers, const char *records, size_t len)
{
    static const uint8_t question[] = {1, 'd', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 15, 0, 1};
    uint8_t header[] = {0, 7, 0x81, flags2, 0, 1, 0, answers, 0, 0, 0, 0};
    memcpy(out, header, sizeof header);
    memcpy(out + sizeof header, question, sizeof question);
    memcpy(out + sizeof header + sizeof question, records, len);
    return sizeof header + sizeof question + len;
}

static struct wire_answer answer;
static struct arena *arena;

static void read_packet(const uint8_t *packet, size_t len)
{
    if (arena != NULL)
        arena_free(arena);
    arena = arena_new(1024 * 1024);
    wire_read(slice_make(packet, len), "d.example", WIRE_MX, arena, &answer);
}

static void done(void)
{
    arena_free(arena);
    arena = NULL;
}

START_TEST(a_question_is_a_packet_with_edns)
{
    uint8_t packet[WIRE_QUERY_MAX];
    size_t len = wire_query("d.example", WIRE_MX, 0x1234, packet);
    ck_assert_uint_gt(len, 12);
    ck_assert_uint_eq(packet[0] << 8 | packet[1], 0x1234);
    ck_assert_uint_eq(packet[11], 1); /* one additional record: OPT */
    ck_assert_uint_eq(wire_query("not..a.name", WIRE_MX, 1, packet), 0);
}
END_TEST

START_TEST(mx_records_are_read_and_the_root_is_a_null_mx)
{
    static const char mx[] = "\xc0\x0c\0\x0f\0\x01\0\0\0\x3c\0\x07\0\x0a\x02mx\xc0\x0c";
    static const char null_mx[] = "\xc0\x0c\0\x0f\0\x01\0\0\0\x3c\0\x03\0\0\0";
    uint8_t packet[512];
    read_packet(packet, make(packet, 0x80, 1, mx, sizeof mx - 1));
    ck_assert_int_eq(answer.result, WIRE_OK);
    ck_assert_uint_eq(answer.count, 1);
    ck_assert_uint_eq(answer.records[0].preference, 10);
    ck_assert_str_eq(answer.records[0].host, "mx.d.example");
    read_packet(packet, make(packet, 0x80, 1, null_mx, sizeof null_mx - 1));
    ck_assert_uint_eq(answer.count, 1);
    ck_assert_str_eq(answer.records[0].host, "");
    done();
}
END_TEST

START_TEST(result_codes_are_told_apart)
{
    uint8_t packet[512];
    read_packet(packet, make(packet, 0x80, 0, "", 0));
    ck_assert(answer.result == WIRE_OK && answer.count == 0);
    read_packet(packet, make(packet, 0x83, 0, "", 0));
    ck_assert_int_eq(answer.result, WIRE_NXDOMAIN);
    read_packet(packet, make(packet, 0x82, 0, "", 0));
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    read_packet(packet, make(packet, 0x85, 0, "", 0));
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    done();
}
END_TEST

START_TEST(broken_packets_are_temporary_failures)
{
    static const char mx[] = "\xc0\x0c\0\x0f\0\x01\0\0\0\x3c\0\x07\0\x0a\x02mx\xc0\x0c";
    uint8_t packet[512];
    size_t len = make(packet, 0x80, 1, mx, sizeof mx - 1);
    for (size_t cut = 0; cut < len; cut++) {
        read_packet(packet, cut);
        ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    }
    memset(packet + 27, 0xc0, 40); /* pointers to nowhere */
    read_packet(packet, 67);
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    done();
}
END_TEST

START_TEST(a_truncated_answer_is_no_answer)
{
    static const char mx[] = "\xc0\x0c\0\x0f\0\x01\0\0\0\x3c\0\x07\0\x0a\x02mx\xc0\x0c";
    uint8_t packet[512];
    size_t len = make(packet, 0x80, 1, mx, sizeof mx - 1);
    packet[2] |= 2; /* TC */
    read_packet(packet, len);
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    ck_assert_str_eq(answer.why, "a truncated answer");
    len = make(packet, 0x80, 0, "", 0);
    packet[2] |= 2;
    read_packet(packet, len); /* not the word that there is no MX record */
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    done();
}
END_TEST

START_TEST(a_referral_is_not_the_word_that_there_is_nothing)
{
    static const char ns[] = "\0\0\2\0\1\0\0\0\x3c\0\4\1a\xc0\x0c";
    static const char soa[] = "\xc0\x0c\0\6\0\1\0\0\0\x3c\0\x16\0\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1";
    uint8_t packet[512];
    char both[64];
    size_t len = make(packet, 0x80, 0, ns, sizeof ns - 1);
    packet[9] = 1; /* one record, of the authority */
    read_packet(packet, len);
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    ck_assert_str_eq(answer.why, "a referral in place of an answer");
    memcpy(both, ns, sizeof ns - 1);
    memcpy(both + sizeof ns - 1, soa, sizeof soa - 1);
    len = make(packet, 0x80, 0, both, sizeof ns - 1 + sizeof soa - 1);
    packet[9] = 2;
    read_packet(packet, len);
    ck_assert(answer.result == WIRE_OK && answer.count == 0);
    done();
}
END_TEST

SUITE(wire, a_truncated_answer_is_no_answer, a_referral_is_not_the_word_that_there_is_nothing,
      a_question_is_a_packet_with_edns, mx_records_are_read_and_the_root_is_a_null_mx, result_codes_are_told_apart,
      broken_packets_are_temporary_failures)
