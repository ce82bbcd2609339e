#include "sim/effects/decision.h"
#include "sim/effects/effect.h"
#include "sim/scenario/tables.h"

static const struct yaml_type reply = CUSTOM("a reply", struct reply_text, leaf_reply);

/* Positive replies that have a meaning, and the stages that they are for (RFC 5321 §4.3.2, RFC 4954, RFC 3207). */
static const struct meaning {
    int code;
    unsigned stages;
} meanings[] = {
    {211, 0},        {214, 0},        {220, AT(CONNECT) | AT(BANNER) | AT(STARTTLS)},
    {221, AT(QUIT)}, {235, AT(AUTH)}, {250, AT(EHLO) | AT(HELO) | AT(MAIL) | AT(RCPT) | AT(EOD) | AT(RSET) | AT(NOOP)},
    {251, AT(RCPT)}, {252, 0},        {334, AT(AUTH)},
    {354, AT(DATA)},
};

static bool can_say(const struct rule *rule, int code)
{
    unsigned stages = code / 100 == 2   ? ~(AT(DATA) | AT(BODY) | AT(IDLE))
                      : code / 100 == 3 ? AT(DATA) | AT(AUTH)
                                        : EVERYWHERE;
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].code == code)
            stages = meanings[i].stages;
    if (rule->at == STAGE_IDLE) /* unasked, a host says nothing else (RFC 5321 §3.8) */
        return code == 421;
    return rule_is_at(rule, stages);
}

static void lint(struct scenario *scenario, const struct rule *rule)
{
    const struct reply_text *said = rule_effect(rule, EFFECT_REPLY);
    const char *text = said->text;
    if (text[0] >= '2' && text[0] <= '5' && text[1] == '.' && text[0] - '0' != said->code / 100)
        yaml_error(&scenario->doc, rule->at_mark, "reply",
                   "the enhanced status code %.5s does not fit the class of %d (RFC 2034 §4)", text, said->code);
    if (rule_is_at(rule, effect_reply.stages) && !can_say(rule, said->code))
        yaml_error(&scenario->doc, rule->at_mark, "reply",
                   "%d is not a reply at %s (RFC 5321 §4.3.2); to send it anyway, use raw", said->code,
                   stage_name((enum stage)rule->at));
}

static void apply(const void *value, struct decision *decision)
{
    decision->reply = *(const struct reply_text *)value;
}

const struct effect effect_reply = {
    .kind = EFFECT_DECIDES,
    .value = EFFECT_VALUE(reply),
    .stages = ~AT(HANDSHAKE),
    .elsewhere = "a handshake has no replies; give it tls_fail",
    .lint = lint,
    .apply = apply,
};
