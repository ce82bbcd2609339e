/*
 * DNS questions and answers as bytes: built and read with ldns, so that no parser here is our own.
 * Of an answer only what a relay asks for is kept: the records of the requested type at the end of the CNAME chain.
 * "There is none" is believed only in a complete answer to this question: NXDOMAIN, or an empty answer section (NODATA,
 * RFC 2308 §2.2), from a server that is authoritative or recursive. Everything else is WIRE_TEMPORARY.
 * Limits: 8192 records of an answer, which is more than 64 KiB can hold; 8 links of a chain.
 */
#ifndef RL_RELAY_WIRE_H
#define RL_RELAY_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/ip.h"
#include "lib/base/slice.h"

#define WIRE_RECORDS_MAX 8192
#define WIRE_CHAIN_MAX   8
#define WIRE_QUERY_MAX   512

enum wire_type { WIRE_A = 1, WIRE_MX = 15, WIRE_TXT = 16, WIRE_AAAA = 28 };

enum wire_result {
    WIRE_OK,        /* records, perhaps none (NODATA) */
    WIRE_NXDOMAIN,  /* the name does not exist */
    WIRE_ALIAS,     /* a CNAME without the records of its target: ask for `alias` */
    WIRE_TEMPORARY, /* SERVFAIL, REFUSED, any other rcode, a referral, half an answer, or bytes that cannot be read */
};

struct wire_record {
    uint16_t preference; /* MX */
    const char *host;    /* MX: without the final dot; "" = the root, a null MX (RFC 7505) */
    struct ip address;   /* A, AAAA */
    struct slice text;   /* TXT: its strings, joined */
};

struct wire_answer {
    enum wire_result result;
    const char *why;   /* WIRE_TEMPORARY: "SERVFAIL", … */
    const char *alias; /* WIRE_ALIAS: the target of the last CNAME */
    struct wire_record *records;
    size_t count;
};

/* Writes a question, with EDNS (1232 octets) or without; returns its length, or 0 when the name is not a domain name.
 */
size_t wire_query(const char *name, enum wire_type type, uint16_t id, bool edns, uint8_t out[WIRE_QUERY_MAX]);

/* Reads an answer; everything in *out lives in arena. */
void wire_read(struct slice packet, const char *name, enum wire_type type, struct arena *arena,
               struct wire_answer *out);

#endif
