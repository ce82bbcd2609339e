/*
 * The verbs of relaylab-account, relaylab-apikey and relaylab-ban. Each is one file of this folder, which defines
 * `operator_account_NAME` and so on, and one word of a list here. What several of them share is in common.c;
 * how they find the relay is that of relaylab-queue.
 */
#ifndef RL_RELAY_OPERATOR_ACCESS_H
#define RL_RELAY_OPERATOR_ACCESS_H

#include "relay/operator/verbs/verbs.h"

#define ACCOUNT_VERBS(X) X(add) X(list) X(show) X(set) X(passwd) X(disable) X(enable) X(remove)
#define APIKEY_VERBS(X)  X(create) X(list) X(revoke)
#define BAN_VERBS(X)     X(list) X(lift)

#define DECLARE_ACCOUNT(name) extern const struct operator_verb operator_account_##name;
ACCOUNT_VERBS(DECLARE_ACCOUNT)
#define DECLARE_APIKEY(name) extern const struct operator_verb operator_apikey_##name;
APIKEY_VERBS(DECLARE_APIKEY)
#define DECLARE_BAN(name) extern const struct operator_verb operator_ban_##name;
BAN_VERBS(DECLARE_BAN)
#undef DECLARE_ACCOUNT
#undef DECLARE_APIKEY
#undef DECLARE_BAN

/* What `add` and `set` set; unset members are left as they are. */
#define SETTINGS_GLOBS_MAX 100
struct operator_settings {
    const char *senders[SETTINGS_GLOBS_MAX], *authors[SETTINGS_GLOBS_MAX];
    size_t sender_count, author_count;
    bool any_sender, any_author;
    int64_t messages_per_hour, messages_per_day, recipients_per_hour, recipients_per_day, quota; /* -1 = unset */
    const char *pool, *dkim_domain;
};

/* For a command that has settings, and its run(). */
extern const struct cli_group access_settings_groups[];
int access_run_with_settings(struct cli_call *call);
/* An account of the protocol (relay/access/account.h) with what is set. */
struct json *access_settings_print(const struct operator_settings *settings);

extern const struct cli_section access_sections[];  /* the exit status */
extern const struct cli_group access_list_groups[]; /* --json */

#define ACCESS_VERB(arguments_, min, max)                                                                              \
    .sections = access_sections, .arguments = arguments_, .arguments_min = min, .arguments_max = max

/* {"verb":…, "name":…}; name may be NULL. */
struct json *access_request(const char *verb, const char *name);
/* Sends a change, which it frees. *end may be NULL; else the caller frees it. EXIT_DONE, or err. */
int access_change(const struct operator_options *options, struct json *request, struct json **end, struct err *err);
/* The items of a list, as an array; it frees the request. NULL and err when there is no answer. */
struct json *access_items(const struct operator_options *options, struct json *request, const char *item,
                          struct err *err);
/* Prints {"accounts":[…]}, and frees the array. */
int access_print_json(const char *name, struct json *items, struct err *err);
/* "2026-11-30 12:00:00 UTC", or `never` for 0. */
#define ACCESS_TIME_MAX 32
const char *access_time(int64_t at_s, const char *never, char out[ACCESS_TIME_MAX]);

#endif
