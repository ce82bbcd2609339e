/* A static program: it would never load libwarp, so it must not be run. */
#include <stdio.h>

int main(void)
{
    (void)puts("a static program ran");
    return 0;
}
