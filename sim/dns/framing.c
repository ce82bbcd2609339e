#include "sim/dns/framing.h"

#include <string.h>

enum framing framing_take(struct buf *in, char *out, size_t *len)
{
    if (in->len < 2)
        return FRAMING_MORE;
    size_t announced = (size_t)(uint8_t)in->data[0] << 8 | (uint8_t)in->data[1];
    if (announced == 0 || announced > DNS_QUESTION_MAX)
        return FRAMING_BROKEN;
    if (in->len < 2 + announced)
        return FRAMING_MORE;
    memcpy(out, in->data + 2, announced);
    *len = announced;
    buf_consume(in, 2 + announced);
    return FRAMING_QUESTION;
}

bool framing_add(struct buf *out, const uint8_t *answer, size_t len)
{
    char head[2] = {(char)(len >> 8), (char)len};
    return len <= DNS_TCP_ANSWER_MAX && out->len + 2 + len <= out->max && buf_add(out, head, 2) &&
           buf_add(out, answer, len);
}
