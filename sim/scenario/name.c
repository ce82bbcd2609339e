#include "sim/scenario/name.h"

#include <stddef.h>
#include <string.h>

#define NAME_MAX_OCTETS 100
#define PARTS_MAX       8
#define ALNUM           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* The octets of a valid name that the text begins with; 0 = it begins with none. */
static size_t name_length(const char *text)
{
    size_t len = strspn(text, ALNUM "._-");
    return strspn(text, ALNUM) > 0 && len <= NAME_MAX_OCTETS ? len : 0;
}

bool name_is_good(const char *text)
{
    size_t len = name_length(text);
    return len > 0 && text[len] == '\0';
}

bool name_is_path(const char *text)
{
    for (unsigned parts = 0; parts < PARTS_MAX; parts++) {
        size_t len = name_length(text);
        if (len == 0 || text[len] == '\0')
            return len > 0;
        if (text[len] != '/')
            return false;
        text += len + 1;
    }
    return false;
}
