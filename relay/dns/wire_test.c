/* Answers as they come from other people's servers, octet by octet. */
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

/* The same with another type in the question. */
static size_t make_of(uint8_t *out, enum wire_type type, uint8_t answers, const char *records, size_t len)
{
    size_t made = make(out, 0x80, answers, records, len);
    out[24] = (uint8_t)type;
    return made;
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
    size_t len = wire_query("d.example", WIRE_MX, 0x1234, true, packet);
    ck_assert_uint_gt(len, 12);
    ck_assert_uint_eq(packet[0] << 8 | packet[1], 0x1234);
    ck_assert_uint_eq(packet[11], 1); /* one additional record: OPT */
    (void)wire_query("d.example", WIRE_MX, 0x1234, false, packet);
    ck_assert_uint_eq(packet[11], 0);
    ck_assert_uint_eq(wire_query("not..a.name", WIRE_MX, 1, true, packet), 0);
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

START_TEST(the_strings_of_a_txt_record_are_joined)
{
    static const char txt[] = "\xc0\x0c\0\x10\0\x01\0\0\0\x3c\0\x08\x03v=a\0\x02;b"
                              "\xc0\x0c\0\x10\0\x01\0\0\0\x3c\0\x04\x03\0 c";
    static const char aaaa[] = "\xc0\x0c\0\x1c\0\x01\0\0\0\x3c\0\x10\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01";
    uint8_t packet[512];
    size_t len = make_of(packet, WIRE_TXT, 2, txt, sizeof txt - 1);
    struct arena *texts = arena_new(1024 * 1024);
    wire_read(slice_make(packet, len), "d.example", WIRE_TXT, texts, &answer);
    ck_assert_int_eq(answer.result, WIRE_OK);
    ck_assert_uint_eq(answer.count, 2);
    ck_assert(slice_eq_cstr(answer.records[0].text, "v=a;b"));
    ck_assert(slice_eq(answer.records[1].text, slice_make("\0 c", 3)));
    len = make_of(packet, WIRE_AAAA, 1, aaaa, sizeof aaaa - 1);
    wire_read(slice_make(packet, len), "d.example", WIRE_AAAA, texts, &answer);
    ck_assert(answer.count == 1 && ip_eq(answer.records[0].address, ip_of("2001:db8::1")));
    arena_free(texts);
}
END_TEST

START_TEST(result_codes_are_distinguished)
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

START_TEST(a_truncated_answer_is_not_an_answer)
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

START_TEST(a_referral_does_not_mean_that_there_are_no_records)
{
    static const char ns[] = "\0\0\2\0\1\0\0\0\x3c\0\4\1a\xc0\x0c";
    static const char soa[] = "\xc0\x0c\0\6\0\1\0\0\0\x3c\0\x16\0\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1";
    uint8_t packet[512];
    char both[64];
    size_t len = make(packet, 0x80, 0, ns, sizeof ns - 1);
    packet[9] = 1; /* one record, of the authority */
    read_packet(packet, len);
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    ck_assert_str_eq(answer.why, "a referral instead of an answer");
    memcpy(both, ns, sizeof ns - 1);
    memcpy(both + sizeof ns - 1, soa, sizeof soa - 1);
    len = make(packet, 0x80, 0, both, sizeof ns - 1 + sizeof soa - 1);
    packet[9] = 2;
    read_packet(packet, len);
    ck_assert(answer.result == WIRE_OK && answer.count == 0);
    done();
}
END_TEST

/* Records in place of those that were asked for, flags of a server that does not know, codes that contradict. */
START_TEST(what_is_neither_an_answer_nor_a_no_is_a_temporary_failure)
{
    static const char a[] = "\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\2\x0a";
    static const char stranger[] = "\1x\xc0\x0c\0\x0f\0\x01\0\0\0\x3c\0\x07\0\x0a\x02mx\xc0\x0c";
    static const char mx[] = "\xc0\x0c\0\x0f\0\x01\0\0\0\x3c\0\x07\0\x0a\x02mx\xc0\x0c";
    static const char badvers[] = "\0\0\x29\x04\xd0\1\0\0\0\0\0";
    uint8_t packet[512];
    size_t len;
    read_packet(packet, make(packet, 0x80, 1, a, sizeof a - 1));
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    read_packet(packet, make(packet, 0x80, 1, stranger, sizeof stranger - 1));
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    read_packet(packet, make(packet, 0x00, 0, "", 0)); /* neither AA nor RA */
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    read_packet(packet, make(packet, 0x03, 0, "", 0));
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    read_packet(packet, make(packet, 0x83, 1, mx, sizeof mx - 1)); /* NXDOMAIN, and a record */
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    len = make(packet, 0x80, 0, badvers, sizeof badvers - 1);
    packet[11] = 1;
    read_packet(packet, len);
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    len = make(packet, 0x80, 0, "", 0);
    packet[2] &= 0x7f; /* our own question */
    read_packet(packet, len);
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    len = make(packet, 0x80, 0, "", 0);
    packet[13] = 'x'; /* a question about x.example */
    read_packet(packet, len);
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    ck_assert_str_eq(answer.why, "an answer to another question");
    len = make(packet, 0x80, 0, "", 0);
    packet[5] = 0; /* no question, and nothing else */
    read_packet(packet, 12);
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    read_packet(packet, len);
    ck_assert_int_eq(answer.result, WIRE_TEMPORARY);
    done();
}
END_TEST

START_TEST(records_count_whatever_the_flags_are)
{
    static const char mx[] = "\xc0\x0c\0\x0f\0\x01\0\0\0\x3c\0\x07\0\x0a\x02mx\xc0\x0c";
    uint8_t packet[512];
    read_packet(packet, make(packet, 0x00, 1, mx, sizeof mx - 1));
    ck_assert(answer.result == WIRE_OK && answer.count == 1);
    done();
}
END_TEST

START_TEST(the_target_of_an_alias_has_to_be_asked_for)
{
    static const char alias[] = "\xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x0e\4real\7example\0";
    static const char soa[] = "\xc0\x0c\0\6\0\1\0\0\0\x3c\0\x16\0\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1";
    uint8_t packet[512];
    char both[128];
    size_t len;
    read_packet(packet, make(packet, 0x80, 1, alias, sizeof alias - 1));
    ck_assert_int_eq(answer.result, WIRE_ALIAS);
    ck_assert_str_eq(answer.alias, "real.example");
    read_packet(packet, make(packet, 0x83, 1, alias, sizeof alias - 1));
    ck_assert_int_eq(answer.result, WIRE_ALIAS);
    memcpy(both, alias, sizeof alias - 1);
    memcpy(both + sizeof alias - 1, soa, sizeof soa - 1);
    len = make(packet, 0x80, 1, both, sizeof alias - 1 + sizeof soa - 1);
    packet[9] = 1; /* with its authority: the target exists, and has no such record */
    read_packet(packet, len);
    ck_assert(answer.result == WIRE_OK && answer.count == 0);
    done();
}
END_TEST

/* 3000 records, the best last: nothing is cut off before the list is sorted. */
START_TEST(a_long_answer_is_read_to_its_end)
{
    static uint8_t packet[65536];
    static char records[3000 * 16];
    size_t at = 0;
    for (unsigned i = 0; i < 3000; i++) {
        static const char mx[] = "\xc0\x0c\0\x0f\0\x01\0\0\0\x3c\0\x04\0\0\xc0\x0c";
        memcpy(records + at, mx, sizeof mx - 1);
        records[at + 13] = (char)(i == 2999 ? 1 : 20);
        at += sizeof mx - 1;
    }
    size_t len = make(packet, 0x80, 0, records, at);
    packet[6] = 3000 >> 8;
    packet[7] = 3000 & 0xff;
    arena = arena_new(8 * 1024 * 1024);
    wire_read(slice_make(packet, len), "d.example", WIRE_MX, arena, &answer);
    ck_assert_uint_eq(answer.count, 3000);
    ck_assert_uint_eq(answer.records[2999].preference, 1);
    done();
}
END_TEST

SUITE(wire, the_strings_of_a_txt_record_are_joined, what_is_neither_an_answer_nor_a_no_is_a_temporary_failure,
      records_count_whatever_the_flags_are, the_target_of_an_alias_has_to_be_asked_for,
      a_long_answer_is_read_to_its_end, a_truncated_answer_is_not_an_answer,
      a_referral_does_not_mean_that_there_are_no_records, a_question_is_a_packet_with_edns,
      mx_records_are_read_and_the_root_is_a_null_mx, result_codes_are_distinguished,
      broken_packets_are_temporary_failures)
