/* The commands of a simulated MX host: what a well-behaved host answers to each. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "sim/mx/parts.h"

#define RCPTS_MAX    10000
#define SIZE_DEFAULT (UINT64_C(50) * 1024 * 1024)

void session_record_command(struct mx_session *s, const char *verb, struct slice line)
{
    struct trace_fields f = session_fields(s);
    struct json *extra = json_new_object();
    f.verb = verb;
    json_set(extra, "line", json_new_bytes(slice_head(line, line.len < 512 ? line.len : 512)));
    octets_write(&s->line_seen, OCTETS_COMMAND_LINE, extra);
    if (s->command_early)
        json_set_bool(extra, "pipelined", true);
    s->callbacks.record(s->callbacks.arg, TRACE_SMTP_COMMAND, &f, extra);
}

void session_set_offers(struct mx_session *s, const struct yaml_list *words)
{
    struct buf text;
    buf_init(&text, MX_OUT_MAX);
    (void)buf_printf(&text, "%s", s->host->name);
    for (size_t i = 0; i < words->count; i++)
        (void)buf_printf(&text, "\n%s", ((const char **)words->items)[i]);
    session_set_reply(s, "EHLO", 250, "%s", buf_cstr(&text));
    buf_fini(&text);
}

static void on_ehlo(struct mx_session *s, struct slice args, int64_t t_ns)
{
    uint64_t size = s->host->limits.size > 0 ? s->host->limits.size : SIZE_DEFAULT;
    free(s->helo);
    s->helo = slice_dup(slice_trim(args));
    if (s->host->ehlo_seen)
        session_set_offers(s, &s->host->ehlo);
    else
        session_set_reply(s, "EHLO", 250, "%s\nPIPELINING\nSIZE %llu\n8BITMIME\nENHANCEDSTATUSCODES%s", s->host->name,
                          (unsigned long long)size, s->tls ? "" : "\nSTARTTLS");
    session_answer(s, STAGE_EHLO, t_ns);
}

static void on_helo(struct mx_session *s, struct slice args, int64_t t_ns)
{
    free(s->helo);
    s->helo = slice_dup(slice_trim(args));
    session_set_reply(s, "HELO", 250, "%s", s->host->name);
    session_answer(s, STAGE_HELO, t_ns);
}

static void on_starttls(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args;
    if (s->starttls_offered && !s->tls)
        session_set_reply(s, "STARTTLS", 220, "2.0.0 Ready to start TLS");
    else
        session_set_reply(s, "STARTTLS", 503, "5.5.1 STARTTLS was not offered");
    session_answer(s, STAGE_STARTTLS, t_ns);
}

/* ---- AUTH (RFC 4954 §4): every login is accepted; rules refuse ---- */

static void end_of_auth(struct mx_session *s, int code, const char *text, int64_t t_ns)
{
    s->auth_lines = 0;
    session_set_reply(s, "AUTH", code, "%s", text);
    session_answer(s, STAGE_AUTH, t_ns);
}

static void challenge(struct mx_session *s, const char *text, unsigned lines, int64_t t_ns)
{
    s->auth_lines = lines;
    session_set_reply(s, "AUTH", 334, "%s", text);
    session_interject(s, t_ns);
}

static void on_auth(struct mx_session *s, struct slice args, int64_t t_ns)
{
    struct slice mechanism = slice_cut(&args, ' ');
    if (!s->auth_offered || s->auth || s->in_transaction)
        end_of_auth(s, 503, "5.5.1 Not now", t_ns);
    else if (slice_ieq_cstr(mechanism, "LOGIN"))
        challenge(s, "VXNlcm5hbWU6", 2, t_ns);
    else if (!slice_ieq_cstr(mechanism, "PLAIN"))
        end_of_auth(s, 504, "5.5.4 Mechanism not known", t_ns);
    else if (slice_trim(args).len == 0)
        challenge(s, "", 1, t_ns);
    else
        end_of_auth(s, 235, "2.7.0 Welcome", t_ns);
}

void session_auth_line(struct mx_session *s, struct slice line, int64_t t_ns)
{
    session_record_command(s, "AUTH", SLICE_LIT("(a response)"));
    if (slice_eq_cstr(line, "*"))
        end_of_auth(s, 501, "5.7.0 Cancelled", t_ns);
    else if (s->auth_lines > 1)
        challenge(s, "UGFzc3dvcmQ6", s->auth_lines - 1, t_ns);
    else
        end_of_auth(s, 235, "2.7.0 Welcome", t_ns);
}

/* ---- the transaction ---- */

/* The text between < and >; the command's parameters are left in *rest. */
static char *cut_path(struct slice *rest, const char *word)
{
    *rest = slice_trim(*rest);
    if (!slice_istarts(*rest, word))
        return NULL;
    *rest = slice_trim(slice_from(*rest, strlen(word)));
    size_t end = slice_find(*rest, '>');
    if (rest->len == 0 || rest->ptr[0] != '<' || end == rest->len)
        return NULL;
    char *path = slice_dup(slice_make(rest->ptr + 1, end - 1));
    *rest = slice_from(*rest, end + 1);
    return path;
}

/* The SIZE that MAIL declares (RFC 1870 §6); 0 when it does not. */
static uint64_t size_of(struct slice parameters)
{
    uint64_t size = 0;
    while (parameters.len > 0) {
        struct slice one = slice_cut(&parameters, ' ');
        if (slice_istarts(one, "SIZE="))
            (void)slice_to_u64(slice_from(one, 5), INT64_MAX, &size);
    }
    return size;
}

static void on_mail(struct mx_session *s, struct slice args, int64_t t_ns)
{
    char *path = cut_path(&args, "FROM:");
    uint64_t size = size_of(args);
    if (path == NULL)
        session_set_reply(s, "MAIL", 501, "5.5.4 Syntax: MAIL FROM:<reverse-path>");
    else if (s->helo == NULL || s->in_transaction)
        session_set_reply(s, "MAIL", 503, s->helo == NULL ? "5.5.1 EHLO first" : "5.5.1 A transaction is open");
    else if (s->host->limits.size > 0 && size > s->host->limits.size)
        session_set_reply(s, "MAIL", 552, "5.3.4 The message is too big");
    else
        session_set_reply(s, "MAIL", 250, "2.1.0 Sender ok");
    if (s->in_transaction || path == NULL) {
        free(path);
    } else {
        s->sender = path;
        if (s->txn > 0)
            rounds_mail(s->rounds, s->conn, s->txn, path, t_ns);
        s->declared_size = size;
        s->messages++;
    }
    session_answer(s, STAGE_MAIL, t_ns);
}

static void identify(struct mx_session *s, int64_t t_ns)
{
    const struct submission *one = scenario_submission(s->scenario, s->sender != NULL ? s->sender : "", s->rcpt_now);
    if (one == NULL) {
        (void)rounds_rcpt(s->rounds, s->conn, NULL, 0, s->rcpt_now, t_ns);
        return;
    }
    s->msg_now = one->id;
    s->n_now = one->n;
    s->round_now = s->attempt = rounds_rcpt(s->rounds, s->conn, one->id, one->n, s->rcpt_now, t_ns);
}

static void on_rcpt(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args; /* was cut by dispatch, for the trace */
    if (s->rcpt_now == NULL)
        session_set_reply(s, "RCPT", 501, "5.5.4 Syntax: RCPT TO:<forward-path>");
    else if (!s->in_transaction)
        session_set_reply(s, "RCPT", 503, "5.5.1 MAIL first");
    else if (s->rcpt_count >= RCPTS_MAX ||
             (s->host->limits.rcpts > 0 && s->rcpt_count >= (size_t)s->host->limits.rcpts))
        session_set_reply(s, "RCPT", 452, "4.5.3 Too many recipients");
    else
        session_set_reply(s, "RCPT", 250, "2.1.5 Recipient ok");
    session_answer(s, STAGE_RCPT, t_ns);
}

static void on_data(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args;
    if (s->rcpt_count == 0)
        session_set_reply(s, "DATA", s->in_transaction ? 554 : 503,
                          s->in_transaction ? "5.5.1 No valid recipients" : "5.5.1 MAIL and RCPT first");
    else
        session_set_reply(s, "DATA", 354, "End the message with a dot on a line by itself");
    session_answer(s, STAGE_DATA, t_ns);
}

static void on_rset(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args;
    session_set_reply(s, "RSET", 250, "2.0.0 Reset");
    session_answer(s, STAGE_RSET, t_ns);
}

static void on_noop(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args;
    session_set_reply(s, "NOOP", 250, "2.0.0 Ok");
    session_answer(s, STAGE_NOOP, t_ns);
}

static void on_quit(struct mx_session *s, struct slice args, int64_t t_ns)
{
    (void)args;
    session_set_reply(s, "QUIT", 221, "2.0.0 Bye");
    session_answer(s, STAGE_QUIT, t_ns);
}

/* Of AUTH the trace shows the mechanism, not what it sends. */
static void record_known(struct mx_session *s, const char *verb, struct slice line, bool secret)
{
    struct slice rest = line, word = slice_cut(&rest, ' '), mechanism = slice_cut(&rest, ' ');
    char *shown =
        secret && rest.len > 0 ? mem_printf("%.*s %.*s (a secret)", SLICE_ARG(word), SLICE_ARG(mechanism)) : NULL;
    session_record_command(s, verb, shown != NULL ? slice_cstr(shown) : line);
    free(shown);
}

static const struct {
    const char *verb;
    void (*run)(struct mx_session *s, struct slice args, int64_t t_ns);
} verbs[] = {{"EHLO", on_ehlo}, {"HELO", on_helo}, {"STARTTLS", on_starttls}, {"AUTH", on_auth}, {"MAIL", on_mail},
             {"RCPT", on_rcpt}, {"DATA", on_data}, {"RSET", on_rset},         {"NOOP", on_noop}, {"QUIT", on_quit}};

void session_command(struct mx_session *s, struct slice line, int64_t t_ns)
{
    struct slice args = line, verb = slice_cut(&args, ' ');
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (!slice_ieq_cstr(verb, verbs[i].verb))
            continue;
        if (verbs[i].run == on_mail && !s->in_transaction && s->helo != NULL)
            s->txn = ++*s->txn_counter;
        if (verbs[i].run == on_rcpt) {
            s->rcpt_now = cut_path(&args, "TO:");
            if (s->rcpt_now != NULL)
                identify(s, t_ns);
        }
        record_known(s, verbs[i].verb, line, verbs[i].run == on_auth);
        verbs[i].run(s, args, t_ns);
        return;
    }
    session_record_command(s, "?", line);
    session_set_reply(s, "?", 500, "5.5.2 Command not known");
    session_answer(s, STAGE_ANY, t_ns);
}
