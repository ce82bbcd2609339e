/* The HTML report, and its parts, each from one record (record.h) or from all of them. */
#ifndef RL_HARNESS_REPORT_HTML_H
#define RL_HARNESS_REPORT_HTML_H

#include "harness/report/html/anchor.h"
#include "harness/report/markup/html.h"
#include "lib/text/json.h"

/* All that the page is about. */
struct page {
    const struct json *records;
    struct json *causes; /* causes.h */
    struct anchors anchors;
    bool many_targets;
};

void html_verdict(struct buf *out, const struct page *page);    /* of the whole suite, in one sentence */
void html_about(struct buf *out, const struct json *records);   /* targets, programs, time, command */
void html_cards(struct buf *out, const struct page *page);      /* why runs fail */
void html_chips(struct buf *out, const struct page *page);      /* counts, which filter the runs */
void html_matrix(struct buf *out, const struct page *page);     /* all results of several targets */
void html_targets(struct buf *out, const struct json *records); /* what each target did */
void html_run(struct buf *out, const struct json *record, const char *id, bool open);
void html_tables(struct buf *out, const struct json *record, const char *id); /* attempts, bounces and hosts */
void html_shapes(struct buf *out);                                            /* of all timelines, once in a page */
void html_timeline(struct buf *out, const struct json *record, const char *id);
void html_small_timeline(struct buf *out, const struct json *record, const struct json *verdict); /* of a card */
/* An attribute that mark, row, sentence and transcript of one contact share, so that the script can show them together.
 */
void html_contact(struct buf *out, int64_t conn, double t);
/* Those that pass are folded. has_lines: the page has the transcripts of the run, whose lines they lead to. */
void html_sentences(struct buf *out, const struct json *record, const char *id, bool has_lines);
void html_dialogue(struct buf *out, const struct json *connection, size_t lines_max); /* one connection, open */
void html_lookups(struct buf *out, const struct json *record, size_t max);            /* the first DNS answers */
void html_transcripts(struct buf *out, const struct json *record, const char *id);
void html_logs(struct buf *out,
               const struct json *record); /* of a run without verdicts: the end of its programs' output */
void html_again(struct buf *out, const struct json *record); /* the command that plays the run again */

/*
 * What is between these is plain without a script. With one, the browser reads it as text, and the script makes
 * elements of it when the <details> around it is opened: a page of hundreds of runs opens at once. One must not hold
 * another.
 */
#define HTML_LAZY_BEGIN "<noscript>"
#define HTML_LAZY_END   "</noscript>"

/* Lists longer than this are cut, with a note. */
#define HTML_RECIPIENTS_MAX 40
#define HTML_ATTEMPTS_MAX   60

#endif
