#include "harness/report/terminal/terminal.h"

#include <stdlib.h>
#include <string.h>

#include "harness/facts/happened.h"
#include "harness/report/markup/visible.h"
#include "harness/report/record/status.h"
#include "harness/report/terminal/terminal_color.h"
#include "harness/report/terminal/terminal_text.h"
#include "harness/report/terminal/terminal_timeline.h"
#include "harness/report/terminal/terminal_verdicts.h"
#include "harness/run/folder.h"

#define HAPPENED_SHOWN 3 /* sentences; the record has more */

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
static const struct {
    const char *name;
    enum color color;
} words[STATUS_COUNT] = {
    [STATUS_FAILED] = {"FAIL", RED},      [STATUS_ERROR] = {"ERROR", RED},    [STATUS_UNTRIED] = {"SKIP", CYAN},
    [STATUS_KNOWN] = {"KNOWN", GREEN},    [STATUS_WARNED] = {"WARN", YELLOW}, [STATUS_PASSED] = {"PASS", GREEN},
    [STATUS_UNSUPPORTED] = {"SKIP", CYAN}};

static void print_name(const struct terminal *t, enum status status, const struct scenario *scenario,
                       const struct target *target)
{
    char name[256];
    (void)terminal_name(scenario, name, sizeof name);
    size_t used = strlen("ERROR ") + terminal_columns_of(name) + 3 + terminal_columns_of(scenario->title) + 3 +
                  terminal_columns_of(target->name);
    bool fits = used <= terminal_columns();
    fprintf(t->out, "%s%-5s %s%s   ", terminal_paint(t, words[status].color), words[status].name, name,
            terminal_paint(t, PLAIN));
    if (fits)
        fprintf(t->out, "%s   ", scenario->title);
    fputs(target->name, t->out);
    if (!fits)
        fprintf(t->out, "\n      %s", scenario->title);
}

/* Warnings are counted where they are not shown. */
static void print_head(const struct terminal *t, const struct run_result *r)
{
    unsigned warnings = r->judgement != NULL && !t->timeline && !t->verbose ? terminal_count_warnings(r->judgement) : 0;
    print_name(t, status_of_judgement(r->judgement), r->scenario, r->target);
    if (warnings > 0)
        fprintf(t->out, "   %u warning%s", warnings, warnings == 1 ? "" : "s");
    fputc('\n', t->out);
}

/* What happened to each message of a run that is not as expected. */
static void print_happened(const struct terminal *t, const struct run_result *r)
{
    struct behaviour behaviour;
    behaviour_make(&behaviour, r->facts);
    struct json *sentences = happened_of(&behaviour, r->target->name);
    size_t count = json_count(sentences), shown = count <= HAPPENED_SHOWN + 1 ? count : HAPPENED_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        fputs("  ", t->out);
        terminal_wrap(t->out, json_as_str(json_at(sentences, i), ""), 2, terminal_columns());
    }
    if (shown < count)
        fprintf(t->out, "  … and %zu more messages; the reports have a sentence for each\n", count - shown);
    json_free(sentences);
    behaviour_fini(&behaviour);
}

static void print_rerun(const struct terminal *t, const struct run_result *r)
{
    fprintf(t->out, "  rerun: relaylab run --target %s --seed %llu%s%s %s\n", r->target_option,
            (unsigned long long)r->seed, r->scenario->case_name != NULL ? " --case " : "",
            r->scenario->case_name != NULL ? r->scenario->case_name : "", r->scenario->file);
}

/* A run that could not be judged: what happened, and the end of the target's log. */
static void print_trouble(const struct terminal *t, const struct run_result *r)
{
    static const char *const logs[] = {"target.log", "sim.log", "warp.log"};
    fprintf(t->out, "  %s", terminal_paint(t, RED));
    visible_print(t->out, r->run->what);
    fprintf(t->out, "%s\n", terminal_paint(t, PLAIN));
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/%s", r->run->folder, logs[i]);
        char *tail = folder_tail(path, FOLDER_LOG_LINES, "    ");
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
        fprintf(t->out, "  %snote%s: ", terminal_paint(t, CYAN), terminal_paint(t, PLAIN));
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
    if (!good)
        print_happened(t, r);
    if (t->timeline)
        terminal_timeline(t->out, r->facts, terminal_columns());
    terminal_verdicts(t, r);
    if (!good)
        print_rerun(t, r);
    if (t->timeline)
        fputc('\n', t->out);
}

void terminal_same_trouble(const struct terminal *t, const struct scenario *scenario, const struct target *target)
{
    print_name(t, STATUS_ERROR, scenario, target);
    fprintf(t->out, "\n  ended the same way as the run before it\n");
}

void terminal_unsupported(const struct terminal *t, const struct scenario *scenario, const struct target *target,
                          const char *why)
{
    if (t->quiet)
        return;
    print_name(t, STATUS_UNSUPPORTED, scenario, target);
    fprintf(t->out, "  unsupported: %s%s", why, t->timeline ? "\n\n" : "\n");
}
