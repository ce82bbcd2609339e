/*
 * SMTP paths and addresses (RFC 5321 §4.1.2, §4.5.3.1): what stands between < and >.
 * Pure; slices point into the caller's bytes. Source routes ("@a,@b:") are accepted and dropped (§4.1.1.3).
 */
#ifndef RL_RELAY_ADDRESS_H
#define RL_RELAY_ADDRESS_H

#include <stdbool.h>

#include "lib/base/slice.h"

#define ADDRESS_LOCAL_MAX  64
#define ADDRESS_DOMAIN_MAX 255
#define ADDRESS_PATH_MAX   256

struct address {
    struct slice whole;  /* local@domain, as written; empty for the null reverse-path */
    struct slice local;  /* with its quotes */
    struct slice domain; /* name, or literal with its brackets */
};

/* Reads "<path>" at the start of *rest and moves *rest behind it. null_allowed: "<>" is fine (MAIL). */
bool address_parse_path(struct slice *rest, bool null_allowed, struct address *out);

/* local@domain alone, without brackets. */
bool address_parse(struct slice text, struct address *out);

bool address_domain_valid(struct slice domain); /* letters, digits, hyphens in labels of 1..63; or a literal */

#endif
