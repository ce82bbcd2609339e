/*
 * What the relay adds to a message before it is queued: a Received field (RFC 5321 §4.4, RFC 3848), and at the
 * submission door Date and Message-ID when they are missing (RFC 6409 §8). Return-Path, Bcc and Resent-Bcc fields are
 * removed. All other octets stay unchanged. Pure.
 *
 * The header section ends at an empty line, or at the first line that is not a field (RFC 5322 §2.2): text without a
 * header section is body from its first line on, and gets an empty line before it. A mailbox's "From " line before the
 * first field becomes an X-Mailbox-Line field.
 */
#ifndef RL_RELAY_PREPARE_H
#define RL_RELAY_PREPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"

struct prepare_info {
    const char *hostname;
    const char *queue_id;
    const char *helo;           /* as the client said it: any printable octets */
    const char *client_address; /* dotted */
    const char *recipient;      /* for the `for` clause; NULL unless there is exactly one */
    bool esmtp, utf8, tls, authenticated, submission;
    int64_t wall_ns;
};

/* Cuts the header section off *message, and appends what takes its place to *head: what is left of *message follows it
 * unchanged. False when head is too small: PREPARE_ROOM octets more than the header section are enough. */
#define PREPARE_ROOM 8192
bool prepare_message(const struct prepare_info *info, struct slice *message, struct buf *head);

/* How many Received fields the header section has: 100 or more mean a loop (RFC 5321 §6.3). */
unsigned prepare_count_received(struct slice message);

/* "Tue, 1 Jan 2030 00:00:00 +0000" (RFC 5322 §3.3) */
#define PREPARE_DATE_MAX 48
const char *prepare_date(int64_t wall_ns, char out[PREPARE_DATE_MAX]);

/* The header section: its fields, without the empty line that may follow. */
struct slice prepare_header(struct slice message);

#endif
