#include <string.h>

#include "lib/base/prng.h"
#include "lib/testing/suite.h"

START_TEST(the_stream_is_chacha20)
{
    /* RFC 8439 appendix A.1, test vector 1 */
    static const uint8_t wanted[16] = {0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90,
                                       0x40, 0x5d, 0x6a, 0xe5, 0x53, 0x86, 0xbd, 0x28};
    uint8_t key[PRNG_KEY_BYTES] = {0}, got[16];
    struct prng prng;
    prng_init(&prng, key);
    prng_bytes(&prng, got, sizeof got);
    ck_assert_mem_eq(got, wanted, sizeof wanted);
}
END_TEST

START_TEST(reading_in_pieces_gives_the_same_stream)
{
    uint8_t whole[200], pieces[200];
    struct prng a, b;
    prng_init_seed(&a, 42);
    prng_init_seed(&b, 42);
    prng_bytes(&a, whole, sizeof whole);
    for (size_t at = 0, len = 1; at < sizeof pieces; at += len, len = len % 7 + 1) {
        len = at + len > sizeof pieces ? sizeof pieces - at : len;
        prng_bytes(&b, pieces + at, len);
    }
    ck_assert_mem_eq(whole, pieces, sizeof whole);
}
END_TEST

START_TEST(forks_depend_on_parent_and_name_alone)
{
    struct prng root, moved, a, b, c;
    prng_init_seed(&root, 1);
    moved = root;
    (void)prng_u64(&moved);
    prng_fork(&a, &root, "queue");
    prng_fork(&b, &moved, "queue");
    prng_fork(&c, &root, "mx");
    uint64_t first = prng_u64(&a);
    ck_assert_uint_eq(first, prng_u64(&b));
    ck_assert_uint_ne(first, prng_u64(&c));
}
END_TEST

START_TEST(below_stays_below_and_reaches_everything)
{
    unsigned seen[6] = {0};
    struct prng prng;
    prng_init_seed(&prng, 3);
    for (int i = 0; i < 6000; i++) {
        uint64_t n = prng_below(&prng, 6);
        ck_assert_uint_lt(n, 6);
        seen[n]++;
    }
    for (int i = 0; i < 6; i++)
        ck_assert_uint_gt(seen[i], 800);
}
END_TEST

SUITE(prng, the_stream_is_chacha20, reading_in_pieces_gives_the_same_stream, forks_depend_on_parent_and_name_alone,
      below_stays_below_and_reaches_everything)
