#include "sim/scenario/names.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_OCTETS  253
#define LABEL_MAX_OCTETS 63

static bool is_of_label(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

const char *name_problem(const char *name)
{
    size_t len = strlen(name), label = 0;
    if (len > 1 && name[len - 1] == '.')
        len--;
    if (len == 0)
        return "the name is empty";
    if (len > NAME_MAX_OCTETS)
        return "the name has more than 253 octets (RFC 1035 §2.3.4)";
    for (size_t i = 0; i <= len; i++) {
        if (i < len && (unsigned char)name[i] > 127)
            return "the name is not ASCII; write its A-label (xn--…, RFC 5890 §2.3.2.1)";
        if (i < len && name[i] == '*')
            return "wildcards are not supported; name each host and zone";
        if (i < len && name[i] != '.' && !is_of_label(name[i]))
            return "a label may contain only letters, digits, hyphens and underscores";
        if (i < len && name[i] != '.' && ++label > LABEL_MAX_OCTETS)
            return "a label has more than 63 octets (RFC 1035 §2.3.4)";
        if (i < len && name[i] != '.')
            continue;
        if (label == 0)
            return "a label is empty";
        label = 0;
    }
    return NULL;
}
