#include "relay/message/prepare.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

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

static bool is_empty_line(struct slice line)
{
    return slice_eq_cstr(line, "\r\n");
}

/* Cuts one field, with its folded lines, off *rest; empty at the end of the header section. */
static struct slice cut_field(struct slice *rest)
{
    struct slice peek = *rest;
    struct slice field = cut_line(&peek);
    if (field.len == 0 || is_empty_line(field))
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

/* RFC 3848 */
static const char *protocol(const struct prepare_info *info)
{
    if (!info->esmtp)
        return "SMTP";
    if (info->tls)
        return info->authenticated ? "ESMTPSA" : "ESMTPS";
    return info->authenticated ? "ESMTPA" : "ESMTP";
}

static void add_received(const struct prepare_info *info, struct buf *out)
{
    char date[PREPARE_DATE_MAX];
    (void)buf_printf(out, "Received: from %s ([%s])\r\n\tby %s with %s id %s", info->helo, info->client_address,
                     info->hostname, protocol(info), info->queue_id);
    if (info->recipient != NULL)
        (void)buf_printf(out, "\r\n\tfor <%s>", info->recipient);
    (void)buf_printf(out, ";\r\n\t%s\r\n", prepare_date(info->wall_ns, date));
}

bool prepare_message(const struct prepare_info *info, struct slice message, struct buf *out)
{
    bool has_date = false, has_id = false;
    char date[PREPARE_DATE_MAX];
    struct slice rest = message;
    add_received(info, out);
    for (struct slice field; (field = cut_field(&rest)).len > 0;) {
        has_date = has_date || is_field(field, "Date");
        has_id = has_id || is_field(field, "Message-ID");
        bool drop = is_field(field, "Return-Path") || (info->submission && is_field(field, "Bcc"));
        if (!drop)
            (void)buf_add_slice(out, field);
    }
    if (info->submission && !has_date)
        (void)buf_printf(out, "Date: %s\r\n", prepare_date(info->wall_ns, date));
    if (info->submission && !has_id)
        (void)buf_printf(out, "Message-ID: <%s@%s>\r\n", info->queue_id, info->hostname);
    (void)buf_add_slice(out, rest);
    return !out->overflow;
}
