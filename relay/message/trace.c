#include "relay/message/trace.h"

#include <string.h>

#include "relay/smtp/address.h"

#define RECEIVED_MAX 8192

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

void trace_add(struct draft *draft, const struct prepare_info *info)
{
    char date[PREPARE_DATE_MAX];
    struct buf field;
    buf_init(&field, RECEIVED_MAX);
    add_from(info, &field);
    (void)buf_printf(&field, "\r\n\tby %s with %s id %s", info->hostname, protocol(info), info->queue_id);
    if (info->recipient != NULL)
        (void)buf_printf(&field, "\r\n\tfor <%s>", info->recipient);
    (void)buf_printf(&field, ";\r\n\t%s\r\n", prepare_date(info->wall_ns, date));
    header_insert(&draft->header, 0, draft_text_of_field(draft, &field));
    buf_fini(&field);
}
