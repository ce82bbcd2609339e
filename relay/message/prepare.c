#include "relay/message/prepare.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "relay/smtp/address.h"

#define NS_PER_S INT64_C(1000000000)

const char *prepare_date(int64_t wall_ns, char out[PREPARE_DATE_MAX])
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(wall_ns / NS_PER_S);
    struct tm tm;
    (void)gmtime_r(&seconds, &tm);
    (void)snprintf(out, PREPARE_DATE_MAX, "%s, %d %s %d %02d:%02d:%02d +0000", days[tm.tm_wday], tm.tm_mday,
                   months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    return out;
}

/* Cuts one line with its CR LF off *rest. */
static struct slice cut_line(struct slice *rest)
{
    size_t end = slice_find(*rest, '\n');
    struct slice line = slice_head(*rest, end < rest->len ? end + 1 : end);
    *rest = slice_from(*rest, line.len);
    return line;
}

/* A name of printable ASCII, perhaps blanks (RFC 5322 §4.5), and a colon. */
static bool begins_field(struct slice line)
{
    size_t name = 0;
    while (name < line.len && line.ptr[name] > ' ' && line.ptr[name] < 0x7f && line.ptr[name] != ':')
        name++;
    struct slice rest = slice_trim(slice_from(line, name));
    return name > 0 && rest.len > 0 && rest.ptr[0] == ':';
}

/* Cuts one field, with its folded lines, off *rest; empty at the end of the header section. */
static struct slice cut_field(struct slice *rest)
{
    struct slice peek = *rest;
    struct slice field = cut_line(&peek);
    if (!begins_field(field))
        return slice_make(NULL, 0);
    while (peek.len > 0 && (peek.ptr[0] == ' ' || peek.ptr[0] == '\t'))
        field.len += cut_line(&peek).len;
    *rest = slice_from(*rest, field.len);
    return field;
}

struct slice prepare_header(struct slice message)
{
    struct slice rest = message;
    while (cut_field(&rest).len > 0)
        continue;
    return slice_head(message, message.len - rest.len);
}

static bool is_field(struct slice field, const char *name)
{
    size_t n = strlen(name);
    return slice_istarts(field, name) && slice_trim(slice_from(field, n)).len > 0 &&
           slice_trim(slice_from(field, n)).ptr[0] == ':';
}

unsigned prepare_count_received(struct slice message)
{
    unsigned count = 0;
    for (struct slice field; (field = cut_field(&message)).len > 0;)
        count += is_field(field, "Received");
    return count;
}

/* RFC 3848, RFC 6531 §4.3 */
static const char *protocol(const struct prepare_info *info)
{
    static const char *const names[2][2][2] = {{{"ESMTP", "ESMTPA"}, {"ESMTPS", "ESMTPSA"}},
                                               {{"UTF8SMTP", "UTF8SMTPA"}, {"UTF8SMTPS", "UTF8SMTPSA"}}};
    return info->esmtp ? names[info->utf8][info->tls][info->authenticated] : "SMTP";
}

/* RFC 5321 §4.4: a name or a literal. What else a client calls itself is a comment. */
static void add_from(const struct prepare_info *info, struct buf *out)
{
    if (address_domain_valid(slice_cstr(info->helo))) {
        (void)buf_printf(out, "Received: from %s ([%s])", info->helo, info->client_address);
        return;
    }
    (void)buf_printf(out, "Received: from [%s] (HELO ", info->client_address);
    for (const char *c = info->helo; *c != '\0'; c++)
        (void)buf_add_char(out, *c < ' ' || *c > '~' || strchr("()\\", *c) != NULL ? '?' : *c);
    (void)buf_add_char(out, ')');
}

static void add_received(const struct prepare_info *info, struct buf *out)
{
    char date[PREPARE_DATE_MAX];
    add_from(info, out);
    (void)buf_printf(out, "\r\n\tby %s with %s id %s", info->hostname, protocol(info), info->queue_id);
    if (info->recipient != NULL)
        (void)buf_printf(out, "\r\n\tfor <%s>", info->recipient);
    (void)buf_printf(out, ";\r\n\t%s\r\n", prepare_date(info->wall_ns, date));
}

/* A message that comes out of a mailbox file begins with such a line. */
static void take_mailbox_line(struct slice *rest, struct buf *out)
{
    struct slice peek = *rest;
    struct slice line = cut_line(&peek);
    if ((!slice_istarts(line, "From ") && !slice_istarts(line, ">From ")) ||
        !begins_field(slice_head(peek, slice_find(peek, '\n'))))
        return;
    (void)buf_add_cstr(out, "X-Mailbox-Line: ");
    (void)buf_add_slice(out, line);
    *rest = peek;
}

/* Only the relay and its client may see them. */
static bool must_not_leave(struct slice field)
{
    static const char *const names[] = {"Return-Path", "Bcc", "Resent-Bcc"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (is_field(field, names[i]))
            return true;
    return false;
}

bool prepare_message(const struct prepare_info *info, struct slice *message, struct buf *head)
{
    bool has_date = false, has_id = false;
    char date[PREPARE_DATE_MAX];
    add_received(info, head);
    take_mailbox_line(message, head);
    for (struct slice field; (field = cut_field(message)).len > 0;) {
        has_date = has_date || is_field(field, "Date");
        has_id = has_id || is_field(field, "Message-ID");
        if (!must_not_leave(field))
            (void)buf_add_slice(head, field);
    }
    if (info->submission && !has_date)
        (void)buf_printf(head, "Date: %s\r\n", prepare_date(info->wall_ns, date));
    if (info->submission && !has_id)
        (void)buf_printf(head, "Message-ID: <%s@%s>\r\n", info->queue_id, info->hostname);
    if (message->len > 0 && !slice_istarts(*message, "\r\n"))
        (void)buf_add_cstr(head, "\r\n"); /* what follows is text */
    return !head->overflow;
}
