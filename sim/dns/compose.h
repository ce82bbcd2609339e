/*
 * What the parts of the book share: an answer being composed. book.c reads the question and puts the answer together,
 * records.c fills it, faults.c spoils it.
 */
#ifndef RL_SIM_DNS_COMPOSE_H
#define RL_SIM_DNS_COMPOSE_H

#include <ldns/ldns.h>

#include "sim/dns/book.h"

/* A record of a zone's `records`. */
struct loose_record {
    const struct zone *zone;
    char *owner; /* lower case, no final dot */
    ldns_rr *rr;
};

struct dns_book {
    const struct scenario *scenario;
    unsigned **chances; /* a zone one array, a fault one counter */
    struct loose_record *loose;
    size_t loose_count;
};

struct composing {
    struct dns_book *book;
    int64_t t_ns; /* since the start of the story */
    ldns_pkt *packet;
    const char *qname;
    struct json *texts; /* of the answer's records */
    bool exists;        /* there is something at the name, or below it */
};

/* Adds an answer record in zone-file form. */
void dns_add_record(struct composing *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Adds what the name holds of this type, through CNAME records. */
void dns_add_answers(struct composing *c, const char *name, ldns_rr_type type);
/* Adds the CNAME record of the name, if it has one, and nothing else. */
void dns_add_alias(struct composing *c, const char *name);

/* One way in which an answer is spoilt. */
struct dns_fault {
    ldns_pkt_rcode rcode;
    bool answers; /* the right records are in it at first */
    bool truncated, silent;
    enum dns_ending ending;
    const char *rcode_name;                       /* where 4 bits cannot say it */
    void (*compose)(struct composing *c);         /* what replaces the records; NULL: nothing */
    size_t (*spoil)(uint8_t *octets, size_t len); /* done to the finished octets: how many are left; NULL: nothing */
};

const struct dns_fault *dns_fault_of(enum zone_fault_kind kind);
const char *dns_fault_name(enum zone_fault_kind kind); /* NULL: none */

#endif
