#include "harness/judge/slug.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>

void slug_write(char out[SLUG_MAX], const char *sentence)
{
    size_t len = 0, word = 0; /* word: where the last whole one ended */
    bool cut = false;
    for (const char *at = sentence; *at != '\0' && !cut; at++) {
        unsigned char c = (unsigned char)*at;
        bool letter = c < 0x80 && isalnum(c);
        if (!letter && (len == 0 || out[len - 1] == '-'))
            continue;
        if (!letter)
            word = len;
        cut = len == SLUG_MAX - 1;
        if (!cut)
            out[len++] = (char)(letter ? tolower(c) : '-');
    }
    if (cut || (len > 0 && out[len - 1] == '-'))
        len = word > 0 ? word : len;
    out[len] = '\0';
}
