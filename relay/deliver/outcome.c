#include "relay/deliver/outcome.h"

#include <stddef.h>
#include <string.h>

#include "lib/base/check.h"

struct row {
    enum client_stage first_stage, last_stage;
    enum client_cause cause; /* CLIENT_NO_CAUSE = any */
    int first_code, last_code;
    struct outcome outcome;
    enum { ALWAYS, IF_TRANSACTION_TOOK, IF_SESSION_TOOK, IF_TLS_REQUIRED, IF_TLS_SUSPECT } when;
    const char *given; /* the host's enhanced status code is this one, or none; NULL = any */
};

#define CODES(first, last) CLIENT_REPLIED, first, last
#define CAUSE(cause)       cause, 0, 999
#define ANY                CLIENT_NO_CAUSE, 0, 999

/* Shorthands for the last columns: what it means, when the row holds. */
#define NEXT_CLOSED(status_, clause_)                                                                                  \
    {.next_host = true,                                                                                                \
     .host_rests = true,                                                                                               \
     .others_carry = true,                                                                                             \
     .result = QUEUE_DEFER_CLOSED,                                                                                     \
     .status = status_,                                                                                                \
     .clause = clause_},                                                                                               \
        ALWAYS, NULL
#define NEXT_UNREACHABLE(status_, clause_)                                                                             \
    {.next_host = true, .host_rests = true, .result = QUEUE_DEFER_UNREACHABLE, .status = status_, .clause = clause_},  \
        ALWAYS, NULL
#define NEXT_OR_FAIL(status_, clause_)                                                                                 \
    {.next_host = true, .needs_all = true, .result = QUEUE_FAILED, .status = status_, .clause = clause_}, ALWAYS, NULL
#define NEXT_OR_WAIT(status_, clause_, when_)                                                                          \
    {.next_host = true, .result = QUEUE_DEFER_RECIPIENT, .status = status_, .clause = clause_}, when_, NULL
#define AUTH_REFUSED(status_, clause_)                                                                                 \
    {.next_host = true, .auth_refused = true, .result = QUEUE_DEFER_RECIPIENT, .status = status_, .clause = clause_},  \
        ALWAYS, NULL
#define IN_CLEAR_WHEN(status_, clause_, when_)                                                                         \
    {.next_host = true,                                                                                                \
     .host_rests = true,                                                                                               \
     .clear_again = true,                                                                                              \
     .others_carry = true,                                                                                             \
     .result = QUEUE_DEFER_CLOSED,                                                                                     \
     .status = status_,                                                                                                \
     .clause = clause_},                                                                                               \
        when_, NULL
#define IN_CLEAR(status_, clause_) IN_CLEAR_WHEN(status_, clause_, ALWAYS)
#define PLAIN_LATER(status_, clause_)                                                                                  \
    {.plain_later = true, .result = QUEUE_DEFER_RECIPIENT, .status = status_, .clause = clause_}, IF_TLS_SUSPECT, NULL
#define STOP(status_, clause_)                                                                                         \
    {.host_rests = true, .result = QUEUE_DEFER_CLOSED, .status = status_, .clause = clause_}, ALWAYS, NULL
#define STALLED(status_, clause_, plain_later_, when_)                                                                 \
    {.host_rests = true,                                                                                               \
     .plain_later = plain_later_,                                                                                      \
     .result = QUEUE_DEFER_UNREACHABLE,                                                                                \
     .status = status_,                                                                                                \
     .clause = clause_},                                                                                               \
        when_, NULL
#define DEFER_GIVEN(status_, clause_, given_)                                                                          \
    {.result = QUEUE_DEFER_RECIPIENT, .status = status_, .clause = clause_}, ALWAYS, given_
#define DEFER(status_, clause_) {.result = QUEUE_DEFER_RECIPIENT, .status = status_, .clause = clause_}, ALWAYS, NULL
#define FAIL(status_, clause_)  {.result = QUEUE_FAILED, .status = status_, .clause = clause_}, ALWAYS, NULL
#define DONE(status_, clause_)  {.result = QUEUE_DELIVERED, .status = status_, .clause = clause_}, ALWAYS, NULL
#define AGAIN(status_, clause_, when_, given_)                                                                         \
    {.again = true, .result = QUEUE_DEFER_RECIPIENT, .status = status_, .clause = clause_}, when_, given_

/* The first row that fits decides. */
static const struct row rows[] = {
    /* No connection: the host may be down, the next one up. */
    {CLIENT_AT_CONNECT, CLIENT_AT_CONNECT, ANY, NEXT_UNREACHABLE("4.4.1", "RFC5321#5.1")},

    /* With TLS 1.3 the host refuses a client without a certificate when the client's own part is done. */
    {CLIENT_AT_HELLO, CLIENT_AT_HELLO, CAUSE(CLIENT_TLS_BROKE), IN_CLEAR("4.7.5", "RFC7435#4")},

    /* A session that dies right after a good handshake: TLS is the most likely reason. */
    {CLIENT_AT_HELLO, CLIENT_AT_HELLO, CAUSE(CLIENT_LOST), IN_CLEAR_WHEN("4.4.2", "RFC7435#3", IF_TLS_SUSPECT)},
    {CLIENT_AT_HELLO, CLIENT_AT_HELLO, CAUSE(CLIENT_TIMED_OUT), IN_CLEAR_WHEN("4.4.2", "RFC7435#3", IF_TLS_SUSPECT)},
    {CLIENT_AT_HELLO, CLIENT_AT_HELLO, CAUSE(CLIENT_GARBLED), IN_CLEAR_WHEN("4.4.2", "RFC7435#3", IF_TLS_SUSPECT)},

    /* The session never came to MAIL: nothing was said about the recipient. */
    {CLIENT_AT_GREETING, CLIENT_AT_HELLO, CODES(521, 521), NEXT_OR_FAIL("5.3.2", "RFC7504#3")},
    /* EHLO and then HELO, as Postfix and Exim have it: the host knows who asks, and refuses for all time. A greeting
     * comes before that, and often speaks of the moment. */
    {CLIENT_AT_HELLO, CLIENT_AT_HELLO, CODES(500, 599), NEXT_OR_FAIL("5.5.0", "RFC5321#4.2.1")},
    {CLIENT_AT_GREETING, CLIENT_AT_HELLO, CODES(400, 599), NEXT_CLOSED("4.3.2", "RFC5321#4.5.4.1")},
    {CLIENT_AT_GREETING, CLIENT_AT_HELLO, CAUSE(CLIENT_TIMED_OUT), NEXT_UNREACHABLE("4.4.2", "RFC5321#4.5.3.2")},
    {CLIENT_AT_GREETING, CLIENT_AT_HELLO, ANY, NEXT_UNREACHABLE("4.4.2", "RFC5321#4.5.4.1")},

    /* TLS is required: another MX host may do better, else the message waits. The host itself does not rest, for other
     * mail may go there. */
    {CLIENT_AT_STARTTLS, CLIENT_AT_STARTTLS, CODES(421, 421), NEXT_CLOSED("4.3.2", "RFC5321#3.8")},
    {CLIENT_AT_STARTTLS, CLIENT_AT_STARTTLS, ANY, NEXT_OR_WAIT("4.7.0", "RFC3207#6", IF_TLS_REQUIRED)},
    {CLIENT_AT_HANDSHAKE, CLIENT_AT_HANDSHAKE, ANY, NEXT_OR_WAIT("4.7.5", "RFC3207#4.1", IF_TLS_REQUIRED)},

    /* Opportunistic TLS: no TLS is better than no mail (RFC 7435 §3), a broken handshake than a broken session. */
    {CLIENT_AT_STARTTLS, CLIENT_AT_HANDSHAKE, ANY, IN_CLEAR("4.7.5", "RFC7435#3")},

    /* Our password is refused: a fault of ours or of the smarthost, never of the recipient. */
    {CLIENT_AT_AUTH, CLIENT_AT_AUTH, CODES(421, 421), NEXT_CLOSED("4.3.2", "RFC5321#3.8")},
    {CLIENT_AT_AUTH, CLIENT_AT_AUTH, CAUSE(CLIENT_TIMED_OUT), NEXT_UNREACHABLE("4.4.2", "RFC5321#4.5.3.2")},
    {CLIENT_AT_AUTH, CLIENT_AT_AUTH, CAUSE(CLIENT_LOST), NEXT_UNREACHABLE("4.4.2", "RFC5321#4.5.4.1")},
    {CLIENT_AT_AUTH, CLIENT_AT_AUTH, CAUSE(CLIENT_REPLIED), AUTH_REFUSED("4.7.8", "RFC4954#6")},
    {CLIENT_AT_AUTH, CLIENT_AT_AUTH, CAUSE(CLIENT_NO_AUTH), AUTH_REFUSED("4.7.8", "RFC4954#4")},
    {CLIENT_AT_AUTH, CLIENT_AT_AUTH, ANY, NEXT_OR_WAIT("4.7.8", "RFC4954#6", ALWAYS)},

    /* A host that takes so many messages on a connection, or closes an idle one: the next connection is another try. */
    {CLIENT_AT_RSET, CLIENT_AT_DATA, CODES(421, 421), AGAIN("4.3.2", "RFC5321#3.8", IF_SESSION_TOOK, NULL)},
    /* Without such progress, or at the dot, it says stop: new connections would hear the same. */
    {CLIENT_AT_RSET, CLIENT_AT_EOD, CODES(421, 421), STOP("4.3.2", "RFC5321#3.8")},
    {CLIENT_AT_RSET, CLIENT_AT_MAIL, CAUSE(CLIENT_LOST), AGAIN("4.4.2", "RFC5321#3.8", IF_SESSION_TOOK, NULL)},
    {CLIENT_AT_RSET, CLIENT_AT_RSET, CODES(400, 599), AGAIN("4.3.2", "RFC5321#4.1.1.5", IF_SESSION_TOOK, NULL)},
    {CLIENT_AT_RSET, CLIENT_AT_RSET, ANY, DEFER("4.4.2", "RFC5321#4.1.1.5")},

    /* What the host's EHLO made impossible: another MX host might offer it, yet the first preference has spoken. */
    {CLIENT_AT_MAIL, CLIENT_AT_MAIL, CAUSE(CLIENT_TOO_BIG), FAIL("5.3.4", "RFC1870#6.1")},
    {CLIENT_AT_MAIL, CLIENT_AT_MAIL, CAUSE(CLIENT_NOT_8BIT), FAIL("5.6.3", "RFC6152#3")},
    {CLIENT_AT_MAIL, CLIENT_AT_MAIL, CAUSE(CLIENT_NOT_UTF8_ADDRESS), FAIL("5.6.7", "RFC6531#3.5")},
    {CLIENT_AT_MAIL, CLIENT_AT_MAIL, CAUSE(CLIENT_NOT_UTF8_HEADER), FAIL("5.6.9", "RFC6531#3.5")},

    /* Too many recipients: those beyond go in a further transaction. 552 is an old spelling of it, but with another
     * enhanced status code than 5.5.3 it speaks of this mailbox, and is final. */
    {CLIENT_AT_RCPT, CLIENT_AT_RCPT, CODES(452, 452),
     AGAIN("4.5.3", "RFC5321#4.5.3.1.10", IF_TRANSACTION_TOOK, "4.5.3")},
    {CLIENT_AT_RCPT, CLIENT_AT_RCPT, CODES(552, 552),
     AGAIN("4.5.3", "RFC5321#4.5.3.1.10", IF_TRANSACTION_TOOK, "5.5.3")},
    {CLIENT_AT_RCPT, CLIENT_AT_RCPT, CODES(552, 552), DEFER_GIVEN("4.5.3", "RFC5321#4.5.3.1.10", "5.5.3")},

    /* The transaction. */
    {CLIENT_AT_EOD, CLIENT_AT_EOD, CODES(200, 299), DONE("2.0.0", "RFC5321#4.2.5")},
    {CLIENT_AT_MAIL, CLIENT_AT_EOD, CODES(500, 599), FAIL("5.0.0", "RFC5321#4.2.1")},
    {CLIENT_AT_MAIL, CLIENT_AT_EOD, CODES(400, 499), DEFER("4.0.0", "RFC5321#4.2.1")},
    {CLIENT_AT_MAIL, CLIENT_AT_EOD, CAUSE(CLIENT_REPLIED), DEFER("4.5.0", "RFC5321#4.3.2")},
    /* A session under TLS that dies before it was of any use. A slow reply to the dot has nothing to do with TLS. */
    {CLIENT_AT_MAIL, CLIENT_AT_EOD, CAUSE(CLIENT_LOST), PLAIN_LATER("4.4.2", "RFC7435#3")},
    {CLIENT_AT_MAIL, CLIENT_AT_EOD, CAUSE(CLIENT_TLS_BROKE), PLAIN_LATER("4.4.2", "RFC7435#3")},
    {CLIENT_AT_MAIL, CLIENT_AT_DATA, CAUSE(CLIENT_TIMED_OUT), STALLED("4.4.2", "RFC7435#3", true, IF_TLS_SUSPECT)},

    /* A host that stalls would do so with the next message, too. */
    {CLIENT_AT_MAIL, CLIENT_AT_DATA, CAUSE(CLIENT_TIMED_OUT), STALLED("4.4.2", "RFC5321#4.5.3.2", false, ALWAYS)},
    {CLIENT_AT_MAIL, CLIENT_AT_EOD, CAUSE(CLIENT_GARBLED), DEFER("4.5.0", "RFC5321#4.2")},
    {CLIENT_AT_MAIL, CLIENT_AT_EOD, ANY, DEFER("4.4.2", "RFC5321#4.5.4.1")},

    /* Past the verdicts nothing is left to decide; this row only makes the table whole. */
    {CLIENT_AT_QUIT, CLIENT_AT_QUIT, ANY, DEFER("4.4.2", "RFC5321#4.1.1.10")},
};

static bool holds(const struct row *row, const struct client_verdict *v, struct outcome_progress progress)
{
    bool progressed = row->when == ALWAYS || (row->when == IF_TRANSACTION_TOOK && progress.transaction_took) ||
                      (row->when == IF_SESSION_TOOK && progress.session_took) ||
                      (row->when == IF_TLS_REQUIRED && v->tls_required) ||
                      (row->when == IF_TLS_SUSPECT && v->encrypted && !v->tls_required && !progress.session_took);
    return progressed && (row->given == NULL || v->status[0] == '\0' || strcmp(row->given, v->status) == 0);
}

static bool matches(const struct row *row, const struct client_verdict *v)
{
    return v->stage >= row->first_stage && v->stage <= row->last_stage &&
           (row->cause == CLIENT_NO_CAUSE || row->cause == v->cause) &&
           (v->cause != CLIENT_REPLIED || (v->code >= row->first_code && v->code <= row->last_code));
}

const struct outcome *outcome_of(const struct client_verdict *verdict, struct outcome_progress progress)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (matches(&rows[i], verdict) && holds(&rows[i], verdict, progress))
            return &rows[i].outcome;
    rl_assert(!"a stage without a row");
    return NULL;
}

const struct outcome *outcome_at_end(const struct outcome *outcome, struct outcome_others others)
{
    /* Too many connections, and not a closed host. */
    static const struct outcome carried = {.result = QUEUE_WAIT, .clause = "RFC5321#4.5.4.1"};
    /* One MX host that takes no mail is not the last word while another one may be back. */
    static const struct outcome hope = {
        .result = QUEUE_DEFER_UNREACHABLE, .status = "4.4.1", .own_status = true, .clause = "RFC5321#5.1"};
    if (outcome->others_carry && others.open)
        return &carried;
    return outcome->needs_all && others.may_work ? &hope : outcome;
}
