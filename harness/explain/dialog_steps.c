/* A dialog of the story, told: a client of the scenario talks, and the relay is the server. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "harness/explain/telling_work.h"

#define AHEAD_MAX 64 /* commands that were sent and not answered yet */
#define LINES_MAX 40 /* of one send: a message of a thousand lines is not told line by line */

/* What the client has sent and the server has not answered. */
struct dialog_state {
    struct telling *telling;
    const char *ahead[AHEAD_MAX];
    size_t count;
    bool in_message; /* DATA was answered with 354 */
};

static void push(struct dialog_state *d, const char *verb)
{
    if (d->count < AHEAD_MAX)
        d->ahead[d->count++] = verb;
}

static const char *pop(struct dialog_state *d)
{
    if (d->count == 0)
        return "idle";
    const char *verb = d->ahead[0];
    memmove(d->ahead, d->ahead + 1, --d->count * sizeof d->ahead[0]);
    return verb;
}

/* The verb of a line that is one; else what the line is. */
static const char *verb_of(struct dialog_state *d, const char *line)
{
    static const char *const verbs[] = {"EHLO", "HELO", "MAIL", "RCPT", "DATA", "BDAT",     "RSET",
                                        "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "STARTTLS", "AUTH"};
    size_t len = strcspn(line, " ");
    if (d->in_message)
        return strcmp(line, ".") == 0 ? "eod" : "message";
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strlen(verbs[i]) == len && strncasecmp(line, verbs[i], len) == 0)
            return verbs[i];
    return d->count == 0 ? "octets" : "message";
}

static void add_sent_line(struct dialog_state *d, int64_t t_ns, const char *line, bool in_auth)
{
    const char *verb = in_auth ? strcmp(line, "*") == 0 ? "*" : "AUTH reply" : verb_of(d, line);
    struct step *step = telling_step(d->telling, STEP_CLIENT, t_ns, "%s", line);
    bool null_sender = strcmp(verb, "MAIL") == 0 && strstr(line, "<>") != NULL;
    step->verb = null_sender ? "MAIL <>" : verb;
    step->ends_preamble = strcmp(verb, "MAIL") == 0;
    if (strcmp(verb, "message") == 0 || strcmp(verb, "octets") == 0)
        return;
    d->in_message = d->in_message && strcmp(verb, "eod") != 0;
    push(d, in_auth ? "AUTH" : verb);
}

/* The trace has what was sent as text, with the CR of a line end as \x0D. */
static void add_sent(struct dialog_state *d, const struct trace_event *event, bool in_auth)
{
    struct slice rest = slice_cstr(trace_str(event->json, FIELD_TEXT, ""));
    unsigned lines = 0;
    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        if (line.len >= 4 && memcmp(line.ptr + line.len - 4, "\\x0D", 4) == 0)
            line = slice_head(line, line.len - 4);
        if (lines++ < LINES_MAX)
            add_sent_line(d, event->t_ns, arena_slice_dup(d->telling->arena, line), in_auth);
    }
    if (lines > LINES_MAX)
        (void)telling_step(d->telling, STEP_NOTE, event->t_ns, "and %u more lines", lines - LINES_MAX);
}

/* The verb that a reply is about; AUTH goes on with 334, and what the client sends next is part of it. */
static void add_reply(struct dialog_state *d, const struct trace_event *event, bool *in_auth)
{
    int code = (int)trace_int(event->json, FIELD_CODE, 0);
    const char *verb = pop(d);
    telling_reply(d->telling, event->t_ns, verb, code, trace_str(event->json, FIELD_TEXT, ""));
    *in_auth = code == 334;
    d->in_message = d->in_message || code == 354;
}

static void add_end(struct dialog_state *d, const struct trace_event *event)
{
    bool over = strcmp(trace_str(event->json, FIELD_REASON, ""), "over") == 0;
    telling_step(d->telling, STEP_NOTE, event->t_ns, "%s",
                 over ? "The dialogue is over."
                      : "The dialogue ends here: the reply is not what the scenario expected.")
        ->trouble = !over;
}

static void add_tls(struct dialog_state *d, const struct trace_event *event)
{
    struct step *step = telling_step(d->telling, STEP_NOTE, event->t_ns, "TLS handshake: %s",
                                     trace_str(event->json, FIELD_VERSION, "done"));
    step->verb = "TLS";
    step->key = "done";
}

void telling_dialog(struct telling *telling, const struct trace_log *log, size_t first)
{
    const struct trace_event *start = &log->events[first];
    int64_t dialog = trace_int(start->json, FIELD_DIALOG, 0);
    struct dialog_state d = {.telling = telling};
    struct block *block = telling_block(telling, BLOCK_DIALOG, start->t_ns);
    bool in_auth = false;
    block->client = "the client";
    block->server = "the relay";
    block->conn = dialog;
    (void)telling_step(telling, STEP_CONNECT, start->t_ns, "A client connects to the relay, port %" PRId64 ".",
                       trace_int(start->json, FIELD_PORT, 0));
    push(&d, "banner");
    for (size_t i = first + 1; i < log->count; i++) {
        const struct trace_event *event = &log->events[i];
        if (trace_int(event->json, FIELD_DIALOG, -1) != dialog)
            continue;
        if (event->kind == TRACE_DIALOG_SEND)
            add_sent(&d, event, in_auth);
        else if (event->kind == TRACE_DIALOG_REPLY)
            add_reply(&d, event, &in_auth);
        else if (event->kind == TRACE_DIALOG_TLS)
            add_tls(&d, event);
        else if (event->kind == TRACE_DIALOG_END)
            add_end(&d, event);
    }
}
