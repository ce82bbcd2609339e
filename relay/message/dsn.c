#include "relay/message/dsn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/utf8.h"
#include "relay/message/header.h"
#include "relay/message/notify.h"
#include "relay/message/prepare.h"
#include "relay/smtp/address.h"
#include "relay/smtp/xtext.h"

#define STATUS_MAX   16
#define LINE_MAX     998 /* RFC 5322 §2.1.1, without CR LF */
#define LINE_GOOD    78
#define TEXT_MAX     900 /* of others: one word of it, with the field's name, fits a line */
#define BASE64_BYTES 57  /* of a line of 76 (RFC 2045 §6.8) */

/* One part of the report, while it is written. */
struct part {
    const struct dsn *dsn;
    struct buf *out;
};

/* Text of others as far as it is printable; the characters of UTF-8 only in a report that has them (RFC 6533 §4.1). */
static void add_visible(const struct part *part, struct slice text)
{
    uint32_t c;
    for (size_t used; text.len > 0; text = slice_from(text, used)) {
        used = utf8_read(text, &c);
        bool shown = used == 1 ? c >= 0x20 && c <= 0x7e : used > 1 && part->dsn->utf8 && c >= 0xa0;
        if (shown)
            (void)buf_add_slice(part->out, slice_head(text, used));
        else
            (void)buf_add_char(part->out, '?');
        used = shown ? used : 1;
    }
}

/* ---- text that is folded before its words where a line would become too long (RFC 5322 §2.2.3) ---- */

struct folded {
    const struct part *part;
    const char *indent; /* of the lines after the first */
    size_t column;
    bool begun; /* the line has a word already */
};

static struct folded begin_folded(const struct part *part, const char *head, const char *indent)
{
    (void)buf_add_cstr(part->out, head);
    return (struct folded){part, indent, strlen(head), false};
}

static void end_folded(struct folded *f)
{
    (void)buf_add_cstr(f->part->out, "\r\n");
}

static void add_word(struct folded *f, struct slice word)
{
    bool fold = f->begun && f->column + 1 + word.len > LINE_GOOD;
    if (fold)
        (void)buf_printf(f->part->out, "\r\n%s", f->indent);
    else if (f->begun)
        (void)buf_add_char(f->part->out, ' ');
    f->column = (fold ? strlen(f->indent) : f->column + f->begun) + word.len;
    f->begun = true;
    add_visible(f->part, word);
}

/* Replies of hosts, in words that are all shorter than a line. */
static void add_text(struct folded *f, const char *text)
{
    struct slice rest = slice_make(text, strnlen(text, TEXT_MAX));
    while (rest.len > 0) {
        size_t end = 0;
        while (end < rest.len && rest.ptr[end] != ' ' && rest.ptr[end] != '\n')
            end++;
        if (end > 0)
            add_word(f, slice_head(rest, end));
        rest = slice_from(rest, end < rest.len ? end + 1 : end);
    }
}

static void add_field(const struct part *part, const char *head, const char *text)
{
    struct folded f = begin_folded(part, head, " ");
    add_text(&f, text);
    end_folded(&f);
}

/* An address that was checked at MAIL or RCPT. */
static void add_address(const struct part *part, const char *before, const char *address, const char *after)
{
    char *unicode = part->dsn->utf8 ? address_unicode(address) : NULL;
    (void)buf_printf(part->out, "%s%s%s", before, unicode != NULL ? unicode : address, after);
    free(unicode);
}

/* ---- the parts ---- */

/* What each kind of report says. */
static const struct {
    const char *subject, *action, *words;
} kinds[] = {
    [DSN_FAILED] = {"Undelivered mail returned to sender", "failed",
                    "Your message could not be delivered to the following recipients,\r\n"
                    "and no further attempts will be made.\r\n\r\n"},
    [DSN_DELAYED] = {"Delayed mail (still being retried)", "delayed",
                     "Your message has not been delivered yet to the following recipients.\r\n"
                     "Delivery will be attempted again; you do not need to do anything.\r\n\r\n"},
    [DSN_RELAYED] = {"Successful mail delivery report", "relayed",
                     "Your message was delivered to the mail systems of the following recipients.\r\n"
                     "These systems do not report what happens to it there.\r\n\r\n"},
};

const char *dsn_action_name(enum dsn_action action)
{
    return kinds[action].action;
}

static void add_head(const struct part *part)
{
    const struct dsn *dsn = part->dsn;
    char date[PREPARE_DATE_MAX];
    (void)buf_printf(part->out, "From: Mail Delivery System <MAILER-DAEMON@%s>\r\n", dsn->hostname);
    add_address(part, "To: <", dsn->sender, ">\r\n");
    (void)buf_printf(part->out,
                     "Subject: %s\r\n"
                     "Date: %s\r\n"
                     "Message-ID: <%s@%s>\r\n"
                     "Auto-Submitted: auto-replied\r\n"
                     "MIME-Version: 1.0\r\n"
                     "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"%s\"\r\n"
                     "\r\n",
                     kinds[dsn->action].subject, prepare_date(dsn->now_ns, date), dsn->queue_id, dsn->hostname,
                     dsn->boundary);
}

static void add_words(const struct part *part)
{
    const struct dsn *dsn = part->dsn;
    (void)buf_printf(part->out, "This is the mail relay at %s.\r\n\r\n%s", dsn->hostname, kinds[dsn->action].words);
    for (size_t i = 0; i < dsn->recipient_count; i++) {
        const struct dsn_recipient *r = &dsn->recipients[i];
        add_address(part, "<", r->address, ">:\r\n");
        struct folded f = begin_folded(part, "    ", "    ");
        if (r->remote_mta != NULL) {
            add_text(&f, r->remote_mta);
            add_text(&f, "said:");
        }
        add_text(&f, r->diagnostic);
        end_folded(&f);
        (void)buf_add_cstr(part->out, "\r\n");
    }
}

/* A delay is persistent transient, whatever the host said (RFC 3463 §2). */
static const char *status_of(const struct dsn *dsn, const struct dsn_recipient *r, char out[STATUS_MAX])
{
    (void)snprintf(out, STATUS_MAX, "%s", r->status);
    if (dsn->action == DSN_DELAYED)
        out[0] = '4';
    return out;
}

/* A field with a value that came as a parameter: what xtext stands for, or an address of the type utf-8. */
static void add_parameter(const struct part *part, const char *name, struct slice type, struct slice value)
{
    struct buf decoded;
    if (value.len == 0)
        return;
    value = slice_head(value, value.len < TEXT_MAX ? value.len : TEXT_MAX);
    buf_init(&decoded, TEXT_MAX);
    if (slice_ieq_cstr(type, "utf-8"))
        xtext_decode_unicode(value, part->dsn->utf8, &decoded);
    else
        xtext_decode(value, &decoded);
    (void)buf_printf(part->out, "%s: ", name);
    add_visible(part, type);
    (void)buf_add_cstr(part->out, type.len > 0 ? "; " : "");
    add_visible(part, buf_slice(&decoded));
    (void)buf_add_cstr(part->out, "\r\n");
    buf_fini(&decoded);
}

/* RFC 3464 §2.3.1 */
static void add_original_recipient(const struct part *part, const char *orcpt)
{
    struct slice address = slice_cstr(orcpt);
    struct slice type = slice_cut(&address, ';');
    add_parameter(part, "Original-Recipient",
                  slice_head(type, type.len < NOTIFY_ORCPT_MAX ? type.len : NOTIFY_ORCPT_MAX), address);
}

/* RFC 3464 §2.3, RFC 6533 §4.1 */
static void add_recipient(const struct part *part, const struct dsn_recipient *r)
{
    const struct dsn *dsn = part->dsn;
    char date[PREPARE_DATE_MAX], status[STATUS_MAX];
    bool ascii = slice_is_ascii(slice_cstr(r->address));
    (void)buf_add_cstr(part->out, "\r\n");
    add_original_recipient(part, r->orcpt);
    if (ascii)
        (void)buf_printf(part->out, "Final-Recipient: rfc822; %s\r\n", r->address);
    else
        add_address(part, "Final-Recipient: utf-8; ", r->address, "\r\n");
    (void)buf_printf(part->out, "Action: %s\r\nStatus: %s\r\n", kinds[dsn->action].action, status_of(dsn, r, status));
    if (r->remote_mta != NULL)
        add_field(part, "Remote-MTA: dns; ", r->remote_mta);
    add_field(part, r->from_host ? "Diagnostic-Code: smtp; " : "Diagnostic-Code: x-relaylab; ", r->diagnostic);
    if (r->last_attempt_ns != 0)
        (void)buf_printf(part->out, "Last-Attempt-Date: %s\r\n", prepare_date(r->last_attempt_ns, date));
    if (dsn->action == DSN_DELAYED)
        (void)buf_printf(part->out, "Will-Retry-Until: %s\r\n", prepare_date(dsn->retry_until_ns, date));
}

static void add_status(const struct part *part)
{
    const struct dsn *dsn = part->dsn;
    char date[PREPARE_DATE_MAX];
    (void)buf_printf(part->out, "Reporting-MTA: dns; %s\r\nArrival-Date: %s\r\n", dsn->hostname,
                     prepare_date(dsn->arrival_ns, date));
    add_parameter(part, "Original-Envelope-Id", SLICE_LIT(""), slice_cstr(dsn->envid));
    for (size_t i = 0; i < dsn->recipient_count; i++)
        add_recipient(part, &dsn->recipients[i]);
    (void)buf_add_cstr(part->out, "\r\n");
}

/*
 * A line that is too long, or has NUL or octets that the report cannot carry, was submitted so: what is left of it
 * is enough to recognize the message.
 */
static void add_lines(const struct part *part, struct slice text)
{
    while (text.len > 0) {
        size_t end = slice_find(text, '\n');
        struct slice line = slice_head(text, end < text.len ? end + 1 : end);
        text = slice_from(text, line.len);
        bool fits = line.len <= LINE_MAX + 2;
        line = fits ? line : slice_head(line, LINE_MAX);
        bool whole = part->dsn->utf8 && utf8_is_valid(line);
        for (size_t i = 0; i < line.len; i++) {
            bool good = line.ptr[i] != '\0' && (whole || ((unsigned char)line.ptr[i] & 0x80) == 0);
            (void)buf_add_char(part->out, good ? line.ptr[i] : '?');
        }
        (void)buf_add_cstr(part->out, fits ? "" : "\r\n");
    }
}

static void add_original(const struct part *part)
{
    const struct dsn *dsn = part->dsn;
    struct slice header = header_section(dsn->original);
    if (dsn->full)
        add_lines(part, dsn->original);
    else if (header.len <= DSN_RETURNED_MAX)
        add_lines(part, header);
    else
        (void)buf_printf(part->out, "X-Returned: the header section had more than %d octets and was left out\r\n",
                         DSN_RETURNED_MAX);
    (void)buf_add_cstr(part->out, "\r\n");
}

/* ---- the whole ---- */

/* The last line end of each part belongs to the delimiter that follows (RFC 2046 §5.1.1). */
static void add_base64(struct buf *out, struct slice text)
{
    text = slice_head(text, text.len - 2);
    for (size_t used; text.len > 0; text = slice_from(text, used)) {
        used = text.len < BASE64_BYTES ? text.len : BASE64_BYTES;
        (void)base64_encode(slice_head(text, used), out);
        (void)buf_add_cstr(out, "\r\n");
    }
}

static void add_part(const struct dsn *dsn, const char *type, void (*write)(const struct part *part), struct buf *out)
{
    const char *encoding = dsn->eight_bit ? "8bit" : "base64";
    (void)buf_printf(out, "--%s\r\nContent-Type: %s\r\n", dsn->boundary, type);
    if (dsn->utf8)
        (void)buf_printf(out, "Content-Transfer-Encoding: %s\r\n", encoding);
    (void)buf_add_cstr(out, "\r\n");
    if (!dsn->utf8 || dsn->eight_bit) {
        write(&(struct part){dsn, out});
        return;
    }
    struct buf text;
    buf_init(&text, out->max);
    write(&(struct part){dsn, &text});
    out->overflow = out->overflow || text.overflow;
    add_base64(out, buf_slice(&text));
    buf_fini(&text);
}

/* RFC 6533 §4 */
static const char *returned_type(const struct dsn *dsn)
{
    if (dsn->utf8)
        return dsn->full ? "message/global" : "message/global-headers";
    return dsn->full ? "message/rfc822" : "text/rfc822-headers";
}

bool dsn_write(const struct dsn *dsn, struct buf *out)
{
    add_head(&(struct part){dsn, out});
    add_part(dsn, dsn->utf8 ? "text/plain; charset=utf-8" : "text/plain; charset=us-ascii", add_words, out);
    add_part(dsn, dsn->utf8 ? "message/global-delivery-status" : "message/delivery-status", add_status, out);
    add_part(dsn, returned_type(dsn), add_original, out);
    (void)buf_printf(out, "--%s--\r\n", dsn->boundary);
    return !out->overflow;
}
