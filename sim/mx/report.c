#include "sim/mx/report.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sim/mx/mime.h"
#include "sim/mx/words.h"

#define TOKEN_FIELD "X-Relaylab-Id"

/* ---- values of fields ---- */

/* Without comments (RFC 5322 §3.2.2), which may nest, and do not exist in quoted strings. */
static struct slice without_comments(struct slice value, char *out, size_t room)
{
    size_t len = 0;
    unsigned depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < value.len && len < room; i++) {
        char c = value.ptr[i];
        if (c == '\\' && i + 1 < value.len && (depth > 0 || quoted)) {
            i++;
            continue;
        }
        quoted = depth == 0 && c == '"' ? !quoted : quoted;
        depth += c == '(' && !quoted;
        if (depth == 0 && c != '\r' && c != '\n')
            out[len++] = c == '\t' ? ' ' : c;
        depth -= c == ')' && !quoted && depth > 0;
    }
    return slice_trim(slice_make(out, len));
}

/* "rfc822; bob@dest.example" -> the address; a type is dropped where there is one. */
static struct slice without_type(struct slice value)
{
    size_t semicolon = slice_find(value, ';');
    return semicolon < value.len ? slice_trim(slice_from(value, semicolon + 1)) : value;
}

/* "Bob <bob@dest.example>" -> the address. */
static struct slice without_brackets(struct slice value)
{
    size_t open = slice_find(value, '<');
    if (open == value.len)
        return value;
    struct slice inner = slice_from(value, open + 1);
    return slice_trim(slice_head(inner, slice_find(inner, '>')));
}

#define VALUE_MAX 2048

static struct slice unfold(struct slice value, char text[VALUE_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < value.len && len + 1 < VALUE_MAX; i++) {
        bool fold = value.ptr[i] == '\r' || value.ptr[i] == '\n';
        if (!fold && !(len > 0 && text[len - 1] == ' ' && value.ptr[i] == ' '))
            text[len++] = value.ptr[i];
    }
    text[len] = '\0';
    return slice_make(text, len);
}

static void set_unfolded(struct json *json, const char *key, struct slice value)
{
    char text[VALUE_MAX];
    json_set(json, key, json_new_bytes(unfold(value, text)));
}

/* In UTF-8 it is as the submission has it (RFC 6533 §3). */
static void set_address(struct json *json, const char *key, struct slice value)
{
    char text[VALUE_MAX];
    struct slice address = unfold(value, text);
    json_set(json, key, slice_is_ascii(address) ? json_new_bytes(address) : json_new_str(text));
}

static void set_if_there(struct json *json, const char *key, struct slice value)
{
    if (value.len > 0)
        set_unfolded(json, key, value);
}

/* ---- message/delivery-status ---- */

/* "rfc822; bob@dest.example (Bob)", "rfc822;<bob@dest.example>" */
static struct slice recipient_of(struct slice group, const char *field, char *out, size_t room)
{
    return without_brackets(without_type(without_comments(mime_field(group, field), out, room)));
}

static void set_bare(struct json *json, const char *key, struct slice value)
{
    char bare[2048];
    set_unfolded(json, key, without_comments(value, bare, sizeof bare));
}

/* RFC 3464 §2.3.3: in any case. */
static void set_action(struct json *json, struct slice value)
{
    char bare[64];
    struct slice action = without_comments(value, bare, sizeof bare);
    for (size_t i = 0; i < action.len; i++)
        bare[(size_t)(action.ptr - bare) + i] = (char)tolower((unsigned char)action.ptr[i]);
    set_unfolded(json, "action", action);
}

static void read_group(struct slice group, struct report *out)
{
    char text[2048], host[2048];
    bool final = mime_field(group, "Final-Recipient").len > 0;
    struct slice rcpt = recipient_of(group, final ? "Final-Recipient" : "Original-Recipient", text, sizeof text);
    if (rcpt.len == 0 || json_count(out->recipients) == REPORT_RECIPIENTS_MAX)
        return;
    struct json *one = json_new_object();
    set_address(one, "rcpt", rcpt);
    set_action(one, mime_field(group, "Action"));
    set_bare(one, "status", mime_field(group, "Status"));
    set_unfolded(one, "diagnostic", mime_field(group, "Diagnostic-Code"));
    set_unfolded(one, "remote_mta", without_type(without_comments(mime_field(group, "Remote-MTA"), host, sizeof host)));
    set_if_there(one, "will_retry_until", mime_field(group, "Will-Retry-Until"));
    set_if_there(one, "orcpt", mime_field(group, "Original-Recipient"));
    if (!final)
        json_set_bool(one, "final", false);
    json_push(out->recipients, one);
}

/* Groups of fields, parted by empty lines; the first is the message's. */
static void read_status(struct slice body, struct report *out)
{
    int64_t groups = -1;
    while (body.len > 0) {
        struct slice group, rest;
        mime_split(body, &group, &rest);
        if (groups < 0) {
            set_unfolded(out->form, "mta", mime_field(group, "Reporting-MTA"));
            set_if_there(out->form, "envid", mime_field(group, "Original-Envelope-Id"));
        }
        groups += slice_trim(group).len > 0;
        read_group(group, out);
        body = rest;
    }
    json_set_int(out->form, "groups", groups);
}

/* ---- parts ---- */

static bool take_token(struct slice token, struct report *out)
{
    if (token.len == 0 || token.len >= sizeof out->token || out->token[0] != '\0')
        return false;
    memcpy(out->token, token.ptr, token.len);
    out->token[token.len] = '\0';
    return true;
}

static void take_text(struct slice text, struct report *out)
{
    if (out->text.len == 0)
        (void)buf_add_slice(&out->text, slice_head(text, text.len < REPORT_TEXT_MAX ? text.len : REPORT_TEXT_MAX));
}

/* The header of what is returned: the token of that message, not of one within it. */
static void read_returned(struct slice text, struct report *out)
{
    struct slice header, body;
    mime_split(text, &header, &body);
    (void)take_token(mime_field(header, TOKEN_FIELD), out);
}

struct reading {
    struct report *out;
    struct json *parts;
    bool status; /* there was a part with one */
};

static const struct {
    const char *type;
    enum report_kind kind;
} kinds[] = {{"message/delivery-status", REPORT_STATUS},
             {"message/global-delivery-status", REPORT_STATUS},
             {"message/disposition-notification", REPORT_RECEIPT},
             {"message/global-disposition-notification", REPORT_RECEIPT},
             {"message/feedback-report", REPORT_COMPLAINT}};

static enum report_kind kind_of(const struct mime_part *part)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (mime_is(part, kinds[i].type))
            return kinds[i].kind;
    return REPORT_NONE;
}

static bool is_returned(const struct mime_part *part)
{
    return part->depth > 0 && (mime_is(part, "message/rfc822") || mime_is(part, "text/rfc822-headers") ||
                               mime_is(part, "message/rfc822-headers") || mime_is(part, "message/global") ||
                               mime_is(part, "message/global-headers"));
}

static void read_decoded(struct reading *reading, const struct mime_part *part, struct slice body)
{
    struct report *out = reading->out;
    enum report_kind kind = kind_of(part);
    if (kind != REPORT_NONE && (out->kind == REPORT_NONE || kind == REPORT_STATUS))
        out->kind = kind;
    if (kind == REPORT_STATUS) {
        read_status(body, out);
        reading->status = true;
    } else if (is_returned(part)) {
        read_returned(body, out);
    } else if (part->depth > 0 && mime_is(part, "text/")) {
        take_text(body, out);
    }
}

/* "Multipart/Report; …" -> "Multipart/Report" */
static struct json *bare_type(struct slice type)
{
    return json_new_bytes(slice_trim(slice_head(type, slice_find(type, ';'))));
}

static void visit(void *arg, const struct mime_part *part)
{
    struct reading *reading = arg;
    struct buf decoded;
    if (part->depth == 1 && json_count(reading->parts) < REPORT_PARTS_MAX)
        json_push(reading->parts, bare_type(part->type));
    if (mime_is(part, "multipart/"))
        return;
    buf_init(&decoded, part->body.len + part->body.len / 2 + 16); /* LF may become CR LF */
    read_decoded(reading, part, mime_decode(part, &decoded));
    buf_fini(&decoded);
}

/* ---- the whole ---- */

/* Anywhere, at the beginning of a line: its line, or NULL. */
static const char *find_token(struct slice text, struct report *out)
{
    while (text.len > 0) {
        struct slice line = mime_line(&text);
        if (slice_istarts(line, TOKEN_FIELD ":") && take_token(slice_trim(slice_from(line, sizeof TOKEN_FIELD)), out))
            return line.ptr;
    }
    return NULL;
}

/* What is returned begins after the last empty line before one of its fields. */
static struct slice words_before(struct slice body, const char *returned)
{
    struct slice rest = body;
    size_t len = 0;
    while (rest.len > 0 && rest.ptr <= returned) {
        struct slice line = mime_line(&rest);
        if (line.len == 0)
            len = (size_t)(line.ptr - body.ptr);
    }
    return slice_head(body, len);
}

/* One part: words, and then what they return. */
static void read_plain(struct slice header, struct slice body, struct report *out)
{
    struct mime_part whole = {.header = header, .body = body};
    struct buf decoded;
    buf_init(&decoded, body.len + body.len / 2 + 16);
    struct slice text = mime_decode(&whole, &decoded);
    const char *returned = out->in_own_header ? NULL : find_token(text, out);
    take_text(words_without_copy(returned != NULL ? words_before(text, returned) : text), out);
    buf_fini(&decoded);
}

/* RFC 6522 §3; without the part that it names, the type says what it is. */
static enum report_kind kind_by_type(struct slice type)
{
    struct mime_part part = {.type = type};
    char kind[64];
    if (!mime_is(&part, "multipart/report"))
        return REPORT_NONE;
    if (!mime_parameter(type, "report-type", kind, sizeof kind))
        return REPORT_STATUS;
    return strcasecmp(kind, "disposition-notification") == 0 ? REPORT_RECEIPT
           : strcasecmp(kind, "feedback-report") == 0        ? REPORT_COMPLAINT
                                                             : REPORT_STATUS;
}

static bool is_reply(struct slice header, struct slice subject)
{
    struct slice precedence = mime_field(header, "Precedence");
    return mime_field(header, "X-Autoreply").len > 0 || mime_field(header, "X-Autorespond").len > 0 ||
           slice_ieq_cstr(precedence, "auto_reply") || words_tell_of_absence(subject);
}

void report_read(struct slice message, struct report *out)
{
    struct slice header, body;
    char kind[64];
    *out = (struct report){.recipients = json_new_array(), .form = json_new_object()};
    buf_init(&out->text, REPORT_TEXT_MAX);
    struct reading reading = {.out = out, .parts = json_new_array()};
    mime_split(message, &header, &body);
    struct slice type = mime_field(header, "Content-Type");
    out->subject = mime_field(header, "Subject");
    out->to = mime_field(header, "To");
    out->failed = mime_field(header, "X-Failed-Recipients");
    json_set(out->form, "type", bare_type(type));
    if (mime_parameter(type, "report-type", kind, sizeof kind))
        json_set_str(out->form, "report_type", kind);
    out->in_own_header = take_token(mime_field(header, TOKEN_FIELD), out);
    mime_walk(message, visit, &reading);
    if (out->kind == REPORT_NONE)
        out->kind = kind_by_type(type);
    json_set(out->form, "parts", reading.parts);
    if (out->kind == REPORT_NONE && is_reply(header, out->subject))
        out->kind = REPORT_REPLY;
    if (!mime_is(&(struct mime_part){.type = type}, "multipart/"))
        read_plain(header, body, out);
    (void)find_token(message, out);
}

void report_fini(struct report *report)
{
    json_free(report->recipients);
    json_free(report->form);
    buf_fini(&report->text);
    report->recipients = report->form = NULL;
}

/* ---- bounces in words ---- */

bool report_names(const struct report *report, const char *address)
{
    return words_name(buf_slice(&report->text), address) || words_name(report->failed, address);
}

bool report_tells_of_delay(const struct report *report)
{
    for (size_t i = 0; i < report->subject.len; i++) {
        struct slice rest = slice_from(report->subject, i);
        if (slice_istarts(rest, "delay") || slice_istarts(rest, "warning"))
            return true;
    }
    return words_tell_of_delay(buf_slice(&report->text));
}

struct naming {
    const struct report *report;
    struct json *names;
};

static void add_name(void *arg, const char *address)
{
    struct naming *naming = arg;
    if (json_count(naming->names) == REPORT_RECIPIENTS_MAX || words_name(naming->report->to, address))
        return;
    for (size_t i = 0; i < json_count(naming->names); i++)
        if (strcasecmp(json_as_str(json_at(naming->names, i), ""), address) == 0)
            return;
    json_push(naming->names, json_new_bytes(slice_cstr(address)));
}

struct json *report_words_name(const struct report *report)
{
    struct naming naming = {report, json_new_array()};
    struct slice failed = report->failed;
    while (failed.len > 0)
        words_each_recipient(slice_cut(&failed, ','), add_name, &naming);
    words_each_recipient(buf_slice(&report->text), add_name, &naming);
    return naming.names;
}

void report_add_words(struct report *report, const struct json *names)
{
    const char *action = report_tells_of_delay(report) ? "delayed" : "failed";
    for (size_t i = 0; i < json_count(names) && json_count(report->recipients) < REPORT_RECIPIENTS_MAX; i++) {
        const char *address = json_as_str(json_at(names, i), "");
        struct json *one = json_new_object();
        char status[WORDS_STATUS_MAX];
        json_set_str(one, "rcpt", address);
        json_set_str(one, "action", action);
        if (words_status(buf_slice(&report->text), address, json_count(names) == 1, status))
            json_set_str(one, "status", status);
        if (report->kind == REPORT_STATUS)
            json_set_bool(one, "final", false);
        json_push(report->recipients, one);
    }
}

bool report_split_token(const char *token, const char *run, char *id, size_t room, unsigned *n)
{
    size_t len = strlen(run);
    const char *last = strrchr(token, '.');
    uint64_t number;
    if (strncmp(token, run, len) != 0 || token[len] != '.' || last == NULL || last <= token + len ||
        !slice_to_u64(slice_cstr(last + 1), 1000000, &number))
        return false;
    size_t id_len = (size_t)(last - token) - len - 1;
    if (id_len == 0 || id_len >= room)
        return false;
    memcpy(id, token + len + 1, id_len);
    id[id_len] = '\0';
    *n = (unsigned)number;
    return true;
}
