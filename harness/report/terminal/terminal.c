#include "harness/report/terminal/terminal.h"

#include <stdlib.h>
#include <string.h>

#include "harness/report/terminal/terminal_timeline.h"
#include "harness/run/folder.h"
#include "lib/base/buf.h"
#include "lib/base/duration.h"
#include "lib/text/json.h"
#include "harness/report/markup/visible.h"

#define CONTEXT_EVENTS 3   /* before and after the one to look at */
#define CONTEXT_OCTETS 200 /* of each */
#define LOG_LINES      12
#define REPORT_LINES   16
#define SENTENCE_MAX   64 /* columns; a longer one is not cut */

enum color { PLAIN, GREEN, RED, YELLOW, CYAN, BOLD };

static const char *paint(const struct terminal *t, enum color color)
{
    static const char *const codes[] = {"\033[0m", "\033[32m", "\033[31m", "\033[33m", "\033[36m", "\033[1m"};
    return t->color ? codes[color] : "";
}

const char *terminal_name(const struct scenario *scenario, char *out, size_t size)
{
    if (scenario->case_name != NULL)
        (void)snprintf(out, size, "%s (%s)", scenario->id, scenario->case_name);
    else
        (void)snprintf(out, size, "%s", scenario->id);
    return out;
}

/* ---- lines ---- */

/* A line begins with one of these, so that a log without colours can be searched. */
enum word { WORD_PASS, WORD_WARN, WORD_KNOWN, WORD_FAIL, WORD_ERROR, WORD_SKIP };

static void print_name(const struct terminal *t, enum word word, const struct scenario *scenario,
                       const struct target *target)
{
    static const struct {
        const char *name;
        enum color color;
    } words[] = {{"PASS", GREEN}, {"WARN", YELLOW}, {"KNOWN", GREEN}, {"FAIL", RED}, {"ERROR", RED}, {"SKIP", CYAN}};
    char name[256];
    fprintf(t->out, "%s%-5s %s%s   %s   %s", paint(t, words[word].color), words[word].name,
            terminal_name(scenario, name, sizeof name), paint(t, PLAIN), scenario->title, target->name);
}

static enum color color_of(enum result kind)
{
    static const enum color colors[RESULT_UNKNOWN] = {
        [RESULT_PASS] = GREEN,       [RESULT_FAIL] = RED,         [RESULT_WARN] = YELLOW,     [RESULT_NOTE] = CYAN,
        [RESULT_UNSUPPORTED] = CYAN, [RESULT_INCONCLUSIVE] = RED, [RESULT_NOT_CHECKED] = CYAN};
    return colors[kind];
}

/* A baseline expects just this. */
static bool is_known(const struct verdict *v)
{
    return v->reason != NULL && v->expected == v->kind;
}

static bool has(const struct judgement *judgement, enum result kind)
{
    for (size_t i = 0; i < judgement->count; i++)
        if (judgement->verdicts[i].kind == kind)
            return true;
    return false;
}

static enum word word_of(const struct judgement *judgement)
{
    if (judgement == NULL)
        return WORD_ERROR;
    if (!judgement->as_expected)
        return WORD_FAIL;
    for (size_t i = 0; i < judgement->count; i++)
        if (is_known(&judgement->verdicts[i]) && judgement->verdicts[i].kind != RESULT_PASS)
            return WORD_KNOWN;
    return has(judgement, RESULT_WARN) ? WORD_WARN : WORD_PASS;
}

static void print_head(const struct terminal *t, const struct run_result *r)
{
    char length[DURATION_TEXT_MAX];
    print_name(t, word_of(r->judgement), r->scenario, r->target);
    if (r->judgement != NULL)
        fprintf(t->out, "  %s of mail in %lld ms\n", duration_format(r->scenario->clock.until_ns, length),
                (long long)(r->run->real_ns / NS_PER_MS));
    else
        fputc('\n', t->out);
}

static bool is_shown(const struct terminal *t, const struct verdict *v)
{
    if (v->reason != NULL)
        return t->timeline || !is_known(v);
    return t->timeline || v->kind == RESULT_FAIL || v->kind == RESULT_INCONCLUSIVE || v->kind == RESULT_WARN;
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
    visible_print(t->out, text);
    fputc('\n', t->out);
}

static bool is_broken(const struct verdict *v)
{
    return v->kind == RESULT_FAIL || v->kind == RESULT_WARN || v->kind == RESULT_INCONCLUSIVE;
}

/* What was expected, what there was, and why that is not it. */
static void print_finding(const struct terminal *t, const struct verdict *v, int indent)
{
    if (v->reason != NULL)
        fprintf(t->out, "  %*s%s%s: %s\n", indent, "", is_known(v) ? "known" : "the baseline says ",
                is_known(v) ? "" : result_name(v->expected), v->reason);
    if (!is_broken(v) || is_known(v))
        return;
    print_field(t, indent, "expected", v->wanted);
    print_field(t, indent, "got", v->seen);
    print_field(t, indent, "because", v->because);
}

/* Clauses are printed next to the sentence when there is room, else below it; and so is what a note saw. */
static void print_verdict(const struct terminal *t, const struct verdict *v, int width, size_t sentence)
{
    bool shows_seen = v->kind == RESULT_NOTE || v->kind == RESULT_UNSUPPORTED || v->kind == RESULT_NOT_CHECKED;
    size_t own = terminal_columns_of(v->sentence), columns = own > sentence ? own : sentence;
    size_t before = (size_t)width + 12 + columns + terminal_columns_of(v->clauses);
    size_t seen = shows_seen ? 2 + terminal_columns_of(v->seen) : 0, room = terminal_columns();
    bool wraps = before <= room && before + seen > room;
    fprintf(t->out, "  %s%-*s%s  %-6s  ", paint(t, color_of(v->kind)), width, result_name(v->kind), paint(t, PLAIN),
            v->level);
    terminal_cell(t->out, v->sentence, columns);
    if (before <= room)
        fprintf(t->out, "  %s", v->clauses);
    else
        fprintf(t->out, "\n  %*s%s", width + 10, "", v->clauses);
    if (shows_seen) {
        fprintf(t->out, wraps ? "\n  %*s" : "%*s", wraps ? width + 10 : 2, "");
        visible_print(t->out, v->seen);
    }
    fputc('\n', t->out);
    print_finding(t, v, width + 10);
}

static void print_context(const struct terminal *t, const struct facts *facts, size_t at)
{
    size_t from = at > CONTEXT_EVENTS ? at - CONTEXT_EVENTS : 0;
    if (at == SIZE_MAX)
        return;
    for (size_t i = from; i <= at + CONTEXT_EVENTS && i < facts->log->count; i++) {
        struct buf line;
        buf_init(&line, 65536);
        (void)json_write(facts->log->events[i].json, &line);
        if (line.len > CONTEXT_OCTETS)
            line.data[CONTEXT_OCTETS] = '\0';
        fprintf(t->out, "              %c ", i == at ? '>' : ' ');
        visible_print(t->out, buf_cstr(&line));
        fputc('\n', t->out);
        buf_fini(&line);
    }
}

static void print_text(const struct terminal *t, const char *text)
{
    struct slice rest = slice_cstr(text);
    unsigned lines = 0;
    while (rest.len > 0 && lines++ < REPORT_LINES) {
        char *line = slice_dup(slice_cut(&rest, '\n'));
        fputs("              | ", t->out);
        visible_print(t->out, line);
        fputc('\n', t->out);
        free(line);
    }
    if (rest.len > 0)
        fputs("              | …\n", t->out);
}

/* The bounce that the verdict is about, as a message. */
static void print_report(const struct terminal *t, const struct facts *facts, size_t at)
{
    const struct json *dsn = at < facts->log->count ? facts->log->events[at].json : NULL;
    const struct json *form = trace_value(dsn, FIELD_FORM);
    if (dsn == NULL || facts->log->events[at].kind != TRACE_DSN_SEEN)
        return;
    fputs("              the report: Content-Type: ", t->out);
    visible_print(t->out, json_get_str(form, "type", "none"));
    if (json_get(form, "report_type") != NULL) {
        fputs("; report-type=", t->out);
        visible_print(t->out, json_get_str(form, "report_type", ""));
    }
    fputs("\n              | Subject: ", t->out);
    visible_print(t->out, trace_str(dsn, FIELD_SUBJECT, ""));
    fputs("\n              |\n", t->out);
    print_text(t, trace_str(dsn, FIELD_TEXT, ""));
}

static void print_rerun(const struct terminal *t, const struct run_result *r)
{
    fprintf(t->out, "  rerun: relaylab run --target %s --seed %llu%s%s %s\n", r->target_option,
            (unsigned long long)r->seed, r->scenario->case_name != NULL ? " --case " : "",
            r->scenario->case_name != NULL ? r->scenario->case_name : "", r->scenario->file);
}

static void print_verdicts(const struct terminal *t, const struct run_result *r)
{
    int width = 0;
    size_t sentence = sentence_columns(t, r->judgement);
    for (size_t i = 0; i < r->judgement->count; i++) {
        const struct verdict *v = &r->judgement->verdicts[i];
        int len = (int)strlen(result_name(v->kind));
        width = is_shown(t, v) && len > width ? len : width;
    }
    for (size_t i = 0; i < r->judgement->count; i++) {
        const struct verdict *v = &r->judgement->verdicts[i];
        if (!is_shown(t, v))
            continue;
        print_verdict(t, v, width, sentence);
        if ((v->kind == RESULT_FAIL || v->kind == RESULT_INCONCLUSIVE) && !is_known(v)) {
            print_context(t, r->facts, v->at);
            print_report(t, r->facts, v->at);
        }
    }
}

/* A run that could not be judged: what happened, and the end of the target's log. */
static void print_trouble(const struct terminal *t, const struct run_result *r)
{
    static const char *const logs[] = {"target.log", "sim.log", "warp.log"};
    fprintf(t->out, "  %s", paint(t, RED));
    visible_print(t->out, r->run->what);
    fprintf(t->out, "%s\n", paint(t, PLAIN));
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/%s", r->run->folder, logs[i]);
        char *tail = folder_tail(path, LOG_LINES, "    ");
        if (tail[0] != '\0')
            fprintf(t->out, "  the end of %s:\n%s", logs[i], tail);
        else if (i == 0)
            fprintf(t->out, "  %s is empty\n", logs[i]);
        free(tail);
    }
}

/* What slows a run down, say: shown under a good run too. */
static void print_notes(const struct terminal *t, const struct run *run)
{
    for (size_t i = 0; i < run->note_count; i++) {
        fprintf(t->out, "  %snote%s: ", paint(t, CYAN), paint(t, PLAIN));
        visible_print(t->out, run->notes[i]);
        fputc('\n', t->out);
    }
}

void terminal_result(const struct terminal *t, const struct run_result *r)
{
    bool good = r->judgement != NULL && r->judgement->as_expected;
    if (t->quiet && good)
        return;
    print_head(t, r);
    print_notes(t, r->run);
    if (r->judgement == NULL) {
        print_trouble(t, r);
        print_rerun(t, r);
        return;
    }
    if (t->timeline)
        terminal_timeline(t->out, r->facts, terminal_columns());
    print_verdicts(t, r);
    if (!good)
        print_rerun(t, r);
    if (t->timeline)
        fputc('\n', t->out);
}

void terminal_same_trouble(const struct terminal *t, const struct scenario *scenario, const struct target *target)
{
    print_name(t, WORD_ERROR, scenario, target);
    fprintf(t->out, "\n  ended the same way as the run before it\n");
}

void terminal_unsupported(const struct terminal *t, const struct scenario *scenario, const struct target *target,
                          const char *why)
{
    if (t->quiet)
        return;
    print_name(t, WORD_SKIP, scenario, target);
    fprintf(t->out, "  unsupported: %s%s", why, t->timeline ? "\n\n" : "\n");
}
