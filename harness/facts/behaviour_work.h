/* For behaviour.c and behaviour_attempts.c alone: what one pass over the trace gathers, and what they make of it. */
#ifndef RL_HARNESS_BEHAVIOUR_WORK_H
#define RL_HARNESS_BEHAVIOUR_WORK_H

#include "harness/facts/behaviour.h"

/* What a recipient gathers in one pass over the trace. */
struct gathered {
    struct contact_rcpt *named;
    size_t count;
    bool crowded; /* another message goes to the same domain */
};

/* A contact that names no recipient: a connect that failed, or a session without a transaction. */
struct nameless {
    size_t event;
    int64_t t_ns;
    const char *host;
    const struct session *session; /* or */
    const struct failed_connect *failed;
};

struct behaviour_work {
    struct behaviour *out;
    struct gathered *gathered; /* parallel to histories */
    struct nameless *nameless; /* sorted by host and time */
    size_t nameless_count;
    size_t *answers; /* events dns.answer, by name and time */
    size_t answer_count;
};

/* The contacts that name no recipient, from the sessions. Fills nameless; the caller frees it. */
void behaviour_gather_nameless(struct behaviour_work *work);

/* The attempts of one history, whose outcome and bounce are known. */
void behaviour_fill_attempts(const struct behaviour_work *work, const struct gathered *gathered,
                             struct history *history);

#endif
