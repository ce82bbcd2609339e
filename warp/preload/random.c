/*
 * getrandom() from the seed: the same run draws the same numbers. Only programs that ask libc's getrandom see
 * this; keys of OpenSSL come from the kernel as ever. In tolerant mode it is the director's alone: what the others do
 * cannot repeat to the byte.
 */
#include "warp/preload/preload.h"

#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

EXPORT ssize_t getrandom(void *to, size_t len, unsigned flags)
{
    if (!covered() || (tolerant() && my_role() != WARP_ROLE_DIRECTOR))
        return syscall(SYS_getrandom, to, len, flags);
    uint64_t state = mix(mix(mix(warp->seed) ^ (my_slot()->role * 256u + warp_slot)) ^ my_slot()->random_calls++);
    uint8_t *bytes = to;
    for (size_t i = 0; i < len; i++) {
        if (i % 8 == 0)
            state = mix(state);
        bytes[i] = (uint8_t)(state >> (8 * (i % 8)));
    }
    return (ssize_t)len;
}
