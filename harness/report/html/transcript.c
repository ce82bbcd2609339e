/* html: what was said on each connection, line by line, and the DNS answers. */
#include <inttypes.h>
#include <string.h>

#include "harness/report/html/page.h"
#include "harness/report/html/place.h"

#define OPENING_MIN 4 /* lines; what is shorter is shown */
#define TIMES_SHOWN 8 /* of equal answers of the DNS, and the last */

/* The target's lines, the host's, and the lab's own: which rule acted, TLS, the end. */
static const char *class_of(const char *who)
{
    return strcmp(who, "C") == 0 ? "C" : strcmp(who, "S") == 0 ? "S" : "L";
}

static const char *arrow_of(const char *who)
{
    return strcmp(who, "C") == 0 ? "→ " : strcmp(who, "S") == 0 ? "← " : "";
}

/* A run, and one of its connections; or a connection alone: record NULL. */
struct talk {
    const struct json *record, *list, *connection, *lines;
    size_t index; /* in the list */
    int64_t conn;
    const char *id; /* of the run */
};

/* A line that a sentence is about leads back to the sentence. */
static void begin_line(struct buf *out, const struct talk *talk, size_t i, const char *class)
{
    const struct json *verdicts = json_get(talk->record, "verdicts");
    size_t verdict = talk->record != NULL ? place_verdict(talk->record, talk->conn, i) : SIZE_MAX;
    char name[ANCHOR_MAX];
    if (verdict == SIZE_MAX) {
        html_put(out, "<p class=\"%s\">", class);
        return;
    }
    anchor_of_verdict(name, verdicts, verdict);
    html_put(out, "<p class=\"%s judged\" id=\"%s@%zu.%zu\"><a href=\"#%s:%s\">%s</a>", class, talk->id,
             (size_t)talk->conn, i, talk->id, name, json_get_str(json_at(verdicts, verdict), "sentence", ""));
}

/* The first line of each instant shows the time. */
static void put_line(struct buf *out, const struct talk *talk, size_t i, double *before)
{
    const struct json *line = json_at(talk->lines, i);
    const char *who = json_as_str(json_at(line, 1), "#");
    double t = json_as_real(json_at(line, 0), 0);
    begin_line(out, talk, i, class_of(who));
    if (t != *before) {
        (void)buf_add_cstr(out, "<time>");
        html_clock(out, t);
        (void)buf_add_cstr(out, "</time>");
    }
    *before = t;
    html_put(out, "%s%s</p>\n", arrow_of(who), json_as_str(json_at(line, 2), ""));
}

/* ---- what is said again: greeting, EHLO, STARTTLS, or all of it ---- */

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

/* Whether another connection begins with the same lines, at other times. */
static bool begins_alike(const struct json *others, const struct json *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t part = 1; part <= 2; part++)
            if (strcmp(json_as_str(json_at(json_at(others, i), part), ""),
                       json_as_str(json_at(json_at(lines, i), part), "")) != 0)
                return false;
    return true;
}

static bool is_same_talk(const struct json *others, const struct json *lines)
{
    return json_count(others) == json_count(lines) && begins_alike(others, lines, json_count(lines));
}

static bool has_opening(const struct json *others, const struct json *lines, size_t count)
{
    return opening_of(others) == count && begins_alike(others, lines, count);
}

/* "the same 6 lines as connection 1" */
static void put_alike(struct buf *out, const struct talk *talk, const char *words, size_t count, size_t conn)
{
    (void)buf_add_cstr(out, "<p class=\"L\"><time>");
    html_clock(out, json_as_real(json_at(json_at(talk->lines, 0), 0), 0));
    html_put(out, "</time>%sthe same %zu lines as <a href=\"#%s@%zu\">connection %zu</a></p>\n", words, count, talk->id,
             conn, conn);
}

/* What an earlier connection of the run says in the same words is named instead of shown: the number of such lines. */
static size_t put_known(struct buf *out, const struct talk *talk)
{
    size_t opening = opening_of(talk->lines), all = json_count(talk->lines);
    if (place_is_in(talk->record, talk->conn))
        return 0;
    for (size_t i = 0; i < talk->index && all >= OPENING_MIN; i++)
        if (is_same_talk(json_get(json_at(talk->list, i), "lines"), talk->lines)) {
            put_alike(out, talk, "", all, (size_t)json_get_int(json_at(talk->list, i), "conn", 0));
            return all;
        }
    for (size_t i = 0; i < talk->index && opening >= OPENING_MIN; i++)
        if (has_opening(json_get(json_at(talk->list, i), "lines"), talk->lines, opening)) {
            put_alike(out, talk, "the session opens with ", opening,
                      (size_t)json_get_int(json_at(talk->list, i), "conn", 0));
            return opening;
        }
    return 0;
}

static void put_summary(struct buf *out, const struct json *connection)
{
    const char *tls = json_get_str(connection, "tls", NULL);
    html_put(out, "<summary>Connection %zu to %s at ", (size_t)json_get_int(connection, "conn", 0),
             json_get_str(connection, "host", "?"));
    html_clock(out, json_get_real(connection, "t", 0));
    html_put(out, "%s%s</summary>\n<div class=\"transcript\">", tls != NULL ? ", " : "", tls != NULL ? tls : "");
}

static void put_connection(struct buf *out, const struct talk *talk)
{
    size_t conn = (size_t)talk->conn;
    double before = -1;
    html_put(out, "<details class=\"connection\" data-c=\"%zu\" id=\"%s@%zu\">", conn, talk->id, conn);
    put_summary(out, talk->connection);
    for (size_t i = put_known(out, talk); i < json_count(talk->lines); i++)
        put_line(out, talk, i, &before);
    (void)buf_add_cstr(out, "</div></details>\n");
}

static void put_left_out(struct buf *out, int64_t count, size_t shown, const char *what)
{
    if (count > (int64_t)shown)
        html_put(out, "<p class=\"cut\">%zu %s left out.</p>\n", (size_t)count - shown, what);
}

void html_dialogue(struct buf *out, const struct json *connection, size_t lines_max)
{
    struct talk talk = {.connection = connection, .lines = json_get(connection, "lines")};
    size_t shown = json_count(talk.lines) < lines_max ? json_count(talk.lines) : lines_max;
    double before = -1;
    (void)buf_add_cstr(out, "<details class=\"connection\" open=\"\">");
    put_summary(out, connection);
    for (size_t i = 0; i < shown; i++)
        put_line(out, &talk, i, &before);
    put_left_out(out, (int64_t)json_count(talk.lines), shown, "lines");
    (void)buf_add_cstr(out, "</div></details>\n");
}

/* ---- the DNS ---- */

static bool same_list(const struct json *a, const struct json *b)
{
    if (json_count(a) != json_count(b))
        return false;
    for (size_t i = 0; i < json_count(a); i++)
        if (strcmp(json_as_str(json_at(a, i), ""), json_as_str(json_at(b, i), "")) != 0)
            return false;
    return true;
}

/* But for its time. */
static bool same_lookup(const struct json *a, const struct json *b)
{
    for (size_t part = 1; part <= 3; part++)
        if (strcmp(json_as_str(json_at(a, part), ""), json_as_str(json_at(b, part), "")) != 0)
            return false;
    return same_list(json_at(a, 4), json_at(b, 4));
}

static bool is_repeated_lookup(const struct json *list, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (same_lookup(json_at(list, i), json_at(list, index)))
            return true;
    return false;
}

/* "00:00:00, 00:05:00, … 4d 23:00:00 (33 times)" */
static void put_times(struct buf *out, const struct json *list, size_t first)
{
    size_t count = 0, last = first;
    double before = -1;
    for (size_t i = first; i < json_count(list); i++) {
        double t = json_as_real(json_at(json_at(list, i), 0), 0);
        if (!same_lookup(json_at(list, i), json_at(list, first)))
            continue;
        if (count++ < TIMES_SHOWN && t != before) {
            (void)buf_add_cstr(out, count > 1 ? ", " : "");
            html_clock(out, t);
            before = t;
        }
        last = i;
    }
    if (count > TIMES_SHOWN) {
        (void)buf_add_cstr(out, ", … ");
        html_clock(out, json_as_real(json_at(json_at(list, last), 0), 0));
    }
    if (count > 1)
        html_put(out, " (%zu times)", count);
}

/* Equal answers have one row, with all their times. */
static void put_lookup(struct buf *out, const struct json *list, size_t index)
{
    const struct json *one = json_at(list, index), *answers = json_at(one, 4);
    if (is_repeated_lookup(list, index))
        return;
    (void)buf_add_cstr(out, "<tr><td>");
    put_times(out, list, index);
    html_put(out, "</td><td>%s %s</td><td>%s</td><td>", json_as_str(json_at(one, 1), ""),
             json_as_str(json_at(one, 2), ""), json_as_str(json_at(one, 3), ""));
    for (size_t i = 0; i < json_count(answers); i++)
        html_put(out, "%s%s", i > 0 ? "; " : "", json_as_str(json_at(answers, i), ""));
    (void)buf_add_cstr(out, "</td></tr>\n");
}

void html_lookups(struct buf *out, const struct json *record, size_t max)
{
    const struct json *lookups = json_get(record, "lookups"), *list = json_get(lookups, "list");
    size_t shown = json_count(list) < max ? json_count(list) : max;
    if (shown == 0)
        return;
    html_put(out,
             "<details class=\"connection\"><summary>DNS: %zu answers</summary><div class=\"wide\"><table "
             "class=\"lookups\"><thead><tr><th "
             "scope=\"col\">Time</th><th scope=\"col\">Question</th><th scope=\"col\">Result</th><th "
             "scope=\"col\">Records</th></tr></thead><tbody>\n",
             (size_t)json_get_int(lookups, "count", 0));
    for (size_t i = 0; i < shown; i++)
        put_lookup(out, list, i);
    (void)buf_add_cstr(out, "</tbody></table></div>\n");
    put_left_out(out, json_get_int(lookups, "count", 0), shown, "answers");
    (void)buf_add_cstr(out, "</details>\n");
}

void html_transcripts(struct buf *out, const struct json *record, const char *id)
{
    const struct json *connections = json_get(record, "connections"), *list = json_get(connections, "list");
    (void)buf_add_cstr(out, "<section><h4>Transcripts</h4>\n");
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *connection = json_at(list, i);
        struct talk talk = {.record = record,
                            .list = list,
                            .connection = connection,
                            .lines = json_get(connection, "lines"),
                            .index = i,
                            .conn = json_get_int(connection, "conn", 0),
                            .id = id};
        put_connection(out, &talk);
    }
    put_left_out(out, json_get_int(connections, "count", 0), json_count(list), "connections in between are");
    html_lookups(out, record, SIZE_MAX);
    (void)buf_add_cstr(out, "</section>\n");
}
