#include "harness/explain/telling.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explain/telling_work.h"
#include "harness/report/record/transcript.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define ARENA_MAX    ((size_t)64 * 1024 * 1024)
#define ANSWERS_TOLD 8 /* records of a DNS answer */

/* ---- the list ---- */

struct block *telling_block(struct telling *telling, enum block_kind kind, int64_t t_ns)
{
    telling->blocks = mem_realloc(telling->blocks, telling->block_count + 1, sizeof *telling->blocks);
    struct block *block = &telling->blocks[telling->block_count++];
    *block =
        (struct block){.kind = kind, .from = telling->count, .to = telling->count, .open_ns = t_ns, .close_ns = t_ns};
    return block;
}

static const char *keep_text(struct telling *telling, const char *text)
{
    size_t len = strlen(text), keep = len <= STEP_TEXT_MAX ? len : STEP_TEXT_MAX;
    while (keep < len && keep > 0 && ((unsigned char)text[keep] & 0xc0) == 0x80)
        keep--;
    return keep == len ? arena_strdup(telling->arena, text)
                       : arena_printf(telling->arena, "%.*s… and %zu octets more", (int)keep, text, len - keep);
}

struct step *telling_step(struct telling *telling, enum step_kind kind, int64_t t_ns, const char *fmt, ...)
{
    static struct step spare; /* what is written to it is lost */
    struct buf text;
    va_list ap;
    if (telling->count == STEPS_MAX) {
        telling->cut = true;
        return &spare;
    }
    buf_init(&text, 65536);
    va_start(ap, fmt);
    (void)buf_vprintf(&text, fmt, ap);
    va_end(ap);
    struct block *block = &telling->blocks[telling->block_count - 1];
    telling->steps = mem_realloc(telling->steps, telling->count + 1, sizeof *telling->steps);
    struct step *step = &telling->steps[telling->count++];
    *step = (struct step){
        .kind = kind, .t_ns = t_ns, .text = keep_text(telling, buf_cstr(&text)), .block = telling->block_count - 1};
    block->to = telling->count;
    block->close_ns = t_ns > block->close_ns ? t_ns : block->close_ns;
    buf_fini(&text);
    return step;
}

static bool is_refusal(int code)
{
    return code >= 400;
}

void telling_reply(struct telling *telling, int64_t t_ns, const char *verb, int code, const char *text)
{
    for (unsigned line = 0;; line++) {
        size_t len = strcspn(text, "\n");
        struct step *step =
            telling_step(telling, STEP_SERVER, t_ns, "%03d%c%.*s", code, text[len] != '\0' ? '-' : ' ', (int)len, text);
        step->verb = verb;
        step->code = code;
        step->line = line;
        step->trouble = is_refusal(code);
        if (text[len] == '\0')
            return;
        text += len + 1;
    }
}

/* ---- what the submission asks for ---- */

static const struct submission *submission_of(const struct scenario *scenario, const struct json *handed)
{
    const char *msg = trace_str(handed, FIELD_MSG, "");
    for (size_t i = 0; i < scenario->story_count; i++)
        if (strcmp(scenario->story[i].id, msg) == 0 && scenario->story[i].n == trace_int(handed, FIELD_N, 1))
            return &scenario->story[i];
    return NULL;
}

static void add_list(struct buf *out, const char *name, const struct yaml_list *list, const char *between)
{
    for (size_t i = 0; i < list->count; i++)
        (void)buf_printf(out, "%s%s", i == 0 ? name : between, ((const char *const *)list->items)[i]);
}

static void add_param(struct buf *out, const char *name, const char *value)
{
    if (value != NULL)
        (void)buf_printf(out, " %s%s", name, value);
}

/* " NOTIFY=NEVER RET=HDRS", as in MAIL and RCPT; "" = none. */
static const char *params_of(struct telling *telling, const struct submission *submission)
{
    struct buf out;
    if (submission == NULL)
        return "";
    buf_init(&out, 4096);
    add_list(&out, " NOTIFY=", &submission->manner.notify, ",");
    add_param(&out, "RET=", submission->manner.ret);
    add_param(&out, "ENVID=", submission->manner.envid);
    add_param(&out, "ORCPT=", submission->manner.orcpt);
    add_list(&out, " ", &submission->manner.params, " ");
    const char *kept = arena_strdup(telling->arena, buf_cstr(&out));
    buf_fini(&out);
    return kept;
}

static bool asks_for_failures(const struct submission *submission)
{
    const struct yaml_list *notify = &submission->manner.notify;
    for (size_t i = 0; i < notify->count; i++)
        if (strcasecmp(((const char *const *)notify->items)[i], "FAILURE") == 0)
            return true;
    return notify->count == 0;
}

bool telling_unasked(const struct scenario *scenario, const char *from)
{
    bool any = false;
    for (size_t i = 0; i < scenario->story_count; i++) {
        if (strcmp(scenario->story[i].from, from) != 0)
            continue;
        if (asks_for_failures(&scenario->story[i]))
            return false;
        any = true;
    }
    return any;
}

/* ---- what the story does ---- */

/* "bob@dest.example", "bob@dest.example and carol@dest.example", "bob@dest.example and 24 others" */
static void name_all(const struct json *list, char *out, size_t size)
{
    size_t count = json_count(list);
    const char *first = json_as_str(json_at(list, 0), "?"), *second = json_as_str(json_at(list, 1), "?");
    if (count == 0)
        (void)snprintf(out, size, "no recipient");
    else if (count == 1)
        (void)snprintf(out, size, "%s", first);
    else if (count == 2)
        (void)snprintf(out, size, "%s and %s", first, second);
    else
        (void)snprintf(out, size, "%s and %zu others", first, count - 1);
}

static void add_submitted(struct walk *w, const struct trace_event *event)
{
    const char *from = trace_str(event->json, FIELD_FROM, "");
    bool unasked = from[0] == '\0' || strcmp(from, "<>") == 0 || telling_unasked(w->facts->scenario, from);
    telling_step(w->telling, STEP_EVENT, event->t_ns, "The relay takes it: 250.")->key =
        unasked ? "submitted unasked" : "submitted";
}

static void add_refused(struct telling *telling, const struct trace_event *event)
{
    int code = (int)trace_int(event->json, FIELD_CODE, 0);
    const char *verb = trace_str(event->json, FIELD_VERB, "?");
    struct step *step = telling_step(telling, STEP_EVENT, event->t_ns, "The relay does not take it: %s at %s.",
                                     code > 0 ? "a refusal" : "the connection ends", verb);
    step->trouble = true;
    if (code >= 200)
        telling_reply(telling, event->t_ns, verb, code, trace_str(event->json, FIELD_TEXT, ""));
}

/* What the relay said to the submission at `at`, when it said it in the same instant. */
static const struct trace_event *outcome_of(const struct trace_log *log, size_t at)
{
    const struct trace_event *handed = &log->events[at];
    const char *msg = trace_str(handed->json, FIELD_MSG, "?");
    for (size_t i = at + 1; i < log->count && log->events[i].t_ns == handed->t_ns; i++) {
        const struct trace_event *event = &log->events[i];
        bool is_outcome = event->kind == TRACE_MSG_SUBMITTED || event->kind == TRACE_MSG_REFUSED;
        if (is_outcome && strcmp(trace_str(event->json, FIELD_MSG, ""), msg) == 0 &&
            trace_int(event->json, FIELD_N, 1) == trace_int(handed->json, FIELD_N, 1))
            return event;
    }
    return NULL;
}

static void add_outcome(struct walk *w, const struct trace_event *event)
{
    if (event->kind == TRACE_MSG_SUBMITTED)
        add_submitted(w, event);
    else
        add_refused(w->telling, event);
}

static void add_handed(struct walk *w, size_t at)
{
    const struct trace_log *log = w->facts->log;
    const struct trace_event *event = &log->events[at], *outcome = outcome_of(log, at);
    const char *from = trace_str(event->json, FIELD_FROM, "");
    char to[600];
    name_all(trace_value(event->json, FIELD_TO), to, sizeof to);
    (void)telling_block(w->telling, BLOCK_EVENT, event->t_ns);
    const struct submission *submission = submission_of(w->facts->scenario, event->json);
    const char *params = params_of(w->telling, submission);
    struct step *step =
        telling_step(w->telling, STEP_EVENT, event->t_ns, "%s hands the relay a message for %s%s%s.",
                     from[0] != '\0' && strcmp(from, "<>") != 0 ? from : "A client, with the null sender <>,", to,
                     params[0] != '\0' ? ", with" : "", params);
    step->key = "handed";
    step->verb = params[0] != '\0' ? params : NULL;
    step->unasked = submission != NULL && !asks_for_failures(submission);
    w->waiting += (int64_t)json_count(trace_value(event->json, FIELD_TO));
    if (outcome == NULL)
        return;
    w->done[outcome - log->events] = true;
    add_outcome(w, outcome);
}

/* ---- DNS ---- */

/* "dest.example. 3600 IN MX 10 mx1.dest.example.": the name, the lifetime and the class are left out. */
static const char *record_data(const char *record)
{
    for (int word = 0; word < 3 && record[strcspn(record, " ")] != '\0'; word++)
        record += strcspn(record, " ") + 1;
    return record;
}

static const char *rcode_of(const struct json *json)
{
    const struct json *answers = trace_value(json, FIELD_ANSWERS);
    const char *rcode = trace_str(json, FIELD_RCODE, "?");
    if (strcmp(rcode, "NOERROR") != 0)
        return rcode;
    if (json_count(answers) == 0)
        return "NODATA";
    return strcmp(record_data(json_as_str(json_at(answers, 0), "")), "MX 0 .") == 0 ? "NULL MX" : rcode;
}

static void add_records(struct telling *telling, int64_t t_ns, const struct json *answers)
{
    size_t count = json_count(answers);
    for (size_t i = 0; i < count && i < ANSWERS_TOLD; i++) {
        const char *record = json_as_str(json_at(answers, i), "");
        struct step *step = telling_step(telling, STEP_ANSWER, t_ns, "%s", record_data(record));
        step->key = i == 0 ? "" : NULL;
        if (strncmp(record_data(record), "CNAME", 5) == 0)
            step->verb = "CNAME";
    }
    if (count > ANSWERS_TOLD)
        (void)telling_step(telling, STEP_ANSWER, t_ns, "and %zu more records", count - ANSWERS_TOLD);
}

static void add_lookup(struct walk *w, const struct trace_event *event)
{
    const struct json *json = event->json, *answers = trace_value(json, FIELD_ANSWERS);
    struct telling *telling = w->telling;
    const char *rcode = rcode_of(json), *fault = trace_str(json, FIELD_FAULT, NULL);
    bool truncated = trace_bool(json, FIELD_TRUNCATED, false);
    (void)telling_block(telling, BLOCK_LOOKUP, event->t_ns);
    telling_step(telling, STEP_QUESTION, event->t_ns, "%s %s%s", trace_str(json, FIELD_QTYPE, "?"),
                 trace_str(json, FIELD_QNAME, "?"),
                 strcmp(trace_str(json, FIELD_PROTO, "udp"), "tcp") == 0 ? " (TCP)" : "")
        ->verb = trace_str(json, FIELD_QTYPE, "?");
    if (json_count(answers) > 0 && strcmp(rcode, "NOERROR") == 0 && fault == NULL) {
        size_t first = telling->count;
        add_records(telling, event->t_ns, answers);
        if (first < telling->count)
            telling->steps[first].key =
                strcmp(rcode, "NOERROR") == 0 && strcmp(trace_str(json, FIELD_QTYPE, "?"), "MX") == 0 ? "MX" : rcode;
        return;
    }
    const char *shown = truncated                       ? "truncated"
                        : strcmp(rcode, "TIMEOUT") == 0 ? "no answer"
                        : strcmp(rcode, "NODATA") == 0  ? "no records"
                        : strcmp(rcode, "NULL MX") == 0 ? "MX 0 ."
                                                        : rcode;
    struct step *step = telling_step(telling, STEP_ANSWER, event->t_ns, "%s", shown);
    step->key = fault != NULL ? fault : rcode;
    step->verb = fault != NULL ? "fault" : NULL;
    step->trouble = fault != NULL || strcmp(rcode, "NODATA") != 0;
    if (json_count(answers) > 0 && fault != NULL)
        add_records(telling, event->t_ns, answers);
}

/* ---- all ---- */

static void add_story_words(struct walk *w, const struct trace_event *event)
{
    char words[512];
    if (!transcript_story_words(event, words, sizeof words))
        return;
    (void)telling_block(w->telling, BLOCK_EVENT, event->t_ns);
    words[0] = words[0] >= 'a' && words[0] <= 'z' ? (char)(words[0] - 'a' + 'A') : words[0];
    (void)telling_step(w->telling, STEP_EVENT, event->t_ns, "%s.", words);
}

static void add_run_end(struct walk *w, const struct trace_event *event)
{
    size_t index = 0;
    char span[SPAN_TEXT_MAX];
    const struct trace_event *queue = facts_last(w->facts, TRACE_TARGET_QUEUE, &index);
    int64_t left = queue != NULL ? trace_int(queue->json, FIELD_COUNT, 0) : -1;
    telling_block(w->telling, BLOCK_EVENT, event->t_ns)->is_end = true;
    if (left < 0)
        (void)telling_step(w->telling, STEP_EVENT, event->t_ns, "The run ends, %s after it began.",
                           span_words(event->t_ns, span));
    else
        (void)telling_step(w->telling, STEP_EVENT, event->t_ns,
                           "The run ends, %s after it began. The relay's queue %s.", span_words(event->t_ns, span),
                           left == 0 ? "is empty" : "still holds mail");
}

static void add_event(struct walk *w, size_t at)
{
    const struct trace_event *event = &w->facts->log->events[at];
    switch (event->kind) {
    case TRACE_MSG_HANDED:
        add_handed(w, at);
        break;
    case TRACE_MSG_SUBMITTED:
    case TRACE_MSG_REFUSED:
        (void)telling_block(w->telling, BLOCK_EVENT, event->t_ns);
        add_outcome(w, event);
        break;
    case TRACE_DNS_ANSWER:
        add_lookup(w, event);
        break;
    case TRACE_TCP_CONNECT:
        telling_connection(w, at);
        break;
    case TRACE_SMTP_COMMAND:
        telling_connection_end(w, at);
        break;
    case TRACE_RUN_END:
        add_run_end(w, event);
        break;
    case TRACE_DIALOG_START:
        telling_dialog(w->telling, w->facts->log, at);
        break;
    default:
        add_story_words(w, event);
    }
}

/* A delivery is in the middle of a connection, which makes one block; so it is counted where it stands. */
static void count_delivered(struct walk *w, const struct trace_event *event)
{
    w->waiting -= event->kind == TRACE_MSG_DELIVERED;
}

static void walk_log(struct walk *w)
{
    const struct trace_log *log = w->facts->log;
    for (size_t i = 0; i < log->count; i++) {
        size_t before = w->telling->block_count;
        int64_t waiting = w->waiting;
        if (!w->done[i])
            add_event(w, i);
        count_delivered(w, &log->events[i]);
        for (size_t k = before; k < w->telling->block_count; k++)
            w->telling->blocks[k].waits = waiting > 0;
    }
}

void telling_make(struct telling *out, const struct facts *facts, const struct telling_view *view)
{
    *out = (struct telling){.arena = arena_new(ARENA_MAX)};
    struct walk w = {
        .telling = out, .facts = facts, .shows_message = view->message, .done = mem_zalloc(facts->log->count + 1)};
    walk_log(&w);
    free(w.done);
    telling_fold(out, view);
    telling_explain(out, view->brief);
}

void telling_fini(struct telling *telling)
{
    arena_free(telling->arena);
    free(telling->steps);
    free(telling->blocks);
    *telling = (struct telling){0};
}

/* ---- words ---- */

const char *span_words(int64_t ns, char out[SPAN_TEXT_MAX])
{
    static const struct {
        int64_t s;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    int64_t rest = (ns + NS_PER_S / 2) / NS_PER_S;
    size_t at = 0, parts = 0;
    if (rest == 0)
        (void)snprintf(out, SPAN_TEXT_MAX, "less than a second");
    for (size_t i = 0; i < sizeof units / sizeof units[0] && parts < 2; i++) {
        int64_t n = rest / units[i].s;
        rest -= n * units[i].s;
        if (n == 0 && parts == 0)
            continue;
        parts++;
        if (n > 0)
            at += (size_t)snprintf(out + at, SPAN_TEXT_MAX - at, "%s%" PRId64 " %s%s", at > 0 ? " " : "", n,
                                   units[i].name, n == 1 ? "" : "s");
    }
    return out;
}
