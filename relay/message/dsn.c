#include "relay/message/dsn.h"

#include <stdio.h>
#include <string.h>

#include "relay/message/notify.h"
#include "relay/message/prepare.h"
#include "relay/smtp/xtext.h"

#define STATUS_MAX 16
#define LINE_MAX   998 /* RFC 5322 §2.1.1, without CR LF */
#define LINE_GOOD  78
#define TEXT_MAX   900 /* of others: one word of it, with the field's name, fits a line */

/* Text that is folded before its words where a line would become too long (RFC 5322 §2.2.3). */
struct folded {
    struct buf *out;
    const char *indent; /* of the lines after the first */
    size_t column;
    bool begun; /* the line has a word already */
};

static struct folded begin_folded(struct buf *out, const char *head, const char *indent)
{
    (void)buf_add_cstr(out, head);
    return (struct folded){out, indent, strlen(head), false};
}

static void end_folded(struct folded *f)
{
    (void)buf_add_cstr(f->out, "\r\n");
}

static bool is_printable(char c)
{
    return c >= 0x20 && c <= 0x7e;
}

static bool is_seven_bit(char c)
{
    return c != '\0' && ((unsigned char)c & 0x80) == 0;
}

static void add_word(struct folded *f, struct slice word)
{
    bool fold = f->begun && f->column + 1 + word.len > LINE_GOOD;
    if (fold)
        (void)buf_printf(f->out, "\r\n%s", f->indent);
    else if (f->begun)
        (void)buf_add_char(f->out, ' ');
    f->column = (fold ? strlen(f->indent) : f->column + f->begun) + word.len;
    f->begun = true;
    for (size_t i = 0; i < word.len; i++)
        (void)buf_add_char(f->out, is_printable(word.ptr[i]) ? word.ptr[i] : '?');
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

static void add_field(struct buf *out, const char *head, const char *text)
{
    struct folded f = begin_folded(out, head, " ");
    add_text(&f, text);
    end_folded(&f);
}

/* What the two kinds of report say. */
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

static void add_head(const struct dsn *dsn, struct buf *out)
{
    char date[PREPARE_DATE_MAX];
    (void)buf_printf(out,
                     "From: Mail Delivery System <MAILER-DAEMON@%s>\r\n"
                     "To: <%s>\r\n"
                     "Subject: %s\r\n"
                     "Date: %s\r\n"
                     "Message-ID: <%s@%s>\r\n"
                     "Auto-Submitted: auto-replied\r\n"
                     "MIME-Version: 1.0\r\n"
                     "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"%s\"\r\n"
                     "\r\n",
                     dsn->hostname, dsn->sender, kinds[dsn->action].subject, prepare_date(dsn->now_ns, date),
                     dsn->queue_id, dsn->hostname, dsn->boundary);
}

static void add_words(const struct dsn *dsn, struct buf *out)
{
    (void)buf_printf(out,
                     "--%s\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
                     "This is the mail relay at %s.\r\n\r\n%s",
                     dsn->boundary, dsn->hostname, kinds[dsn->action].words);
    for (size_t i = 0; i < dsn->recipient_count; i++) {
        const struct dsn_recipient *r = &dsn->recipients[i];
        (void)buf_printf(out, "<%s>:\r\n", r->address);
        struct folded f = begin_folded(out, "    ", "    ");
        if (r->remote_mta != NULL) {
            add_text(&f, r->remote_mta);
            add_text(&f, "said:");
        }
        add_text(&f, r->diagnostic);
        end_folded(&f);
        (void)buf_add_cstr(out, "\r\n");
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

static void add_visible(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        (void)buf_add_char(out, is_printable(text.ptr[i]) ? text.ptr[i] : '?');
}

/* A field with the type, if any, and what the xtext stands for; no field when there is none. */
static void add_xtext(struct buf *out, const char *name, struct slice type, struct slice xtext)
{
    struct buf decoded;
    if (xtext.len == 0)
        return;
    buf_init(&decoded, TEXT_MAX);
    xtext_decode(slice_head(xtext, xtext.len < TEXT_MAX ? xtext.len : TEXT_MAX), &decoded);
    (void)buf_printf(out, "%s: ", name);
    add_visible(out, type);
    (void)buf_add_cstr(out, type.len > 0 ? "; " : "");
    add_visible(out, buf_slice(&decoded));
    (void)buf_add_cstr(out, "\r\n");
    buf_fini(&decoded);
}

/* RFC 3464 §2.3.1 */
static void add_original_recipient(struct buf *out, const char *orcpt)
{
    struct slice address = slice_cstr(orcpt);
    struct slice type = slice_cut(&address, ';');
    add_xtext(out, "Original-Recipient", slice_head(type, type.len < NOTIFY_ORCPT_MAX ? type.len : NOTIFY_ORCPT_MAX),
              address);
}

/* RFC 3464 §2.2, §2.3 */
static void add_status(const struct dsn *dsn, struct buf *out)
{
    char date[PREPARE_DATE_MAX], status[STATUS_MAX];
    (void)buf_printf(out,
                     "--%s\r\nContent-Type: message/delivery-status\r\n\r\n"
                     "Reporting-MTA: dns; %s\r\nArrival-Date: %s\r\n",
                     dsn->boundary, dsn->hostname, prepare_date(dsn->arrival_ns, date));
    add_xtext(out, "Original-Envelope-Id", SLICE_LIT(""), slice_cstr(dsn->envid));
    for (size_t i = 0; i < dsn->recipient_count; i++) {
        const struct dsn_recipient *r = &dsn->recipients[i];
        (void)buf_add_cstr(out, "\r\n");
        add_original_recipient(out, r->orcpt);
        (void)buf_printf(out, "Final-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: %s\r\n", r->address,
                         kinds[dsn->action].action, status_of(dsn, r, status));
        if (r->remote_mta != NULL)
            add_field(out, "Remote-MTA: dns; ", r->remote_mta);
        add_field(out, r->from_host ? "Diagnostic-Code: smtp; " : "Diagnostic-Code: x-relaylab; ", r->diagnostic);
        if (r->last_attempt_ns != 0)
            (void)buf_printf(out, "Last-Attempt-Date: %s\r\n", prepare_date(r->last_attempt_ns, date));
        if (dsn->action == DSN_DELAYED)
            (void)buf_printf(out, "Will-Retry-Until: %s\r\n", prepare_date(dsn->retry_until_ns, date));
    }
    (void)buf_add_cstr(out, "\r\n");
}

/* A line that is too long, or with NUL or octets of eight bits, was submitted so, and a report is sent without
 * BODY=8BITMIME (RFC 6152): what is left of it will do to know the message by. */
static void add_lines(struct buf *out, struct slice text)
{
    while (text.len > 0) {
        size_t end = slice_find(text, '\n');
        struct slice line = slice_head(text, end < text.len ? end + 1 : end);
        text = slice_from(text, line.len);
        bool fits = line.len <= LINE_MAX + 2;
        line = fits ? line : slice_head(line, LINE_MAX);
        for (size_t i = 0; i < line.len; i++)
            (void)buf_add_char(out, is_seven_bit(line.ptr[i]) ? line.ptr[i] : '?');
        (void)buf_add_cstr(out, fits ? "" : "\r\n");
    }
}

static void add_original(const struct dsn *dsn, struct buf *out)
{
    struct slice header = prepare_header(dsn->original);
    (void)buf_printf(out, "--%s\r\nContent-Type: %s\r\n\r\n", dsn->boundary,
                     dsn->full ? "message/rfc822" : "text/rfc822-headers");
    if (dsn->full)
        add_lines(out, dsn->original);
    else if (header.len <= DSN_RETURNED_MAX)
        add_lines(out, header);
    else
        (void)buf_printf(out, "X-Returned: the header section had more than %d octets and was left out\r\n",
                         DSN_RETURNED_MAX);
    (void)buf_printf(out, "\r\n--%s--\r\n", dsn->boundary);
}

bool dsn_write(const struct dsn *dsn, struct buf *out)
{
    add_head(dsn, out);
    add_words(dsn, out);
    add_status(dsn, out);
    add_original(dsn, out);
    return !out->overflow;
}
