/*
 * A message on its way into the queue: its header section as a list, which the stages change, and its body, which stays
 * unchanged. One file a stage:
 *
 *     draft_open -> check_header -> mend -> trace -> (over some turns) the body's hash -> sign -> draft_write
 *
 *     check_header.c  is the message in a loop?
 *     mend.c          fields that must not leave are removed; at the submission door, missing ones are added
 *     trace.c         the Received field
 *     sign.c          DKIM-Signature fields; reports of the relay itself pass this stage alone
 *
 * Text without a header section is body from its first line on, and gets an empty line before it. Pure.
 */
#ifndef RL_RELAY_PREPARE_H
#define RL_RELAY_PREPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/slice.h"
#include "relay/message/header.h"

struct prepare_info {
    const char *hostname;
    const char *queue_id;
    const char *helo;           /* as the client said it: any printable octets */
    const char *client_address; /* dotted */
    const char *recipient;      /* for the `for` clause; NULL unless there is exactly one */
    bool esmtp, utf8, tls, authenticated, submission;
    int64_t wall_ns;
};

/* Borrows the message. */
struct draft {
    struct header header;
    struct slice body;   /* what follows the header section: nothing, an empty line and text, or text alone */
    struct arena *arena; /* of the fields that the relay writes */
};

/* False when the header section exceeds a limit of header.h; then there is nothing to close. */
bool draft_open(struct draft *draft, struct slice message);
void draft_close(struct draft *draft); /* also one that was zeroed, or closed */

/* The text of the body, without the empty line before it. */
struct slice draft_text(const struct draft *draft);

/* Appends what precedes draft->body: the header section, and an empty line if the body does not begin with one. False
 * when out is too small. */
bool draft_write(const struct draft *draft, struct buf *out);
size_t draft_head_size(const struct draft *draft); /* octets that draft_write appends, at most */

/* For the stages: copies text, which is one field, to where it lives as long as the draft. */
struct slice draft_text_of_field(struct draft *draft, const struct buf *field);

/* "Tue, 1 Jan 2030 00:00:00 +0000" (RFC 5322 §3.3) */
#define PREPARE_DATE_MAX 48
const char *prepare_date(int64_t wall_ns, char out[PREPARE_DATE_MAX]);

#endif
