/* Prints what it draws, and what the program draws that it becomes, which is something else: the same for one seed,
 * always. */
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

#define DRAWN 16

static void write_hex(char out[2 * DRAWN + 1], const unsigned char bytes[DRAWN])
{
    for (size_t i = 0; i < DRAWN; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

int main(int argc, char **argv)
{
    unsigned char bytes[DRAWN];
    char first[2 * DRAWN + 1], second[2 * DRAWN + 1];
    CHECK(getrandom(bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes);
    write_hex(first, bytes);
    arc4random_buf(bytes, sizeof bytes);
    write_hex(second, bytes);
    CHECK(argc == 1 || strcmp(first, argv[1]) != 0);
    printf("%s%s %u %u%c", first, second, arc4random(), arc4random_uniform(1000 * 1000), argc == 1 ? ' ' : '\n');
    if (argc > 1)
        return 0;
    CHECK(fflush(stdout) == 0);
    execl("/proc/self/exe", argv[0], first, (char *)NULL);
    return 1;
}
