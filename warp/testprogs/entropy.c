/* Prints what it draws: the same for one seed, always. */
#include <sys/random.h>

#include "warp/testprogs/testprog.h"

static void print(const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        printf("%02x", bytes[i]);
}

int main(void)
{
    unsigned char bytes[16];
    CHECK(getrandom(bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes);
    print(bytes, sizeof bytes);
    arc4random_buf(bytes, sizeof bytes);
    print(bytes, sizeof bytes);
    printf(" %u %u\n", arc4random(), arc4random_uniform(1000 * 1000));
    return 0;
}
