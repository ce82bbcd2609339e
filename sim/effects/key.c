#include "sim/effects/key.h"

#include <ctype.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "sim/scenario/tables.h"

enum part { PART_CLIENT, PART_SENDER, PART_RCPT, PART_HELO };

static const struct yaml_choice parts[] = {{"client", PART_CLIENT, "the client's address"},
                                           {"sender", PART_SENDER, "the reverse-path"},
                                           {"rcpt", PART_RCPT, "the forward-path"},
                                           {"helo", PART_HELO, "the EHLO argument"},
                                           {NULL, 0, NULL}};
static const struct yaml_type part = CHOICES("client, sender, rcpt or helo", parts);
const struct yaml_type key_parts = LIST("a list of client, sender, rcpt, helo", &part);

static const char *part_of(int wanted, const struct situation *s)
{
    const char *const texts[] = {
        [PART_CLIENT] = s->client, [PART_SENDER] = s->sender, [PART_RCPT] = s->rcpt, [PART_HELO] = s->helo};
    return texts[wanted] != NULL ? texts[wanted] : "";
}

char *key_make(const struct yaml_list *list, const struct situation *situation)
{
    char *key = mem_strdup("");
    for (size_t i = 0; i < list->count; i++) {
        char *longer = mem_printf("%s%s\n", key, part_of(((const int *)list->items)[i], situation));
        free(key);
        key = longer;
    }
    for (char *c = key; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return key;
}
