#include "harness/report/html/anchor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

#define NUMBER_MAX 16 /* octets of "~2" */

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("._/()-", c) != NULL);
}

static void make_plain(char *text)
{
    for (; *text != '\0'; text++)
        if (!is_plain(*text))
            *text = '-';
}

static char *id_of_run(const struct json *record)
{
    char id[ANCHOR_MAX - NUMBER_MAX];
    const char *case_name = json_get_str(record, "case", NULL);
    (void)snprintf(id, sizeof id, "%s/%s%s%s%s", json_get_str(record, "target", ""),
                   json_get_str(record, "scenario", ""), case_name != NULL ? "(" : "",
                   case_name != NULL ? case_name : "", case_name != NULL ? ")" : "");
    make_plain(id);
    return mem_strdup(id);
}

/* Sorted by id, and those of one id in the order of the runs. */
static int compare_ids(const void *a, const void *b)
{
    char *const *x = *(char *const *const *)a, *const *y = *(char *const *const *)b;
    int order = strcmp(*x, *y);
    return order != 0 ? order : (x > y) - (x < y);
}

void anchors_make(struct anchors *anchors, const struct json *records)
{
    size_t count = json_count(records);
    char **ids = mem_alloc((count + 1) * sizeof *ids), ***sorted = mem_alloc((count + 1) * sizeof *sorted);
    for (size_t i = 0; i < count; i++) {
        ids[i] = id_of_run(json_at(records, i));
        sorted[i] = &ids[i];
    }
    qsort(sorted, count, sizeof *sorted, compare_ids);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && strcmp(*sorted[end], *sorted[i]) == 0; end++) {
            char *numbered = mem_printf("%s~%zu", *sorted[end], end - i + 1);
            free(*sorted[end]);
            *sorted[end] = numbered;
        }
    }
    free(sorted);
    *anchors = (struct anchors){ids, count};
}

void anchors_free(struct anchors *anchors)
{
    for (size_t i = 0; i < anchors->count; i++)
        free(anchors->ids[i]);
    free(anchors->ids);
    *anchors = (struct anchors){0};
}

void anchor_of_verdict(char out[ANCHOR_MAX], const struct json *verdicts, size_t index)
{
    const char *id = json_get_str(json_at(verdicts, index), "id", "");
    size_t number = 1;
    for (size_t i = 0; i < index; i++)
        number += strcmp(json_get_str(json_at(verdicts, i), "id", ""), id) == 0;
    (void)snprintf(out, ANCHOR_MAX - NUMBER_MAX, "%s", id);
    make_plain(out);
    if (number > 1)
        (void)snprintf(out + strlen(out), NUMBER_MAX, "~%zu", number);
}
