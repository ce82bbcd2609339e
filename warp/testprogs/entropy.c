/* Prints what getrandom gives: the same for one seed, always. */
#include <sys/random.h>

#include "warp/testprogs/testprog.h"

int main(void)
{
    unsigned char bytes[16];
    CHECK(getrandom(bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        printf("%02x", bytes[i]);
    printf("\n");
    return 0;
}
