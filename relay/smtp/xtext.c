#include "relay/smtp/xtext.h"

#include "lib/base/utf8.h"

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

bool xtext_is_unicode(struct slice text)
{
    struct slice rest = text;
    uint32_t c;
    for (size_t used; rest.len > 0; rest = slice_from(rest, used)) {
        used = utf8_read(rest, &c);
        if (used == 0 || c <= ' ' || c == '=' || (c >= 0x7f && c <= 0x9f))
            return false;
    }
    return text.len > 0;
}

/* "\x{4f8b}" at the start of the text; 0 = it is not one, or does not stand for a character. */
static size_t read_point(struct slice text, uint32_t *point)
{
    size_t i = 3;
    *point = 0;
    if (!slice_istarts(text, "\\x{"))
        return 0;
    for (; i < text.len && hex_value(text.ptr[i]) >= 0 && i < 3 + 6; i++)
        *point = *point * 16 + (uint32_t)hex_value(text.ptr[i]);
    bool scalar = *point <= 0x10ffff && (*point < 0xd800 || *point > 0xdfff);
    return i > 3 && i < text.len && text.ptr[i] == '}' && scalar ? i + 1 : 0;
}

void xtext_decode_unicode(struct slice text, bool native, struct buf *out)
{
    uint32_t c;
    for (size_t used; text.len > 0; text = slice_from(text, used)) {
        used = read_point(text, &c);
        if (used > 0 && native) {
            utf8_add(out, c);
            continue;
        }
        used = used > 0 ? used : utf8_read(text, &c);
        if (used > 1 && !native && ((unsigned char)text.ptr[0] & 0x80) != 0)
            (void)buf_printf(out, "\\x{%02X}", c);
        else
            (void)buf_add_slice(out, slice_head(text, used > 0 ? used : 1));
        used = used > 0 ? used : 1;
    }
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
