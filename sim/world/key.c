#include "sim/world/key.h"

#include <ctype.h>
#include <stdlib.h>

#include "lib/base/mem.h"

static const char *part_of(int part, const struct situation *s)
{
    const char *text = part == GREYLIST_CLIENT   ? s->client
                       : part == GREYLIST_SENDER ? s->sender
                       : part == GREYLIST_RCPT   ? s->rcpt
                                                 : s->helo;
    return text != NULL ? text : "";
}

char *key_make(const struct yaml_list *parts, const struct situation *situation)
{
    char *key = mem_strdup("");
    for (size_t i = 0; i < parts->count; i++) {
        char *longer = mem_printf("%s%s\n", key, part_of(((const int *)parts->items)[i], situation));
        free(key);
        key = longer;
    }
    for (char *c = key; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return key;
}
