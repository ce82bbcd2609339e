#include "harness/report/terminal.h"

#include <stdlib.h>
#include <string.h>

#include "harness/report/timeline.h"
#include "harness/run/folder.h"
#include "lib/base/buf.h"
#include "lib/base/duration.h"
#include "lib/text/json.h"

#define CONTEXT_EVENTS 3 /* before and after the one to look at */
#define LOG_LINES      12
#define WHAT_COLUMNS   52
#define FOLD_ABOVE     4 /* rows of a timeline that say the same */

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

static void print_head(const struct terminal *t, const struct terminal_result *r)
{
    char name[256], length[DURATION_TEXT_MAX];
    bool good = r->judgement != NULL && r->judgement->as_expected;
    fprintf(t->out, "%s%s%s   %s   %s", paint(t, good ? GREEN : RED), terminal_name(r->scenario, name, sizeof name),
            paint(t, PLAIN), r->scenario->title, r->target->name);
    if (r->judgement != NULL)
        fprintf(t->out, "  %s of mail in %lld ms\n", duration_format(r->scenario->clock.until_ns, length),
                (long long)(r->run->real_ns / NS_PER_MS));
    else
        fputc('\n', t->out);
}

/* Counts characters, not octets, so that columns hold with arrows in them. */
static size_t columns_of(const char *text)
{
    size_t columns = 0;
    for (; *text != '\0'; text++)
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    return columns;
}

/* Text padded, or cut with an ellipsis, to `columns`. */
static void print_cell(FILE *out, const char *text, size_t columns)
{
    size_t have = columns_of(text);
    if (have <= columns) {
        fprintf(out, "%s%*s", text, (int)(columns - have), "");
        return;
    }
    size_t seen = 0;
    for (; *text != '\0' && seen + 1 < columns; text++) {
        fputc(*text, out);
        if (((unsigned char)text[1] & 0xc0) != 0x80)
            seen++;
    }
    fputs("…", out);
}

static size_t widest(const struct timeline *timeline, bool host)
{
    size_t width = 0;
    for (size_t i = 0; i < timeline->count; i++) {
        const char *text = host ? timeline->rows[i].host : timeline->rows[i].who;
        size_t columns = text != NULL ? columns_of(text) : 0;
        width = columns > width ? columns : width;
    }
    return width < 40 ? width : 40;
}

/* How many rows from i on say the same. */
static size_t rows_alike(const struct timeline *timeline, size_t i)
{
    const struct timeline_row *first = &timeline->rows[i];
    size_t count = 1;
    for (; i + count < timeline->count; count++) {
        const struct timeline_row *row = &timeline->rows[i + count];
        if (row->who != NULL || strcmp(row->host, first->host) != 0 || strcmp(row->what, first->what) != 0 ||
            strcmp(row->then, first->then) != 0)
            break;
    }
    return count;
}

static void print_timeline(const struct terminal *t, const struct facts *facts)
{
    struct behaviour behaviour;
    struct timeline timeline;
    char clock[DURATION_TEXT_MAX];
    behaviour_make(&behaviour, facts);
    timeline_make(&behaviour, &timeline);
    size_t who = widest(&timeline, false), host = widest(&timeline, true);
    for (size_t i = 0; i < timeline.count; i++) {
        const struct timeline_row *row = &timeline.rows[i];
        size_t alike = rows_alike(&timeline, i);
        fputs("  ", t->out);
        print_cell(t->out, row->who != NULL ? row->who : "", who);
        fprintf(t->out, "  %15s  ", duration_clock(row->t_ns, clock));
        print_cell(t->out, row->host, host);
        fputs("  ", t->out);
        print_cell(t->out, row->what, WHAT_COLUMNS);
        fprintf(t->out, "  %s\n", row->then);
        if (alike > FOLD_ABOVE) { /* the first and the last stay */
            fprintf(t->out, "  %*s  %15s  … %zu more of these\n", (int)who, "", "", alike - 2);
            i += alike - 2;
        }
    }
    timeline_fini(&timeline);
    behaviour_fini(&behaviour);
}

static enum color color_of(enum verdict_kind kind)
{
    static const enum color colors[] = {GREEN, RED, YELLOW, CYAN, CYAN, RED};
    return colors[kind];
}

static void print_verdict(const struct terminal *t, const struct verdict *v, int width)
{
    bool tell = v->kind == VERDICT_NOTE || v->kind == VERDICT_UNSUPPORTED;
    fprintf(t->out, "  %s%-*s%s  %-6s  ", paint(t, color_of(v->kind)), width, verdict_name(v->kind), paint(t, PLAIN),
            v->level);
    print_cell(t->out, v->sentence, columns_of(v->sentence) > 64 ? columns_of(v->sentence) : 64);
    fprintf(t->out, "  %s%s%s\n", v->clauses, tell ? "  " : "", tell ? v->seen : "");
    if (v->kind != VERDICT_PASS && !tell)
        fprintf(t->out, "  %*swanted %s\n  %*sseen   %s\n", width + 10, "", v->wanted, width + 10, "", v->seen);
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
        fprintf(t->out, "              %c %.*s\n", i == at ? '>' : ' ', (int)(line.len < 200 ? line.len : 200),
                line.data);
        buf_fini(&line);
    }
}

static void print_rerun(const struct terminal *t, const struct terminal_result *r)
{
    fprintf(t->out, "  again: relaylab run --target %s --seed %llu%s%s %s\n", r->target_option,
            (unsigned long long)r->seed, r->scenario->case_name != NULL ? " --case " : "",
            r->scenario->case_name != NULL ? r->scenario->case_name : "", r->scenario->file);
}

static bool is_shown(const struct terminal *t, const struct verdict *v)
{
    return t->timeline || v->kind == VERDICT_FAIL || v->kind == VERDICT_INCONCLUSIVE || v->kind == VERDICT_WARN;
}

static void print_verdicts(const struct terminal *t, const struct terminal_result *r)
{
    int width = 0;
    for (size_t i = 0; i < r->judgement->count; i++) {
        const struct verdict *v = &r->judgement->verdicts[i];
        int len = (int)strlen(verdict_name(v->kind));
        width = is_shown(t, v) && len > width ? len : width;
    }
    for (size_t i = 0; i < r->judgement->count; i++) {
        const struct verdict *v = &r->judgement->verdicts[i];
        if (!is_shown(t, v))
            continue;
        print_verdict(t, v, width);
        if (v->kind == VERDICT_FAIL || v->kind == VERDICT_INCONCLUSIVE)
            print_context(t, r->facts, v->at);
    }
}

/* A run that could not be judged: what happened, and the end of the target's log. */
static void print_trouble(const struct terminal *t, const struct terminal_result *r)
{
    static const char *const logs[] = {"target.log", "sim.log", "warp.log"};
    fprintf(t->out, "  %s%s%s\n", paint(t, RED), r->run->what, paint(t, PLAIN));
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

void terminal_result(const struct terminal *t, const struct terminal_result *r)
{
    bool good = r->judgement != NULL && r->judgement->as_expected;
    if (t->quiet && good)
        return;
    print_head(t, r);
    if (r->judgement == NULL) {
        print_trouble(t, r);
        print_rerun(t, r);
        return;
    }
    if (t->timeline)
        print_timeline(t, r->facts);
    print_verdicts(t, r);
    if (!good)
        print_rerun(t, r);
    if (t->timeline)
        fputc('\n', t->out);
}

void terminal_unsupported(const struct terminal *t, const struct scenario *scenario, const struct target *target,
                          const char *why)
{
    char name[256];
    if (!t->quiet)
        fprintf(t->out, "%s%s%s  %s   %s %s: unsupported%s", paint(t, CYAN), terminal_name(scenario, name, sizeof name),
                paint(t, PLAIN), scenario->title, target->name, why, t->timeline ? "\n\n" : "\n");
}
