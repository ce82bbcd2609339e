#include "relay/policy/rights.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/glob.h"
#include "lib/base/mem.h"

#define HOUR INT64_C(3600)
#define DAY  (24 * HOUR)

/* ---- addresses ---- */

static struct slice domain_of(struct slice address)
{
    size_t at = address.len;
    while (at > 0 && address.ptr[at - 1] != '@')
        at--;
    return slice_from(address, at);
}

bool rights_allow(const struct rights_globs *globs, struct slice address)
{
    for (size_t i = 0; i < globs->count; i++) {
        bool whole = strchr(globs->items[i], '@') != NULL;
        if (glob_match(slice_cstr(globs->items[i]), whole ? address : domain_of(address)))
            return true;
    }
    return globs->count == 0;
}

void rights_globs_add(struct rights_globs *globs, const char *glob)
{
    globs->items = mem_realloc(globs->items, globs->count + 1, sizeof *globs->items);
    globs->items[globs->count++] = mem_strdup(glob);
}

void rights_globs_fini(struct rights_globs *globs)
{
    for (size_t i = 0; i < globs->count; i++)
        free(globs->items[i]);
    free(globs->items);
    *globs = (struct rights_globs){0};
}

/* ---- amounts ---- */

bool rights_limit(const struct rights *rights)
{
    return rights->messages_per_hour > 0 || rights->messages_per_day > 0 || rights->recipients_per_hour > 0 ||
           rights->recipients_per_day > 0 || rights->recipients_per_month > 0;
}

static bool is_same_month(int64_t a_s, int64_t b_s)
{
    struct tm a, b;
    time_t at = (time_t)a_s, bt = (time_t)b_s;
    return gmtime_r(&at, &a) != NULL && gmtime_r(&bt, &b) != NULL && a.tm_year == b.tm_year && a.tm_mon == b.tm_mon;
}

void rights_usage_move(struct rights_usage *usage, int64_t now_s)
{
    if (usage->at_s / HOUR != now_s / HOUR)
        usage->messages_hour = usage->recipients_hour = 0;
    if (usage->at_s / DAY != now_s / DAY)
        usage->messages_day = usage->recipients_day = 0;
    if (!is_same_month(usage->at_s, now_s))
        usage->recipients_month = 0;
    usage->at_s = now_s;
}

/* What is given back may be of a period that is over. */
static void add(int64_t *amount, int64_t more)
{
    *amount = *amount + more > 0 ? *amount + more : 0;
}

void rights_usage_add(struct rights_usage *usage, int64_t messages, int64_t recipients)
{
    add(&usage->messages_hour, messages);
    add(&usage->messages_day, messages);
    add(&usage->recipients_hour, recipients);
    add(&usage->recipients_day, recipients);
    add(&usage->recipients_month, recipients);
}

static bool has(int64_t max, int64_t used, int64_t more)
{
    return max == 0 || used + more <= max;
}

bool rights_rate_has(const struct rights *rights, const struct rights_usage *usage, int64_t messages,
                     int64_t recipients)
{
    return has(rights->messages_per_hour, usage->messages_hour, messages) &&
           has(rights->messages_per_day, usage->messages_day, messages) &&
           has(rights->recipients_per_hour, usage->recipients_hour, recipients) &&
           has(rights->recipients_per_day, usage->recipients_day, recipients);
}

bool rights_quota_has(const struct rights *rights, const struct rights_usage *usage, int64_t recipients)
{
    return has(rights->recipients_per_month, usage->recipients_month, recipients);
}
