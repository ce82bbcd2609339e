/*
 * The header section of a message as a list of fields (RFC 5322 §2.2). A field is a slice of the message, or of text
 * that another place owns: that text outlives the list. The stages of prepare.h read and change the list; the message
 * itself stays unchanged.
 *
 * The section ends at an empty line, or at the first line that is not a field: what follows is body. A field is a name
 * of printable ASCII, perhaps blanks (§4.5), a colon, and all lines after it that begin with a space or a tab. A line
 * ends with LF, usually after CR. A mailbox's "From " line may come before the first field.
 *
 *     header_parse -> header_find, header_insert, header_drop … -> header_write -> header_fini
 *
 * Limits: HEADER_BYTES_MAX octets, HEADER_FIELDS_MAX fields.
 */
#ifndef RL_RELAY_HEADER_H
#define RL_RELAY_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"

#define HEADER_BYTES_MAX  (1024 * 1024)
#define HEADER_FIELDS_MAX 10000

struct field {
    struct slice text; /* all of its lines, with their ends */
    size_t name_len;   /* of the name, without blanks before the colon */
};

struct header {
    struct field *fields;
    size_t count, room;
    struct slice mailbox_line; /* "From alice Tue Jan …" with its end; empty = none. Not written by header_write */
};

/* Fills *out and sets *body to what follows: nothing, an empty line and text, or text. False when a limit is exceeded:
 * then both are untouched. */
bool header_parse(struct slice message, struct header *out, struct slice *body);
void header_fini(struct header *header);

struct slice field_name(const struct field *field);
struct slice field_value(const struct field *field); /* after the colon, with the end of its last line */
bool field_is(const struct field *field, const char *name);

/* The index of the first field of that name at or after `from`; header->count = there is none. */
size_t header_find(const struct header *header, const char *name, size_t from);
size_t header_count(const struct header *header, const char *name);
/* `text` is one field with all of its lines and their ends. */
void header_insert(struct header *header, size_t at, struct slice text);
void header_add(struct header *header, struct slice text); /* after the last */
/* Removes all fields for which goes() is true. */
void header_drop(struct header *header, bool (*goes)(const struct field *field));

/* Appends the fields; a last line without an end gets one. False when out is too small. */
bool header_write(const struct header *header, struct buf *out);
size_t header_size(const struct header *header); /* octets that header_write appends, at most */

/* The section as it is in the message, without the empty line that may follow, and without a mailbox line. No list, no
 * limits. */
struct slice header_section(struct slice message);

#endif
