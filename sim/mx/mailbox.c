#include "sim/mx/mailbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "sim/mx/report.h"
#include "sim/trace/content.h"

#define ID_MAX 128

struct kept {
    struct sim *sim;
    const struct mx_message *message;
    struct trace_fields base;
    struct report report;
    char id[ID_MAX];
    unsigned n;
    bool known; /* of this run */
};

static void record_accepted(struct kept *kept, bool own)
{
    struct trace_fields f = kept->base;
    struct json *extra = json_new_object(), *rcpts = json_new_array();
    f.code = kept->message->code;
    f.bytes = (int64_t)kept->message->body.len;
    f.has_bytes = true;
    json_set_str(extra, "from", kept->message->reverse_path);
    for (size_t i = 0; i < kept->message->rcpt_count; i++)
        json_push(rcpts, json_new_str(kept->message->rcpts[i]));
    json_set(extra, "rcpts", rcpts);
    if (own)
        content_write(kept->message->body, extra);
    trace_emit(kept->sim->trace, TRACE_SMTP_ACCEPTED, &f, extra);
}

static void record_delivered(struct kept *kept)
{
    int64_t t = sim_t_ns(kept->sim);
    for (size_t i = 0; i < kept->message->rcpt_count; i++) {
        struct trace_fields f = kept->base;
        f.rcpt = kept->message->rcpts[i];
        trace_emit(kept->sim->trace, TRACE_MSG_DELIVERED, &f, NULL);
        rounds_delivered(kept->sim->rounds, kept->id, kept->n, f.rcpt, t);
    }
}

static void settle_reported(struct kept *kept)
{
    for (size_t i = 0; kept->known && i < json_count(kept->report.recipients); i++) {
        const struct json *one = json_at(kept->report.recipients, i);
        if (strcmp(json_get_str(one, "action", ""), "failed") == 0)
            rounds_bounced(kept->sim->rounds, kept->id, kept->n, json_get_str(one, "rcpt", ""), sim_t_ns(kept->sim));
    }
}

/* What the report is about: `failed` when that is so of any recipient, else as of the first. */
static const char *main_action(const struct json *recipients)
{
    const char *action = json_get_str(json_at(recipients, 0), "action", NULL);
    for (size_t i = 1; i < json_count(recipients); i++)
        if (strcmp(json_get_str(json_at(recipients, i), "action", ""), "failed") == 0)
            action = "failed";
    return action;
}

static void record_report(struct kept *kept)
{
    for (size_t i = 0; i < kept->message->rcpt_count; i++) {
        struct json *extra = json_new_object();
        char *from = mem_printf("<%s>", kept->message->reverse_path);
        json_set_str(extra, "from", from);
        free(from);
        json_set_str(extra, "to", kept->message->rcpts[i]);
        json_set(extra, "subject", json_new_bytes(kept->report.subject));
        if (main_action(kept->report.recipients) != NULL)
            json_set_str(extra, "action", main_action(kept->report.recipients));
        json_set_bool(extra, "report", kept->report.kind == REPORT_STATUS);
        json_set(extra, "form", json_dup(kept->report.form));
        json_set(extra, "recipients", json_dup(kept->report.recipients));
        json_set(extra, "text", json_new_bytes(buf_slice(&kept->report.text)));
        trace_emit(kept->sim->trace, TRACE_DSN_SEEN, &kept->base, extra);
    }
    settle_reported(kept);
}

static const struct submission *submission_of(const struct kept *kept)
{
    const struct scenario *scenario = kept->sim->scenario;
    for (size_t i = 0; kept->known && i < scenario->story_count; i++)
        if (strcmp(scenario->story[i].id, kept->id) == 0 && scenario->story[i].n == kept->n)
            return &scenario->story[i];
    return NULL;
}

/* A bounce without a token belongs to the submission whose sender and recipient it names. */
static void match_by_recipient(struct kept *kept)
{
    for (size_t i = 0; !kept->known && i < json_count(kept->report.recipients); i++) {
        const char *rcpt = json_get_str(json_at(kept->report.recipients, i), "rcpt", "");
        const struct submission *one = scenario_submission(kept->sim->scenario, kept->message->rcpts[0], rcpt);
        if (one == NULL)
            continue;
        (void)snprintf(kept->id, sizeof kept->id, "%s", one->id);
        kept->n = one->n;
        kept->known = true;
    }
}

/* Of a bounce in words, and of a report without recipients: those of its submission, else all that it names. */
static void read_words(struct kept *kept, const struct submission *of)
{
    struct json *names = of != NULL ? json_new_array() : report_words_name(&kept->report);
    for (size_t i = 0; of != NULL && i < of->to_count; i++)
        if (report_names(&kept->report, of->to[i]))
            json_push(names, json_new_str(of->to[i]));
    report_add_words(&kept->report, names);
    json_free(names);
}

static bool is_among(const char *address, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(list[i], address) == 0)
            return true;
    return false;
}

/* Back at its sender, from the null reverse-path, where it was never meant to go: a bounce that repeats the token. */
static bool comes_back(const struct kept *kept, const struct submission *of)
{
    const struct mx_message *message = kept->message;
    return message->reverse_path[0] == '\0' && of->from[0] != '\0' && message->rcpt_count > 0 &&
           strcasecmp(message->rcpts[0], of->from) == 0 &&
           !is_among(message->rcpts[0], (const char *const *)of->to, of->to_count);
}

/* The submission itself, whatever it says, or returns, or passes on: its own token is in its own header. */
static bool is_own(const struct kept *kept, const struct submission *of)
{
    if (of == NULL)
        return kept->known && kept->report.in_own_header;
    return (kept->report.in_own_header || of->manner.without_header) && !comes_back(kept, of);
}

/* A submission whose header the target has damaged, so that its token is no longer in it. */
static bool is_damaged(const struct kept *kept, const struct submission *of)
{
    bool meant = false;
    for (size_t i = 0; of != NULL && i < kept->message->rcpt_count; i++)
        meant = meant || is_among(kept->message->rcpts[i], (const char *const *)of->to, of->to_count);
    return meant && kept->report.kind == REPORT_NONE;
}

static bool is_bounce(const struct kept *kept)
{
    enum report_kind kind = kept->report.kind;
    return kind == REPORT_STATUS || (kind == REPORT_NONE && kept->message->reverse_path[0] == '\0');
}

void mailbox_keep(struct sim *sim, const struct host *host, unsigned conn, bool tls, const struct mx_message *message)
{
    struct kept kept = {
        .sim = sim,
        .message = message,
        .base = {.conn = conn, .txn = message->txn, .host = host->name, .tls = tls ? TRACE_ENCRYPTED : TRACE_CLEAR}};
    report_read(message->body, &kept.report);
    kept.known = report_split_token(kept.report.token, sim->run, kept.id, sizeof kept.id, &kept.n);
    const struct submission *of = submission_of(&kept);
    bool own = is_own(&kept, of), bounce = !own && is_bounce(&kept);
    if (bounce && json_count(kept.report.recipients) == 0)
        read_words(&kept, of);
    if (bounce)
        match_by_recipient(&kept);
    if (kept.known) {
        kept.base.msg = kept.id;
        kept.base.n = kept.n;
    }
    record_accepted(&kept, own);
    if (bounce)
        record_report(&kept);
    else if (own || is_damaged(&kept, of))
        record_delivered(&kept);
    report_fini(&kept.report);
}
