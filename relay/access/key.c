#include "relay/access/key.h"

#include <string.h>

#include "lib/base/check.h"

#define PREFIX_LEN (sizeof KEY_PREFIX - 1)

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
#define BASE (sizeof digits - 1)

/* CRC-32 as in Ethernet and zlib. */
static uint32_t checksum(struct slice text)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < text.len; i++) {
        crc ^= (uint8_t)text.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static void write_sum(struct slice text, char out[KEY_SUM_LEN])
{
    uint32_t sum = checksum(text);
    for (size_t i = KEY_SUM_LEN; i-- > 0; sum /= BASE)
        out[i] = digits[sum % BASE];
}

/* Octets that would favour the first digits are drawn again. */
static char random_digit(void)
{
    uint8_t octet;
    do
        digest_random(&octet, 1);
    while (octet >= 256 / BASE * BASE);
    return digits[octet % BASE];
}

void key_new(char out[KEY_LEN + 1])
{
    memcpy(out, KEY_PREFIX, PREFIX_LEN);
    for (size_t i = 0; i < KEY_RANDOM_LEN; i++)
        out[PREFIX_LEN + i] = random_digit();
    write_sum(slice_make(out, PREFIX_LEN + KEY_RANDOM_LEN), out + PREFIX_LEN + KEY_RANDOM_LEN);
    out[KEY_LEN] = '\0';
}

bool key_has_form(struct slice text)
{
    if (text.len != KEY_LEN || memcmp(text.ptr, KEY_PREFIX, PREFIX_LEN) != 0)
        return false;
    for (size_t i = PREFIX_LEN; i < text.len; i++)
        if (text.ptr[i] == '\0' || strchr(digits, text.ptr[i]) == NULL)
            return false;
    return true;
}

bool key_is_whole(struct slice text)
{
    char sum[KEY_SUM_LEN];
    rl_assert(text.len == KEY_LEN);
    write_sum(slice_head(text, KEY_LEN - KEY_SUM_LEN), sum);
    return digest_equal(sum, text.ptr + KEY_LEN - KEY_SUM_LEN, KEY_SUM_LEN);
}

void key_id(struct slice key, char out[KEY_ID_LEN + 1])
{
    memcpy(out, key.ptr + PREFIX_LEN, KEY_ID_LEN);
    out[KEY_ID_LEN] = '\0';
}

void key_digest(struct slice key, uint8_t out[DIGEST_BYTES])
{
    digest_sha256(key.ptr, key.len, out);
}
