/* html: one run: its story, its sentences with their verdicts, the timeline, the attempts, what was said. */
#include <string.h>

#include "harness/report/html/page.h"
#include "harness/report/html/place.h"
#include "harness/report/record/status.h"
#include "harness/report/record/record.h"

/* ---- the head ---- */

static void put_name(struct buf *out, const struct json *record)
{
    const char *case_name = json_get_str(record, "case", NULL);
    html_put(out, "%s", json_get_str(record, "scenario", ""));
    if (case_name != NULL)
        html_put(out, " <span class=\"case\">(%s)</span>", case_name);
}

/* What a reader needs to see before the run is opened: a known failure's reason, or why there are no verdicts. */
static void put_reason(struct buf *out, const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts");
    const char *what = json_get_str(record, "what", "");
    if (record_is_known(record))
        html_put(out, "<span class=\"reason\">known: %s</span>", json_get_str(record, "reason", ""));
    else if (!record_is(record, RESULT_PASS) && !record_is(record, RESULT_FAIL) && what[0] != '\0')
        html_put(out, "<span class=\"reason\">%s</span>", what);
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const struct json *v = json_at(verdicts, i);
        if (!record_is_known(v) || record_is(v, RESULT_PASS))
            continue;
        html_put(out, "<span class=\"reason\">known: %s</span>", json_get_str(v, "reason", ""));
        return;
    }
}

static void put_summary(struct buf *out, const struct json *record)
{
    enum status status = status_of(record);
    html_put(out, "<summary><span class=\"badge %s\">%s</span> <h3>", status_name(status), status_words(status));
    put_name(out, record);
    html_put(out, "</h3> <span class=\"title\">%s</span> <span class=\"meta\">%s", json_get_str(record, "title", ""),
             json_get_str(record, "target", ""));
    if (json_get(record, "verdicts") != NULL) {
        (void)buf_add_cstr(out, ", ");
        html_length(out, (double)json_get_int(record, "virtual_s", 0));
        html_put(out, " of mail in %zu ms", (size_t)json_get_int(record, "real_ms", 0));
    }
    (void)buf_add_cstr(out, "</span>");
    put_reason(out, record);
    (void)buf_add_cstr(out, "</summary>\n");
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

/* The order of reading; passes are folded. */
enum group { GROUP_BROKEN, GROUP_KNOWN, GROUP_WARNING, GROUP_OTHER, GROUP_PASS, GROUP_COUNT };

static enum group group_of(const struct json *v)
{
    if (record_breaks(v))
        return GROUP_BROKEN;
    if (record_is(v, RESULT_PASS))
        return GROUP_PASS;
    if (record_is_known(v))
        return GROUP_KNOWN;
    return record_is(v, RESULT_WARN) ? GROUP_WARNING : GROUP_OTHER;
}

/* "at 4d 00:00:01", which leads to the line of the transcript. */
static void put_moment(struct buf *out, const struct json *record, const struct json *v, const char *lines)
{
    struct place place;
    if (!place_of(record, v, &place))
        return;
    bool link = lines != NULL && place.conn != 0;
    if (link)
        html_put(out, "<a class=\"at\" href=\"#%s@%zu.%zu\">at ", lines, (size_t)place.conn, place.line);
    else
        (void)buf_add_cstr(out, "<span>at ");
    html_clock(out, place.at);
    (void)buf_add_cstr(out, link ? "</a> " : "</span> ");
}

static void put_seen(struct buf *out, const struct json *record, const struct json *v, const char *lines)
{
    const char *wanted = json_get_str(v, "wanted", ""), *seen = json_get_str(v, "seen", "");
    (void)buf_add_cstr(out, "<span class=\"seen\">");
    if (wanted[0] != '\0')
        html_put(out, "<span>expected %s</span> ", wanted);
    if (seen[0] != '\0')
        html_put(out, "<span>got %s</span> ", seen);
    if (json_get(v, "because") != NULL)
        html_put(out, "<span>because %s</span> ", json_get_str(v, "because", ""));
    put_moment(out, record, v, lines);
    put_expected(out, v);
    (void)buf_add_cstr(out, "</span>");
}

static void put_sentence(struct buf *out, const struct json *record, size_t index, const char *id, const char *lines)
{
    const struct json *verdicts = json_get(record, "verdicts"), *v = json_at(verdicts, index);
    const char *kind = json_get_str(v, "verdict", "");
    bool known = record_is_known(v) && !record_is(v, RESULT_PASS);
    char name[ANCHOR_MAX];
    struct place place;
    anchor_of_verdict(name, verdicts, index);
    html_put(out, "<li id=\"%s:%s\" class=\"%s%s\"", id, name, kind, known ? " expected" : "");
    if (place_of(record, v, &place))
        html_contact(out, place.conn, place.at);
    (void)buf_add_char(out, '>');
    html_put(out,
             "<span class=\"verdict\">%s%s</span> <span class=\"level\">%s</span> <span class=\"sentence\">%s <span "
             "class=\"clauses\">",
             known ? "known " : "", kind, json_get_str(v, "level", ""), json_get_str(v, "sentence", ""));
    html_clauses(out, json_get_str(v, "clauses", ""));
    (void)buf_add_cstr(out, "</span>");
    put_seen(out, record, v, lines);
    (void)buf_add_cstr(out, "</span></li>\n");
}

static void put_group(struct buf *out, const struct json *record, enum group group, const char *id, const char *lines)
{
    const struct json *verdicts = json_get(record, "verdicts");
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (group_of(json_at(verdicts, i)) == group)
            put_sentence(out, record, i, id, lines);
}

void html_sentences(struct buf *out, const struct json *record, const char *id, bool has_lines)
{
    const char *lines = has_lines ? id : NULL;
    unsigned passed = record_count(record, RESULT_PASS);
    (void)buf_add_cstr(out, "<section><h4>What must hold</h4>\n<ol class=\"sentences\">\n");
    for (int group = 0; group < GROUP_PASS; group++)
        put_group(out, record, (enum group)group, id, lines);
    (void)buf_add_cstr(out, "</ol>\n");
    if (passed > 0) {
        html_put(out, "<details class=\"passes\"><summary>%zu passed</summary><ol class=\"sentences\">\n",
                 (size_t)passed);
        put_group(out, record, GROUP_PASS, id, lines);
        (void)buf_add_cstr(out, "</ol></details>\n");
    }
    (void)buf_add_cstr(out, "</section>\n");
}

/* ---- the whole ---- */

void html_logs(struct buf *out, const struct json *record)
{
    const struct json *logs = json_get(record, "logs");
    for (size_t i = 0; i < json_count(logs); i++) {
        html_put(out, "<h4>The end of %s</h4>\n", json_get_str(json_at(logs, i), "file", ""));
        html_put(out, "<pre class=\"log\" tabindex=\"0\">%s</pre>\n", json_get_str(json_at(logs, i), "tail", ""));
    }
}

void html_again(struct buf *out, const struct json *record)
{
    const char *case_name = json_get_str(record, "case", NULL);
    html_put(out, "<p class=\"again\">Rerun: <code>relaylab run --target %s",
             json_get_str(record, "target_option", json_get_str(record, "target", "")));
    if (json_get(record, "seed") != NULL)
        html_put(out, " --seed %zu", (size_t)json_get_int(record, "seed", 0));
    if (case_name != NULL)
        html_put(out, " --case %s", case_name);
    html_put(out, " %s</code></p>\n", json_get_str(record, "file", ""));
}

static void put_facts(struct buf *out, const struct json *record, const char *id)
{
    html_sentences(out, record, id, true);
    (void)buf_add_cstr(out, "<section><h4>Timeline</h4>\n");
    html_timeline(out, record, id);
    (void)buf_add_cstr(out, "</section>\n");
    html_tables(out, record, id);
    html_transcripts(out, record, id);
}

static void put_list(struct buf *out, const struct json *list, const char *class, const char *before)
{
    for (size_t i = 0; i < json_count(list); i++)
        html_put(out, "<p class=\"%s\">%s%s</p>\n", class, before, json_as_str(json_at(list, i), ""));
}

static void put_body(struct buf *out, const struct json *record, const char *id)
{
    (void)buf_add_cstr(out, "<div class=\"body\">\n");
    if (json_get(record, "expected") != NULL) {
        (void)buf_add_cstr(out, "<p class=\"seen\">");
        put_expected(out, record);
        (void)buf_add_cstr(out, "</p>\n");
    }
    put_list(out, json_get(record, "happened"), "happening", "");
    put_list(out, json_get(record, "notes"), "seen", "note: ");
    put_teaching(out, json_get(record, "teach"));
    html_logs(out, record);
    if (json_get(record, "verdicts") != NULL)
        put_facts(out, record, id);
    html_again(out, record);
    (void)buf_add_cstr(out, "</div>\n");
}

void html_run(struct buf *out, const struct json *record, const char *id, bool open)
{
    html_put(out, "<article class=\"run\" id=\"%s\" data-s=\"%s\">", id, status_name(status_of(record)));
    (void)buf_add_cstr(out, open ? "<details open=\"\">" : "<details>");
    put_summary(out, record);
    (void)buf_add_cstr(out, HTML_LAZY_BEGIN);
    put_body(out, record, id);
    (void)buf_add_cstr(out, HTML_LAZY_END "</details></article>\n");
}
