/* html: what a run did, as tables: attempts, bounces and hosts. */
#include <stdlib.h>

#include "harness/report/html/marks.h"
#include "harness/report/html/page.h"

/* ---- attempts ---- */

static const char head_of_attempts[] =
    "<thead><tr><th scope=\"col\">Attempt</th><th scope=\"col\">After</th><th scope=\"col\">Gap</th><th "
    "scope=\"col\">Host</th><th scope=\"col\">What happened</th><th scope=\"col\">Taken as</th></tr></thead>\n";

/* Of an attempt that tried several hosts, what holds for all of them spans their rows. */
static void begin_cell(struct buf *out, const char *cell, size_t rows)
{
    (void)buf_printf(out, "<%s", cell);
    if (rows > 1)
        html_put(out, " rowspan=\"%zu\"", rows);
    (void)buf_add_char(out, '>');
}

static void put_first_cells(struct buf *out, const struct json *attempt, size_t number, size_t rows)
{
    begin_cell(out, "th scope=\"row\"", rows);
    html_put(out, "%zu</th>", number);
    begin_cell(out, "td class=\"time\"", rows);
    html_clock(out, json_get_real(attempt, "t", 0));
    (void)buf_add_cstr(out, "</td>");
    begin_cell(out, "td class=\"time\"", rows);
    if (json_get(attempt, "gap") != NULL)
        html_length(out, json_get_real(attempt, "gap", 0));
    (void)buf_add_cstr(out, "</td>");
}

static void put_contact(struct buf *out, const struct json *contact)
{
    html_put(out, "<td>%s</td><td>%s", json_get_str(contact, "host", ""), json_get_str(contact, "what", ""));
    if (json_get_bool(contact, "encrypted", false))
        (void)buf_add_cstr(out, " <span class=\"tls\">TLS</span>");
    (void)buf_add_cstr(out, "</td>");
}

static void put_taken(struct buf *out, const struct json *attempt, size_t rows)
{
    const char *class = json_get_str(attempt, "class", NULL);
    begin_cell(out, "td", rows);
    html_text(out, json_get_str(attempt, "taken", ""));
    if (class != NULL)
        html_put(out, " <span class=\"class\">%s</span>", class);
    (void)buf_add_cstr(out, "</td>");
}

/* zero: what the times of the message count from. */
static void put_attempt(struct buf *out, const struct json *attempt, size_t number, double zero)
{
    const struct json *hosts = json_get(attempt, "hosts");
    size_t rows = json_count(hosts) > 0 ? json_count(hosts) : 1;
    for (size_t i = 0; i < rows; i++) {
        const struct json *contact = json_at(hosts, i);
        (void)buf_add_cstr(out, "<tr");
        if (contact != NULL)
            html_contact(out, json_get_int(contact, "conn", 0), zero + json_get_real(contact, "t", 0));
        (void)buf_add_char(out, '>');
        if (i == 0)
            put_first_cells(out, attempt, number, rows);
        if (contact != NULL)
            put_contact(out, contact);
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
        put_attempt(out, json_at(attempts, shown), shown + 1, marks_zero_of(message));
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
static void put_report(struct buf *out, const struct json *report, const char *id, size_t number)
{
    const struct json *parts = json_get(report, "parts");
    if (report == NULL)
        return;
    html_put(out,
             "<tr><td colspan=\"6\"><details class=\"report\" id=\"%s@report-%zu\"><summary>The report: "
             "%s</summary><dl>",
             id, number, json_get_str(report, "subject", ""));
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

static void put_dsn(struct buf *out, const struct json *dsn, const char *id, size_t number)
{
    (void)buf_add_cstr(out, "<tr");
    html_contact(out, json_get_int(dsn, "conn", 0), marks_zero_of(dsn) + json_get_real(dsn, "t", 0));
    (void)buf_add_cstr(out, "><td class=\"time\">");
    html_clock(out, json_get_real(dsn, "t", 0));
    html_put(out, "</td><td>%s</td><td>%s</td><td>%s %s</td><td>%s</td><td><code>%s</code>",
             json_get_str(dsn, "to", ""), json_get_str(dsn, "rcpt", ""), or_else(dsn, "action", "no Action"),
             or_else(dsn, "status", "without Status"), json_get_str(dsn, "class", ""),
             json_get_str(dsn, "diagnostic", ""));
    put_promise(out, dsn);
    (void)buf_add_cstr(out, "</td></tr>\n");
    put_report(out, json_get(dsn, "report"), id, number);
}

static void put_dsns(struct buf *out, const struct json *dsns, const char *id)
{
    if (json_count(dsns) == 0)
        return;
    (void)buf_add_cstr(out,
                       "<section><h4>Bounces</h4><div class=\"wide\"><table><thead><tr><th scope=\"col\">After</th>"
                       "<th scope=\"col\">To</th><th scope=\"col\">About</th><th scope=\"col\">Says</th><th "
                       "scope=\"col\">Class</th><th scope=\"col\">Diagnostic</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < json_count(dsns) && i < HTML_RECIPIENTS_MAX; i++)
        put_dsn(out, json_at(dsns, i), id, i + 1);
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

void html_tables(struct buf *out, const struct json *record, const char *id)
{
    const struct json *behaviour = json_get(record, "behaviour");
    put_messages(out, json_get(behaviour, "messages"));
    put_dsns(out, json_get(behaviour, "dsns"), id);
    put_hosts(out, json_get(behaviour, "hosts"));
}
