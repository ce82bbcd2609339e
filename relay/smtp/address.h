/*
 * SMTP paths and addresses (RFC 5321 §4.1.2, §4.5.3.1; in UTF-8, RFC 6531 §3.3): the text between < and >. Pure; slices
 * point into the caller's bytes.
 *
 * Read as programs write them, where only one meaning is possible: without the brackets, with blanks inside them, with
 * a dot after the domain, with dots at invalid places of the local part, with a local part of more than 64 octets, with
 * underscores in the domain.
 * Source routes ("@a,@b:") are accepted and dropped (§4.1.1.3). address_canonical writes them
 * as the grammar has it.
 */
#ifndef RL_RELAY_ADDRESS_H
#define RL_RELAY_ADDRESS_H

#include <stdbool.h>

#include "lib/base/slice.h"

#define ADDRESS_DOMAIN_MAX 255
#define ADDRESS_PATH_MAX   256

struct address {
    struct slice whole;  /* local@domain, as written, without a dot at its end; empty for the null reverse-path */
    struct slice local;  /* with its quotes */
    struct slice domain; /* name, or literal with its brackets */
};

/* Reads "<path>", or an address without brackets, at the start of *rest and moves *rest to what follows. null_allowed:
 * "<>" is fine (MAIL). */
bool address_parse_path(struct slice *rest, bool null_allowed, struct address *out);

/*
 * As it is kept and compared, on the heap: a local part that needs quotes has them, and the domain has A-labels, so
 * only the local part can be other than ASCII.
 */
char *address_canonical(const struct address *address);
/* The same with U-labels (RFC 5890), on the heap: as a host with SMTPUTF8 gets it (RFC 6531 §3.7). */
char *address_unicode(const char *canonical);

/* Whether both are one mailbox: domains compare without case, local parts exactly, except for needless quotes (RFC 5321
 * §2.4, §4.1.2). */
bool address_same(struct slice a, struct slice b);

/* Letters, digits, hyphens and underscores in labels of 1..63, and perhaps a dot at the end; or a literal. */
bool address_domain_valid(struct slice domain);

#endif
