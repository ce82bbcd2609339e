#include <string.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/mx/pacer.h"

static struct pacer pacer;
static struct buf out;

static void begin(void)
{
    memset(&pacer, 0, sizeof pacer);
    pacer_init(&pacer, 4096);
    buf_init(&out, 4096);
    prng_init_seed(&pacer.prng, 1);
}

static void end(void)
{
    pacer_fini(&pacer);
    buf_fini(&out);
}

/* What has come out so far, pieces parted by |, up to this time. */
static const char *pieces_until(int64_t t_ns)
{
    while (pacer_deadline_ns(&pacer) <= t_ns) {
        pacer_take(&pacer, &out, pacer_deadline_ns(&pacer));
        (void)buf_add_char(&out, '|');
    }
    return buf_cstr(&out);
}

static void add(const char *text, struct host_net net, const struct drip *drip, int64_t t_ns)
{
    pacer_add(&pacer, slice_cstr(text), &net, drip, t_ns);
}

START_TEST(a_plain_network_gives_all_at_once)
{
    begin();
    add("250-a\r\n250 b\r\n", (struct host_net){0}, NULL, 5);
    add("354 go\r\n", (struct host_net){0}, NULL, 5);
    pacer_take(&pacer, &out, 5);
    ck_assert_str_eq(buf_cstr(&out), "250-a\r\n250 b\r\n354 go\r\n");
    ck_assert(pacer_is_empty(&pacer));
    end();
}
END_TEST

START_TEST(a_round_trip_delays_each_reply_once)
{
    begin();
    struct host_net net = {.rtt_ns = 100 * NS_PER_MS};
    add("a", net, NULL, 0);
    add("b", net, NULL, 0);
    ck_assert_str_eq(pieces_until(100 * NS_PER_MS - 1), "");
    pacer_take(&pacer, &out, 100 * NS_PER_MS);
    ck_assert_str_eq(buf_cstr(&out), "ab");
    end();
}
END_TEST

START_TEST(replies_are_cut_into_lines_octets_or_anyhow)
{
    begin();
    add("250-a\n250 b\n", (struct host_net){.segment = SEGMENT_LINE}, NULL, 0);
    ck_assert_str_eq(pieces_until(NS_PER_S), "250-a\n|250 b\n|");
    end();
    begin();
    add("abc", (struct host_net){.segment = SEGMENT_BYTE}, NULL, 0);
    add("d", (struct host_net){.segment = SEGMENT_BYTE}, NULL, 0);
    ck_assert_str_eq(pieces_until(NS_PER_S), "a|b|c|d|");
    end();
    begin();
    add("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", (struct host_net){.segment = SEGMENT_RANDOM}, NULL, 0);
    const char *cut = pieces_until(NS_PER_S);
    ck_assert_ptr_nonnull(strchr(cut, '|'));
    ck_assert_int_lt((int)(strchr(cut, '|') - cut), 17);
    end();
}
END_TEST

START_TEST(a_rate_is_kept_over_replies)
{
    begin();
    struct host_net net = {.rate = 10};
    add("0123456789", net, NULL, 0);
    add("0123456789", net, NULL, 0);
    ck_assert_str_eq(pieces_until(NS_PER_S - 1), "");
    ck_assert_str_eq(pieces_until(2 * NS_PER_S - 1), "0123456789|");
    ck_assert_str_eq(pieces_until(2 * NS_PER_S), "0123456789|0123456789|");
    end();
}
END_TEST

START_TEST(a_drip_replaces_how_the_network_cuts)
{
    begin();
    struct drip drip = {.bytes = 2, .every_ns = NS_PER_S};
    add("abc", (struct host_net){.segment = SEGMENT_BYTE}, &drip, 0);
    add("d", (struct host_net){0}, NULL, 0); /* waits for its turn */
    ck_assert_str_eq(pieces_until(0), "ab|");
    ck_assert_str_eq(pieces_until(NS_PER_S), "ab|c|");
    ck_assert_str_eq(pieces_until(3 * NS_PER_S), "ab|c|d|");
    end();
}
END_TEST

START_TEST(what_does_not_fit_is_dropped)
{
    begin();
    char big[5000];
    memset(big, 'x', sizeof big);
    pacer_add(&pacer, slice_make(big, sizeof big), &(struct host_net){0}, NULL, 0);
    ck_assert(pacer_is_empty(&pacer));
    ck_assert_int_eq(pacer_deadline_ns(&pacer), INT64_MAX);
    end();
}
END_TEST

SUITE(pacer, a_plain_network_gives_all_at_once, a_round_trip_delays_each_reply_once,
      replies_are_cut_into_lines_octets_or_anyhow, a_rate_is_kept_over_replies, a_drip_replaces_how_the_network_cuts,
      what_does_not_fit_is_dropped)
