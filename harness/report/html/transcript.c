/* html: what was said on each connection, line by line, and the DNS answers. */
#include <inttypes.h>
#include <string.h>

#include "harness/report/html/page.h"

/* The target's lines, the host's, and the lab's own: which rule acted, TLS, the end. */
static const char *class_of(const char *who)
{
    return strcmp(who, "C") == 0 ? "C" : strcmp(who, "S") == 0 ? "S" : "L";
}

static const char *arrow_of(const char *who)
{
    return strcmp(who, "C") == 0 ? "→ " : strcmp(who, "S") == 0 ? "← " : "";
}

/* The first line of each instant shows the time. */
static void put_line(struct buf *out, const struct json *line, double *before)
{
    const char *who = json_as_str(json_at(line, 1), "#");
    double t = json_as_real(json_at(line, 0), 0);
    html_put(out, "<p class=\"%s\">", class_of(who));
    if (t != *before) {
        (void)buf_add_cstr(out, "<time>");
        html_clock(out, t);
        (void)buf_add_cstr(out, "</time>");
    }
    *before = t;
    html_put(out, "%s%s</p>\n", arrow_of(who), json_as_str(json_at(line, 2), ""));
}

static void put_connection(struct buf *out, const struct json *connection, const char *id)
{
    const struct json *lines = json_get(connection, "lines");
    size_t conn = (size_t)json_get_int(connection, "conn", 0);
    const char *tls = json_get_str(connection, "tls", NULL);
    double before = -1;
    html_put(out, "<details class=\"connection\" id=\"%s@%zu\"><summary>Connection %zu to %s at ", id, conn, conn,
             json_get_str(connection, "host", "?"));
    html_clock(out, json_get_real(connection, "t", 0));
    html_put(out, "%s%s</summary>\n<div class=\"transcript\">", tls != NULL ? ", " : "", tls != NULL ? tls : "");
    for (size_t i = 0; i < json_count(lines); i++)
        put_line(out, json_at(lines, i), &before);
    (void)buf_add_cstr(out, "</div></details>\n");
}

static void put_left_out(struct buf *out, int64_t count, size_t shown, const char *what)
{
    if (count > (int64_t)shown)
        html_put(out, "<p class=\"cut\">%zu %s left out.</p>\n", (size_t)count - shown, what);
}

static void put_lookup(struct buf *out, const struct json *one)
{
    const struct json *answers = json_at(one, 4);
    (void)buf_add_cstr(out, "<tr><td>");
    html_clock(out, json_as_real(json_at(one, 0), 0));
    html_put(out, "</td><td>%s %s</td><td>%s</td><td>", json_as_str(json_at(one, 1), ""),
             json_as_str(json_at(one, 2), ""), json_as_str(json_at(one, 3), ""));
    for (size_t i = 0; i < json_count(answers); i++)
        html_put(out, "%s%s", i > 0 ? "; " : "", json_as_str(json_at(answers, i), ""));
    (void)buf_add_cstr(out, "</td></tr>\n");
}

static void put_lookups(struct buf *out, const struct json *lookups)
{
    const struct json *list = json_get(lookups, "list");
    if (json_count(list) == 0)
        return;
    html_put(out,
             "<details class=\"connection\"><summary>DNS: %zu answers</summary><div class=\"wide\"><table "
             "class=\"lookups\"><thead><tr><th "
             "scope=\"col\">Time</th><th scope=\"col\">Question</th><th scope=\"col\">Result</th><th "
             "scope=\"col\">Records</th></tr></thead><tbody>\n",
             (size_t)json_get_int(lookups, "count", 0));
    for (size_t i = 0; i < json_count(list); i++)
        put_lookup(out, json_at(list, i));
    (void)buf_add_cstr(out, "</tbody></table></div>\n");
    put_left_out(out, json_get_int(lookups, "count", 0), json_count(list), "answers");
    (void)buf_add_cstr(out, "</details>\n");
}

void html_transcripts(struct buf *out, const struct json *record, const char *id)
{
    const struct json *connections = json_get(record, "connections"), *list = json_get(connections, "list");
    (void)buf_add_cstr(out, "<section><h4>Transcripts</h4>\n");
    for (size_t i = 0; i < json_count(list); i++)
        put_connection(out, json_at(list, i), id);
    put_left_out(out, json_get_int(connections, "count", 0), json_count(list), "connections in between are");
    put_lookups(out, json_get(record, "lookups"));
    (void)buf_add_cstr(out, "</section>\n");
}
