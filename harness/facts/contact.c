#include "harness/facts/contact.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/duration.h"

static void set_reply(struct contact *contact, const struct json *reply)
{
    contact->stage = trace_str(reply, FIELD_VERB, "?");
    contact->code = (int)trace_int(reply, FIELD_CODE, 0);
    contact->text = trace_str(reply, FIELD_TEXT, "");
}

/* The session ended while `stage` was waited for. */
static void set_broken(struct contact *contact, const struct session *session, const char *stage)
{
    contact->stage = stage;
    contact->failure = session->reset ? "reset" : session->closed_by_host ? "closed" : "silent";
    contact->unsent = session->waiting == NULL;
    if (session->close_ns != INT64_MAX)
        contact->waited_ns = session->close_ns - session->waiting_ns;
}

static struct contact begin(const struct session *session, size_t event, int64_t t_ns)
{
    return (struct contact){.event = event,
                            .t_ns = t_ns,
                            .host = session->host,
                            .conn = session->conn,
                            .stage = "connect",
                            .text = "",
                            .encrypted = session->tls != NULL};
}

struct contact contact_of_failed(const struct failed_connect *failed)
{
    return (struct contact){.event = failed->event,
                            .t_ns = failed->t_ns,
                            .host = failed->host,
                            .stage = "connect",
                            .text = "",
                            .failure = failed->how,
                            .waited_ns = failed->give_up_ns != INT64_MAX ? failed->give_up_ns - failed->t_ns : 0};
}

struct contact contact_of_session(const struct session *session)
{
    struct contact contact = begin(session, session->first, session->open_ns);
    if (session->tls_failure != NULL) {
        contact.stage = "STARTTLS";
        contact.failure = "tls";
        contact.text = session->tls_failure;
    } else if (session->refusal != NULL)
        set_reply(&contact, session->refusal);
    else if (session->waiting != NULL)
        set_broken(&contact, session, session->waiting);
    else if (session->last_reply != NULL)
        set_reply(&contact, session->last_reply);
    return contact;
}

struct contact contact_of_mail(const struct sessions *sessions, const struct session *session, int64_t txn)
{
    const struct trace_event *event;
    struct contact contact = begin(session, session->first, session->open_ns);
    size_t at = 0;
    set_broken(&contact, session, "MAIL");
    while ((event = trace_next_of_txn(sessions->log, (size_t)txn, &at)) != NULL) {
        if (strcmp(trace_str(event->json, FIELD_VERB, ""), "MAIL") != 0)
            continue;
        if (event->kind == TRACE_SMTP_COMMAND) {
            contact.event = at - 1;
            contact.t_ns = event->t_ns;
        } else if (event->kind == TRACE_SMTP_REPLY) {
            contact.failure = NULL;
            contact.unsent = false;
            contact.waited_ns = 0;
            set_reply(&contact, event->json);
        }
    }
    return contact;
}

static int hundreds(const struct json *reply)
{
    return reply != NULL ? (int)trace_int(reply, FIELD_CODE, 0) / 100 : 0;
}

struct contact contact_of_recipient(const struct sessions *sessions, const struct contact_rcpt *rcpt,
                                    int64_t attempt_ns)
{
    const struct session *session = rcpt->session;
    bool used_before = session->open_ns < attempt_ns;
    struct contact contact = begin(session, used_before ? rcpt->event : session->first,
                                   used_before ? sessions->log->events[rcpt->event].t_ns : session->open_ns);
    struct transaction txn = sessions_transaction(sessions, rcpt->txn);
    if (hundreds(rcpt->reply) == 2)
        contact.rcpt_code = (int)trace_int(rcpt->reply, FIELD_CODE, 0);
    if (rcpt->reply == NULL)
        set_broken(&contact, session, "RCPT");
    else if (contact.rcpt_code == 0)
        set_reply(&contact, rcpt->reply);
    else if (txn.eod != NULL) {
        set_reply(&contact, txn.eod);
        contact.unsent = !txn.dot;
    } else if (hundreds(txn.data) > 3)
        set_reply(&contact, txn.data);
    else
        set_broken(&contact, session, hundreds(txn.data) == 3 ? "eod" : "DATA");
    return contact;
}

bool contact_delivered(const struct contact *contact)
{
    return contact->rcpt_code != 0 && strcmp(contact->stage, "eod") == 0 && contact->code / 100 == 2;
}

/* ---- in words ---- */

/* "RCPT → 250, DATA → ": where it came to. The dot has no word of its own: what it answers is DATA. A command that was
 * not sent is not named: how the session ended names it. */
static void describe_way(const struct contact *contact, char *out, size_t size)
{
    bool dot = strcmp(contact->stage, "eod") == 0;
    char rcpt[24] = "";
    out[0] = '\0';
    if (contact->rcpt_code != 0)
        (void)snprintf(rcpt, sizeof rcpt, "RCPT → %d, ", contact->rcpt_code);
    if (contact->unsent && !dot)
        (void)snprintf(out, size, "%s", rcpt);
    else if (strcmp(contact->stage, "connect") != 0)
        (void)snprintf(out, size, "%s%s → %s%s", rcpt, dot ? "DATA" : contact->stage,
                       dot && (contact->failure != NULL || contact->unsent) ? "354, " : "",
                       dot && contact->unsent && contact->failure == NULL ? "in mid-message " : "");
}

/* Octets without a reply code are not a reply. */
static void describe_reply(const struct contact *contact, const char *way, char *out, size_t size)
{
    if (contact->code == 0)
        (void)snprintf(out, size, "%s%s%.*s", way, contact->text[0] != '\0' ? "invalid reply: " : "no reply",
                       (int)strcspn(contact->text, "\n"), contact->text);
    else
        (void)snprintf(out, size, "%s%d%s%.*s", way, contact->code, contact->text[0] != '\0' ? " " : "",
                       (int)strcspn(contact->text, "\n"), contact->text);
}

static void describe_wait(const struct contact *contact, char *out, size_t size)
{
    char length[DURATION_TEXT_MAX];
    if (contact->waited_ns > 0)
        (void)snprintf(out, size, " in %s", duration_format(contact->waited_ns, length));
    else
        out[0] = '\0';
}

/* A connection that ended without an answer; "dropped" is an unanswered connect. */
static void describe_failure(const struct contact *contact, const char *way, char *out, size_t size)
{
    static const char *const words[][2] = {{"refused", "connection refused"},
                                           {"unreachable", "no route to the host"},
                                           {"reset", "connection reset"},
                                           {"closed", "connection closed"}};
    const char *what = contact->failure;
    char wait[DURATION_TEXT_MAX + 8];
    describe_wait(contact, wait, sizeof wait);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(what, words[i][0]) == 0)
            what = words[i][1];
    if (strcmp(contact->failure, "tls") == 0)
        (void)snprintf(out, size, "TLS handshake failed");
    else if (strcmp(contact->failure, "dropped") == 0 || strcmp(contact->failure, "silent") == 0)
        (void)snprintf(out, size, "%sno answer%s", way, wait);
    else
        (void)snprintf(out, size, "%s%s", way, what);
}

/* What ended a session in which it was the target's turn. */
static void describe_unsent(const struct contact *contact, const char *way, char *out, size_t size)
{
    static const char *const whose[][2] = {{"reset", "connection reset"},
                                           {"closed", "connection closed by the host"},
                                           {"silent", "connection closed by the target"}};
    const char *what = contact->failure;
    char length[DURATION_TEXT_MAX], wait[DURATION_TEXT_MAX + 8] = "";
    bool dot = strcmp(contact->stage, "eod") == 0;
    if (strcmp(contact->failure, "silent") == 0 && contact->waited_ns > 0)
        (void)snprintf(wait, sizeof wait, " after %s", duration_format(contact->waited_ns, length));
    for (size_t i = 0; i < sizeof whose / sizeof whose[0]; i++)
        if (strcmp(what, whose[i][0]) == 0)
            what = whose[i][1];
    (void)snprintf(out, size, "%s%s %s%s%s", way, what, dot ? "in mid-message" : "before ", dot ? "" : contact->stage,
                   wait);
}

const char *contact_words(const struct contact *contact, char *out, size_t size)
{
    char way[64];
    describe_way(contact, way, sizeof way);
    if (contact->failure != NULL && contact->unsent)
        describe_unsent(contact, way, out, size);
    else if (contact->failure != NULL)
        describe_failure(contact, way, out, size);
    else
        describe_reply(contact, way, out, size);
    return out;
}
