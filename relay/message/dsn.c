#include "relay/message/dsn.h"

#include <stdio.h>

#include "relay/message/prepare.h"

#define STATUS_MAX     16
#define DIAGNOSTIC_MAX 900 /* with its keyword, below the 998 octets of a line (RFC 5322 §2.1.1) */

static void add_visible(struct buf *out, const char *text)
{
    struct slice s = slice_cstr(text);
    for (size_t i = 0; i < s.len && i < DIAGNOSTIC_MAX; i++)
        (void)buf_add_char(out, s.ptr[i] == '\n' ? ' ' : s.ptr[i] < 0x20 || s.ptr[i] > 0x7e ? '?' : s.ptr[i]);
}

/* What the two kinds of report say. */
static const struct {
    const char *subject, *action, *words;
} kinds[] = {
    [DSN_FAILED] = {"Undelivered mail returned to sender", "failed",
                    "Your message could not be delivered to the following recipients,\r\n"
                    "and it will not be tried again.\r\n\r\n"},
    [DSN_DELAYED] = {"Delayed mail (it is still being tried)", "delayed",
                     "Your message has not been delivered yet to the following recipients.\r\n"
                     "It will be tried again, and you need not do anything.\r\n\r\n"},
};

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
        (void)buf_printf(out, "<%s>:\r\n    ", r->address);
        if (r->remote_mta != NULL)
            (void)buf_printf(out, "%s said: ", r->remote_mta);
        add_visible(out, r->diagnostic);
        (void)buf_add_cstr(out, "\r\n\r\n");
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

/* RFC 3464 §2.2, §2.3 */
static void add_status(const struct dsn *dsn, struct buf *out)
{
    char date[PREPARE_DATE_MAX], status[STATUS_MAX];
    (void)buf_printf(out,
                     "--%s\r\nContent-Type: message/delivery-status\r\n\r\n"
                     "Reporting-MTA: dns; %s\r\nArrival-Date: %s\r\n",
                     dsn->boundary, dsn->hostname, prepare_date(dsn->arrival_ns, date));
    for (size_t i = 0; i < dsn->recipient_count; i++) {
        const struct dsn_recipient *r = &dsn->recipients[i];
        (void)buf_printf(out, "\r\nFinal-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: %s\r\n", r->address,
                         kinds[dsn->action].action, status_of(dsn, r, status));
        if (r->remote_mta != NULL)
            (void)buf_printf(out, "Remote-MTA: dns; %s\r\n", r->remote_mta);
        (void)buf_printf(out, "Diagnostic-Code: %s; ", r->from_host ? "smtp" : "x-relaylab");
        add_visible(out, r->diagnostic);
        (void)buf_add_cstr(out, "\r\n");
        if (r->last_attempt_ns != 0)
            (void)buf_printf(out, "Last-Attempt-Date: %s\r\n", prepare_date(r->last_attempt_ns, date));
        if (dsn->action == DSN_DELAYED)
            (void)buf_printf(out, "Will-Retry-Until: %s\r\n", prepare_date(dsn->retry_until_ns, date));
    }
    (void)buf_add_cstr(out, "\r\n");
}

static void add_original(const struct dsn *dsn, struct buf *out)
{
    struct slice header = prepare_header(dsn->original);
    (void)buf_printf(out, "--%s\r\nContent-Type: text/rfc822-headers\r\n\r\n", dsn->boundary);
    if (header.len <= DSN_RETURNED_MAX)
        (void)buf_add_slice(out, header);
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
