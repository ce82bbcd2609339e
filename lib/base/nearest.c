#include "lib/base/nearest.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 63

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* Edits (insert, delete, replace) from a to b; names longer than the limit are never near. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[NAME_MAX_BYTES + 1];
    size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len > NAME_MAX_BYTES || b_len > NAME_MAX_BYTES)
        return a_len + b_len;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];
            row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_len];
}

void nearest_init(struct nearest *nearest, const char *wanted)
{
    /* About a third of the name may be wrong. */
    *nearest = (struct nearest){.wanted = wanted, .distance = strlen(wanted) / 3 + 2};
}

void nearest_offer(struct nearest *nearest, const char *known)
{
    size_t distance = edit_distance(nearest->wanted, known);
    if (distance < nearest->distance && distance < strlen(known)) {
        nearest->best = known;
        nearest->distance = distance;
    }
}

const char *nearest_hint_of(struct nearest *nearest, const char *prefix)
{
    if (nearest->best == NULL)
        return "";
    (void)snprintf(nearest->hint, sizeof nearest->hint, "; did you mean `%s%.100s`?", prefix, nearest->best);
    return nearest->hint;
}

const char *nearest_hint(struct nearest *nearest)
{
    return nearest_hint_of(nearest, "");
}
