#include "relay/operator/show.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/base64.h"
#include "lib/base/control.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define CONTENT_MAX ((size_t)1024 * 1024)

/* ---- small things ---- */

static void put_visible(FILE *out, const char *text)
{
    for (struct slice rest = slice_cstr(text); rest.len > 0; rest = slice_from(rest, 1)) {
        size_t octets = control_octets(rest);
        (void)fputc(octets > 0 ? '?' : *rest.ptr, out);
        rest = slice_from(rest, octets > 1);
    }
}

/* "2d3h", "14m": the two largest units are enough. */
static const char *rough(int64_t seconds, char out[DURATION_TEXT_MAX])
{
    int64_t unit = seconds >= 86400 ? 3600 : seconds >= 3600 ? 60 : 1;
    return duration_format(seconds / unit * unit * NS_PER_S, out);
}

static const char *format_size(int64_t bytes, char out[32])
{
    if (bytes < 10000)
        (void)snprintf(out, 32, "%lldB", (long long)bytes);
    else if (bytes < 10000000)
        (void)snprintf(out, 32, "%lldkB", (long long)bytes / 1000);
    else
        (void)snprintf(out, 32, "%lldMB", (long long)bytes / 1000000);
    return out;
}

/* ---- columns ---- */

static void list_message(struct show *show, const struct json *m)
{
    char age[DURATION_TEXT_MAX], size[32];
    int64_t age_s = show->now_s - json_get_int(m, "created", 0);
    (void)fprintf(show->out, "%-16s %8s %7s  <", json_get_str(m, "id", ""), rough(age_s > 0 ? age_s : 0, age),
                  format_size(json_get_int(m, "size", 0), size));
    put_visible(show->out, json_get_str(m, "from", ""));
    (void)fputs(">\n", show->out);
}

static void format_next(const struct show *show, const struct json *r, char out[64])
{
    char wait[DURATION_TEXT_MAX];
    const char *state = json_get_str(r, "state", "");
    int64_t in_s = json_get_int(r, "next", 0) - show->now_s;
    bool on_clock = strcmp(state, "waiting") == 0 || strcmp(state, "deferred") == 0;
    if (on_clock)
        (void)snprintf(out, 64, "next in %s", rough(in_s > 0 ? in_s : 0, wait));
    else
        (void)snprintf(out, 64, "%s", strcmp(state, "active") == 0 ? "on the wire" : state);
}

static void list_recipient(struct show *show, const struct json *r)
{
    char next[64];
    long long attempts = json_get_int(r, "attempts", 0);
    format_next(show, r, next);
    (void)fputs("    ", show->out);
    put_visible(show->out, json_get_str(r, "rcpt", ""));
    (void)fprintf(show->out, "  %lld %s, %s", attempts, attempts == 1 ? "try" : "tries", next);
    if (json_get_str(r, "reply", "")[0] != '\0') {
        (void)fputs("  ", show->out);
        put_visible(show->out, json_get_str(r, "host", ""));
        (void)fputs(json_get_str(r, "host", "")[0] != '\0' ? ": " : "", show->out);
        put_visible(show->out, json_get_str(r, "reply", ""));
    }
    (void)fputc('\n', show->out);
}

/* ---- one message ---- */

static const char *format_time(int64_t seconds, char out[32])
{
    time_t at = (time_t)seconds;
    struct tm utc;
    (void)gmtime_r(&at, &utc);
    (void)strftime(out, 32, "%Y-%m-%d %H:%M:%SZ", &utc);
    return out;
}

static void print_field(struct show *show, const char *name, const char *before, const char *text)
{
    (void)fprintf(show->out, "%-11s%s", name, before);
    put_visible(show->out, text);
    (void)fputc('\n', show->out);
}

static void detail_message(struct show *show, const struct json *m)
{
    char when[32], size[32];
    print_field(show, "Id", "", json_get_str(m, "id", ""));
    print_field(show, "From", "", json_get_str(m, "from", "")[0] != '\0' ? json_get_str(m, "from", "") : "<>");
    print_field(show, "Arrived", "", format_time(json_get_int(m, "created", 0), when));
    print_field(show, "Size", "", format_size(json_get_int(m, "size", 0), size));
    if (json_get_str(m, "damage", "")[0] != '\0')
        print_field(show, "Damaged", "", json_get_str(m, "damage", ""));
}

static void detail_recipient(struct show *show, const struct json *r)
{
    char when[32], next[64];
    int64_t last = json_get_int(r, "last", 0);
    long long attempts = json_get_int(r, "attempts", 0);
    (void)fputc('\n', show->out);
    print_field(show, "To", "", json_get_str(r, "rcpt", ""));
    (void)fprintf(show->out, "%-11s%s, %lld %s\n", "State", json_get_str(r, "state", ""), attempts,
                  attempts == 1 ? "try" : "tries");
    print_field(show, "Last try", "", last != 0 ? format_time(last, when) : "none");
    format_next(show, r, next);
    (void)fprintf(show->out, "%-11s%s (%s)\n", "Next try", format_time(json_get_int(r, "next", 0), when), next);
    if (json_get_str(r, "reply", "")[0] == '\0')
        return;
    print_field(show, "Reply", "", json_get_str(r, "reply", ""));
    print_field(show, "Status", "", json_get_str(r, "status", ""));
    if (json_get_str(r, "host", "")[0] != '\0')
        print_field(show, "From host", "", json_get_str(r, "host", ""));
}

/* ---- contents ---- */

static void print_octets(const struct show *show, struct slice octets)
{
    for (size_t i = 0; i < octets.len; i++) {
        unsigned char c = (unsigned char)octets.ptr[i];
        bool hidden = control_octets(slice_from(octets, i)) > 0 && c != '\n' && c != '\t' && c != '\r';
        if (show->exact || (!hidden && c < 0x80))
            (void)fputc(c, show->out);
        else
            (void)fprintf(show->out, "\\x%02x", c);
    }
}

static void print_content(struct show *show, const char *text)
{
    if (!show->any && show->detailed)
        (void)fputc('\n', show->out);
    show->any = true;
    char *octets = mem_alloc(CONTENT_MAX);
    size_t len = 0;
    if (base64_decode(slice_cstr(text), octets, CONTENT_MAX, &len))
        print_octets(show, slice_make(octets, len));
    free(octets);
}

/* ---- JSON ---- */

static void put_json(FILE *out, const struct json *json, bool left_open)
{
    struct buf text;
    buf_init(&text, CONTENT_MAX);
    (void)json_write(json, &text);
    (void)fwrite(text.data, 1, text.len - left_open, out);
    buf_fini(&text);
}

static void end_message(struct show *show)
{
    if (show->open)
        (void)fputs("]}", show->out);
    show->open = false;
}

static void write_message(struct show *show, const struct json *m)
{
    end_message(show);
    (void)fputs(show->any ? ",\n" : "", show->out);
    put_json(show->out, m, true); /* its closing brace follows its recipients */
    (void)fputs(",\"recipients\":[", show->out);
    show->any = show->open = show->first_recipient = true;
}

static void write_recipient(struct show *show, const struct json *r)
{
    (void)fputs(show->first_recipient ? "" : ",", show->out);
    put_json(show->out, r, false);
    show->first_recipient = false;
}

/* ---- lines ---- */

void show_begin(struct show *show)
{
    if (show->as_json)
        (void)fputs("{\"messages\":[", show->out);
}

static void on_message(struct show *show, const struct json *m)
{
    if (show->as_json)
        write_message(show, m);
    else if (show->detailed)
        detail_message(show, m);
    else if (!show->exact)
        list_message(show, m);
}

static void on_recipient(struct show *show, const struct json *r)
{
    if (show->as_json)
        write_recipient(show, r);
    else if (show->detailed)
        detail_recipient(show, r);
    else if (!show->exact)
        list_recipient(show, r);
}

void show_line(void *arg, const struct json *line)
{
    struct show *show = arg;
    const char *content = json_get_str(line, "content", NULL);
    if (json_get(line, "message") != NULL)
        on_message(show, json_get(line, "message"));
    else if (json_get(line, "recipient") != NULL)
        on_recipient(show, json_get(line, "recipient"));
    else if (content != NULL && !show->as_json)
        print_content(show, content);
}

void show_end(struct show *show, const struct json *end)
{
    long long messages = json_get_int(end, "messages", 0), recipients = json_get_int(end, "recipients", 0);
    if (show->as_json) {
        end_message(show);
        (void)fputs("]}\n", show->out);
    } else if (!show->detailed && !show->exact) {
        (void)fprintf(show->out, "%lld message%s, %lld recipient%s\n", messages, messages == 1 ? "" : "s", recipients,
                      recipients == 1 ? "" : "s");
    }
}

void show_change(FILE *out, const struct json *end, const char *done)
{
    long long matched = json_get_int(end, "matched", 0), changed = json_get_int(end, "changed", 0),
              busy = json_get_int(end, "busy", 0);
    (void)fprintf(out, "%lld recipient%s %s", changed, changed == 1 ? "" : "s", done);
    if (matched > changed)
        (void)fprintf(out, ", %lld left as %s", matched - changed, matched - changed == 1 ? "it was" : "they were");
    if (busy > 0)
        (void)fprintf(out, "; %lld of them on the wire: %s if this attempt fails", busy, done);
    (void)fputc('\n', out);
}
