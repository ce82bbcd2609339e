/* Nothing is used that the host did not offer in its reply to EHLO: RFC 5321 §4.1.1.3, RFC 6152 §3. */
#include "harness/judge/always/always.h"
#include "harness/facts/dialog.h"

/* Verbs and parameters, and the keyword that offers them; "" = every server knows them. */
struct use {
    const char *word, *keyword;
};

static const struct use verbs[] = {{"EHLO", ""},         {"HELO", ""},     {"MAIL", ""},     {"RCPT", ""},
                                   {"DATA", ""},         {"RSET", ""},     {"NOOP", ""},     {"QUIT", ""},
                                   {"VRFY", ""},         {"EXPN", ""},     {"HELP", ""},     {"AUTH", "AUTH"},
                                   {"BDAT", "CHUNKING"}, {"ETRN", "ETRN"}, {"ATRN", "ATRN"}, {"STARTTLS", "STARTTLS"},
                                   {NULL, NULL}};

static const struct use parameters[] = {{"SIZE", "SIZE"},
                                        {"BODY", "8BITMIME"},
                                        {"SMTPUTF8", "SMTPUTF8"},
                                        {"AUTH", "AUTH"},
                                        {"RET", "DSN"},
                                        {"ENVID", "DSN"},
                                        {"NOTIFY", "DSN"},
                                        {"ORCPT", "DSN"},
                                        {"REQUIRETLS", "REQUIRETLS"},
                                        {"MT-PRIORITY", "MT-PRIORITY"},
                                        {"BY", "DELIVERBY"},
                                        {"HOLDFOR", "FUTURERELEASE"},
                                        {"HOLDUNTIL", "FUTURERELEASE"},
                                        {"RRVS", "RRVS"},
                                        {NULL, NULL}};

/* The keyword that a word needs; an unknown word needs a keyword of the same name (RFC 5321 §2.2.2). */
static struct slice needs(const struct use *table, struct slice word)
{
    while (table->word != NULL && !slice_ieq_cstr(word, table->word))
        table++;
    return table->word != NULL ? slice_cstr(table->keyword) : word;
}

static void judge_word(const struct always_check *check, const struct dialog *before,
                       const struct dialog_command *command, struct slice word, struct slice keyword)
{
    if (!slice_eq_cstr(keyword, "") && !dialog_offers_word(before, keyword))
        always_broken(check, command->at, "only what the reply to EHLO offers",
                      "%.*s, without an offer of %.*s: %.200s", (int)(word.len < 40 ? word.len : 40), word.ptr,
                      (int)(keyword.len < 40 ? keyword.len : 40), keyword.ptr,
                      trace_str(command->json, FIELD_LINE, ""));
}

static void judge_parameters(const struct always_check *check, const struct dialog *before,
                             const struct dialog_command *command)
{
    struct slice rest = command->args;
    (void)slice_cut(&rest, '>');
    for (rest = slice_trim(rest); rest.len > 0; rest = slice_trim(rest)) {
        struct slice one = slice_cut(&rest, ' '), value = one, name = slice_cut(&value, '=');
        struct slice keyword = needs(parameters, name);
        if (slice_ieq_cstr(name, "BODY") && slice_ieq_cstr(value, "BINARYMIME"))
            keyword = value; /* RFC 3030 §3 */
        judge_word(check, before, command, one, keyword);
    }
}

static void uses_what_is_offered(const struct always_check *check, const struct dialog *before,
                                 const struct dialog_command *command)
{
    if (command->is_data || before->after_quit)
        return;
    judge_word(check, before, command, command->verb, needs(verbs, command->verb));
    if (slice_ieq_cstr(command->verb, "MAIL") || slice_ieq_cstr(command->verb, "RCPT"))
        judge_parameters(check, before, command);
}

const struct always_rule always_uses_what_is_offered = {
    .id = "offered-only",
    .sentence = "The client uses only extensions that the reply to EHLO offers",
    .level = LEVEL_MUST,
    .clause = "RFC5321#4.1.1.3",
    .on_command = uses_what_is_offered,
    .slug = "nothing-is-used-that-the-reply-to-ehlo-did-not-offer",
};

static void no_eight_bit_unoffered(const struct always_check *check, const struct dialog *before,
                                   const struct dialog_command *command)
{
    if (command->is_data && trace_bool(command->json, FIELD_EIGHT_BIT, false) && !dialog_offers(before, "8BITMIME"))
        always_broken(check, command->at, "a content of ASCII octets, or a bounce, since 8BITMIME is not offered",
                      "octets above 127");
}

const struct always_rule always_no_eight_bit_unoffered = {
    .id = "eight-bit",
    .sentence = "Octets above 127 are sent only to hosts that offer 8BITMIME",
    .level = LEVEL_MUST,
    .clause = "RFC6152#3",
    .on_command = no_eight_bit_unoffered,
    .slug = "no-octet-above-127-is-sent-where-8bitmime-is-not-offered",
};
