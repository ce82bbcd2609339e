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
    .page =
        {.demands = "The client uses only verbs and parameters that the host's last reply to EHLO offers. BODY needs "
                    "8BITMIME; NOTIFY, RET, ENVID and ORCPT need DSN; BDAT needs CHUNKING; an unknown word needs a "
                    "keyword of its name.",
         .why = "A server answers 555 or 501 to a parameter that it does not know, and the mail fails although the "
                "server would have accepted it.",
         .causes = "Keywords that are compared with case, or searched anywhere in the reply; a parameter that is "
                   "passed on from the submission to a host that does not support it; the offers of the first EHLO "
                   "that are used after STARTTLS.",
         .fix =
             "Keep the set of keywords for each session, cleared by STARTTLS, and look into it before each parameter.",
         .wanted = "only what the reply to EHLO offers",
         .seen = "RET=HDRS, without an offer of DSN: MAIL FROM:<alice@s.example> SIZE=10 RET=HDRS"},
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
    .page = {.demands = "Octets above 127 in a message are sent only to a host that offers 8BITMIME. For other hosts "
                        "the message is converted, or bounced.",
             .why = "A host without 8BITMIME may clear the eighth bit, which destroys the text.",
             .causes = "A relay that offers 8BITMIME to its clients but cannot convert; a message without "
                       "MIME-Version, which a converter skips; header fields that contain UTF-8.",
             .fix = "Convert 8bit parts to quoted-printable, or bounce with 5.6.3. Do not offer 8BITMIME if you can do "
                    "neither.",
             .wanted = "a content of ASCII octets, or a bounce, since 8BITMIME is not offered",
             .seen = "octets above 127"},
};
