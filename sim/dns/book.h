/*
 * The DNS of the world, without sockets: a question's octets in, an answer's octets out, composed with ldns from the
 * scenario's zones and hosts. Every host has its A record; a zone's faults count and time out as written.
 */
#ifndef RL_SIM_DNS_BOOK_H
#define RL_SIM_DNS_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/text/json.h"
#include "sim/scenario/model.h"

#define DNS_NAME_MAX   256
#define DNS_ANSWER_MAX 4096

struct dns_book;

struct dns_reply {
    char qname[DNS_NAME_MAX]; /* lower case, no final dot */
    char qtype[16];           /* "MX" */
    char rcode[16];           /* "NOERROR" */
    bool silent;              /* no answer is sent */
    uint8_t *bytes;           /* malloc'ed; NULL when silent */
    size_t len;
    struct json *answers; /* texts of the records; the caller's */
};

struct dns_book *dns_book_new(const struct scenario *scenario);
void dns_book_free(struct dns_book *book);

/* False when the octets are no question. t_ns: since the start of the story. */
bool dns_book_answer(struct dns_book *book, struct slice question, int64_t t_ns, struct dns_reply *out);
void dns_reply_fini(struct dns_reply *reply);

#endif
