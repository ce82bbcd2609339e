/* html: one run: its story, its sentences with their verdicts, the timeline, the attempts, what was said. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/record/record.h"
#include "harness/report/html/page.h"

const char *html_result_words(const struct json *record)
{
    enum result result = record_says(record);
    return result != RESULT_UNKNOWN ? result_words(result) : json_get_str(record, "result", "");
}

/* ---- the head ---- */

static void put_name(struct buf *out, const struct json *record)
{
    const char *case_name = json_get_str(record, "case", NULL);
    html_put(out, "%s", json_get_str(record, "scenario", ""));
    if (case_name != NULL)
        html_put(out, " <span class=\"case\">(%s)</span>", case_name);
}

static void put_summary(struct buf *out, const struct json *record)
{
    const char *result = json_get_str(record, "result", "");
    html_put(out, "<summary><span class=\"badge %s\">%s</span> <h3>", result, html_result_words(record));
    put_name(out, record);
    html_put(out, "</h3> <span class=\"title\">%s</span> <span class=\"meta\">%s", json_get_str(record, "title", ""),
             json_get_str(record, "target", ""));
    if (json_get(record, "verdicts") != NULL) {
        (void)buf_add_cstr(out, ", ");
        html_length(out, (double)json_get_int(record, "virtual_s", 0));
        html_put(out, " of mail in %zu ms", (size_t)json_get_int(record, "real_ms", 0));
    }
    (void)buf_add_cstr(out, "</span></summary>\n");
}

static void put_teaching(struct buf *out, const struct json *teach)
{
    const char *story = json_get_str(teach, "story", NULL), *watch = json_get_str(teach, "watch", NULL);
    if (story == NULL && watch == NULL)
        return;
    (void)buf_add_cstr(out, "<div class=\"teach\">");
    if (story != NULL)
        html_put(out, "<p>%s</p>", story);
    if (watch != NULL)
        html_put(out, "<p class=\"watch\"><strong>Watch</strong> %s</p>", watch);
    (void)buf_add_cstr(out, "</div>\n");
}

/* ---- sentences ---- */

/* What a baseline says of a run or a sentence; nothing when there is none, or when it passes as expected. */
static void put_expected(struct buf *out, const struct json *record_or_verdict)
{
    const char *expected = json_get_str(record_or_verdict, "expected", NULL);
    if (expected == NULL)
        return;
    if (record_is_known(record_or_verdict))
        html_put(out, "<span class=\"known\">known: %s</span>", json_get_str(record_or_verdict, "reason", ""));
    else
        html_put(out, "<span class=\"known\">the baseline says %s: %s</span>", expected,
                 json_get_str(record_or_verdict, "reason", ""));
}

static void put_sentence(struct buf *out, const struct json *v)
{
    const char *kind = json_get_str(v, "verdict", "");
    const char *wanted = json_get_str(v, "wanted", ""), *seen = json_get_str(v, "seen", "");
    bool known = record_is_known(v) && !record_is(v, RESULT_PASS);
    html_put(out,
             "<li class=\"%s%s\"><span class=\"verdict\">%s%s</span> <span class=\"level\">%s</span> <span "
             "class=\"sentence\">%s <span class=\"clauses\">",
             kind, known ? " expected" : "", known ? "known " : "", kind, json_get_str(v, "level", ""),
             json_get_str(v, "sentence", ""));
    html_clauses(out, json_get_str(v, "clauses", ""));
    (void)buf_add_cstr(out, "</span><span class=\"seen\">");
    if (wanted[0] != '\0')
        html_put(out, "<span>expected %s</span> ", wanted);
    if (seen[0] != '\0')
        html_put(out, "<span>got %s</span> ", seen);
    if (json_get(v, "because") != NULL)
        html_put(out, "<span>because %s</span> ", json_get_str(v, "because", ""));
    put_expected(out, v);
    (void)buf_add_cstr(out, "</span></span></li>\n");
}

static void put_sentences(struct buf *out, const struct json *verdicts)
{
    (void)buf_add_cstr(out, "<section><h4>What must hold</h4>\n<ol class=\"sentences\">\n");
    for (size_t i = 0; i < json_count(verdicts); i++)
        put_sentence(out, json_at(verdicts, i));
    (void)buf_add_cstr(out, "</ol></section>\n");
}

/* ---- attempts ---- */

static const char head_of_attempts[] =
    "<thead><tr><th scope=\"col\">Attempt</th><th scope=\"col\">After</th><th scope=\"col\">Gap</th><th "
    "scope=\"col\">Host</th><th scope=\"col\">What happened</th><th scope=\"col\">Taken as</th></tr></thead>\n";

static void put_first_cells(struct buf *out, const struct json *attempt, size_t number, size_t rows)
{
    html_put(out, "<th scope=\"row\" rowspan=\"%zu\">%zu</th><td class=\"time\" rowspan=\"%zu\">", rows, number, rows);
    html_clock(out, json_get_real(attempt, "t", 0));
    html_put(out, "</td><td class=\"time\" rowspan=\"%zu\">", rows);
    if (json_get(attempt, "gap") != NULL)
        html_length(out, json_get_real(attempt, "gap", 0));
    (void)buf_add_cstr(out, "</td>");
}

static void put_contact(struct buf *out, const struct json *contact)
{
    html_put(out, "<td>%s</td><td class=\"happened\">%s", json_get_str(contact, "host", ""),
             json_get_str(contact, "what", ""));
    if (json_get_bool(contact, "encrypted", false))
        (void)buf_add_cstr(out, " <span class=\"tls\">TLS</span>");
    (void)buf_add_cstr(out, "</td>");
}

static void put_taken(struct buf *out, const struct json *attempt, size_t rows)
{
    const char *class = json_get_str(attempt, "class", NULL), *taken = json_get_str(attempt, "taken", "");
    html_put(out, "<td rowspan=\"%zu\"><span class=\"taken\">%s</span>", rows, taken);
    if (class != NULL)
        html_put(out, " <span class=\"class\">%s</span>", class);
    (void)buf_add_cstr(out, "</td>");
}

static void put_attempt(struct buf *out, const struct json *attempt, size_t number)
{
    const struct json *hosts = json_get(attempt, "hosts");
    size_t rows = json_count(hosts) > 0 ? json_count(hosts) : 1;
    for (size_t i = 0; i < rows; i++) {
        (void)buf_add_cstr(out, "<tr>");
        if (i == 0)
            put_first_cells(out, attempt, number, rows);
        if (i < json_count(hosts))
            put_contact(out, json_at(hosts, i));
        else
            html_put(out, "<td>DNS</td><td>%s → %s</td>", json_get_str(attempt, "question", "?"),
                     json_get_str(attempt, "answer", "?"));
        if (i == 0)
            put_taken(out, attempt, rows);
        (void)buf_add_cstr(out, "</tr>\n");
    }
}

static void put_recipient(struct buf *out, const struct json *message)
{
    html_put(out, "<tr class=\"group\"><th colspan=\"6\" scope=\"rowgroup\">%s <span class=\"outcome\">%s",
             json_get_str(message, "rcpt", ""), json_get_str(message, "outcome", ""));
    if (json_get(message, "after") != NULL) {
        double after = json_get_real(message, "after", 0);
        (void)buf_add_cstr(out, after > 0 ? " after " : " at once");
        if (after > 0)
            html_length(out, after);
    }
    if (json_get_int(message, "copies", 0) > 1)
        html_put(out, ", %zu copies", (size_t)json_get_int(message, "copies", 0));
    (void)buf_add_cstr(out, "</span></th></tr>\n");
}

static void put_message(struct buf *out, const struct json *message)
{
    const struct json *attempts = json_get(message, "attempts");
    size_t count = (size_t)json_get_int(message, "attempt_count", 0), shown = 0;
    (void)buf_add_cstr(out, "<tbody>");
    put_recipient(out, message);
    for (; shown < json_count(attempts) && shown < HTML_ATTEMPTS_MAX; shown++)
        put_attempt(out, json_at(attempts, shown), shown + 1);
    if (count > shown)
        html_put(out, "<tr><td colspan=\"6\" class=\"cut\">%zu more attempts left out.</td></tr>\n", count - shown);
    (void)buf_add_cstr(out, "</tbody>\n");
}

static void put_messages(struct buf *out, const struct json *messages)
{
    size_t count = json_count(messages);
    if (count == 0)
        return;
    (void)buf_add_cstr(out, "<section><h4>Attempts</h4><div class=\"wide\"><table class=\"attempts\">");
    (void)buf_add_cstr(out, head_of_attempts);
    for (size_t i = 0; i < count && i < HTML_RECIPIENTS_MAX; i++)
        put_message(out, json_at(messages, i));
    (void)buf_add_cstr(out, "</table></div>\n");
    if (count > HTML_RECIPIENTS_MAX)
        html_put(out, "<p class=\"cut\">%zu more recipients left out.</p>\n", count - HTML_RECIPIENTS_MAX);
    (void)buf_add_cstr(out, "</section>\n");
}

/* ---- bounces and hosts ---- */

static void put_promise(struct buf *out, const struct json *dsn)
{
    if (json_get(dsn, "retry_until") == NULL)
        return;
    (void)buf_add_cstr(out, "<br/><span class=\"class\">promised to try until ");
    html_clock(out, json_get_real(dsn, "retry_until", 0));
    html_put(out, ": %s</span>", json_get_str(dsn, "promise", ""));
}

static const char *or_else(const struct json *object, const char *key, const char *fallback)
{
    const char *text = json_get_str(object, key, "");
    return text[0] != '\0' ? text : fallback;
}

/* Lines stay lines. */
static void put_lines(struct buf *out, const char *text)
{
    struct slice rest = slice_cstr(text);
    while (rest.len > 0) {
        char *line = slice_dup(slice_cut(&rest, '\n'));
        html_put(out, "%s\n", line);
        free(line);
    }
}

/* The message itself: its form, and what it says to people. */
static void put_report(struct buf *out, const struct json *report)
{
    const struct json *parts = json_get(report, "parts");
    if (report == NULL)
        return;
    html_put(out, "<tr><td colspan=\"6\"><details class=\"report\"><summary>The report: %s</summary><dl>",
             json_get_str(report, "subject", ""));
    html_put(out, "<dt>Content-Type</dt><dd>%s", json_get_str(report, "type", "none"));
    if (json_get(report, "report_type") != NULL)
        html_put(out, "; report-type=%s", json_get_str(report, "report_type", ""));
    (void)buf_add_cstr(out, "</dd><dt>Parts</dt><dd>");
    for (size_t i = 0; i < json_count(parts); i++)
        html_put(out, "%s%s", i > 0 ? ", " : "", json_as_str(json_at(parts, i), ""));
    html_put(out, "</dd><dt>Reporting-MTA</dt><dd>%s</dd></dl>", json_get_str(report, "mta", "none"));
    (void)buf_add_cstr(out, "<pre>");
    put_lines(out, json_get_str(report, "text", ""));
    (void)buf_add_cstr(out, "</pre></details></td></tr>\n");
}

static void put_dsn(struct buf *out, const struct json *dsn)
{
    (void)buf_add_cstr(out, "<tr><td class=\"time\">");
    html_clock(out, json_get_real(dsn, "t", 0));
    html_put(out, "</td><td>%s</td><td>%s</td><td>%s %s</td><td>%s</td><td><code>%s</code>",
             json_get_str(dsn, "to", ""), json_get_str(dsn, "rcpt", ""), or_else(dsn, "action", "no Action"),
             or_else(dsn, "status", "without Status"), json_get_str(dsn, "class", ""),
             json_get_str(dsn, "diagnostic", ""));
    put_promise(out, dsn);
    (void)buf_add_cstr(out, "</td></tr>\n");
    put_report(out, json_get(dsn, "report"));
}

static void put_dsns(struct buf *out, const struct json *dsns)
{
    if (json_count(dsns) == 0)
        return;
    (void)buf_add_cstr(out,
                       "<section><h4>Bounces</h4><div class=\"wide\"><table><thead><tr><th scope=\"col\">After</th>"
                       "<th scope=\"col\">To</th><th scope=\"col\">About</th><th scope=\"col\">Says</th><th "
                       "scope=\"col\">Class</th><th scope=\"col\">Diagnostic</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < json_count(dsns) && i < HTML_RECIPIENTS_MAX; i++)
        put_dsn(out, json_at(dsns, i));
    (void)buf_add_cstr(out, "</tbody></table></div>");
    if (json_count(dsns) > HTML_RECIPIENTS_MAX)
        html_put(out, "<p class=\"cut\">%zu more left out.</p>", json_count(dsns) - HTML_RECIPIENTS_MAX);
    (void)buf_add_cstr(out, "</section>\n");
}

static void put_hosts(struct buf *out, const struct json *hosts)
{
    static const char *const columns[][2] = {{"connects", "Connects"},
                                             {"refused", "Refused"},
                                             {"dropped", "Unanswered"},
                                             {"turned_away", "Turned away"},
                                             {"messages", "Messages"},
                                             {"messages_max", "Most on one connection"},
                                             {"concurrent_max", "Most connections at once"}};
    if (json_count(hosts) == 0)
        return;
    (void)buf_add_cstr(out, "<section><h4>Hosts</h4><div class=\"wide\"><table class=\"numbers\"><thead><tr><th "
                            "scope=\"col\">Host</th>");
    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++)
        html_put(out, "<th scope=\"col\">%s</th>", columns[k][1]);
    (void)buf_add_cstr(out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < json_count(hosts); i++) {
        html_put(out, "<tr><th scope=\"row\">%s</th>", json_get_str(json_at(hosts, i), "host", ""));
        for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++)
            html_put(out, "<td>%zu</td>", (size_t)json_get_int(json_at(hosts, i), columns[k][0], 0));
        (void)buf_add_cstr(out, "</tr>\n");
    }
    (void)buf_add_cstr(out, "</tbody></table></div></section>\n");
}

/* ---- the whole ---- */

static void put_again(struct buf *out, const struct json *record)
{
    const char *case_name = json_get_str(record, "case", NULL);
    html_put(out, "<p class=\"again\">Again: <code>relaylab run --target %s",
             json_get_str(record, "target_option", json_get_str(record, "target", "")));
    if (json_get(record, "seed") != NULL)
        html_put(out, " --seed %zu", (size_t)json_get_int(record, "seed", 0));
    if (case_name != NULL)
        html_put(out, " --case %s", case_name);
    html_put(out, " %s</code></p>\n", json_get_str(record, "file", ""));
}

static void put_facts(struct buf *out, const struct json *record, size_t n)
{
    const struct json *behaviour = json_get(record, "behaviour");
    put_sentences(out, json_get(record, "verdicts"));
    (void)buf_add_cstr(out, "<section><h4>Timeline</h4>\n");
    html_timeline(out, record, n);
    (void)buf_add_cstr(out, "</section>\n");
    put_messages(out, json_get(behaviour, "messages"));
    put_dsns(out, json_get(behaviour, "dsns"));
    put_hosts(out, json_get(behaviour, "hosts"));
    html_transcripts(out, record, n);
}

void html_run(struct buf *out, const struct json *record, size_t n, bool open)
{
    const char *result = json_get_str(record, "result", ""), *what = json_get_str(record, "what", "");
    html_put(out, "<article class=\"run\" data-result=\"%s\" data-text=\"%s %s %s\">", result,
             json_get_str(record, "scenario", ""), json_get_str(record, "case", ""), json_get_str(record, "title", ""));
    (void)buf_add_cstr(out, open ? "<details open=\"\">" : "<details>");
    put_summary(out, record);
    html_put(out, "<div class=\"body\" id=\"run-%zu\" tabindex=\"-1\">\n", n);
    if (!record_is(record, RESULT_PASS) && !record_is(record, RESULT_FAIL))
        html_put(out, "<p class=\"what\">%s</p>\n", what);
    for (size_t i = 0; i < json_count(json_get(record, "notes")); i++)
        html_put(out, "<p class=\"seen\">note: %s</p>\n", json_as_str(json_at(json_get(record, "notes"), i), ""));
    if (json_get(record, "expected") != NULL) {
        (void)buf_add_cstr(out, "<p class=\"seen\">");
        put_expected(out, record);
        (void)buf_add_cstr(out, "</p>\n");
    }
    put_teaching(out, json_get(record, "teach"));
    if (json_get(record, "verdicts") != NULL)
        put_facts(out, record, n);
    put_again(out, record);
    (void)buf_add_cstr(out, "</div></details></article>\n");
}
