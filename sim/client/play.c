#include "sim/client/play.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/glob.h"

#define OUT_MAX   ((size_t)16 * 1024 * 1024)
#define SHOWN_MAX 400

enum progress { STAYS, DONE, ENDS };

void play_init(struct play *play, const struct script *script, void (*record)(void *, const char *, int, struct json *),
               void *arg)
{
    *play = (struct play){.script = script, .record = record, .arg = arg, .deadline_ns = INT64_MAX, .fits = true};
    buf_init(&play->out, OUT_MAX);
}

void play_fini(struct play *play)
{
    buf_fini(&play->out);
}

/* ---- the trace ---- */

static struct json *step(const struct play *p)
{
    struct json *extra = json_new_object();
    json_set_int(extra, "dialog", p->script->n);
    json_set_int(extra, "step", (int64_t)p->next + 1);
    return extra;
}

static void set_text(struct json *extra, struct slice text)
{
    json_set(extra, "text", json_new_bytes(slice_head(text, text.len < SHOWN_MAX ? text.len : SHOWN_MAX)));
}

static enum progress end(struct play *p, const char *reason, const char *text)
{
    struct json *extra = step(p);
    json_set_str(extra, "reason", reason);
    set_text(extra, slice_cstr(text));
    p->record(p->arg, "dialog.end", 0, extra);
    p->over = true;
    return ENDS;
}

static enum progress settle(struct play *p, const struct script_line *line, bool met)
{
    struct json *extra = step(p);
    json_set_bool(extra, "met", met);
    json_set_str(extra, "wanted", line->wanted);
    set_text(extra, slice_cstr(p->text));
    p->record(p->arg, "dialog.expect", p->code, extra);
    return met || line->sentence != NULL ? DONE : end(p, "unexpected", p->text);
}

/* ---- replies ---- */

/* Cuts a whole reply off; false when its last line has not come. */
static bool cut_reply(struct slice *bytes, struct slice *reply)
{
    struct slice rest = *bytes;
    while (rest.len > 0) {
        size_t len = slice_find(rest, '\n');
        if (len == rest.len)
            return false;
        bool more = len > 3 && rest.ptr[3] == '-';
        rest = slice_from(rest, len + 1);
        if (!more) {
            *reply = slice_head(*bytes, bytes->len - rest.len);
            *bytes = rest;
            return true;
        }
    }
    return false;
}

static struct slice cut_line(struct slice *reply)
{
    struct slice line = slice_cut(reply, '\n');
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static int code_of(struct slice line)
{
    for (size_t i = 0; i < 3; i++)
        if (i >= line.len || !isdigit((unsigned char)line.ptr[i]))
            return 0;
    return (line.ptr[0] - '0') * 100 + (line.ptr[1] - '0') * 10 + line.ptr[2] - '0';
}

/* The text after the codes, lines separated by line feeds. */
static void text_of(struct slice reply, char out[PLAY_TEXT_MAX])
{
    size_t at = 0;
    out[0] = '\0';
    while (reply.len > 0 && at + 1 < PLAY_TEXT_MAX) {
        struct slice line = cut_line(&reply);
        struct slice words = code_of(line) == 0 ? line : slice_from(line, line.len > 4 ? 4 : line.len);
        int n = snprintf(out + at, PLAY_TEXT_MAX - at, "%s%.*s", at > 0 ? "\n" : "", SLICE_ARG(words));
        at += n > 0 ? (size_t)n : 0;
    }
}

static bool some_line_fits(const char *glob, const char *text)
{
    struct slice rest = slice_cstr(text);
    do {
        struct slice line = slice_cut(&rest, '\n');
        if (glob_match(slice_cstr(glob), line))
            return true;
    } while (rest.len > 0);
    return false;
}

static bool all_fit(const struct yaml_list *globs, const char *text, bool wanted)
{
    for (size_t i = 0; i < globs->count; i++)
        if (some_line_fits(((const char **)globs->items)[i], text) != wanted)
            return false;
    return true;
}

static bool fits(const struct reply_pattern *pattern, int code, const char *text)
{
    char digits[16];
    (void)snprintf(digits, sizeof digits, "%03d", code);
    return (pattern->code == NULL || glob_match(slice_cstr(pattern->code), slice_cstr(digits))) &&
           (pattern->text == NULL || some_line_fits(pattern->text, text)) && all_fit(&pattern->has, text, true) &&
           all_fit(&pattern->lacks, text, false);
}

static bool any_fits(const struct script_line *line, int code, const char *text)
{
    for (size_t i = 0; i < line->reply_count; i++)
        if (fits(&line->replies[i], code, text))
            return true;
    return false;
}

static void take_reply(struct play *p, const struct script_line *line, struct slice reply)
{
    struct slice first = reply;
    char text[PLAY_TEXT_MAX];
    int code = code_of(cut_line(&first));
    text_of(reply, text);
    bool good = any_fits(line, code, text);
    struct json *extra = step(p);
    set_text(extra, slice_cstr(text));
    p->record(p->arg, "dialog.reply", code, extra);
    if (p->fits) {
        p->code = code;
        memcpy(p->text, text, sizeof p->text);
    }
    p->fits = p->fits && good;
    p->got++;
    p->waiting = false; /* the next one has its own time */
}

/* ---- lines ---- */

/* Whether the present line has waited for its length. */
static bool is_due(struct play *p, const struct script_line *line, int64_t now_ns)
{
    if (!p->waiting)
        p->deadline_ns = now_ns + line->length_ns;
    p->waiting = true;
    return now_ns >= p->deadline_ns;
}

static void set_seen(struct play *p, const char *text)
{
    p->code = 0;
    (void)snprintf(p->text, sizeof p->text, "%s", text);
}

static enum progress expect(struct play *p, const struct script_line *line, struct buf *in, int64_t now_ns)
{
    struct slice rest = buf_slice(in), reply;
    while (p->got < line->times && cut_reply(&rest, &reply))
        take_reply(p, line, reply);
    buf_consume(in, in->len - rest.len);
    if (p->got == line->times)
        return settle(p, line, p->fits);
    if (p->ended) {
        set_seen(p, p->why);
        enum progress progress = settle(p, line, line->closed);
        return line->closed || p->over ? progress : end(p, "closed", p->why);
    }
    bool endless = in->len == in->max;
    if (!endless && !is_due(p, line, now_ns))
        return STAYS;
    set_seen(p, endless ? "a reply whose lines do not end" : "no answer");
    return settle(p, line, false);
}

/* What broke the silence may do as well as silence, where the line has patterns; it stays for the next line. */
static enum progress judge_noise(struct play *p, const struct script_line *line, struct slice noise)
{
    struct slice first = noise;
    p->code = code_of(cut_line(&first));
    text_of(noise, p->text);
    return settle(p, line, any_fits(line, p->code, p->text));
}

static enum progress be_quiet(struct play *p, const struct script_line *line, const struct buf *in, int64_t now_ns)
{
    struct slice noise = buf_slice(in), rest = noise, reply;
    if (noise.len > 0 && line->reply_count == 0)
        return judge_noise(p, line, cut_line(&rest));
    if (cut_reply(&rest, &reply))
        return judge_noise(p, line, reply);
    bool endless = in->len == in->max;
    if (!p->ended && !endless && !is_due(p, line, now_ns))
        return STAYS;
    set_seen(p, noise.len > 0 ? "a reply whose lines do not end" : p->ended ? p->why : "silence");
    return settle(p, line, noise.len == 0);
}

static enum progress say(struct play *p, const struct script_line *line)
{
    if (p->ended || p->half)
        return end(p, "closed", p->ended ? p->why : "the client has sent its FIN");
    struct json *extra = step(p);
    int64_t before = (int64_t)p->out.len;
    for (int64_t i = 0; i < line->times; i++)
        (void)buf_add_slice(&p->out, line->octets);
    set_text(extra, line->octets);
    json_set_int(extra, "octets", (int64_t)p->out.len - before);
    p->record(p->arg, "dialog.send", 0, extra);
    return DONE;
}

static enum progress handshake(struct play *p, enum play_event *event)
{
    if (p->ended)
        return DONE; /* what follows shows whether that is correct */
    if (p->half)
        return end(p, "closed", "the client has sent its FIN");
    if (p->handshaking)
        return STAYS;
    p->handshaking = true;
    p->deadline_ns = INT64_MAX;
    *event = PLAY_START_TLS;
    return STAYS;
}

static const enum play_event closing[] = {
    [CLOSE_BOTH] = PLAY_CLOSE, [CLOSE_RESET] = PLAY_RESET, [CLOSE_HALF] = PLAY_END_WRITING};

static enum progress do_line(struct play *p, const struct script_line *line, struct buf *in, int64_t now_ns,
                             enum play_event *event)
{
    switch (line->verb) {
    case SCRIPT_EXPECT:
        return expect(p, line, in, now_ns);
    case SCRIPT_QUIET:
        return be_quiet(p, line, in, now_ns);
    case SCRIPT_SEND:
        return say(p, line);
    case SCRIPT_WAIT:
        return is_due(p, line, now_ns) ? DONE : STAYS;
    case SCRIPT_STARTTLS:
        return handshake(p, event);
    case SCRIPT_CLOSE:
        *event = closing[line->close];
        p->half = p->half || line->close == CLOSE_HALF;
        return DONE;
    }
    return DONE;
}

static void next_line(struct play *p)
{
    p->next++;
    p->waiting = false;
    p->deadline_ns = INT64_MAX;
    p->got = 0;
    p->fits = true;
}

enum play_event play_go(struct play *p, struct buf *in, int64_t now_ns)
{
    enum play_event event = PLAY_NOTHING;
    while (!p->over && event == PLAY_NOTHING && p->next < p->script->line_count) {
        enum progress progress = do_line(p, &p->script->lines[p->next], in, now_ns, &event);
        if (progress == STAYS)
            return event;
        if (progress == DONE)
            next_line(p);
    }
    if (!p->over && event == PLAY_NOTHING)
        (void)end(p, "over", "");
    return p->over ? PLAY_CLOSE : event;
}

void play_tls(struct play *p, const char *version)
{
    struct json *extra = step(p);
    json_set_str(extra, "version", version);
    p->record(p->arg, "dialog.tls", 0, extra);
    if (p->handshaking)
        next_line(p);
    p->handshaking = false;
}

void play_lost(struct play *p, const char *why)
{
    p->ended = true;
    p->handshaking = false;
    (void)snprintf(p->why, sizeof p->why, "%s", why);
}
