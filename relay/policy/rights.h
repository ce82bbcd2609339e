/*
 * What an account may do: the addresses that it may use, and how much it may send. A value of its account; the rules of
 * relay/policy read it. Pure.
 *
 * Amounts are counted by the clock in UTC: an hour begins with the full hour, a day at 00:00, and a month on its first
 * day. Limits: RIGHTS_GLOBS_MAX globs of each kind.
 */
#ifndef RL_RELAY_RIGHTS_H
#define RL_RELAY_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/slice.h"

#define RIGHTS_GLOBS_MAX 100

/* Addresses that are allowed: any, if there is none. A glob without @ is a domain. */
struct rights_globs {
    char **items;
    size_t count;
};

/* 0 = no limit */
struct rights {
    struct rights_globs senders; /* reverse-paths; the null one is always allowed */
    struct rights_globs authors; /* of the From field */
    int64_t messages_per_hour, messages_per_day;
    int64_t recipients_per_hour, recipients_per_day, recipients_per_month;
};

/* What an account has sent: the periods that contain `at_s`, and the amounts in each. */
struct rights_usage {
    int64_t at_s; /* since 1970 */
    int64_t messages_hour, messages_day;
    int64_t recipients_hour, recipients_day, recipients_month;
};

bool rights_allow(const struct rights_globs *globs, struct slice address);
void rights_globs_add(struct rights_globs *globs, const char *glob);
void rights_globs_fini(struct rights_globs *globs);

bool rights_limit(const struct rights *rights); /* some amount */
/* The amounts of periods that are over become 0. */
void rights_usage_move(struct rights_usage *usage, int64_t now_s);
/* One message more, to so many recipients; the same with -1 gives it back. */
void rights_usage_add(struct rights_usage *usage, int64_t messages, int64_t recipients);

/* Whether so many more are within the rate, or within the month's quota. usage is of now. */
bool rights_rate_has(const struct rights *rights, const struct rights_usage *usage, int64_t messages,
                     int64_t recipients);
bool rights_quota_has(const struct rights *rights, const struct rights_usage *usage, int64_t recipients);

#endif
