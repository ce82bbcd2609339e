#include "harness/facts/dialog.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"

/* "8BITMIME", or as raw octets of a scripted host: "250-8BITMIME\x0D", escaped as the trace has it. */
static struct slice keyword_of(struct slice line)
{
    static const char cr[] = "\\x0D";
    if (line.len > 4 && (line.ptr[3] == '-' || line.ptr[3] == ' ') && slice_istarts(line, "250"))
        line = slice_from(line, 4);
    if (line.len >= sizeof cr - 1 && slice_eq_cstr(slice_from(line, line.len - (sizeof cr - 1)), cr))
        line = slice_head(line, line.len - (sizeof cr - 1));
    struct slice word = slice_cut(&line, ' ');
    return slice_cut(&word, '='); /* "AUTH=PLAIN", of hosts from before RFC 2554 */
}

bool dialog_offers_word(const struct dialog *dialog, struct slice word)
{
    struct slice rest = slice_cstr(dialog->offers);
    (void)slice_cut(&rest, '\n'); /* the host's name */
    while (rest.len > 0) {
        if (slice_ieq(keyword_of(slice_cut(&rest, '\n')), word))
            return true;
    }
    return false;
}

bool dialog_offers(const struct dialog *dialog, const char *keyword)
{
    return dialog_offers_word(dialog, slice_cstr(keyword));
}

static void end_transaction(struct dialog *d)
{
    d->mail_sent = d->rcpt_sent = d->mail_refused = d->data_refused = d->refused = false;
}

/* RFC 2920 §3.1: these and what other extensions add end a group; a message may be followed by more. */
static bool ends_group(struct slice verb)
{
    static const char *const within[] = {"RSET", "MAIL", "SEND", "SOML", "SAML", "RCPT"};
    for (size_t i = 0; i < sizeof within / sizeof within[0]; i++)
        if (slice_ieq_cstr(verb, within[i]))
            return false;
    return true;
}

/* What changes as soon as the command is sent. */
static void note_command(struct dialog *d, const struct dialog_command *command)
{
    struct slice verb = command->verb;
    d->before = command->is_data ? "eod" : trace_str(command->json, FIELD_LINE, "");
    d->group_may_end = !command->is_data && ends_group(verb);
    if (slice_ieq_cstr(verb, "MAIL")) {
        end_transaction(d);
        d->mail_sent = true;
    } else if (slice_ieq_cstr(verb, "RCPT")) {
        d->rcpt_sent = true;
    } else if (slice_ieq_cstr(verb, "RSET")) {
        end_transaction(d);
    } else if (slice_ieq_cstr(verb, "EHLO") || slice_ieq_cstr(verb, "HELO")) {
        d->tls_is_new = false;
    } else if (slice_ieq_cstr(verb, "QUIT")) {
        d->after_quit = true;
    }
}

static void note_reply(struct dialog *d, const struct json *reply)
{
    const char *verb = trace_str(reply, FIELD_VERB, "");
    int class = (int)trace_int(reply, FIELD_CODE, 0) / 100;
    if ((strcmp(verb, "EHLO") == 0 || strcmp(verb, "HELO") == 0) && class == 2) {
        d->offers = verb[0] == 'E' ? trace_str(reply, FIELD_TEXT, "") : NULL;
        d->introduced = true;
        end_transaction(d);
    } else if (strcmp(verb, "MAIL") == 0 && class != 2) {
        d->refused = true;
        d->refused_in = d->group;
    } else if (strcmp(verb, "DATA") == 0 && class != 3) {
        d->data_refused = true;
    } else if (strcmp(verb, "eod") == 0) {
        end_transaction(d);
    }
}

static struct dialog_command read_command(const struct trace_event *event, size_t at)
{
    struct slice line = slice_cstr(trace_str(event->json, FIELD_LINE, ""));
    struct dialog_command command = {.json = event->json,
                                     .at = at,
                                     .is_data = event->kind == TRACE_SMTP_DATA,
                                     .pipelined = trace_bool(event->json, FIELD_PIPELINED, false)};
    command.verb = slice_cut(&line, ' ');
    command.args = line;
    if (strcmp(trace_str(event->json, FIELD_VERB, ""), "AUTH") == 0)
        command.verb = SLICE_LIT("AUTH"); /* its further lines too */
    return command;
}

enum kind { COMMAND, REPLY, HANDSHAKE, OTHER };

static enum kind kind_of(enum trace_kind event)
{
    if (event == TRACE_SMTP_COMMAND || event == TRACE_SMTP_DATA)
        return COMMAND;
    if (event == TRACE_SMTP_REPLY)
        return REPLY;
    return event == TRACE_TLS_DONE ? HANDSHAKE : OTHER;
}

void dialogs_walk(const struct sessions *sessions,
                  void (*on_command)(void *arg, const struct dialog *before, const struct dialog_command *command),
                  void *arg)
{
    const struct trace_log *log = sessions->log;
    struct dialog *dialogs = mem_zalloc(sessions->count * sizeof *dialogs);
    for (size_t i = 0; i < log->count; i++) {
        const struct trace_event *event = &log->events[i];
        enum kind kind = kind_of(event->kind);
        int64_t conn = kind != OTHER ? trace_int(event->json, FIELD_CONN, 0) : 0;
        if (sessions_get(sessions, conn) == NULL)
            continue;
        struct dialog *d = &dialogs[conn];
        if (kind == COMMAND) {
            struct dialog_command command = read_command(event, i);
            d->group += !command.pipelined;
            d->mail_refused = d->refused && d->refused_in != d->group;
            on_command(arg, d, &command);
            note_command(d, &command);
        } else if (kind == REPLY) {
            note_reply(d, event->json);
        } else {
            *d = (struct dialog){.tls_is_new = true};
        }
    }
    free(dialogs);
}
