/*
 * The keys of DKIM that the configuration names, read from their files. A reload reads them again: another key in the
 * same file signs from then on.
 */
#ifndef RL_RELAY_SIGNING_H
#define RL_RELAY_SIGNING_H

#include "lib/base/err.h"
#include "relay/config/config.h"
#include "relay/dkim/signer.h"

/* ERR_INVALID, ERR_NOT_FOUND, …: "cannot use PATH: …" */
int signing_read_key(const struct config_dkim *dkim, struct dkim_key **out, struct err *err);

/* All of them; *err has the place of the first that cannot be used. *out is NULL when there are none. */
int signing_load(const struct config *config, struct signer **out, struct err *err);

#endif
