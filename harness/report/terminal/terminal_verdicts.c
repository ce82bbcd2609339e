#include "harness/report/terminal/terminal_verdicts.h"

#include <stdlib.h>
#include <string.h>

#include "harness/facts/happened.h"
#include "harness/report/markup/visible.h"
#include "harness/report/record/transcript.h"
#include "harness/report/terminal/terminal_color.h"
#include "harness/report/terminal/terminal_text.h"
#include "lib/base/duration.h"
#include "lib/text/json.h"

#define RAW_EVENTS       3     /* of the trace, before and after the one to look at */
#define RAW_OCTETS       65536 /* of each */
#define REPORT_LINES     12
#define RECIPIENTS_SHOWN 3  /* of a bounce */
#define SENTENCE_MAX     64 /* columns; a longer one is not cut */

static enum color color_of(enum result kind)
{
    static const enum color colors[RESULT_UNKNOWN] = {
        [RESULT_PASS] = GREEN,       [RESULT_FAIL] = RED,         [RESULT_WARN] = YELLOW,     [RESULT_NOTE] = CYAN,
        [RESULT_UNSUPPORTED] = CYAN, [RESULT_INCONCLUSIVE] = RED, [RESULT_NOT_CHECKED] = CYAN};
    return colors[kind];
}

static bool is_shown(const struct terminal *t, const struct verdict *v)
{
    if (v->reason != NULL)
        return t->timeline || !verdict_is_known(v);
    return t->timeline || v->kind == RESULT_FAIL || v->kind == RESULT_INCONCLUSIVE ||
           (v->kind == RESULT_WARN && t->verbose);
}

/* The columns of the sentences that are shown. */
static size_t sentence_columns(const struct terminal *t, const struct judgement *judgement)
{
    size_t most = 0;
    for (size_t i = 0; i < judgement->count; i++) {
        size_t columns = terminal_columns_of(judgement->verdicts[i].sentence);
        if (is_shown(t, &judgement->verdicts[i]) && columns <= SENTENCE_MAX && columns > most)
            most = columns;
    }
    return most;
}

static void print_field(const struct terminal *t, int indent, const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    fprintf(t->out, "  %*s%-8s ", indent, "", name);
    terminal_wrap(t->out, text, (size_t)indent + 11, terminal_columns());
}

static bool is_broken(const struct verdict *v)
{
    return v->kind == RESULT_FAIL || v->kind == RESULT_WARN || v->kind == RESULT_INCONCLUSIVE;
}

/* What was expected, what there was, and why that is not it. */
static void print_finding(const struct terminal *t, const struct verdict *v, int indent)
{
    if (v->reason != NULL)
        fprintf(t->out, "  %*s%s%s: %s\n", indent, "", verdict_is_known(v) ? "known" : "the baseline says ",
                verdict_is_known(v) ? "" : result_name(v->expected), v->reason);
    if (!is_broken(v) || verdict_is_known(v))
        return;
    print_field(t, indent, "expected", v->wanted);
    print_field(t, indent, "got", v->seen);
    print_field(t, indent, "because", v->because);
}

/* The sentence, and next to it, if there is room, its clauses; else they are printed below it, from column `at` on.
 * Returns the columns that the last line has. */
static size_t print_sentence(const struct terminal *t, const struct verdict *v, size_t at, size_t sentence)
{
    size_t own = terminal_columns_of(v->sentence), columns = own > sentence ? own : sentence;
    size_t clauses = terminal_columns_of(v->clauses), room = terminal_columns();
    if (at + columns + 2 + clauses <= room) {
        terminal_cell(t->out, v->sentence, columns);
        fprintf(t->out, "  %s", v->clauses);
        return at + columns + 2 + clauses;
    }
    terminal_wrap(t->out, v->sentence, at, room);
    fprintf(t->out, "%*s%s", (int)at, "", v->clauses);
    return at + clauses;
}

/* What a note saw follows on the line of the clauses, or on one of its own. */
static void print_verdict(const struct terminal *t, const struct verdict *v, int width, size_t sentence)
{
    bool shows_seen = v->kind == RESULT_NOTE || v->kind == RESULT_UNSUPPORTED || v->kind == RESULT_NOT_CHECKED;
    size_t at = (size_t)width + 12;
    fprintf(t->out, "  %s%-*s%s  %-6s  ", terminal_paint(t, color_of(v->kind)), width, result_name(v->kind),
            terminal_paint(t, PLAIN), v->level);
    size_t used = print_sentence(t, v, at, sentence);
    if (shows_seen && used + 2 + terminal_columns_of(v->seen) <= terminal_columns()) {
        fputs("  ", t->out);
        visible_print(t->out, v->seen);
        fputc('\n', t->out);
    } else if (shows_seen) {
        fprintf(t->out, "\n%*s", (int)at, "");
        terminal_wrap(t->out, v->seen, at, terminal_columns());
    } else {
        fputc('\n', t->out);
    }
    print_finding(t, v, width + 10);
}

/* The trace as it is. */
static void print_raw(const struct terminal *t, const struct trace_log *log, size_t at)
{
    size_t from = at > RAW_EVENTS ? at - RAW_EVENTS : 0;
    for (size_t i = from; i <= at + RAW_EVENTS && i < log->count; i++) {
        struct buf line;
        buf_init(&line, RAW_OCTETS);
        (void)json_write(log->events[i].json, &line);
        fprintf(t->out, "              %c ", i == at ? '>' : ' ');
        visible_print(t->out, buf_cstr(&line));
        fputc('\n', t->out);
        buf_fini(&line);
    }
}

/* "> 00:00:01.000  S: 451 4.7.1 Greylisted" */
static void print_lines(const struct terminal *t, const struct trace_log *log, size_t at)
{
    struct json *lines = transcript_around(log, at);
    for (size_t i = 0; i < json_count(lines); i++) {
        char clock[DURATION_TEXT_MAX];
        const struct json *line = json_at(lines, i);
        const char *who = json_as_str(json_at(line, 1), "#");
        (void)duration_clock((int64_t)(json_as_real(json_at(line, 0), 0) * 1e9), clock);
        int used = fprintf(t->out, "              %c %s  %s%s ", json_as_int(json_at(line, 3), 0) != 0 ? '>' : ' ',
                           clock, who, who[0] == '#' ? " " : ":");
        terminal_wrap(t->out, json_as_str(json_at(line, 2), ""), (size_t)used, terminal_columns());
    }
    json_free(lines);
}

static void print_around(const struct terminal *t, const struct facts *facts, size_t at)
{
    if (at >= facts->log->count)
        return;
    if (t->verbose)
        print_raw(t, facts->log, at);
    else
        print_lines(t, facts->log, at);
}

/* The lines that say something; each ends with CR, as a carriage return or as the trace escapes it. */
static void print_text(const struct terminal *t, const char *text)
{
    static const char cr[] = "\\x0D";
    struct slice rest = slice_cstr(text);
    unsigned lines = 0;
    while (rest.len > 0) {
        struct slice line = slice_trim(slice_cut(&rest, '\n'));
        if (line.len >= sizeof cr - 1 && slice_eq_cstr(slice_from(line, line.len - (sizeof cr - 1)), cr))
            line = slice_trim(slice_head(line, line.len - (sizeof cr - 1)));
        if (line.len == 0 || lines++ >= REPORT_LINES)
            continue;
        char *copy = slice_dup(line);
        fputs("              | ", t->out);
        terminal_wrap(t->out, copy, 16, terminal_columns());
        free(copy);
    }
    if (lines > REPORT_LINES)
        fprintf(t->out, "              | … %u more lines\n", lines - REPORT_LINES);
}

static void add_dsn_field(struct buf *out, const char *before, const char *name, const struct json *recipient,
                          const char *key)
{
    const char *value = json_get_str(recipient, key, "");
    (void)buf_add_cstr(out, before);
    if (value[0] != '\0')
        (void)buf_printf(out, "%s: %s", name, value);
    else
        (void)buf_printf(out, "no %s", name);
}

static void print_recipient(const struct terminal *t, const struct json *one)
{
    struct buf line;
    buf_init(&line, RAW_OCTETS);
    (void)buf_add_cstr(&line, json_get_str(one, "rcpt", "no recipient"));
    add_dsn_field(&line, ": ", "Action", one, "action");
    add_dsn_field(&line, ", ", "Status", one, "status");
    add_dsn_field(&line, ", ", "Diagnostic-Code", one, "diagnostic");
    add_dsn_field(&line, ", ", "Remote-MTA", one, "remote_mta");
    fputs("              | ", t->out);
    terminal_wrap(t->out, buf_cstr(&line), 16, terminal_columns());
    buf_fini(&line);
}

/* The bounce that the verdict is about, as a message. */
static void print_report(const struct terminal *t, const struct facts *facts, size_t at)
{
    const struct json *dsn = at < facts->log->count ? facts->log->events[at].json : NULL;
    const struct json *form = trace_value(dsn, FIELD_FORM), *recipients = trace_value(dsn, FIELD_RECIPIENTS);
    if (dsn == NULL || facts->log->events[at].kind != TRACE_DSN_SEEN)
        return;
    fputs("              the report: Content-Type: ", t->out);
    visible_print(t->out, json_get_str(form, "type", "none"));
    if (json_get(form, "report_type") != NULL) {
        fputs("; report-type=", t->out);
        visible_print(t->out, json_get_str(form, "report_type", ""));
    }
    fputc('\n', t->out);
    for (size_t i = 0; i < json_count(recipients) && i < RECIPIENTS_SHOWN; i++)
        print_recipient(t, json_at(recipients, i));
    if (json_count(recipients) > RECIPIENTS_SHOWN)
        fprintf(t->out, "              | … %zu more recipients\n", json_count(recipients) - RECIPIENTS_SHOWN);
    fputs("              | Subject: ", t->out);
    terminal_wrap(t->out, trace_str(dsn, FIELD_SUBJECT, ""), 25, terminal_columns());
    print_text(t, trace_str(dsn, FIELD_TEXT, ""));
}

static bool fails(const struct verdict *v)
{
    return (v->kind == RESULT_FAIL || v->kind == RESULT_INCONCLUSIVE) && !verdict_is_known(v);
}

static bool is_same(const struct verdict *a, const struct verdict *b)
{
    return strcmp(a->sentence, b->sentence) == 0 && strcmp(a->seen, b->seen) == 0 &&
           strcmp(a->because, b->because) == 0;
}

/* An earlier verdict that says the same: the first is shown, the others are counted. */
static bool is_repeated(const struct judgement *judgement, size_t i)
{
    const struct verdict *v = &judgement->verdicts[i];
    for (size_t k = 0; k < i; k++)
        if (judgement->verdicts[k].kind == v->kind && is_same(&judgement->verdicts[k], v))
            return true;
    return false;
}

static unsigned count_repetitions(const struct judgement *judgement, size_t i)
{
    unsigned count = 0;
    for (size_t k = i + 1; k < judgement->count; k++)
        count += judgement->verdicts[k].kind == judgement->verdicts[i].kind &&
                 is_same(&judgement->verdicts[k], &judgement->verdicts[i]);
    return count;
}

unsigned terminal_count_warnings(const struct judgement *judgement)
{
    unsigned count = 0;
    for (size_t i = 0; i < judgement->count; i++)
        count += judgement->verdicts[i].kind == RESULT_WARN && judgement->verdicts[i].reason == NULL;
    return count;
}

static int kind_columns(const struct terminal *t, const struct judgement *judgement)
{
    int width = 0;
    for (size_t i = 0; i < judgement->count; i++) {
        int len = (int)strlen(result_name(judgement->verdicts[i].kind));
        width = is_shown(t, &judgement->verdicts[i]) && len > width ? len : width;
    }
    return width;
}

/* Where to look when no finding has an event: at what decided the fate of the first message that was not delivered. */
static size_t fallback_at(const struct terminal *t, const struct run_result *r)
{
    struct behaviour behaviour;
    for (size_t i = 0; i < r->judgement->count; i++)
        if (fails(&r->judgement->verdicts[i]) && is_shown(t, &r->judgement->verdicts[i]) &&
            r->judgement->verdicts[i].at < r->facts->log->count)
            return SIZE_MAX;
    behaviour_make(&behaviour, r->facts);
    size_t at = happened_at(&behaviour);
    behaviour_fini(&behaviour);
    return at;
}

void terminal_verdicts(const struct terminal *t, const struct run_result *r)
{
    int width = kind_columns(t, r->judgement);
    size_t sentence = sentence_columns(t, r->judgement);
    size_t fallback = r->judgement->as_expected ? SIZE_MAX : fallback_at(t, r);
    for (size_t i = 0; i < r->judgement->count; i++) {
        const struct verdict *v = &r->judgement->verdicts[i];
        if (!is_shown(t, v) || (fails(v) && is_repeated(r->judgement, i)))
            continue;
        print_verdict(t, v, width, sentence);
        if (!fails(v))
            continue;
        print_around(t, r->facts, v->at < r->facts->log->count ? v->at : fallback);
        fallback = SIZE_MAX; /* once */
        print_report(t, r->facts, v->at);
        if (count_repetitions(r->judgement, i) > 0)
            fprintf(t->out, "              and %u more of this\n", count_repetitions(r->judgement, i));
    }
}
