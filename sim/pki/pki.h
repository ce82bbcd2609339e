/*
 * The certificates of one run, minted at its start: a root (P-256), the target's own certificate, and what each
 * host of the world shows. Nothing of OpenSSL's randomness leaves this module but keys and signatures.
 */
#ifndef RL_SIM_PKI_H
#define RL_SIM_PKI_H

#include "lib/base/err.h"
#include "lib/io/tls.h"
#include "sim/scenario/model.h"

/* Longer host names are in the subject alternative name alone. */
#define PKI_COMMON_NAME_MAX SCENARIO_COMMON_NAME_MAX

struct pki;

int pki_new(struct pki **out, int64_t start_ns, struct err *err);
void pki_free(struct pki *pki);

/* Writes FOLDER/ca.pem, FOLDER/target.crt and FOLDER/target.key. */
int pki_write_target(struct pki *pki, const char *folder, const char *name, struct err *err);

/* The server side of a host, with the certificate that its scenario asks for. Caller frees. */
int pki_host(struct pki *pki, const struct host *host, struct tls_ctx **out, struct err *err);

/* The client side, which trusts the root and checks nothing else. Caller frees. */
int pki_client(struct pki *pki, struct tls_ctx **out, struct err *err);

#endif
