#include "harness/explain/page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explain/lessons.h"
#include "harness/explain/quiz.h"
#include "harness/explain/seen.h"
#include "harness/report/markup/html.h"
#include "lib/base/duration.h"

#define CLOCK_WIDTH   320
#define CLOCK_MARKS   40
#define CLOCK_LABELS  3
#define LOG_SCALE_MIN (3600 * NS_PER_S) /* a shorter run has a linear axis */

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static void put(struct buf *out, const char *markup)
{
    (void)buf_add_cstr(out, markup);
}

/* A text of the scenario's file, whose line ends are spaces. */
static void put_text(struct buf *out, const char *text)
{
    struct slice rest = slice_trim(slice_cstr(text));
    while (rest.len > 0) {
        char *line = slice_dup(slice_cut(&rest, '\n'));
        html_put(out, "%s%s", line, rest.len > 0 ? " " : "");
        free(line);
    }
}

/* ---- head ---- */

static void put_lesson_line(struct buf *out, const struct scenario *scenario)
{
    int64_t n = scenario->teach.lesson;
    html_put(out, "<p class=\"soft\"><code>%s%s%s</code>", scenario->id, scenario->case_name != NULL ? " --case " : "",
             scenario->case_name != NULL ? scenario->case_name : "");
    if (n > 0)
        html_put(out, " · lesson %d of %d: %s", (int)n, TEACH_LESSONS, lesson_get(n)->title);
    put(out, "</p>\n");
}

static void put_head(struct buf *out, const struct page_input *page)
{
    const struct scenario *scenario = page->scenario;
    put(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta "
             "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
             "data:\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta "
             "name=\"color-scheme\" content=\"light dark\"/>\n<link rel=\"icon\" href=\"data:,\"/>\n");
    html_put(out, "<title>%s</title>\n<style>\n", scenario->title);
    put(out, page_style);
    put(out, "</style>\n</head>\n<body>\n<header>\n");
    put_lesson_line(out, scenario);
    html_put(out, "<h1>%s</h1>\n", scenario->title);
    if (scenario->teach.story != NULL) {
        put(out, "<p class=\"story\">");
        put_text(out, scenario->teach.story);
        put(out, "</p>\n");
    }
    if (scenario->teach.watch != NULL)
        html_put(out, "<p class=\"watch\"><strong>Watch</strong> %s</p>\n", scenario->teach.watch);
    const struct lesson *lesson = lesson_begun_by(scenario);
    for (size_t i = 0; lesson != NULL && lesson->words[i] != NULL; i++)
        html_put(out, "<p class=\"soft\">%s.</p>\n", lesson->words[i]);
    html_put(out,
             "<p class=\"soft\">The client is on the left, the server on the right; where the relay is one of "
             "them, it is %s. The times are virtual: while nothing happens, the clock jumps.</p>\n</header>\n",
             strcmp(page->target, "relay") == 0 ? "Relaylab's own" : page->target);
}

/* ---- steps ---- */

static const char *class_of(const struct step *step)
{
    if (step->kind == STEP_CLIENT)
        return "line client";
    if (step->kind == STEP_SERVER)
        return step->code >= 500   ? "line server bad"
               : step->code >= 400 ? "line server later"
               : step->code >= 200 ? "line server ok"
                                   : "line server";
    if (step->kind == STEP_CONNECT || step->kind == STEP_EVENT)
        return step->trouble ? "line connect bad" : "line connect";
    return step->kind == STEP_FIELD ? "line field" : step->trouble ? "line note bad" : "line note";
}

static void put_note(struct buf *out, const struct note *note)
{
    put(out, "<p>");
    if (note->column != SIZE_MAX)
        html_put(out, "<b>%s</b>", note->label);
    html_put(out, "%s%s%s", note->text, note->more[0] != '\0' ? " " : "", note->more);
    if (note->clause[0] != '\0') {
        put(out, " ");
        html_clauses(out, note->clause);
    }
    put(out, "</p>");
}

static void put_notes(struct buf *out, const struct step *step)
{
    for (size_t i = 0; i < step->note_count; i++)
        put_note(out, &step->notes[i]);
}

static void put_gap(struct buf *out, const struct step *step)
{
    html_put(out, "<div class=\"gap\"><p><strong>%s</strong></p>", step->text);
    put_notes(out, step);
    put(out, "</div>\n");
}

static void put_step(struct buf *out, const struct step *step, int64_t *shown)
{
    bool wire = step->kind == STEP_CLIENT || step->kind == STEP_SERVER || step->kind == STEP_FIELD;
    const char *before = step->kind == STEP_QUESTION ? "DNS: " : step->kind == STEP_ANSWER ? "= " : "";
    put(out, "<div class=\"row\"><span class=\"time\">");
    if (step->t_ns / NS_PER_S != *shown)
        html_clock(out, (double)(step->t_ns / NS_PER_S));
    *shown = step->t_ns / NS_PER_S;
    html_put(out, "</span><div class=\"%s\">", class_of(step));
    put(out, wire ? "<code>" : "");
    html_put(out, "%s%s", before, step->text);
    put(out, wire ? "</code>" : "");
    put(out, "</div><div class=\"gloss\">");
    put_notes(out, step);
    put(out, "</div></div>\n");
}

static void put_steps(struct buf *out, const struct telling *telling)
{
    size_t folded_until = 0;
    int64_t shown = -1;
    put(out, "<main class=\"card\">\n");
    for (size_t i = 0; i < telling->count; i++) {
        const struct step *step = &telling->steps[i];
        if (folded_until > 0 && i == folded_until) {
            put(out, "</details>\n");
            folded_until = 0;
        }
        if (step->kind == STEP_FOLD) {
            html_put(out, "<details class=\"fold\"><summary>%s</summary>\n", step->text);
            folded_until = i + 1 + step->hides;
        } else if (step->kind == STEP_GAP) {
            put_gap(out, step);
        } else {
            put_step(out, step, &shown);
        }
    }
    put(out, folded_until > 0 ? "</details>\n</main>\n" : "</main>\n");
}

/* ---- the clock ---- */

/* Where a time stands on the axis: linear, or logarithmic where a run lasts long. */
static double place(int64_t t_ns, int64_t end_ns)
{
    double t = seconds(t_ns), end = seconds(end_ns > 0 ? end_ns : 1);
    double share = end_ns < LOG_SCALE_MIN ? t / end : log1p(t / 60) / log1p(end / 60);
    return 12 + share * (CLOCK_WIDTH - 24);
}

/* Whether the connection that begins with this step goes wrong. */
static bool fails(const struct telling *telling, size_t at)
{
    for (size_t i = at; i < telling->count; i++) {
        const struct step *step = &telling->steps[i];
        bool between = step->kind == STEP_FOLD || step->kind == STEP_GAP;
        if (!between && step->block != telling->steps[at].block)
            return false;
        if (!between && step->trouble)
            return true;
    }
    return false;
}

static void put_mark(struct buf *out, double x, bool bad)
{
    if (bad)
        html_put(out, "<path d=\"M%.1f 32l7 14h-14z\" fill=\"var(--later)\"/>", x);
    else
        html_put(out, "<circle cx=\"%.1f\" cy=\"40\" r=\"6\" fill=\"var(--good)\"/>", x);
}

static void put_clock(struct buf *out, const struct telling *telling)
{
    int64_t end_ns = 0;
    size_t marks = 0, labels = 0;
    double last = -100;
    for (size_t i = 0; i < telling->count; i++)
        if (telling->steps[i].kind == STEP_CONNECT)
            end_ns = telling->steps[i].t_ns > end_ns ? telling->steps[i].t_ns : end_ns;
    put(out, "<div class=\"card\"><h2>The clock</h2>\n");
    html_put(out, "<svg viewBox=\"0 0 %d 72\" role=\"img\" aria-label=\"when connections were tried\">", CLOCK_WIDTH);
    html_put(out, "<line x1=\"12\" x2=\"%d\" y1=\"40\" y2=\"40\" stroke=\"var(--line)\"/>", CLOCK_WIDTH - 12);
    for (size_t i = 0; i < telling->count && marks < CLOCK_MARKS; i++) {
        const struct step *step = &telling->steps[i];
        if (step->kind != STEP_CONNECT)
            continue;
        double x = place(step->t_ns, end_ns);
        put_mark(out, x, fails(telling, i));
        marks++;
        if (labels < CLOCK_LABELS && x - last > 70) {
            char length[DURATION_TEXT_MAX];
            html_put(out, "<text x=\"%.1f\" y=\"66\">%s</text>", x > CLOCK_WIDTH - 70 ? CLOCK_WIDTH - 70.0 : x - 4,
                     duration_format(step->t_ns, length));
            last = x;
            labels++;
        }
    }
    put(out, "</svg>\n<p class=\"soft\">Each mark is a connection: ● went well, ▲ did not.</p></div>\n");
}

/* ---- the side ---- */

static void put_quiz(struct buf *out, const struct scenario *scenario)
{
    const struct quiz *quiz;
    for (size_t i = 0; (quiz = quiz_of(scenario, i)) != NULL; i++) {
        html_put(out, "<section class=\"card quiz\"><h2>%s</h2>\n<ol>", quiz->question);
        for (size_t k = 0; k < quiz->choices.count; k++)
            html_put(out, "<li>%s</li>", ((const char *const *)quiz->choices.items)[k]);
        html_put(out, "</ol>\n<details><summary>The answer</summary><p><strong>%s</strong>: ", quiz->answer);
        put_text(out, quiz->because);
        put(out, "</p></details></section>\n");
    }
}

static const char *pill_of(enum result kind)
{
    return kind == RESULT_PASS                                  ? "pill pass"
           : kind == RESULT_FAIL || kind == RESULT_INCONCLUSIVE ? "pill fail"
           : kind == RESULT_WARN                                ? "pill warn"
                                                                : "pill";
}

static void put_checks(struct buf *out, const struct scenario *scenario, const struct judgement *judgement)
{
    put(out, "<section class=\"card\"><h2>What was checked</h2>\n<ul class=\"checks\">\n");
    for (size_t i = 0; i < judgement->count; i++) {
        const struct verdict *v = &judgement->verdicts[i];
        if (!seen_is_shown(v))
            continue;
        char *seen = seen_words(v, scenario);
        html_put(out, "<li><span class=\"%s\">%s</span> %s: %s ", pill_of(v->kind), result_name(v->kind), v->level,
                 v->sentence);
        html_clauses(out, v->clauses);
        html_put(out, "%s%s</li>\n", seen != NULL ? " · seen: " : "", seen != NULL ? seen : "");
        free(seen);
    }
    char *legend = seen_legend(judgement);
    html_put(out, "</ul><p class=\"soft\">%s</p></section>\n", legend);
    free(legend);
}

static void put_knows(struct buf *out, const struct lesson *lesson)
{
    if (lesson == NULL || lesson->knows[0] == NULL)
        return;
    put(out, "<section class=\"card\"><h2>What else to know</h2>\n<ul>\n");
    for (size_t i = 0; lesson->knows[i] != NULL; i++)
        html_put(out, "<li>%s</li>\n", lesson->knows[i]);
    put(out, "</ul></section>\n");
}

static void put_next(struct buf *out, const struct page_input *page)
{
    const struct scenario *scenario = page->scenario;
    int64_t n = scenario->teach.lesson;
    const struct lesson *lesson = lesson_begun_by(scenario);
    put(out, "<section class=\"card\"><h2>Next</h2>\n");
    if (lesson != NULL && lesson->tries != NULL && !page->tried)
        html_put(out, "<p>Try: <code>relaylab explain %s %s</code>: %s.</p>\n", scenario->id, lesson->tries,
                 lesson->result);
    if (n > 0 && n < TEACH_LESSONS)
        html_put(out, "<p>Lesson %d, %s: <code>relaylab explain %s</code></p>\n", (int)n + 1, lesson_get(n + 1)->title,
                 lesson_get(n + 1)->begins);
    else
        put(out, "<p>All lessons: <code>relaylab course</code></p>\n");
    put(out, "</section>\n");
}

bool page_write(const struct page_input *page, struct buf *out)
{
    put_head(out, page);
    put(out, "<div class=\"grid\">\n");
    put_steps(out, page->telling);
    put(out, "<aside>\n");
    put_quiz(out, page->scenario);
    put_clock(out, page->telling);
    put_checks(out, page->scenario, page->judgement);
    put_knows(out, lesson_begun_by(page->scenario));
    put_next(out, page);
    put(out, "</aside>\n</div>\n</body>\n</html>\n");
    return !out->overflow;
}
