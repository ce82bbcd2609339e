/* html: what was said on each connection, line by line, and the DNS answers. */
#include <inttypes.h>
#include <string.h>

#include "harness/report/html/page.h"

#define OPENING_MIN 4 /* lines; a shorter one is shown */

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

/* ---- openings: greeting, EHLO, STARTTLS ---- */

/* How many lines come before the first MAIL; 0 without one: then the opening is what happened. */
static size_t opening_of(const struct json *lines)
{
    for (size_t i = 0; i < json_count(lines); i++) {
        const struct json *line = json_at(lines, i);
        if (strcmp(json_as_str(json_at(line, 1), "#"), "C") == 0 &&
            strncasecmp(json_as_str(json_at(line, 2), ""), "MAIL ", strlen("MAIL ")) == 0)
            return i;
    }
    return 0;
}

static bool has_opening(const struct json *connection, const struct json *lines, size_t count)
{
    const struct json *others = json_get(connection, "lines");
    if (opening_of(others) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        for (size_t part = 1; part <= 2; part++)
            if (strcmp(json_as_str(json_at(json_at(others, i), part), ""),
                       json_as_str(json_at(json_at(lines, i), part), "")) != 0)
                return false;
    return true;
}

/* An opening that an earlier connection has, too, is named instead of shown: how many lines that are. */
static size_t put_opening(struct buf *out, const struct json *list, size_t index, const char *id)
{
    const struct json *lines = json_get(json_at(list, index), "lines");
    size_t count = opening_of(lines);
    for (size_t i = 0; i < index && count >= OPENING_MIN; i++) {
        size_t conn = (size_t)json_get_int(json_at(list, i), "conn", 0);
        if (!has_opening(json_at(list, i), lines, count))
            continue;
        (void)buf_add_cstr(out, "<p class=\"L\"><time>");
        html_clock(out, json_as_real(json_at(json_at(lines, 0), 0), 0));
        html_put(out,
                 "</time>the session opens with the same %zu lines as <a href=\"#%s@%zu\">connection %zu</a></p>\n",
                 count, id, conn, conn);
        return count;
    }
    return 0;
}

static void put_connection(struct buf *out, const struct json *list, size_t index, const char *id)
{
    const struct json *connection = json_at(list, index), *lines = json_get(connection, "lines");
    size_t conn = (size_t)json_get_int(connection, "conn", 0);
    const char *tls = json_get_str(connection, "tls", NULL);
    double before = -1;
    html_put(out, "<details class=\"connection\" data-c=\"%zu\" id=\"%s@%zu\"><summary>Connection %zu to %s at ", conn,
             id, conn, conn, json_get_str(connection, "host", "?"));
    html_clock(out, json_get_real(connection, "t", 0));
    html_put(out, "%s%s</summary>\n<div class=\"transcript\">", tls != NULL ? ", " : "", tls != NULL ? tls : "");
    for (size_t i = put_opening(out, list, index, id); i < json_count(lines); i++)
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
        put_connection(out, list, i, id);
    put_left_out(out, json_get_int(connections, "count", 0), json_count(list), "connections in between are");
    put_lookups(out, json_get(record, "lookups"));
    (void)buf_add_cstr(out, "</section>\n");
}
