#include "harness/report/record/transcript.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CONNECTIONS_HEAD 32 /* what stays of a crowd: the first and the last */
#define CONNECTIONS_TAIL 8
#define LINES_HEAD       70
#define LINES_TAIL       20
#define TEXT_MAX         1000 /* octets of a line */
#define LOOKUPS_MAX      300
#define EVENTS_MAX       300

static struct json *real_of(int64_t t_ns)
{
    return json_new_real((double)t_ns / 1e9);
}

/* Cut at a character's start; says how much was cut. */
static struct json *text_of(const char *text, size_t len)
{
    struct buf out;
    size_t keep = len <= TEXT_MAX ? len : TEXT_MAX;
    while (keep < len && keep > 0 && ((unsigned char)text[keep] & 0xc0) == 0x80)
        keep--;
    buf_init(&out, TEXT_MAX + 64);
    (void)buf_add(&out, text, keep);
    if (keep < len)
        (void)buf_printf(&out, "… and %zu octets more", len - keep);
    struct json *json = json_new_str(buf_cstr(&out));
    buf_fini(&out);
    return json;
}

/* ---- connections ---- */

struct lines {
    struct json *list;
    size_t total, seen; /* of the whole connection; so far */
    bool raw;           /* the next reply is octets that a scenario gives */
};

static bool is_kept(size_t i, size_t total, size_t head, size_t tail)
{
    return total <= head + tail || i < head || i >= total - tail;
}

static void say(struct lines *lines, int64_t t_ns, const char *who, struct json *text)
{
    struct json *line = json_new_array();
    json_push(line, real_of(t_ns));
    json_push(line, json_new_str(who));
    json_push(line, text);
    json_push(lines->list, line);
}

/* The connection's next line, unless it is one of those left out; the first of these leaves a note. */
static void add_line(struct lines *lines, int64_t t_ns, const char *who, const char *text, size_t len)
{
    size_t i = lines->seen++;
    char note[64];
    if (is_kept(i, lines->total, LINES_HEAD, LINES_TAIL))
        say(lines, t_ns, who, text_of(text, len));
    else if (i == LINES_HEAD) {
        (void)snprintf(note, sizeof note, "%zu lines left out", lines->total - LINES_HEAD - LINES_TAIL);
        say(lines, t_ns, "#", json_new_str(note));
    }
}

/* "250-mx1.dest.example", …, "250 STARTTLS" (RFC 5321 §4.2). The text of a raw reply has the code, and its line ends.
 */
static void add_reply(struct lines *lines, const struct trace_event *event)
{
    const char *text = trace_str(event->json, FIELD_TEXT, "");
    bool raw = lines->raw;
    lines->raw = false;
    while (true) {
        size_t len = strcspn(text, "\n");
        struct buf line;
        buf_init(&line, len + 32);
        if (!raw)
            (void)buf_printf(&line, "%d%c", (int)trace_int(event->json, FIELD_CODE, 0), text[len] != '\0' ? '-' : ' ');
        (void)buf_add(&line, text, len);
        add_line(lines, event->t_ns, "S", line.data, line.len);
        buf_fini(&line);
        if (text[len] == '\0' || (raw && text[len + 1] == '\0'))
            return;
        text += len + 1;
    }
}

static void add_command(struct lines *lines, const struct trace_event *event)
{
    const char *line = trace_str(event->json, FIELD_LINE, "");
    const char *bare = trace_str(event->json, FIELD_BARE, NULL);
    char note[64];
    add_line(lines, event->t_ns, "C", line, strlen(line));
    if (bare == NULL)
        return;
    (void)snprintf(note, sizeof note, "the line has a bare %.20s", bare);
    add_line(lines, event->t_ns, "#", note, strlen(note));
}

/* What the lab has to say about an event: "" when nothing. */
static void note_of(const struct trace_event *event, char *out, size_t size)
{
    const struct json *json = event->json;
    out[0] = '\0';
    if (event->kind == TRACE_RULE_FIRED)
        (void)snprintf(out, size, "rule %" PRId64 " at %s acts: %s, time %" PRId64, trace_int(json, FIELD_RULE, 0),
                       trace_str(json, FIELD_AT, "?"), trace_str(json, FIELD_EFFECT, "?"),
                       trace_int(json, FIELD_COUNT, 0));
    else if (event->kind == TRACE_SMTP_DATA)
        (void)snprintf(out, size, "%" PRId64 " octets of message and the final dot", trace_int(json, FIELD_BYTES, 0));
    else if (event->kind == TRACE_TLS_START)
        (void)snprintf(out, size, "TLS handshake begins");
    else if (event->kind == TRACE_TLS_DONE)
        (void)snprintf(out, size, "encrypted: %s", trace_str(json, FIELD_VERSION, "TLS"));
    else if (event->kind == TRACE_TLS_FAIL)
        (void)snprintf(out, size, "TLS handshake failed: %s", trace_str(json, FIELD_TEXT, ""));
    else if (event->kind == TRACE_SMTP_ACCEPTED)
        (void)snprintf(out, size, "the host keeps the message");
    else if (event->kind == TRACE_DSN_SEEN)
        (void)snprintf(out, size, "it is a bounce: %s", trace_str(json, FIELD_SUBJECT, ""));
    else if (event->kind == TRACE_TCP_CLOSE)
        (void)snprintf(out, size, "%s by the %s",
                       strcmp(trace_str(json, FIELD_HOW, ""), "reset") == 0 ? "connection reset" : "connection closed",
                       trace_str(json, FIELD_BY, "other side"));
}

static void add_event(struct lines *lines, const struct trace_event *event)
{
    char note[512];
    if (event->kind == TRACE_RULE_FIRED)
        lines->raw = strcmp(trace_str(event->json, FIELD_EFFECT, ""), "raw") == 0;
    if (event->kind == TRACE_SMTP_COMMAND)
        add_command(lines, event);
    else if (event->kind == TRACE_SMTP_REPLY)
        add_reply(lines, event);
    else {
        note_of(event, note, sizeof note);
        if (note[0] != '\0')
            add_line(lines, event->t_ns, "#", note, strlen(note));
    }
}

/* How many lines there are before an event of the connection, or in all of it. */
static size_t count_lines(const struct sessions *sessions, const struct session *session, size_t before)
{
    struct lines count = {.list = json_new_array()};
    for (size_t i = session->first; i != NO_EVENT && i != before; i = sessions_next(sessions, i))
        add_event(&count, &sessions->log->events[i]);
    json_free(count.list);
    return count.seen;
}

static struct json *lines_of(const struct sessions *sessions, const struct session *session)
{
    struct lines lines = {.list = json_new_array(), .total = count_lines(sessions, session, NO_EVENT)};
    for (size_t i = session->first; i != NO_EVENT; i = sessions_next(sessions, i))
        add_event(&lines, &sessions->log->events[i]);
    return lines.list;
}

bool transcript_place(const struct sessions *sessions, size_t event, int64_t *conn, size_t *line)
{
    int64_t number = trace_int(sessions->log->events[event].json, FIELD_CONN, 0);
    const struct session *session = number > 0 ? sessions_get(sessions, number) : NULL;
    if (session == NULL)
        return false;
    size_t total = count_lines(sessions, session, NO_EVENT), at = count_lines(sessions, session, event);
    if (at > 0 && count_lines(sessions, session, sessions_next(sessions, event)) == at)
        at--; /* it has no line of its own */
    if (at >= total || !is_kept(at, total, LINES_HEAD, LINES_TAIL))
        return false;
    if (at >= LINES_HEAD && total > LINES_HEAD + LINES_TAIL)
        at -= total - LINES_HEAD - LINES_TAIL - 1; /* a note stands for those left out */
    *conn = number;
    *line = at;
    return true;
}

static struct json *connection_json(const struct sessions *sessions, const struct session *session)
{
    struct json *json = json_new_object();
    json_set_int(json, "conn", session->conn);
    json_set_str(json, "host", session->host);
    json_set(json, "t", real_of(session->open_ns));
    if (session->close_ns != INT64_MAX)
        json_set(json, "end", real_of(session->close_ns));
    if (session->tls != NULL)
        json_set_str(json, "tls", session->tls);
    json_set(json, "lines", lines_of(sessions, session));
    return json;
}

struct json *transcript_connections(const struct sessions *sessions)
{
    struct json *json = json_new_object(), *list = json_new_array();
    size_t total = 0, i = 0;
    for (size_t conn = 1; conn < sessions->count; conn++)
        total += sessions_get(sessions, (int64_t)conn) != NULL;
    for (size_t conn = 1; conn < sessions->count; conn++) {
        const struct session *session = sessions_get(sessions, (int64_t)conn);
        if (session != NULL && is_kept(i++, total, CONNECTIONS_HEAD, CONNECTIONS_TAIL))
            json_push(list, connection_json(sessions, session));
    }
    json_set_int(json, "count", (int64_t)total);
    json_set(json, "list", list);
    return json;
}

/* ---- the rest ---- */

struct json *transcript_lookups(const struct trace_log *log)
{
    struct json *json = json_new_object(), *list = json_new_array();
    int64_t count = 0;
    for (size_t i = 0; i < log->count; i++) {
        const struct trace_event *event = &log->events[i];
        if (event->kind != TRACE_DNS_ANSWER || count++ >= LOOKUPS_MAX)
            continue;
        const struct json *answers = trace_value(event->json, FIELD_ANSWERS);
        struct json *one = json_new_array();
        json_push(one, real_of(event->t_ns));
        json_push(one, json_new_str(trace_str(event->json, FIELD_QTYPE, "?")));
        json_push(one, json_new_str(trace_str(event->json, FIELD_QNAME, "?")));
        json_push(one, json_new_str(trace_str(event->json, FIELD_RCODE, "?")));
        json_push(one, answers != NULL ? json_dup(answers) : json_new_array());
        json_push(list, one);
    }
    json_set_int(json, "count", count);
    json_set(json, "list", list);
    return json;
}

static void exit_words(const struct json *json, char *out, size_t size)
{
    const char *how = trace_value(json, FIELD_SIGNAL) != NULL ? "signal" : "status";
    (void)snprintf(out, size, "the target ended, %s %" PRId64, how, json_get_int(json, how, 0));
}

/* "mx1.dest.example, dest.example" of a change. */
static void change_words(const struct json *json, char *out, size_t size)
{
    static const char *const kinds[] = {"hosts", "zones"};
    size_t at = (size_t)snprintf(out, size, "the world changes:");
    bool any = false;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        const struct json *names = json_get(json, kinds[k]);
        for (size_t i = 0; i < json_count(names) && at < size; i++) {
            at += (size_t)snprintf(out + at, size - at, "%s %s", any ? "," : "", json_as_str(json_at(names, i), "?"));
            any = true;
        }
    }
}

static const char *action_words(const char *action)
{
    static const char *const words[][2] = {{"stop", "the target is stopped"},
                                           {"kill", "the target is killed"},
                                           {"restart", "the target is started again"},
                                           {"reload", "the target reloads its configuration"},
                                           {"flush", "the target tries all waiting messages now"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(action, words[i][0]) == 0)
            return words[i][1];
    return action;
}

bool transcript_story_words(const struct trace_event *event, char *out, size_t size)
{
    const struct json *json = event->json;
    if (event->kind == TRACE_TARGET_ACTION)
        (void)snprintf(out, size, "%s", action_words(trace_str(json, FIELD_ACTION, "?")));
    else if (event->kind == TRACE_TARGET_EXIT && trace_value(json, FIELD_ASKED) == NULL)
        exit_words(json, out, size);
    else if (event->kind == TRACE_TARGET_SILENT)
        (void)snprintf(out, size, "the target is silent: %s", trace_str(json, FIELD_TEXT, ""));
    else if (event->kind == TRACE_WORLD_CHANGE)
        change_words(json, out, size);
    else if (event->kind == TRACE_VIOLATION)
        (void)snprintf(out, size, "a connect outside the world was denied: %s port %" PRId64,
                       trace_str(json, FIELD_ADDR, "?"), trace_int(json, FIELD_PORT, 0));
    else
        return false;
    return true;
}

static bool event_words(const struct trace_event *event, char *out, size_t size)
{
    const struct json *json = event->json;
    size_t count = json_count(trace_value(json, FIELD_TO));
    if (event->kind == TRACE_MSG_HANDED)
        (void)snprintf(out, size, "%s handed to the target", trace_str(json, FIELD_MSG, "?"));
    else if (event->kind == TRACE_MSG_SUBMITTED)
        (void)snprintf(out, size, "%s submitted, from <%s>, to %zu recipient%s", trace_str(json, FIELD_MSG, "?"),
                       trace_str(json, FIELD_FROM, ""), count, count == 1 ? "" : "s");
    else if (event->kind == TRACE_MSG_REFUSED)
        (void)snprintf(out, size, "%s refused by the target: %" PRId64 " %s", trace_str(json, FIELD_MSG, "?"),
                       trace_int(json, FIELD_CODE, 0), trace_str(json, FIELD_TEXT, ""));
    else
        return transcript_story_words(event, out, size);
    return true;
}

struct json *transcript_events(const struct trace_log *log)
{
    struct json *list = json_new_array();
    char text[512];
    for (size_t i = 0; i < log->count && json_count(list) < EVENTS_MAX; i++) {
        if (!event_words(&log->events[i], text, sizeof text))
            continue;
        struct json *one = json_new_array();
        json_push(one, real_of(log->events[i].t_ns));
        json_push(one, json_new_str(log->events[i].event));
        json_push(one, json_new_str(text));
        json_push(list, one);
    }
    return list;
}

/* ---- around one event ---- */

/* "#" lines of what belongs to no connection. */
static void add_other(struct lines *lines, const struct trace_event *event)
{
    const struct json *json = event->json;
    char text[512];
    if (event->kind == TRACE_DNS_ANSWER)
        (void)snprintf(text, sizeof text, "the DNS answers %s %.255s: %s", trace_str(json, FIELD_QTYPE, "?"),
                       trace_str(json, FIELD_QNAME, "?"), trace_str(json, FIELD_RCODE, "?"));
    else if (event->kind == TRACE_TCP_CONNECT)
        (void)snprintf(text, sizeof text, "connect to %.255s: %s",
                       trace_str(json, FIELD_HOST, trace_str(json, FIELD_ADDR, "?")),
                       trace_str(json, FIELD_RESULT, "ok"));
    else if (!event_words(event, text, sizeof text))
        return;
    add_line(lines, event->t_ns, "#", text, strlen(text));
}

/* What client and target say in one dialog of the story. */
static void add_dialog(struct lines *lines, const struct trace_event *event)
{
    const char *text = trace_str(event->json, FIELD_TEXT, "");
    if (event->kind == TRACE_DIALOG_SEND)
        add_line(lines, event->t_ns, "C", text, strlen(text));
    else if (event->kind == TRACE_DIALOG_REPLY)
        add_reply(lines, event);
    else if (event->kind == TRACE_DIALOG_TLS)
        add_line(lines, event->t_ns, "#", "the TLS handshake is complete", strlen("the TLS handshake is complete"));
    else if (event->kind == TRACE_DIALOG_END)
        add_line(lines, event->t_ns, "#", text, strlen(text));
}

/* The lines of one event, as far as it belongs to what is around `of`. */
static void add_near(struct lines *lines, const struct trace_event *event, const struct trace_event *of)
{
    int64_t conn = trace_int(of->json, FIELD_CONN, 0), dialog = trace_int(of->json, FIELD_DIALOG, 0);
    if (conn != 0 && trace_int(event->json, FIELD_CONN, 0) == conn)
        add_event(lines, event);
    else if (dialog != 0 && trace_int(event->json, FIELD_DIALOG, 0) == dialog)
        add_dialog(lines, event);
    else if (conn == 0 && dialog == 0)
        add_other(lines, event);
}

/* From which event on there are enough lines before `at`. */
static size_t begin_around(const struct trace_log *log, size_t at)
{
    struct lines before = {.list = json_new_array()};
    size_t from = at;
    while (from > 0 && json_count(before.list) < TRANSCRIPT_AROUND)
        add_near(&before, &log->events[--from], &log->events[at]);
    json_free(before.list);
    return from;
}

struct json *transcript_around(const struct trace_log *log, size_t at)
{
    struct lines lines = {.list = json_new_array()};
    struct json *around = json_new_array();
    size_t first = 0, last = 0; /* the lines of the event */
    for (size_t i = begin_around(log, at); i < log->count && json_count(lines.list) < last + TRANSCRIPT_AROUND; i++) {
        first = i == at ? json_count(lines.list) : first;
        add_near(&lines, &log->events[i], &log->events[at]);
        last = i <= at ? json_count(lines.list) : last;
    }
    size_t count = json_count(lines.list);
    size_t from = first > TRANSCRIPT_AROUND / 2 ? first - TRANSCRIPT_AROUND / 2 : 0;
    if (from + TRANSCRIPT_AROUND > count)
        from = count > TRANSCRIPT_AROUND ? count - TRANSCRIPT_AROUND : 0;
    for (size_t i = from; i < count && i < from + TRANSCRIPT_AROUND; i++) {
        struct json *line = json_dup(json_at(lines.list, i));
        json_push(line, json_new_int(i >= first && i < last));
        json_push(around, line);
    }
    json_free(lines.list);
    return around;
}
