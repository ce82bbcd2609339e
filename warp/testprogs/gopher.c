/* What marks a program as written in Go: the note with its build id. Such a program must not be run. */
#include <stdio.h>

__asm__(".pushsection .note.go.buildid,\"a\",@note\n"
        ".long 4, 4, 4\n"
        ".ascii \"Go\\0\\0\"\n"
        ".ascii \"id\\0\\0\"\n"
        ".popsection");

int main(void)
{
    (void)puts("a Go program ran");
    return 0;
}
