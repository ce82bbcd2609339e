#include "sim/client/submit.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define OUT_MAX    ((size_t)80 * 1024 * 1024)
#define LINE_MAX   4096
#define OFFERS_MAX 65536
#define MINUTE     (60 * NS_PER_S)

/* What each step is called, and how long its reply may take (RFC 5321 §4.5.3.2). */
static const struct {
    const char *verb;
    int64_t timeout_ns;
} steps[] = {
    [SUBMIT_GREETING] = {"banner", 5 * MINUTE},
    [SUBMIT_EHLO] = {"EHLO", 5 * MINUTE},
    [SUBMIT_STARTTLS] = {"STARTTLS", 5 * MINUTE},
    [SUBMIT_HANDSHAKE] = {"TLS handshake", 5 * MINUTE},
    [SUBMIT_AUTH] = {"AUTH", 5 * MINUTE},
    [SUBMIT_MAIL] = {"MAIL", 5 * MINUTE},
    [SUBMIT_RCPT] = {"RCPT", 5 * MINUTE},
    [SUBMIT_DATA] = {"DATA", 2 * MINUTE},
    [SUBMIT_EOD] = {"eod", 10 * MINUTE},
    [SUBMIT_QUIT] = {"QUIT", 5 * MINUTE},
    [SUBMIT_END] = {"nothing", 0},
};

const char *submit_waits_for(const struct submit *submit)
{
    return steps[submit->step].verb;
}

static void enter(struct submit *s, enum submit_step step, int64_t now_ns)
{
    s->step = step;
    s->deadline_ns = step == SUBMIT_END ? INT64_MAX : now_ns + steps[step].timeout_ns;
}

void submit_init(struct submit *submit, const struct submission *submission, const char *helo, const char *user,
                 const char *password, struct slice message, int64_t now_ns)
{
    *submit =
        (struct submit){.submission = submission, .helo = helo, .user = user, .password = password, .message = message};
    submit->accepted = mem_zalloc(submission->to_count * sizeof *submit->accepted);
    buf_init(&submit->out, OUT_MAX);
    buf_init(&submit->offers, OFFERS_MAX);
    enter(submit, submission->manner.via == PORT_SUBMISSIONS ? SUBMIT_HANDSHAKE : SUBMIT_GREETING, now_ns);
}

void submit_fini(struct submit *submit)
{
    free(submit->accepted);
    buf_fini(&submit->out);
    buf_fini(&submit->offers);
}

/* ---- commands ---- */

static void send_ehlo(struct submit *s, int64_t now_ns)
{
    s->offers_starttls = s->offers_plain = s->offers_login = false;
    buf_reset(&s->offers);
    (void)buf_printf(&s->out, "EHLO %s\r\n", s->helo);
    enter(s, SUBMIT_EHLO, now_ns);
}

static void send_base64(struct submit *s, struct slice text)
{
    (void)base64_encode(text, &s->out);
    (void)buf_add_cstr(&s->out, "\r\n");
}

static void send_plain(struct submit *s)
{
    struct buf plain; /* RFC 4616 §2: [authzid] NUL authcid NUL passwd */
    buf_init(&plain, 1024);
    (void)buf_add_char(&plain, '\0');
    (void)buf_add_cstr(&plain, s->user);
    (void)buf_add_char(&plain, '\0');
    (void)buf_add_cstr(&plain, s->password);
    (void)buf_add_cstr(&s->out, "AUTH PLAIN ");
    send_base64(s, buf_slice(&plain));
    buf_fini(&plain);
}

/* The one that it prefers, where both are offered. */
static void send_auth(struct submit *s, int64_t now_ns)
{
    bool login = s->offers_login && (s->submission->manner.auth == AUTH_LOGIN || !s->offers_plain);
    s->prompts = 0;
    if (login)
        (void)buf_add_cstr(&s->out, "AUTH LOGIN\r\n");
    else
        send_plain(s);
    enter(s, SUBMIT_AUTH, now_ns);
}

/* The prompts of AUTH LOGIN: the user, then the password. False when there is no more to say. */
static bool answer_prompt(struct submit *s, int64_t now_ns)
{
    if (s->step != SUBMIT_AUTH || s->code != 334 || s->prompts == 2)
        return false;
    send_base64(s, slice_cstr(s->prompts++ == 0 ? s->user : s->password));
    enter(s, SUBMIT_AUTH, now_ns);
    return true;
}

static bool offers(const struct submit *s, struct slice keyword)
{
    struct slice rest = buf_slice(&s->offers);
    while (rest.len > 0)
        if (slice_ieq(slice_cut(&rest, '\n'), keyword))
            return true;
    return false;
}

/* RFC 3461 §4: what is not printable, + and = as +XX. */
static void add_xtext(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text > ' ' && *text <= '~' && *text != '+' && *text != '=')
            (void)buf_add_char(out, *text);
        else
            (void)buf_printf(out, "+%02X", (unsigned char)*text);
    }
}

/* The extension that a parameter of MAIL belongs to, where it is called otherwise. */
static struct slice extension_of(struct slice param)
{
    static const char *const table[][2] = {
        {"BODY", "8BITMIME"},           {"RET", "DSN"},     {"ENVID", "DSN"}, {"HOLDFOR", "FUTURERELEASE"},
        {"HOLDUNTIL", "FUTURERELEASE"}, {"BY", "DELIVERBY"}};
    struct slice keyword = slice_cut(&param, '=');
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (slice_ieq_cstr(keyword, table[i][0]))
            return slice_cstr(table[i][1]);
    return keyword;
}

static bool is_eight_bit(struct slice message)
{
    for (size_t i = 0; i < message.len; i++)
        if ((unsigned char)message.ptr[i] > 127)
            return true;
    return false;
}

static void send_mail(struct submit *s, int64_t now_ns)
{
    const struct manner *manner = &s->submission->manner;
    bool dsn = offers(s, SLICE_LIT("DSN"));
    (void)buf_printf(&s->out, "MAIL FROM:<%s>", s->submission->from);
    if (is_eight_bit(s->message) && offers(s, SLICE_LIT("8BITMIME")))
        (void)buf_add_cstr(&s->out, " BODY=8BITMIME");
    if (manner->ret != NULL && dsn)
        (void)buf_printf(&s->out, " RET=%s", manner->ret);
    if (manner->envid != NULL && dsn) {
        (void)buf_add_cstr(&s->out, " ENVID=");
        add_xtext(&s->out, manner->envid);
    }
    for (size_t i = 0; i < manner->params.count; i++) {
        const char *param = ((const char **)manner->params.items)[i];
        if (offers(s, extension_of(slice_cstr(param))))
            (void)buf_printf(&s->out, " %s", param);
    }
    (void)buf_add_cstr(&s->out, "\r\n");
    enter(s, SUBMIT_MAIL, now_ns);
}

static void send_rcpt(struct submit *s)
{
    const struct manner *manner = &s->submission->manner;
    bool dsn = offers(s, SLICE_LIT("DSN"));
    (void)buf_printf(&s->out, "RCPT TO:<%s>", s->submission->to[s->rcpt]);
    for (size_t i = 0; dsn && i < manner->notify.count; i++)
        (void)buf_printf(&s->out, "%s%s", i == 0 ? " NOTIFY=" : ",", ((const char **)manner->notify.items)[i]);
    if (manner->orcpt != NULL && dsn) {
        (void)buf_add_cstr(&s->out, " ORCPT=rfc822;");
        add_xtext(&s->out, manner->orcpt);
    }
    (void)buf_add_cstr(&s->out, "\r\n");
}

static void send_rcpt_or_data(struct submit *s, int64_t now_ns)
{
    if (s->rcpt < s->submission->to_count) {
        send_rcpt(s);
        enter(s, SUBMIT_RCPT, now_ns);
    } else {
        (void)buf_add_cstr(&s->out, "DATA\r\n");
        enter(s, SUBMIT_DATA, now_ns);
    }
}

static void send_message(struct submit *s, int64_t now_ns)
{
    struct slice rest = s->message;
    while (rest.len > 0) {
        size_t end = slice_find(rest, '\n');
        struct slice line = slice_head(rest, end < rest.len ? end + 1 : rest.len);
        if (line.ptr[0] == '.')
            (void)buf_add_char(&s->out, '.');
        (void)buf_add_slice(&s->out, line);
        rest = slice_from(rest, line.len);
    }
    (void)buf_add_cstr(&s->out, ".\r\n");
    s->event = SUBMIT_HANDED;
    enter(s, SUBMIT_EOD, now_ns);
}

static void send_quit(struct submit *s, int64_t now_ns)
{
    (void)buf_add_cstr(&s->out, "QUIT\r\n");
    enter(s, SUBMIT_QUIT, now_ns);
}

/* ---- replies ---- */

static void refused(struct submit *s, int64_t now_ns)
{
    s->event = SUBMIT_REFUSED;
    s->verb = steps[s->step].verb;
    send_quit(s, now_ns);
}

static void after_ehlo(struct submit *s, int64_t now_ns)
{
    if (s->offers_starttls && !s->tls) {
        (void)buf_add_cstr(&s->out, "STARTTLS\r\n");
        enter(s, SUBMIT_STARTTLS, now_ns);
    } else if ((s->offers_plain || s->offers_login) && s->user != NULL && !s->authenticated) {
        send_auth(s, now_ns);
    } else {
        send_mail(s, now_ns);
    }
}

static void on_rcpt_reply(struct submit *s, int64_t now_ns)
{
    if (s->code / 100 == 2) {
        s->accepted[s->rcpt] = true;
        s->accepted_count++;
    } else {
        s->event = SUBMIT_REFUSED_RCPT;
        s->refused_rcpt = s->submission->to[s->rcpt];
        s->verb = "RCPT";
    }
    s->rcpt++;
    if (s->rcpt == s->submission->to_count && s->accepted_count == 0)
        refused(s, now_ns);
    else
        send_rcpt_or_data(s, now_ns);
}

static void on_reply(struct submit *s, int64_t now_ns)
{
    bool good = s->code / 100 == 2;
    if (s->step == SUBMIT_QUIT) {
        enter(s, SUBMIT_END, now_ns);
        s->event = SUBMIT_OVER;
    } else if (s->step == SUBMIT_RCPT) {
        on_rcpt_reply(s, now_ns);
    } else if (s->step == SUBMIT_DATA && s->code == 354) {
        send_message(s, now_ns);
    } else if (answer_prompt(s, now_ns)) {
        return;
    } else if (!good) {
        refused(s, now_ns);
    } else if (s->step == SUBMIT_GREETING) {
        s->greeted = true;
        send_ehlo(s, now_ns);
    } else if (s->step == SUBMIT_EHLO) {
        after_ehlo(s, now_ns);
    } else if (s->step == SUBMIT_STARTTLS) {
        s->event = SUBMIT_START_TLS;
        enter(s, SUBMIT_HANDSHAKE, now_ns);
    } else if (s->step == SUBMIT_AUTH) {
        s->authenticated = true;
        send_mail(s, now_ns);
    } else if (s->step == SUBMIT_MAIL) {
        send_rcpt_or_data(s, now_ns);
    } else if (s->step == SUBMIT_EOD) {
        s->event = SUBMIT_ACCEPTED;
        s->reported = true;
        send_quit(s, now_ns);
    } else {
        refused(s, now_ns);
    }
}

/* One line; true when it was the last of its reply. */
static bool take_line(struct submit *s, struct slice line)
{
    bool valid = line.len >= 3 && isdigit((unsigned char)line.ptr[0]) && isdigit((unsigned char)line.ptr[1]) &&
                 isdigit((unsigned char)line.ptr[2]);
    struct slice words = line.len > 4 ? slice_from(line, 4) : slice_make(NULL, 0);
    s->code = valid ? (line.ptr[0] - '0') * 100 + (line.ptr[1] - '0') * 10 + line.ptr[2] - '0' : 0;
    (void)snprintf(s->text, sizeof s->text, "%.*s", SLICE_ARG(words));
    if (s->step == SUBMIT_EHLO) {
        struct slice rest = words, keyword = slice_cut(&rest, ' ');
        (void)(buf_add_slice(&s->offers, keyword) && buf_add_char(&s->offers, '\n'));
        s->offers_starttls = s->offers_starttls || slice_ieq_cstr(keyword, "STARTTLS");
        while (slice_ieq_cstr(keyword, "AUTH") && rest.len > 0) {
            struct slice mechanism = slice_cut(&rest, ' ');
            s->offers_plain = s->offers_plain || slice_ieq_cstr(mechanism, "PLAIN");
            s->offers_login = s->offers_login || slice_ieq_cstr(mechanism, "LOGIN");
        }
    }
    return line.len < 4 || line.ptr[3] != '-';
}

static enum submit_event take_event(struct submit *s)
{
    enum submit_event event = s->event;
    s->event = SUBMIT_NOTHING;
    s->reported = s->reported || event == SUBMIT_REFUSED;
    return event;
}

enum submit_event submit_lost(struct submit *s, const char *why)
{
    if (!s->reported) {
        s->event = SUBMIT_REFUSED;
        s->verb = steps[s->step].verb;
        s->code = 0;
        (void)snprintf(s->text, sizeof s->text, "%s", why);
    }
    enter(s, SUBMIT_END, 0);
    return take_event(s);
}

enum submit_event submit_feed(struct submit *s, struct buf *in, int64_t now_ns)
{
    while (s->event == SUBMIT_NOTHING && s->step != SUBMIT_HANDSHAKE && s->step != SUBMIT_END) {
        struct slice bytes = buf_slice(in);
        size_t end = slice_find(bytes, '\n');
        if (end == bytes.len && bytes.len > LINE_MAX)
            return submit_lost(s, "the target sent a reply line that does not end");
        if (end == bytes.len)
            break;
        struct slice line = slice_head(bytes, end);
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        bool last = take_line(s, line);
        buf_consume(in, end + 1);
        if (last)
            on_reply(s, now_ns);
    }
    return take_event(s);
}

enum submit_event submit_tls_started(struct submit *s, int64_t now_ns)
{
    s->tls = true;
    if (s->greeted)
        send_ehlo(s, now_ns);
    else
        enter(s, SUBMIT_GREETING, now_ns);
    return take_event(s);
}
