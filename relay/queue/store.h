/*
 * The durable half of the queue: one SQLite database, WAL, synchronous=FULL. Writes of one loop turn share one
 * transaction, begun by the first of them and ended by store_commit: a group commit. The relay may promise nothing
 * before store_commit has returned ERR_OK; a failed commit is fatal for the relay. So is any other failed write: SQLite
 * rolls back the whole turn when the disk is full, and with it the outcomes of deliveries. The disk is checked before a
 * write instead (queue_check_disk).
 *
 * The interface is narrow on purpose, so that another store can implement it. The database is locked for one process.
 * Bodies are kept in parts, so that a delivery reads as it sends. A database of an older relay is brought up to date
 * when it is opened. The columns of both kinds of rows: store_columns.h. What the relay keeps in addition to messages
 * are records, one value for each kind and name; only their owner knows what the value is.
 */
#ifndef RL_RELAY_STORE_H
#define RL_RELAY_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"
#include "relay/message/envelope.h"

struct store;

struct store_message {
    const char *id;
    struct envelope_mail mail; /* its texts are borrowed */
    int64_t created_ns;
    uint64_t size;                /* of the body */
    struct slice body;            /* to store_add_message only: its last octets; those before are stored already */
    const char *client, *account; /* "" = none: it is the relay's own, or came without AUTH */
    bool warned;                  /* its sender was warned that it is late; store_add_message leaves it false */
};

struct store_recipient {
    const char *message_id;
    int64_t number; /* within the message, from 0 */
    struct envelope_recipient to;
    int64_t next_ns;
    int64_t attempts;
    int64_t deferrals;      /* by its own clock */
    int64_t host_deferrals; /* by its hosts' clock */
    const char *status;     /* of the last failure, "" at first */
    const char *diagnostic;
    const char *remote_mta; /* "" = none */
    int64_t last_ns;        /* start of the last attempt; 0 = none yet */
    bool held;              /* by the operator */
};

struct store_counts {
    int64_t messages, recipients;
};

/*
 * Opens the database in this folder, or makes it. tell is called with a sentence for everything that shows that the
 * database is not as the last relay left it: its write-ahead log is missing, SQLite finds damage. What can be read of a
 * damaged one goes into a new one, and the damaged one is kept.
 */
int store_open(struct store **out, const char *folder, void (*tell)(void *arg, const char *problem), void *arg,
               struct err *err);
/*
 * How many rows the last transaction left. found are those that exist: the counts go on from these. Kept in the
 * database, in each transaction.
 */
struct store_counts store_check_counts(struct store *store, const struct store_counts *found);
void store_close(struct store *store);

int store_add_message(struct store *store, const struct store_message *message, struct err *err);
/* Octets of the body of a message that is added later. When it never is, the next store_open removes them. */
int store_add_piece(struct store *store, const char *id, uint64_t start, struct slice piece, struct err *err);
/* The message is not added after all. */
int store_drop_pieces(struct store *store, const char *id, struct err *err);
int store_add_recipient(struct store *store, const struct store_recipient *recipient, struct err *err);
int store_update_recipient(struct store *store, const struct store_recipient *recipient, struct err *err);
int store_delete_recipient(struct store *store, const char *message_id, int64_t number, struct err *err);
int store_mark_warned(struct store *store, const char *id, struct err *err);
int store_delete_message(struct store *store, const char *id, struct err *err);

/* Adds it, or replaces its value. */
int store_put_record(struct store *store, const char *kind, const char *name, const char *value, struct err *err);
int store_delete_record(struct store *store, const char *kind, const char *name, struct err *err);
/* By name. An invalid value is passed as STORE_NO_TEXT. */
int store_each_record(struct store *store, const char *kind,
                      void (*each)(void *arg, const char *name, const char *value), void *arg, struct err *err);

int store_commit(struct store *store, struct err *err);
void store_roll_back(struct store *store); /* forgets the writes of this turn */

/*
 * Calls back for each in a fixed order; texts are valid during the call. An invalid text (NULL, or with a NUL in it) is
 * passed as STORE_NO_TEXT, so that it cannot be taken for another.
 */
#define STORE_NO_TEXT "\x7f"
int store_each_message(struct store *store, void (*each)(void *arg, const struct store_message *), void *arg,
                       struct err *err);
int store_each_recipient(struct store *store, void (*each)(void *arg, const struct store_recipient *), void *arg,
                         struct err *err);

/* Octets of the body that are there; 0 also when there are gaps. */
int store_body_size(struct store *store, const char *id, uint64_t *size, struct err *err);

/* Appends at most `want` octets of the body, from `start` on, to *out: at least one, or none at its end. */
int store_read_body(struct store *store, const char *id, uint64_t start, size_t want, struct buf *out, struct err *err);

#endif
