#include "lib/base/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int value_of(char c)
{
    const char *at = c != '\0' ? strchr(alphabet, c) : NULL;
    return at != NULL ? (int)(at - alphabet) : -1;
}

bool base64_decode(struct slice text, char *out, size_t size, size_t *len)
{
    size_t used = 0;
    if (text.len % 4 != 0)
        return false;
    for (size_t at = 0; at < text.len; at += 4) {
        const char *q = text.ptr + at;
        int padding = at + 4 == text.len ? (q[3] == '=') + (q[3] == '=' && q[2] == '=') : 0;
        unsigned bits = 0;
        for (int i = 0; i < 4; i++) {
            int value = i >= 4 - padding ? 0 : value_of(q[i]);
            if (value < 0)
                return false;
            bits = bits << 6 | (unsigned)value;
        }
        for (int i = 0; i < 3 - padding; i++) {
            if (used == size)
                return false;
            out[used++] = (char)(bits >> (16 - 8 * i));
        }
    }
    *len = used;
    return true;
}

bool base64_encode(struct slice bytes, struct buf *out)
{
    for (size_t at = 0; at < bytes.len; at += 3) {
        size_t left = bytes.len - at < 3 ? bytes.len - at : 3;
        unsigned bits = 0;
        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (i < left ? (unsigned char)bytes.ptr[at + i] : 0u);
        for (size_t i = 0; i < 4; i++)
            (void)buf_add_char(out, i <= left ? alphabet[bits >> (18 - 6 * i) & 63] : '=');
    }
    return !out->overflow;
}
