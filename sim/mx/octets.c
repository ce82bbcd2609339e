#include "sim/mx/octets.h"

static void take(struct octets *o, unsigned char c)
{
    o->bare_cr = o->bare_cr || (o->after_cr && c != '\n');
    o->bare_lf = o->bare_lf || (c == '\n' && !o->after_cr);
    o->eight_bit = o->eight_bit || c > 0x7f;
    o->after_cr = c == '\r';
    o->line++;
    o->longest = o->line > o->longest ? o->line : o->longest;
    if (c == '\n')
        o->line = 0;
}

void octets_feed(struct octets *octets, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        take(octets, (unsigned char)bytes.ptr[i]);
}

void octets_write(const struct octets *octets, size_t limit, struct json *out)
{
    if (octets->bare_cr || octets->bare_lf)
        json_set_str(out, "bare", octets->bare_cr && octets->bare_lf ? "CR LF" : octets->bare_cr ? "CR" : "LF");
    if (octets->longest > limit)
        json_set_int(out, "longest", (int64_t)octets->longest);
    if (octets->eight_bit)
        json_set_bool(out, "eight_bit", true);
}
