/*
 * Random numbers from the seed: the same run draws the same ones. Covered are getrandom() and libc's arc4random, which
 * asks the kernel past it; keys of OpenSSL come from the kernel as ever.
 */
#include "warp/preload/preload.h"

#include <stdlib.h>
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

/* A process with its own slot draws by the slot. In tolerant mode only the director has one; all others draw by their
 * process ID, which depends on the seed where there are namespaces, and by the time, since IDs are reused. */
static uint64_t next_state(void)
{
    if (tolerant() && my_role() != WARP_ROLE_DIRECTOR) {
        uint64_t who = (uint64_t)syscall(SYS_getpid) << 32 ^ my_process()->random_calls++;
        return mix(mix(mix(warp->seed) ^ (uint64_t)now_ns()) ^ who);
    }
    return mix(mix(mix(warp->seed) ^ (my_slot()->role * 256u + warp_slot)) ^ my_slot()->random_calls++);
}

EXPORT ssize_t getrandom(void *to, size_t len, unsigned flags)
{
    if (!covered())
        return syscall(SYS_getrandom, to, len, flags);
    uint64_t state = next_state();
    uint8_t *bytes = to;
    for (size_t i = 0; i < len; i++) {
        if (i % 8 == 0)
            state = mix(state);
        bytes[i] = (uint8_t)(state >> (8 * (i % 8)));
    }
    return (ssize_t)len;
}

/* The kernel may return less than requested, or be interrupted. */
EXPORT void arc4random_buf(void *to, size_t len)
{
    for (size_t got = 0; got < len;) {
        ssize_t n = getrandom((uint8_t *)to + got, len - got, 0);
        got += n > 0 ? (size_t)n : 0;
    }
}

EXPORT uint32_t arc4random(void)
{
    uint32_t number;
    arc4random_buf(&number, sizeof number);
    return number;
}

/* What is left over above the last whole multiple of the bound is drawn again. */
EXPORT uint32_t arc4random_uniform(uint32_t bound)
{
    uint32_t number, least = bound < 2 ? 0 : -bound % bound;
    do
        number = arc4random();
    while (number < least);
    return bound < 2 ? 0 : number % bound;
}
