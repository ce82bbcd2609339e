#include "harness/report/markup/visible.h"

#include <stdbool.h>
#include <string.h>

#include "lib/base/utf8.h"

#define UTF8_MAX 4 /* octets of a character */

/* U+2028 and U+2029 end lines; U+200B to U+200F, U+2060 to U+206F and U+FEFF are invisible, the bidi marks and isolates
 * among them; U+E0000 to U+E007F are tags. U+xxFFFE and U+xxFFFF are noncharacters, and not allowed in XML. */
static bool is_misleading(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {{0xad, 0xad},     {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200f},  {0x2028, 0x202e},
                  {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return (c & 0xfffe) == 0xfffe;
}

void visible_read(const char *text, struct visible *out)
{
    *out = (struct visible){.c = (unsigned char)text[0]};
    out->octets = utf8_read(slice_make(text, strnlen(text, UTF8_MAX)), &out->c);
    if (out->octets == 0 || out->c < 0x20 || (out->c >= 0x7f && out->c < 0xa0))
        (void)snprintf(out->escape, sizeof out->escape, "\\x%02X", (unsigned)out->c);
    else if (is_misleading(out->c))
        (void)snprintf(out->escape, sizeof out->escape, "\\u%04X", (unsigned)out->c);
    if (out->octets == 0)
        out->octets = 1;
}

void visible_add(struct buf *out, const char *text)
{
    struct visible v;
    for (; *text != '\0'; text += v.octets) {
        visible_read(text, &v);
        if (v.escape[0] != '\0')
            (void)buf_add_cstr(out, v.escape);
        else
            (void)buf_add(out, text, v.octets);
    }
}

void visible_print(FILE *out, const char *text)
{
    struct visible v;
    for (; *text != '\0'; text += v.octets) {
        visible_read(text, &v);
        if (v.escape[0] != '\0')
            (void)fputs(v.escape, out);
        else
            (void)fwrite(text, 1, v.octets, out);
    }
}
