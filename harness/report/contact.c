#include "harness/report/contact.h"

#include <string.h>

static void set_reply(struct contact *contact, const struct json *reply)
{
    contact->stage = json_get_str(reply, "verb", "?");
    contact->code = (int)json_get_int(reply, "code", 0);
    contact->text = json_get_str(reply, "text", "");
}

/* The session ended while `stage` was waited for. */
static void set_broken(struct contact *contact, const struct session *session, const char *stage)
{
    contact->stage = stage;
    contact->failure = session->reset ? "reset" : session->closed_by_host ? "closed" : "silent";
    if (session->waiting != NULL && session->close_ns != INT64_MAX)
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

static int hundreds(const struct json *reply)
{
    return reply != NULL ? (int)json_get_int(reply, "code", 0) / 100 : 0;
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
        contact.rcpt_code = (int)json_get_int(rcpt->reply, "code", 0);
    if (rcpt->reply == NULL)
        set_broken(&contact, session, "RCPT");
    else if (contact.rcpt_code == 0)
        set_reply(&contact, rcpt->reply);
    else if (txn.eod != NULL)
        set_reply(&contact, txn.eod);
    else if (hundreds(txn.data) > 3)
        set_reply(&contact, txn.data);
    else
        set_broken(&contact, session, hundreds(txn.data) == 3 ? "eod" : "DATA");
    return contact;
}

bool contact_delivered(const struct contact *contact)
{
    return contact->rcpt_code != 0 && strcmp(contact->stage, "eod") == 0 && contact->code / 100 == 2;
}
