/*
 * The submitting client's session: a core without I/O. It speaks to the target's submission port as a careful mail
 * program does: EHLO, STARTTLS, EHLO, AUTH, MAIL, RCPT…, DATA, QUIT, one command at a time, with the timeouts of
 * RFC 5321 §4.5.3.2. Where the target offers no STARTTLS or no AUTH, it goes on without, and so it does with parameters
 * of extensions. At the port for submissions it begins with the handshake.
 */
#ifndef RL_SIM_SUBMIT_H
#define RL_SIM_SUBMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "sim/scenario/model.h"

#define SUBMIT_TEXT_MAX 512

enum submit_event {
    SUBMIT_NOTHING,
    SUBMIT_START_TLS,
    SUBMIT_REFUSED_RCPT, /* refused_rcpt was refused: code and text say how */
    SUBMIT_HANDED,       /* the message and its dot are in `out`: accepted[] says for which recipients */
    SUBMIT_ACCEPTED,     /* the 250 to the dot: code and text; accepted[] says for which recipients */
    SUBMIT_REFUSED,      /* nothing was taken: verb, code (0 = the connection ended) and text say why */
    SUBMIT_OVER,         /* close */
};

enum submit_step {
    SUBMIT_GREETING,
    SUBMIT_EHLO,
    SUBMIT_STARTTLS,
    SUBMIT_HANDSHAKE,
    SUBMIT_AUTH,
    SUBMIT_MAIL,
    SUBMIT_RCPT,
    SUBMIT_DATA,
    SUBMIT_EOD,
    SUBMIT_QUIT,
    SUBMIT_END,
};

struct submit {
    const struct submission *submission;
    const char *helo, *user, *password;
    struct slice message;
    enum submit_step step;
    size_t rcpt; /* the one whose RCPT is sent */
    bool *accepted;
    size_t accepted_count;
    bool tls, greeted, authenticated, offers_starttls, reported;
    bool offers_plain, offers_login;
    unsigned prompts;  /* of AUTH LOGIN, answered */
    struct buf offers; /* the keywords of the last EHLO reply, a line each */
    struct buf out;
    int64_t deadline_ns;
    enum submit_event event;
    int code;
    char text[SUBMIT_TEXT_MAX];
    const char *verb;
    const char *refused_rcpt;
};

/* What is pointed to outlives the session. Times: any steady clock. */
void submit_init(struct submit *submit, const struct submission *submission, const char *helo, const char *user,
                 const char *password, struct slice message, int64_t now_ns);
void submit_fini(struct submit *submit);

/* Call again until SUBMIT_NOTHING. */
enum submit_event submit_feed(struct submit *submit, struct buf *in, int64_t now_ns);
enum submit_event submit_tls_started(struct submit *submit, int64_t now_ns);
enum submit_event submit_lost(struct submit *submit, const char *why);
/* What the client is waiting for, as the trace names it: "EHLO". */
const char *submit_waits_for(const struct submit *submit);

#endif
