#include "relay/dns/mx_verdict.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 4, 5))) static void set(struct mx_route *route, enum mx_result result, const char *status,
                                                      const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(route->text, sizeof route->text, fmt, ap);
    va_end(ap);
    route->result = result;
    route->status = status;
}

static void set_permanent(const struct mx_findings *f, struct mx_route *route)
{
    if (f->ourselves)
        set(route, MX_PERMANENT, "5.4.6", "The best mail host of %s is this relay: a loop", f->domain);
    else if (f->refused[0] != '\0')
        set(route, MX_PERMANENT, "5.4.4",
            "The mail host %s of %s has the address %s, which is not a public Internet address", f->refused, f->domain,
            f->address);
    else if (f->implicit)
        set(route, MX_PERMANENT, "5.1.2", "The domain %s has neither mail hosts nor an address", f->domain);
    else
        set(route, MX_PERMANENT, "5.4.4", "No mail host of %s has an address", f->domain);
}

void mx_verdict_without_hosts(const struct mx_findings *f, struct mx_route *route)
{
    if (f->smarthost != NULL) /* the relay's fault, never the recipient's */
        set(route, MX_TEMPORARY, "4.3.5", "The smarthost %s has no %saddress", f->smarthost,
            f->ipv6[0] != '\0' ? "IPv4 " : "");
    else if (f->unsure)
        set(route, MX_TEMPORARY, "4.4.3", "No address of any mail host of %s could be looked up", f->domain);
    else if (f->ipv6[0] != '\0')
        set(route, MX_TEMPORARY, "4.4.4",
            "The mail host %s of %s has only IPv6 addresses, and this relay does not deliver over IPv6 yet", f->ipv6,
            f->domain);
    else if (f->left_out)
        set(route, MX_TEMPORARY, "4.4.4",
            "None of the mail hosts of %s that were looked up has an address; the next attempt looks up others",
            f->domain);
    else
        set_permanent(f, route);
}
