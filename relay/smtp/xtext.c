#include "relay/smtp/xtext.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* The octet that begins at i, and how many characters stand for it; 0 = none that is valid. */
static size_t octet_at(struct slice text, size_t i, unsigned char *octet)
{
    char c = text.ptr[i];
    *octet = (unsigned char)c;
    if (c <= ' ' || c > '~' || c == '=')
        return 0;
    if (c != '+')
        return 1;
    if (i + 2 >= text.len)
        return 0;
    int high = hex_value(text.ptr[i + 1]), low = hex_value(text.ptr[i + 2]);
    *octet = (unsigned char)(high * 16 + low);
    return high < 0 || low < 0 ? 0 : 3;
}

static bool is_valid(struct slice text, bool printable)
{
    unsigned char octet;
    size_t used;
    for (size_t i = 0; i < text.len; i += used) {
        used = octet_at(text, i, &octet);
        if (used == 0 || (printable && (octet < ' ' || octet > '~')))
            return false;
    }
    return text.len > 0;
}

bool xtext_is_valid(struct slice text)
{
    return is_valid(text, false);
}

bool xtext_is_printable(struct slice text)
{
    return is_valid(text, true);
}

void xtext_decode(struct slice text, struct buf *out)
{
    unsigned char octet;
    for (size_t i = 0; i < text.len;) {
        size_t used = octet_at(text, i, &octet);
        (void)buf_add_char(out, used > 0 ? (char)octet : text.ptr[i]);
        i += used > 0 ? used : 1;
    }
}
