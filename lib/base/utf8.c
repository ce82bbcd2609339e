#include "lib/base/utf8.h"

static size_t length_of(unsigned char first)
{
    return first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
}

size_t utf8_read(struct slice text, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = text.len > 0 ? length_of((unsigned char)text.ptr[0]) : 0;
    if (len == 0 || len > text.len)
        return 0;
    uint32_t c = len == 1 ? (unsigned char)text.ptr[0] : (unsigned char)text.ptr[0] & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if (((unsigned char)text.ptr[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | ((unsigned char)text.ptr[i] & 0x3f);
    }
    if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *out = c;
    return len;
}

void utf8_add(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        (void)buf_add_char(out, (char)c);
        return;
    }
    unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char heads[] = {0, 0xc0, 0xe0, 0xf0};
    (void)buf_add_char(out, (char)(heads[more] | c >> (6 * more)));
    while (more-- > 0)
        (void)buf_add_char(out, (char)(0x80 | (c >> (6 * more) & 0x3f)));
}

bool utf8_is_valid(struct slice text)
{
    uint32_t c;
    while (text.len > 0) {
        size_t used = utf8_read(text, &c);
        if (used == 0)
            return false;
        text = slice_from(text, used);
    }
    return true;
}
