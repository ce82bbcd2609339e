/*
 * The SASL mechanisms (RFC 4422), one row each: X(id, NAME, specification, help). The id is the file of this folder
 * that defines sasl_ID. EHLO offers them in this order, each where a session has what it needs; AUTH finds them by
 * name, and docs/RELAY.md shows the rows.
 */
#ifndef RL_RELAY_SASL_LIST_H
#define RL_RELAY_SASL_LIST_H

#define SASL_MECHANISMS(X)                                                                                             \
    X(plain, "PLAIN", "RFC 4616", "user name and password in one response")                                            \
    X(login, "LOGIN", "draft-murchison-sasl-login", "user name, then password; for clients without PLAIN")             \
    X(scram_sha_256, "SCRAM-SHA-256", "RFC 7677", "proof of the password, which is not sent; needs accounts")          \
    X(scram_sha_256_plus, "SCRAM-SHA-256-PLUS", "RFC 7677, RFC 9266",                                                  \
      "the same, bound to the TLS session (`tls-exporter`); needs TLS 1.3")

#endif
