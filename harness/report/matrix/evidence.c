#include "harness/report/matrix/evidence.h"

#include <string.h>

#include "harness/report/html/page.h"
#include "harness/report/record/record.h"

#define CONNECTIONS_MAX 3
#define LINES_MAX       40 /* of a connection */
#define ANSWERS_MAX     6

const char *evidence_class(enum tone tone)
{
    static const char *const classes[TONE_COUNT] = {
        [TONE_GOOD] = "passed", [TONE_LATER] = "warned", [TONE_BAD] = "failed", [TONE_NONE] = "none"};
    return classes[tone];
}

/* Only what needs no escape in a URL. */
static void add_plain(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        bool plain = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
                     (*text >= '0' && *text <= '9') || strchr("._/()-", *text) != NULL;
        (void)buf_add_char(out, plain ? *text : '-');
    }
}

void evidence_key(struct buf *out, const struct matrix_line *line)
{
    add_plain(out, line->row != NULL ? line->row->id : line->scenario);
    if (line->row != NULL || line->case_name == NULL)
        return;
    (void)buf_add_char(out, '(');
    add_plain(out, line->case_name);
    (void)buf_add_char(out, ')');
}

void evidence_id(struct buf *out, const struct matrix *matrix, const struct matrix_line *line, size_t target)
{
    add_plain(out, matrix->targets[target].name);
    (void)buf_add_char(out, '/');
    evidence_key(out, line);
}

bool evidence_exists(const struct matrix_line *line, size_t target)
{
    const struct cell *cell = &line->cells[target];
    return cell->record != NULL && (line->row != NULL || cell->tone == TONE_LATER || cell->tone == TONE_BAD);
}

/* ---- connections ---- */

struct deciding {
    int64_t conns[CONNECTIONS_MAX];
    size_t count;
};

static void take_connection(struct deciding *deciding, const struct json *session)
{
    int64_t conn = json_get_int(session, "conn", -1);
    for (size_t i = 0; i < deciding->count; i++)
        if (deciding->conns[i] == conn)
            return;
    if (conn >= 0 && deciding->count < CONNECTIONS_MAX)
        deciding->conns[deciding->count++] = conn;
}

/* Of the first message: the last session of the first attempt, and the last two of the last attempt. */
static void find_deciding(const struct json *record, struct deciding *deciding)
{
    const struct json *message = json_at(json_get(json_get(record, "behaviour"), "messages"), 0);
    const struct json *attempts = json_get(message, "attempts");
    size_t count = json_count(attempts);
    *deciding = (struct deciding){0};
    if (count == 0)
        return;
    const struct json *first = json_get(json_at(attempts, 0), "hosts"),
                      *last = json_get(json_at(attempts, count - 1), "hosts");
    size_t sessions = json_count(last);
    if (json_count(first) > 0)
        take_connection(deciding, json_at(first, json_count(first) - 1));
    for (size_t i = sessions > 2 ? sessions - 2 : 0; i < sessions; i++)
        take_connection(deciding, json_at(last, i));
}

static const struct json *connection_of(const struct json *list, int64_t conn)
{
    for (size_t i = 0; i < json_count(list); i++)
        if (json_get_int(json_at(list, i), "conn", -1) == conn)
            return json_at(list, i);
    return NULL;
}

/* Connections that the record leaves out are not shown; without any, the first that there was. */
static void put_connections(struct buf *out, const struct json *record)
{
    const struct json *list = json_get(json_get(record, "connections"), "list");
    struct deciding deciding;
    size_t shown = 0;
    find_deciding(record, &deciding);
    for (size_t i = 0; i < deciding.count; i++) {
        const struct json *connection = connection_of(list, deciding.conns[i]);
        if (connection != NULL)
            html_dialogue(out, connection, LINES_MAX);
        shown += connection != NULL;
    }
    if (shown == 0 && json_count(list) > 0)
        html_dialogue(out, json_at(list, 0), LINES_MAX);
    if (json_count(list) == 0)
        (void)buf_add_cstr(out, "<p class=\"cut\">There was no connection to a next hop.</p>\n");
}

/* ---- the whole ---- */

static void put_text(struct buf *out, const char *class, struct buf *text)
{
    if (text->len > 0)
        html_put(out, "<p class=\"%s\">%s</p>\n", class, buf_cstr(text));
}

static void put_body(struct buf *out, const struct matrix_line *line, const struct cell *cell, const char *id)
{
    const struct json *record = cell->record;
    struct buf more = cell->more, time = cell->time;
    put_text(out, "more", &more);
    put_text(out, "soft", &time);
    if (!record_is(record, RESULT_PASS) && json_get_str(record, "what", "")[0] != '\0')
        html_put(out, "<p class=\"soft\">%s</p>\n", json_get_str(record, "what", ""));
    if (record_is_known(record) && json_get_str(record, "reason", "")[0] != '\0')
        html_put(out, "<p class=\"soft\">known: %s</p>\n", json_get_str(record, "reason", ""));
    if (json_count(json_get(record, "verdicts")) > 0)
        html_sentences(out, record, id, false);
    if (line->row != NULL && json_get(record, "connections") != NULL) {
        (void)buf_add_cstr(out, "<section><h4>What was said</h4>\n");
        put_connections(out, record);
        html_lookups(out, record, ANSWERS_MAX);
        (void)buf_add_cstr(out, "</section>\n");
    }
    html_again(out, record);
}

void evidence_put(struct buf *out, const struct matrix *matrix, const struct matrix_line *line, size_t target)
{
    struct cell *cell = &line->cells[target];
    struct buf head, id;
    buf_init(&head, CELL_TEXT_MAX);
    buf_init(&id, 8 * CELL_TEXT_MAX);
    matrix_add_head(&head, &matrix->targets[target]);
    evidence_id(&id, matrix, line, target);
    html_put(out, "<article class=\"run\" id=\"%s\"><details><summary><h3>%s</h3> <span class=\"badge %s\">%s</span> ",
             buf_cstr(&id), buf_cstr(&head), evidence_class(cell->tone), buf_cstr(&cell->words));
    html_put(out, "<span class=\"title\">%s</span></summary>" HTML_LAZY_BEGIN "<div class=\"body\">\n",
             line->row != NULL ? line->row->when : line->title);
    put_body(out, line, cell, buf_cstr(&id));
    (void)buf_add_cstr(out, "</div>" HTML_LAZY_END "</details></article>\n");
    buf_fini(&head);
    buf_fini(&id);
}
