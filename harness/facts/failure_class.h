/*
 * What kind of failure a reply, a status or an event is, as people sort bounces: one table of enhanced status codes
 * (RFC 3463, and IANA's registry of them), one of reply codes for hosts that send none, one of words for the codes
 * that say no more than "policy". A name is stable: reports and their readers compare it.
 */
#ifndef RL_HARNESS_FAILURE_CLASS_H
#define RL_HARNESS_FAILURE_CLASS_H

#define CLASS_BAD_ADDRESS "bad address" /* no such user, mailbox or domain */
#define CLASS_FULL        "full"        /* the mailbox, or the host's disk */
#define CLASS_POLICY      "policy"      /* not for you, or not yet: greylists among them */
#define CLASS_REPUTATION  "reputation"  /* who sends: block lists, SPF, DKIM, reverse DNS */
#define CLASS_CONTENT     "content"     /* what is sent: spam, viruses, size, format */
#define CLASS_PROTOCOL    "protocol"    /* the two sides do not understand each other; includes TLS */
#define CLASS_DNS         "DNS"         /* no way to find the host */
#define CLASS_NETWORK     "network"     /* no way to reach it, or the line broke */
#define CLASS_BUSY        "busy"        /* the host has no time or no room for more sessions now */
#define CLASS_OTHER       "other"

/* A reply: its code, and the text after it, which may begin with an enhanced status code. */
const char *failure_class_of_reply(int code, const char *text);

/* A recipient of a bounce: `status` 5.1.1; `diagnostic` "smtp; 550 5.1.1 No such user". Either may be empty. */
const char *failure_class_of_status(const char *status, const char *diagnostic);

#endif
