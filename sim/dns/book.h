/*
 * The DNS of the world, without sockets: a question's octets in, an answer's octets out, composed with ldns from the
 * scenario's zones and hosts. Every host has its A record; a zone's faults count and time out as written.
 *
 * What does not fit a datagram is truncated: 512 octets, or as many as the question's EDNS says (RFC 6891 §6.2.3).
 * Questions come from peers: at most 512 octets are read, and anything but a single question is not answered.
 */
#ifndef RL_SIM_DNS_BOOK_H
#define RL_SIM_DNS_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/text/json.h"
#include "sim/scenario/model.h"

#define DNS_NAME_MAX       256
#define DNS_QUESTION_MAX   512
#define DNS_UDP_ANSWER_MAX 4096
#define DNS_TCP_ANSWER_MAX 65535

enum dns_transport { DNS_UDP, DNS_TCP };

/* What happens to the transport: CUT: half of the octets are sent, and TCP is closed. */
enum dns_ending { DNS_STAYS, DNS_CUT, DNS_CLOSED, DNS_RESET };

struct dns_book;

struct dns_reply {
    char qname[DNS_NAME_MAX]; /* lower case, no final dot */
    char qtype[16];           /* "MX" */
    char rcode[16];           /* "NOERROR" */
    bool silent;              /* no answer is sent */
    enum dns_ending ending;
    bool truncated;    /* the answer says only that it did not fit */
    const char *fault; /* "servfail": that of the zone; NULL: none */
    int64_t delay_ns;  /* before it is sent */
    uint8_t *bytes;    /* malloc'ed; NULL when silent */
    size_t len;
    struct json *answers; /* texts of the records that are sent; the caller's */
};

/* ERR_INVALID: one of a zone's `records` is invalid. */
int dns_book_new(struct dns_book **out, const struct scenario *scenario, struct err *err);
void dns_book_free(struct dns_book *book);

/* False when the octets are not a question. t_ns: since the start of the story. */
bool dns_book_answer(struct dns_book *book, struct slice question, enum dns_transport transport, int64_t t_ns,
                     struct dns_reply *out);
void dns_reply_fini(struct dns_reply *reply);

#endif
