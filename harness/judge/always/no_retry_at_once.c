/*
 * RFC 5321 §4.5.4.1: after an attempt at a destination has failed, the next one is delayed. Two ways to fail:
 *
 *   a transaction: 4yz to RCPT, to DATA or to the dot, then RCPT for the same recipient at the same host again; a
 *   contact: no transaction came about, then the same host again, more often than others wait for it.
 *
 * "At once" means less than a second later. Not a retry: the next MX record, even when it leads to the same host; the
 * recipients that were too many (452, §4.5.3.1.10); a new connection after 421 on one that has accepted messages
 * (§3.8); a connection that tried TLS, and another one without (RFC 3207 §4.1 leaves it to the client to go on without
 * TLS).
 */
#include <stdlib.h>
#include <string.h>

#include "harness/judge/always/always.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define AT_ONCE NS_PER_S
#define WANTED  "a delay before the next attempt"

/* One connect to a host, and its result. */
struct contact {
    const char *host;
    size_t at, failed_at;
    int64_t t_ns, failed_ns; /* INT64_MAX: it did not fail */
    bool served, tls;        /* RCPT was said; TLS was tried */
    bool dropped;            /* the SYN vanished; given up later */
    unsigned taken;          /* messages */
};

struct contacts {
    struct contact *list;
    size_t count;
    size_t *of_conn; /* index + 1 */
    size_t conns;
};

/* ---- contacts ---- */

static struct contact *contact_of(const struct contacts *contacts, const struct json *event)
{
    size_t conn = (size_t)trace_int(event, FIELD_CONN, 0);
    return conn < contacts->conns && contacts->of_conn[conn] > 0 ? &contacts->list[contacts->of_conn[conn] - 1] : NULL;
}

static void fail(struct contact *contact, const struct trace_event *event, size_t at)
{
    contact->failed_ns = event->t_ns;
    contact->failed_at = at;
}

/* The last one of the host that vanished is given up now. */
static void give_up(struct contacts *contacts, const struct trace_event *event, size_t at)
{
    for (size_t i = contacts->count; i-- > 0;)
        if (contacts->list[i].dropped && strcmp(contacts->list[i].host, trace_str(event->json, FIELD_HOST, "")) == 0) {
            contacts->list[i].dropped = false;
            fail(&contacts->list[i], event, at);
            return;
        }
}

static void take_connect(struct contacts *contacts, const struct trace_event *event, size_t at)
{
    const char *result = trace_str(event->json, FIELD_RESULT, ""), *host = trace_str(event->json, FIELD_HOST, NULL);
    size_t conn = (size_t)trace_int(event->json, FIELD_CONN, 0);
    if (host == NULL)
        return;
    if (strcmp(result, "given-up") == 0) {
        give_up(contacts, event, at);
        return;
    }
    struct contact *contact = &contacts->list[contacts->count++];
    *contact = (struct contact){.host = host, .at = at, .t_ns = event->t_ns, .failed_ns = INT64_MAX};
    contact->dropped = strcmp(result, "dropped") == 0;
    if (strcmp(result, "refused") == 0 || strcmp(result, "unreachable") == 0)
        fail(contact, event, at);
    if (conn > 0 && conn < contacts->conns)
        contacts->of_conn[conn] = contacts->count;
}

static void take_event(struct contacts *contacts, const struct trace_event *event, size_t at)
{
    struct contact *contact = event->kind != TRACE_TCP_CONNECT ? contact_of(contacts, event->json) : NULL;
    if (event->kind == TRACE_TCP_CONNECT)
        take_connect(contacts, event, at);
    else if (contact == NULL)
        return;
    else if (event->kind == TRACE_SMTP_COMMAND && trace_value(event->json, FIELD_RCPT) != NULL)
        contact->served = true;
    else if (event->kind == TRACE_TLS_START || strcmp(trace_str(event->json, FIELD_VERB, ""), "STARTTLS") == 0)
        contact->tls = true;
    else if (event->kind == TRACE_SMTP_ACCEPTED)
        contact->taken++;
    else if (event->kind == TRACE_TCP_CLOSE && !contact->served && !contact->tls)
        fail(contact, event, at);
}

/* ---- transactions ---- */

/* RCPT for the same recipient at this host again, in another transaction and at once. */
static void judge_recipient(const struct always_check *check, const struct trace_event *failure, const char *rcpt,
                            size_t from)
{
    const struct json *json = failure->json;
    const char *host = trace_str(json, FIELD_HOST, "");
    const struct trace_query again = {TRACE_SMTP_COMMAND, trace_str(json, FIELD_MSG, ""),
                                      (unsigned)trace_int(json, FIELD_N, 1), rcpt};
    const struct trace_event *command;
    size_t listed = scenario_mx_count(check->facts->scenario, host, address_domain(rcpt)), count = 0;
    while ((command = trace_next(check->facts->log, &again, &from)) != NULL && command->t_ns - failure->t_ns < AT_ONCE)
        if (strcmp(trace_str(command->json, FIELD_HOST, ""), host) == 0 &&
            trace_int(command->json, FIELD_TXN, 0) != trace_int(json, FIELD_TXN, 0) && ++count >= listed) {
            always_broken(check, from - 1, WANTED, "%s to %s again at %s, at once after %d", again.msg, rcpt, host,
                          (int)trace_int(json, FIELD_CODE, 0));
            return;
        }
}

static void judge_transaction(const struct always_check *check, const struct trace_event *failure, size_t from)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = trace_next_of_txn(check->facts->log, (size_t)trace_int(failure->json, FIELD_TXN, 0), &at)) != NULL)
        if (event->kind == TRACE_SMTP_REPLY && strcmp(trace_str(event->json, FIELD_VERB, ""), "RCPT") == 0 &&
            trace_int(event->json, FIELD_CODE, 0) / 100 == 2)
            judge_recipient(check, failure, trace_str(event->json, FIELD_RCPT, ""), from);
}

/* `contacts` as of the time when the reply was sent. */
static void judge_reply(const struct always_check *check, const struct contacts *contacts,
                        const struct trace_event *reply, size_t at)
{
    const char *verb = trace_str(reply->json, FIELD_VERB, "");
    int code = (int)trace_int(reply->json, FIELD_CODE, 0);
    const struct contact *contact = contact_of(contacts, reply->json);
    if (code / 100 != 4 || trace_value(reply->json, FIELD_MSG) == NULL ||
        (code == 421 && contact != NULL && contact->taken > 0))
        return;
    if (strcmp(verb, "RCPT") == 0 && code != 452)
        judge_recipient(check, reply, trace_str(reply->json, FIELD_RCPT, ""), at + 1);
    else if (strcmp(verb, "eod") == 0 || strcmp(verb, "DATA") == 0)
        judge_transaction(check, reply, at + 1);
}

/* ---- hosts ---- */

/*
 * Recipients that wait for the host while a contact lasts, or right after it: each may have its own contact for each MX
 * record that leads there, since a client tries the records in order (RFC 5321 §5.1), whatever they have in common. The
 * recipient whose contact that was may be settled before it ends. Where senders have their mail at this host, too, so
 * may the bounce of each message.
 */
static size_t waiting(const struct facts *facts, const struct contact *contact)
{
    const char *host = contact->host;
    const struct rounds_of *of;
    size_t count = 0, bounces = 0;
    for (size_t i = 0; (of = rounds_at(facts->rounds, i)) != NULL; i++) {
        if (of->handed_ns > contact->failed_ns + AT_ONCE)
            continue;
        if (of->settled_ns >= contact->t_ns)
            count += scenario_mx_count(facts->scenario, host, address_domain(of->rcpt));
        if (of->submission->from[0] != '\0')
            bounces += scenario_mx_count(facts->scenario, host, address_domain(of->submission->from));
    }
    return count > 0 ? count + bounces : 0;
}

static void judge_contact(const struct always_check *check, const struct contacts *contacts, size_t index)
{
    const struct contact *failed = &contacts->list[index];
    size_t allowed = SIZE_MAX, count = 0; /* computed when needed */
    for (size_t i = index + 1; i < contacts->count && contacts->list[i].t_ns - failed->failed_ns < AT_ONCE; i++) {
        const struct contact *next = &contacts->list[i];
        if (next->at < failed->failed_at || strcmp(next->host, failed->host) != 0)
            continue;
        if (allowed == SIZE_MAX)
            allowed = waiting(check->facts, failed);
        if (allowed == 0 || ++count < allowed)
            continue;
        always_broken(check, next->at, WANTED, "%s again, at once after a contact that failed", failed->host);
        return;
    }
}

static void no_retry_at_once(const struct always_check *check)
{
    const struct trace_log *log = check->facts->log;
    struct contacts contacts = {.conns = log->count + 1};
    contacts.list = mem_zalloc((log->count + 1) * sizeof *contacts.list);
    contacts.of_conn = mem_zalloc(contacts.conns * sizeof *contacts.of_conn);
    for (size_t i = 0; i < log->count; i++) {
        take_event(&contacts, &log->events[i], i);
        if (log->events[i].kind == TRACE_SMTP_REPLY)
            judge_reply(check, &contacts, &log->events[i], i);
    }
    for (size_t i = 0; i < contacts.count; i++)
        if (contacts.list[i].failed_ns != INT64_MAX)
            judge_contact(check, &contacts, i);
    free(contacts.list);
    free(contacts.of_conn);
}

const struct always_rule always_no_retry_at_once = {
    .id = "no-retry-at-once",
    .sentence = "A destination that failed is not retried immediately",
    .level = LEVEL_MUST,
    .clause = "RFC5321#4.5.4.1",
    .check = no_retry_at_once,
    .slug = "a-destination-that-failed-is-not-tried-again-at-once",
    .page = {.demands =
                 "After an attempt at a host has failed, the same recipient is not tried at the same host again within "
                 "a second of virtual time. These are not immediate retries: the next MX record, also one that leads "
                 "to the same host; recipients that were too many (452); a new connection after a 421 on a connection "
                 "that has carried messages; a connection without TLS after one on which TLS failed.",
             .why = "A host that is overloaded, or greylists, needs time. A client that returns at once gets the same "
                    "reply, costs both sides a connection, and is soon blocked.",
             .causes = "A retry loop without a wait; a first wait of zero; a queue that is run again as long as it is "
                       "not empty; a restart that forgets the waits.",
             .fix = "Wait before the second attempt: 30 minutes in general (RFC 5321 §4.5.4.1), a few minutes where "
                    "the reply suggests greylisting.",
             .wanted = "a delay before the next attempt",
             .seen = "m1 to bob@d.example again at mx.d.example, at once after 451"},
};
