/* The words about one message: how often it was tried, how it ended, over what, and what its sender learnt. */
#include <string.h>

#include "harness/report/matrix/words.h"

#define AT_ONCE_S   60.0 /* a report that takes longer came after a wait */
#define WAITS_SHOWN 4

struct fate {
    const struct json *message, *attempts;
    const char *outcome;
    double after;
    int64_t tries;
    bool no_sender;                    /* a null reverse-path: there is no sender to notify */
    const struct json *final, *notice; /* the last report that says failed, and the last that does not; may be NULL */
    size_t notices;
};

static bool is(const struct fate *fate, const char *outcome)
{
    return strcmp(fate->outcome, outcome) == 0;
}

/* A bounce that is not a report names no recipient. */
static bool is_about(const struct json *dsn, const struct json *message)
{
    const char *rcpt = json_get_str(dsn, "rcpt", "");
    return strcmp(json_get_str(dsn, "of", ""), json_get_str(message, "of", "")) == 0 &&
           json_get_int(dsn, "n", 0) == json_get_int(message, "n", 0) &&
           (rcpt[0] == '\0' || strcmp(rcpt, json_get_str(message, "rcpt", "")) == 0);
}

static void find_reports(struct fate *fate, const struct json *dsns)
{
    for (size_t i = 0; i < json_count(dsns); i++) {
        const struct json *dsn = json_at(dsns, i);
        if (!is_about(dsn, fate->message))
            continue;
        bool delayed = strcmp(json_get_str(dsn, "action", ""), "delayed") == 0;
        fate->notice = delayed ? dsn : fate->notice;
        fate->notices += delayed;
        fate->final = delayed ? fate->final : dsn;
    }
}

/* False: the run has no such message. of "": the first. */
static bool find_fate(const struct json *record, const char *of, struct fate *fate)
{
    const struct json *behaviour = json_get(record, "behaviour"), *messages = json_get(behaviour, "messages");
    size_t i = 0;
    while (i < json_count(messages) && of[0] != '\0' && strcmp(json_get_str(json_at(messages, i), "of", ""), of) != 0)
        i++;
    const struct json *message = json_at(messages, i);
    *fate = (struct fate){.message = message,
                          .attempts = json_get(message, "attempts"),
                          .outcome = json_get_str(message, "outcome", ""),
                          .after = json_get_real(message, "after", 0),
                          .tries = json_get_int(message, "attempt_count", 0),
                          .no_sender = json_get_str(message, "from", "")[0] == '\0'};
    find_reports(fate, json_get(behaviour, "dsns"));
    return message != NULL;
}

static bool is_plain_text(const struct json *dsn)
{
    const struct json *report = json_get(dsn, "report");
    return report != NULL && json_get_str(report, "type", "")[0] == '\0';
}

static void add_tries(struct buf *out, int64_t tries)
{
    (void)buf_printf(out, "%lld tr%s", (long long)tries, tries == 1 ? "y" : "ies");
}

/* "delivered after 2h35m, 6 tries" */
static void add_after(struct buf *out, const struct fate *fate, const char *how)
{
    (void)buf_add_cstr(out, how);
    words_add_when(out, fate->after);
    if (fate->tries > 1)
        (void)buf_add_cstr(out, ", ");
    if (fate->tries > 1)
        add_tries(out, fate->tries);
}

static void add_status(struct buf *out, const struct fate *fate)
{
    const char *status = json_get_str(fate->final, "status", "");
    if (status[0] != '\0')
        (void)buf_printf(out, "status %s", status);
    else if (fate->final != NULL)
        (void)buf_add_cstr(out, is_plain_text(fate->final) ? "in plain words" : "without a status");
}

/* It is gone, and no report says so. */
static void add_given_up(struct cell *cell, const struct fate *fate)
{
    if (fate->tries > 1) {
        add_tries(&cell->words, fate->tries);
        (void)buf_add_cstr(&cell->words, ", then ");
    }
    (void)buf_add_cstr(&cell->words, fate->no_sender ? "dropped" : "dropped; sender not notified");
    if (fate->notice != NULL && !fate->no_sender)
        (void)buf_add_cstr(&cell->more, "its last report says delayed");
}

void words_fate(const struct json *record, const char *about, struct cell *cell)
{
    struct fate fate;
    if (!find_fate(record, about, &fate))
        return;
    bool quick = fate.tries <= 1 && fate.after < AT_ONCE_S;
    if (is(&fate, "delivered") && quick) {
        (void)buf_add_cstr(&cell->words, "delivers at once");
    } else if (is(&fate, "delivered")) {
        (void)buf_add_cstr(&cell->words, fate.tries > 1 ? "waits, then delivers" : "delivers ");
        add_after(fate.tries > 1 ? &cell->more : &cell->words, &fate, "");
    } else if (is(&fate, "bounced") && quick) {
        (void)buf_add_cstr(&cell->words, "bounces at once");
        add_status(&cell->more, &fate);
    } else if (is(&fate, "bounced")) {
        (void)buf_add_cstr(&cell->words, fate.tries > 1 ? "waits, then bounces" : "bounces ");
        add_after(fate.tries > 1 ? &cell->more : &cell->words, &fate, "");
    } else if (is(&fate, "queued")) {
        (void)buf_add_cstr(&cell->words, "waits");
        (void)buf_add_cstr(&cell->more, "in the queue at the end");
        if (fate.tries > 0)
            (void)buf_add_cstr(&cell->more, ", after ");
        if (fate.tries > 0)
            add_tries(&cell->more, fate.tries);
    } else if (is(&fate, "given up")) {
        add_given_up(cell, &fate);
    } else if (is(&fate, "not taken")) {
        (void)buf_add_cstr(&cell->words, "refuses the message");
    } else if (is(&fate, "no word")) { /* it has no queue command that could tell */
        add_tries(&cell->words, fate.tries);
        (void)buf_add_cstr(&cell->words, ", then not seen again");
    }
}

void words_back(const struct json *record, const char *about, struct cell *cell)
{
    struct fate fate;
    if (!find_fate(record, about, &fate) || json_count(fate.attempts) < 2) {
        words_fate(record, about, cell);
        return;
    }
    (void)buf_add_cstr(&cell->words, "back in ");
    words_add_length(&cell->words, json_get_real(json_at(fate.attempts, 1), "gap", 0));
    if (is(&fate, "delivered") && fate.tries > 2)
        add_after(&cell->more, &fate, "delivered ");
    else if (!is(&fate, "delivered"))
        (void)buf_printf(&cell->more, "%s in the end", fate.outcome);
}

/* "waits 30m, 1h, 2h, 4h, …" */
static void add_waits(struct buf *out, const struct fate *fate)
{
    size_t count = json_count(fate->attempts), shown = count > WAITS_SHOWN + 1 ? WAITS_SHOWN + 1 : count;
    for (size_t i = 1; i < shown; i++) {
        (void)buf_add_cstr(out, i == 1 ? "waits " : ", ");
        words_add_length(out, json_get_real(json_at(fate->attempts, i), "gap", 0));
    }
    if (shown > 1 && fate->tries > (int64_t)shown)
        (void)buf_add_cstr(out, ", …");
}

void words_tries(const struct json *record, const char *about, struct cell *cell)
{
    struct fate fate;
    if (!find_fate(record, about, &fate) || fate.tries < 2) {
        words_fate(record, about, cell);
        return;
    }
    if (is(&fate, "given up")) {
        add_given_up(cell, &fate);
        (void)buf_add_cstr(&cell->more, cell->more.len > 0 ? "; " : "");
    } else {
        add_tries(&cell->words, fate.tries);
        if (is(&fate, "delivered") || is(&fate, "bounced")) {
            (void)buf_printf(&cell->words, ", %s after ", is(&fate, "bounced") ? "bounce" : "delivered");
            words_add_length(&cell->words, fate.after);
        } else if (is(&fate, "queued")) {
            (void)buf_add_cstr(&cell->words, ", then still in the queue");
        }
    }
    add_waits(&cell->more, &fate);
}

/* The session that decided: the last of the last attempt. *others: how many came before it in that attempt. */
static const struct json *last_session(const struct fate *fate, size_t *others)
{
    const struct json *hosts = json_get(json_at(fate->attempts, json_count(fate->attempts) - 1), "hosts");
    size_t count = json_count(hosts);
    *others = count > 0 ? count - 1 : 0;
    return count > 0 ? json_at(hosts, count - 1) : NULL;
}

void words_security(const struct json *record, const char *about, struct cell *cell)
{
    struct fate fate;
    size_t others = 0;
    bool found = find_fate(record, about, &fate) && is(&fate, "delivered") && json_count(fate.attempts) > 0;
    const struct json *session = found ? last_session(&fate, &others) : NULL;
    if (json_get(session, "encrypted") == NULL) {
        words_fate(record, about, cell);
        return;
    }
    (void)buf_add_cstr(&cell->words,
                       json_get_bool(session, "encrypted", false) ? "delivers encrypted" : "delivers unencrypted");
    if (fate.tries > 1)
        add_after(&cell->more, &fate, "delivered ");
    else if (others > 0)
        (void)buf_add_cstr(&cell->more, "on a new connection");
}

void words_next(const struct json *record, const char *about, struct cell *cell)
{
    struct fate fate;
    size_t others = 0;
    bool found = find_fate(record, about, &fate) && is(&fate, "delivered") && fate.tries == 1;
    const struct json *session = found ? last_session(&fate, &others) : NULL;
    if (session == NULL || others == 0) {
        words_fate(record, about, cell);
        return;
    }
    (void)buf_add_cstr(&cell->words, "goes to another host at once");
    (void)buf_printf(&cell->more, "delivered to %s", json_get_str(session, "host", "?"));
}

void words_report(const struct json *record, const char *about, struct cell *cell)
{
    struct fate fate;
    if (!find_fate(record, about, &fate) || fate.final == NULL) {
        words_fate(record, about, cell);
        return;
    }
    const char *status = json_get_str(fate.final, "status", ""), *said = json_get_str(fate.final, "diagnostic", "");
    const char *type = json_get_str(json_get(fate.final, "report"), "type", "multipart/report");
    if (is_plain_text(fate.final)) {
        (void)buf_add_cstr(&cell->words, "plain text, not a report");
        return;
    }
    (void)buf_printf(&cell->words, "reports %s", status[0] != '\0' ? status : "no status");
    if (strcmp(type, "multipart/report") != 0)
        (void)buf_printf(&cell->more, "as %s; ", type);
    (void)buf_add_cstr(&cell->more, said[0] != '\0' ? "with Diagnostic-Code" : "without Diagnostic-Code");
}

void words_notices(const struct json *record, const char *about, struct cell *cell)
{
    struct fate fate;
    const struct json *dsns = json_get(json_get(record, "behaviour"), "dsns");
    if (!find_fate(record, about, &fate))
        return;
    if (fate.notices == 0)
        (void)buf_add_cstr(&cell->words, "no notice of the delay");
    for (size_t i = 0, n = 0; i < json_count(dsns); i++) {
        const struct json *dsn = json_at(dsns, i);
        if (!is_about(dsn, fate.message) || strcmp(json_get_str(dsn, "action", ""), "delayed") != 0)
            continue;
        (void)buf_add_cstr(&cell->words, n++ == 0 ? "after " : ", ");
        words_add_length(&cell->words, json_get_real(dsn, "t", 0) - json_get_real(dsn, "handed", 0));
    }
}

void words_copies(const struct json *record, const char *about, struct cell *cell)
{
    struct fate fate;
    if (!find_fate(record, about, &fate) || json_get_int(fate.message, "copies", 0) == 0) {
        words_fate(record, about, cell);
        return;
    }
    int64_t copies = json_get_int(fate.message, "copies", 0);
    (void)buf_printf(&cell->words, "%lld cop%s", (long long)copies, copies == 1 ? "y" : "ies");
    add_after(&cell->more, &fate, copies == 1 ? "delivered " : "the first ");
}
