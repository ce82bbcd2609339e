#include "warp/lines.h"

#include <string.h>

void lines_take(struct lines *lines, void (*on_line)(void *arg, const char *line), void *arg)
{
    char *end;
    while ((end = memchr(lines->text, '\n', lines->len)) != NULL) {
        *end = '\0';
        on_line(arg, lines->text);
        size_t used = (size_t)(end + 1 - lines->text);
        memmove(lines->text, end + 1, lines->len - used);
        lines->len -= used;
    }
    if (lines->len == sizeof lines->text)
        lines->len = 0;
}
