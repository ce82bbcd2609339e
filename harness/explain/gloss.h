/*
 * Glosses: what each word on the wire means, in a sentence for a reader who has never opened an RFC, with the clause to
 * read next. This is the one table: `relaylab explain` prints it line by line, and a test demands a row for all that
 * the relay, the hosts and the scenarios can say.
 *
 * The glosses of replies speak of "the client" and "the server", as the RFCs do: in one dialogue the relay is the
 * client, in another the server.
 */
#ifndef RL_HARNESS_GLOSS_H
#define RL_HARNESS_GLOSS_H

#include "lib/base/slice.h"

enum gloss_kind {
    GLOSS_VERB,    /* "MAIL"; "MAIL <>": with the null reverse-path; "eod": the message and its final dot */
    GLOSS_PARAM,   /* of MAIL and RCPT: "SIZE" */
    GLOSS_ANSWER,  /* "4 RCPT": what the client has to do after such a reply to this verb; "5 RCPT <>": of a report */
    GLOSS_CLASS,   /* "4": the first digit of a reply */
    GLOSS_SECOND,  /* "5": its second digit */
    GLOSS_CODE,    /* "451" */
    GLOSS_SUBJECT, /* "7": the second number of an enhanced status code */
    GLOSS_DETAIL,  /* "7.1": its second and third number */
    GLOSS_EHLO,    /* "PIPELINING": a keyword in the reply to EHLO */
    GLOSS_TYPE,    /* "MX": a type of DNS records */
    GLOSS_RCODE,   /* "NXDOMAIN"; "NODATA": NOERROR without records */
    GLOSS_FAULT,   /* "truncated": what a scenario did to a DNS answer */
    GLOSS_FIELD,   /* "Final-Recipient": a field of a delivery status notification */
    GLOSS_HEADER,  /* "Received": a header field of a message */
    GLOSS_ACTION,  /* "delayed": a value of its Action field */
    GLOSS_TLS,     /* "start", "done", and why a handshake failed */
    GLOSS_WIRE,    /* "refused": how a connection begins or ends */
    GLOSS_KINDS
};

struct gloss {
    enum gloss_kind kind;
    const char *key;
    const char *text;   /* one sentence, shown each time */
    const char *more;   /* what else is worth knowing, shown the first time; "" = nothing */
    const char *clause; /* "RFC5321 §4.2.1"; "" = none */
};

/* Exactly this key, in any case; NULL = there is none. */
const struct gloss *gloss_find(enum gloss_kind kind, const char *key);
/* The first row of the kind whose key is a part of the text: for TLS, whose failures are sentences of OpenSSL. */
const struct gloss *gloss_within(enum gloss_kind kind, const char *text);
/* All rows; *count says how many. */
const struct gloss *gloss_all(size_t *count);

/*
 * An enhanced status code at the start of a reply's text: "4.7.1 Greylisted". Fills the three numbers as keys, and
 * returns the length of the code; 0 = there is none.
 */
struct gloss_status {
    char class[2], subject[4], detail[8]; /* "4", "7", "7.1" */
};
size_t gloss_read_status(const char *text, struct gloss_status *out);

#endif
