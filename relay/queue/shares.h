/*
 * How many places of the queue each client has: recipients of its messages, by the address that they came from and,
 * where it logged in, by account. So that no client keeps the others out, one address and one account have half of
 * limits.queue_recipients at most, or limits.queue_recipients_per_client.
 *
 * A share is there for as long as a message, or the promise of room for one, holds it; what the relay wrote itself
 * (bounces) has none.
 */
#ifndef RL_RELAY_SHARES_H
#define RL_RELAY_SHARES_H

#include <stdbool.h>
#include <stddef.h>

struct share {
    char *name; /* "client 192.0.2.1", "account alice": what a log shows */
    size_t recipients;
    size_t promised; /* recipients of messages that are being stored */
    size_t lookups;  /* for the routes of its messages, now */
    size_t messages;
    bool reported; /* that it is used up; again when it was down to nine tenths */
};

struct shares {
    void *by_name; /* a tree of tsearch(3) */
};

/* The share of a client address or of an account, for one message more; NULL for an empty value. */
struct share *shares_join(struct shares *shares, const char *kind, const char *value);
void shares_leave(struct shares *shares, struct share *share); /* may be NULL */
/* As it is; NULL when no message holds one. */
struct share *shares_find(const struct shares *shares, const char *kind, const char *value);
bool share_has_room(const struct share *share, size_t recipients, size_t max); /* share may be NULL */
/* Whether to log that it is used up: once, until it was down to nine tenths. */
bool share_tell(struct share *share);
/* More, or fewer, are promised; share may be NULL. */
void share_promise(struct share *share, long recipients);
void share_change(struct share *share, long recipients, size_t max); /* share may be NULL */

#endif
