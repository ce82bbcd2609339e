#include "sim/client/compose.h"

#include <string.h>
#include <time.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

static const char *domain_of(const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL ? at + 1 : "client.example";
}

static void add_body(struct buf *out, const struct submission *s)
{
    if (s->size == 0) { /* with dots that need transparency (RFC 5321 §4.5.2) */
        (void)buf_printf(out,
                         "Hello,\r\n\r\nthis is %s. It wants to arrive.\r\n.forward begins with a dot, and the next "
                         "line is one:\r\n.\r\nGood bye.\r\n",
                         s->id);
        return;
    }
    static const char line[] = "The same words over and over, to fill a message up to its wanted size.\r\n";
    const size_t whole = sizeof line - 1;
    for (uint64_t left = s->size; left > 0;) {
        size_t part = left < whole ? (size_t)left : whole;
        size_t octets = part < 2 ? 2 : part; /* a line end at least */
        (void)buf_add(out, line + whole - octets, octets);
        left -= part;
    }
}

/* Whether the message has its own Message-ID. */
static bool has_message_id(struct slice message)
{
    while (message.len > 0) {
        struct slice line = slice_cut(&message, '\n');
        if (line.len <= 1)
            return false; /* the end of the header */
        if (slice_istarts(line, "Message-ID:"))
            return true;
    }
    return false;
}

static void add_token(struct buf *out, const struct sim *sim, const struct submission *s)
{
    (void)buf_printf(out, "X-Relaylab-Id: %s.%s.%u\r\n", sim->run, s->id, s->n);
}

static void add_own_fields(struct buf *out, const struct sim *sim, const struct submission *s)
{
    add_token(out, sim, s);
    if (!has_message_id(s->manner.message))
        (void)buf_printf(out, "Message-ID: <%s.%s.%u@%s>\r\n", sim->run, s->id, s->n, domain_of(s->from));
    for (size_t i = 0; i < s->manner.headers.count; i++)
        (void)buf_printf(out, "%s: %s\r\n", s->manner.headers.entries[i].key,
                         *(const char *const *)s->manner.headers.entries[i].value);
}

static void add_made_fields(struct buf *out, const struct sim *sim, const struct submission *s)
{
    char date[64];
    struct tm utc;
    time_t now = (time_t)(loop_wall_ns(sim->loop) / NS_PER_S);
    (void)gmtime_r(&now, &utc);
    (void)strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &utc);
    (void)buf_printf(out, "From: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\n",
                     s->from[0] != '\0' ? s->from : "postmaster@client.example", s->to[0], s->id, date);
}

char *compose_message(const struct sim *sim, const struct submission *s, size_t *len)
{
    struct buf out;
    buf_init(&out, (size_t)s->size + s->manner.message.len + 65536);
    if (s->manner.message.len == 0)
        add_made_fields(&out, sim, s);
    if (!s->manner.without_header)
        add_own_fields(&out, sim, s);
    if (s->manner.message.len > 0) {
        (void)buf_add_slice(&out, s->manner.message);
        if (s->manner.without_header)
            add_token(&out, sim, s);
    } else {
        (void)buf_add_cstr(&out, "\r\n");
        add_body(&out, s);
    }
    *len = out.len;
    char *message = mem_strndup(out.data, out.len);
    buf_fini(&out);
    return message;
}
