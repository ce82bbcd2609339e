#include "sim/mx/report.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define TOKEN_FIELD "X-Relaylab-Id:"

/* ---- lines and fields ---- */

static struct slice next_line(struct slice *rest)
{
    struct slice line = slice_cut(rest, '\n');
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* Splits at the first empty line. */
static void split(struct slice message, struct slice *header, struct slice *body)
{
    struct slice rest = message;
    while (rest.len > 0) {
        struct slice line = next_line(&rest);
        if (line.len == 0) {
            *header = slice_make(message.ptr, (size_t)(line.ptr - message.ptr));
            *body = rest;
            return;
        }
    }
    *header = message;
    *body = slice_make(message.ptr + message.len, 0);
}

/* The value of the first field of this name ("Subject:"), with its folded lines. */
static struct slice field(struct slice header, const char *name)
{
    struct slice rest = header;
    while (rest.len > 0) {
        struct slice line = next_line(&rest);
        if (!slice_istarts(line, name))
            continue;
        while (rest.len > 0 && (rest.ptr[0] == ' ' || rest.ptr[0] == '\t')) {
            struct slice more = next_line(&rest);
            line.len = (size_t)(more.ptr + more.len - line.ptr);
        }
        return slice_trim(slice_from(line, strlen(name)));
    }
    return slice_make(NULL, 0);
}

/* A parameter of a Content-Type, by "boundary=". */
static bool find_parameter(struct slice type, const char *name, char *out, size_t room)
{
    size_t name_len = strlen(name);
    for (size_t i = 0; i + name_len < type.len; i++) {
        struct slice at = slice_from(type, i);
        if (!slice_istarts(at, name))
            continue;
        at = slice_from(at, name_len);
        bool quoted = at.len > 0 && at.ptr[0] == '"';
        if (quoted)
            at = slice_from(at, 1);
        size_t len = 0;
        while (len < at.len && (quoted ? at.ptr[len] != '"' : !strchr("; \t\r\n", at.ptr[len])))
            len++;
        if (len == 0 || len >= room)
            return false;
        memcpy(out, at.ptr, len);
        out[len] = '\0';
        return true;
    }
    return false;
}

/* The next part behind its delimiter line; false after the last. */
static bool next_part(struct slice *rest, const char *boundary, struct slice *part)
{
    const char *start = NULL;
    while (rest->len > 0) {
        struct slice line = next_line(rest);
        bool delimiter = line.len >= 2 + strlen(boundary) && line.ptr[0] == '-' && line.ptr[1] == '-' &&
                         slice_eq_cstr(slice_head(slice_from(line, 2), strlen(boundary)), boundary);
        if (!delimiter)
            continue;
        if (start != NULL) {
            *part = slice_make(start, (size_t)(line.ptr - start));
            *rest = slice_make(line.ptr, rest->len + (size_t)(rest->ptr - line.ptr));
            return true;
        }
        start = rest->ptr;
    }
    return false;
}

/* ---- the parts of a report ---- */

/* "rfc822; bob@dest.example" -> the address; a type is dropped where there is one. */
static struct slice without_type(struct slice value)
{
    size_t semicolon = slice_find(value, ';');
    return semicolon < value.len ? slice_trim(slice_from(value, semicolon + 1)) : value;
}

static void set_unfolded(struct json *json, const char *key, struct slice value)
{
    char text[2048];
    size_t len = 0;
    for (size_t i = 0; i < value.len && len + 1 < sizeof text; i++) {
        bool fold = value.ptr[i] == '\r' || value.ptr[i] == '\n';
        if (!fold && !(len > 0 && text[len - 1] == ' ' && value.ptr[i] == ' '))
            text[len++] = value.ptr[i];
    }
    json_set(json, key, json_new_bytes(slice_make(text, len)));
}

/* "5.1.1 (no such mailbox)" -> the code: RFC 3464 §2.3.4 lets a comment follow. */
static struct slice without_comment(struct slice value)
{
    return slice_trim(slice_head(value, slice_find(value, '(')));
}

static void read_group(struct slice group, struct report *out)
{
    struct slice rcpt = field(group, "Final-Recipient:");
    if (rcpt.len == 0)
        rcpt = field(group, "Original-Recipient:");
    if (rcpt.len == 0 || json_count(out->recipients) == REPORT_RECIPIENTS_MAX)
        return;
    struct json *one = json_new_object();
    set_unfolded(one, "rcpt", without_type(rcpt));
    set_unfolded(one, "action", field(group, "Action:"));
    set_unfolded(one, "status", without_comment(field(group, "Status:")));
    set_unfolded(one, "diagnostic", field(group, "Diagnostic-Code:"));
    set_unfolded(one, "remote_mta", without_type(field(group, "Remote-MTA:")));
    struct slice until = field(group, "Will-Retry-Until:");
    if (until.len > 0)
        set_unfolded(one, "will_retry_until", until);
    if (field(group, "Final-Recipient:").len == 0)
        json_set_bool(one, "final", false);
    json_push(out->recipients, one);
}

/* Groups of fields, parted by empty lines; the first is the message's. */
static void read_status(struct slice body, struct report *out)
{
    int64_t groups = -1;
    while (body.len > 0) {
        struct slice group, rest;
        split(body, &group, &rest);
        if (groups < 0)
            set_unfolded(out->form, "mta", field(group, "Reporting-MTA:"));
        groups += slice_trim(group).len > 0;
        read_group(group, out);
        body = rest;
    }
    json_set_int(out->form, "groups", groups);
}

/* "Multipart/Report; …" -> "Multipart/Report" */
static struct json *bare_type(struct slice type)
{
    return json_new_bytes(slice_trim(slice_head(type, slice_find(type, ';'))));
}

static void read_part(struct slice part, struct json *parts, struct report *out)
{
    struct slice header, body;
    split(part, &header, &body);
    struct slice type = field(header, "Content-Type:");
    if (json_count(parts) < REPORT_PARTS_MAX)
        json_push(parts, bare_type(type));
    if (slice_istarts(type, "message/delivery-status") || slice_istarts(type, "message/global-delivery-status")) {
        out->is_report = true;
        read_status(body, out);
    } else if (out->text.len == 0 && (type.len == 0 || slice_istarts(type, "text/"))) {
        out->text = slice_head(body, body.len < REPORT_TEXT_MAX ? body.len : REPORT_TEXT_MAX);
    }
}

/* The token stands in the message's own header, or somewhere in what a report returns: its line, or NULL. */
static const char *find_token(struct slice message, struct report *out)
{
    struct slice rest = message;
    while (rest.len > 0) {
        struct slice line = next_line(&rest);
        if (!slice_istarts(line, TOKEN_FIELD))
            continue;
        struct slice token = slice_trim(slice_from(line, strlen(TOKEN_FIELD)));
        if (token.len == 0 || token.len >= sizeof out->token)
            continue;
        memcpy(out->token, token.ptr, token.len);
        out->token[token.len] = '\0';
        return line.ptr;
    }
    return NULL;
}

/* What is returned begins behind the last empty line before one of its fields. */
static struct slice words_before(struct slice body, const char *returned)
{
    struct slice rest = body;
    size_t len = 0;
    while (rest.len > 0 && rest.ptr <= returned) {
        struct slice line = next_line(&rest);
        if (line.len == 0)
            len = (size_t)(line.ptr - body.ptr);
    }
    return slice_head(body, len < REPORT_TEXT_MAX ? len : REPORT_TEXT_MAX);
}

static bool is_of_address(char c)
{
    return c != '\0' && (isalnum((unsigned char)c) || strchr("._%+-=@", c) != NULL);
}

bool report_names(const struct report *report, const char *address)
{
    struct slice text = report->text;
    size_t len = strlen(address);
    for (size_t i = 0; i + len <= text.len; i++) {
        bool begins = i == 0 || !is_of_address(text.ptr[i - 1]);
        bool ends = i + len == text.len || !is_of_address(text.ptr[i + len]) ||
                    (text.ptr[i + len] == '.' && (i + len + 1 == text.len || !is_of_address(text.ptr[i + len + 1])));
        if (begins && ends && slice_ieq_cstr(slice_head(slice_from(text, i), len), address))
            return true;
    }
    return false;
}

bool report_tells_of_delay(const struct report *report)
{
    for (size_t i = 0; i < report->subject.len; i++) {
        struct slice rest = slice_from(report->subject, i);
        if (slice_istarts(rest, "delay") || slice_istarts(rest, "warning"))
            return true;
    }
    return false;
}

void report_read(struct slice message, struct report *out)
{
    struct slice header, body, part;
    char boundary[128], kind[64];
    struct json *parts = json_new_array();
    *out = (struct report){.recipients = json_new_array(), .form = json_new_object()};
    split(message, &header, &body);
    struct slice type = field(header, "Content-Type:");
    out->subject = field(header, "Subject:");
    out->is_report = slice_istarts(type, "multipart/report");
    json_set(out->form, "type", bare_type(type));
    if (find_parameter(type, "report-type=", kind, sizeof kind))
        json_set_str(out->form, "report_type", kind);
    bool multipart = slice_istarts(type, "multipart/") && find_parameter(type, "boundary=", boundary, sizeof boundary);
    while (multipart && next_part(&body, boundary, &part))
        read_part(part, parts, out);
    json_set(out->form, "parts", parts);
    out->in_own_header = find_token(header, out) != NULL;
    const char *returned = out->in_own_header ? NULL : find_token(message, out);
    if (returned != NULL && !multipart)
        out->text = words_before(body, returned);
}

void report_fini(struct report *report)
{
    json_free(report->recipients);
    json_free(report->form);
    report->recipients = report->form = NULL;
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
