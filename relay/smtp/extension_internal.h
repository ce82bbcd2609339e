/* A row of the table in extension.c. Extensions with much to do have a file of their own. */
#ifndef RL_RELAY_EXTENSION_INTERNAL_H
#define RL_RELAY_EXTENSION_INTERNAL_H

#include "relay/smtp/extension.h"

#define PARAMETERS 2 /* of one extension and command, at most */

struct parameter {
    const char *key; /* NULL = there is none */
    /* False when the value is refused; *refusal is the reply, or stays empty for one that is malformed. */
    bool (*take)(const struct extension_door *door, struct slice value, struct extension_values *values,
                 struct buf *refusal);
    /* Appends " KEY=value" when that is passed on; NULL = it never is. */
    void (*print)(const struct extension_message *message, struct buf *out);
};

struct extension {
    const char *word;
    bool (*offered)(const struct extension_door *door);                    /* NULL = always */
    void (*add_offer)(const struct extension_door *door, struct buf *out); /* what follows the word; NULL = nothing */
    struct parameter parameters[EXTENSION_COMMANDS][PARAMETERS];
    void (*note)(struct extension_offers *offers, struct slice rest); /* the rest of a host's offer; NULL = ignored */
    bool joined; /* hosts from before RFC 2554 offer it as "WORD=rest", too */
    /* What the message needs and this host does not offer; then *text names it. NULL = nothing, ever. */
    enum client_cause (*misfit)(const struct extension_offers *offers, const struct extension_message *message,
                                char text[CLIENT_TEXT_MAX]);
};

extern const struct extension extension_smtputf8, extension_dsn;

#endif
