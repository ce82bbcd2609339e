/* Any header section: the addresses of its From field are bounded, and each has an @. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/policy/author.h"

static bool check(void *arg, struct slice address)
{
    size_t *count = arg;
    rl_assert(address.len > 0 && address.len <= AUTHOR_MAX && slice_find(address, '@') < address.len);
    return ++*count < 1000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count = 0;
    if (author_each(slice_make(data, size), check, &count))
        rl_assert(count > 0);
    return 0;
}
