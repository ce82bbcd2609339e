/* The linter's questions about rules: what a rule may say and still never do. */
#include <string.h>

#include "lib/base/glob.h"
#include "sim/scenario/loader.h"

#define ITEM(list, type, i) (&((type *)(list).items)[i])
#define AT(stage)           (1u << STAGE_##stage)
#define EVERYWHERE          (~0u)

#define BEFORE_EHLO (AT(CONNECT) | AT(BANNER))
#define BEFORE_MAIL (BEFORE_EHLO | AT(EHLO) | AT(HELO) | AT(STARTTLS) | AT(HANDSHAKE) | AT(AUTH))
#define TRANSACTION (AT(MAIL) | AT(RCPT) | AT(DATA) | AT(BODY) | AT(EOD))
#define BEHIND_RCPT (AT(RCPT) | AT(DATA) | AT(BODY) | AT(EOD) | AT(IDLE) | AT(ANY))

static bool is_at(const struct rule *rule, unsigned stages)
{
    return (1u << rule->at & stages) != 0;
}

/* ---- effects, and where they act ---- */

enum effect_bit {
    REPLY = 1 << 0,
    RAW = 1 << 1,
    GREYLIST = 1 << 2,
    RATE_LIMIT = 1 << 3,
    REFUSE = 1 << 4,
    BLACKHOLE = 1 << 5,
    TLS_FAIL = 1 << 6,
    DELAY = 1 << 7,
    DRIP = 1 << 8,
    ANNOUNCE = 1 << 9,
    INJECT = 1 << 10,
    KEEP = 1 << 11,
    THEN = 1 << 12,
};
#define DECIDING (REPLY | RAW | GREYLIST | RATE_LIMIT | REFUSE | BLACKHOLE | TLS_FAIL)

static unsigned effects_of(const struct rule *rule)
{
    return (rule->reply.code != 0 ? REPLY : 0u) | (rule->raw_seen ? RAW : 0u) |
           (rule->greylist != NULL ? GREYLIST : 0u) | (rule->rate_limit != NULL ? RATE_LIMIT : 0u) |
           (rule->refuse ? REFUSE : 0u) | (rule->blackhole ? BLACKHOLE : 0u) |
           (rule->tls_fail != TLS_FAULT_NONE ? TLS_FAIL : 0u) | (rule->delay_ns != 0 ? DELAY : 0u) |
           (rule->drip != NULL ? DRIP : 0u) | (rule->announce_seen ? ANNOUNCE : 0u) |
           (rule->inject.len > 0 ? INJECT : 0u) | (rule->keep != KEEP_AS_REPLIED ? KEEP : 0u) |
           (rule->then_seen ? THEN : 0u);
}

static const struct place {
    unsigned effect, stages;
    const char *words;
} places[] = {
    {REPLY | RAW | DRIP, ~AT(HANDSHAKE), "a handshake has no replies; give it tls_fail"},
    {GREYLIST, AT(RCPT) | AT(MAIL) | AT(DATA) | AT(EOD), "a greylist acts at mail, rcpt, data or eod"},
    {REFUSE, AT(CONNECT), "`refuse` acts at connect; elsewhere give a reply"},
    {BLACKHOLE | THEN, ~AT(HANDSHAKE), "a handshake ends with tls_fail: stall, close or reset"},
    {TLS_FAIL, AT(HANDSHAKE), "`tls_fail` acts at handshake"},
    {ANNOUNCE, AT(EHLO), "`announce` acts at ehlo"},
    {INJECT, AT(STARTTLS), "`inject` acts at starttls"},
    {KEEP, AT(EOD), "`keep` acts at eod"},
};

static void check_places(struct scenario *s, const struct rule *rule)
{
    unsigned effects = effects_of(rule);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if ((effects & places[i].effect) != 0 && !is_at(rule, places[i].stages))
            yaml_error(&s->doc, rule->at_mark, "rules", "%s", places[i].words);
    if (effects == 0)
        yaml_error(&s->doc, rule->at_mark, "rules",
                   "the rule does nothing; give it a reply, raw, refuse, blackhole, tls_fail, delay, drip, announce, "
                   "inject, keep or then");
    else if (rule->at == STAGE_HANDSHAKE && (effects & TLS_FAIL) == 0)
        yaml_error(&s->doc, rule->at_mark, "rules", "a rule at handshake needs tls_fail");
    if (rule->at == STAGE_IDLE && (effects & DELAY) == 0)
        yaml_error(&s->doc, rule->at_mark, "rules", "a rule at idle needs delay: the silence that it takes");
    if ((effects & (REPLY | RAW)) == (REPLY | RAW))
        yaml_error(&s->doc, rule->at_mark, "rules", "`raw` is said in place of `reply`; give one of them");
}

static void check_limits(struct scenario *s, const struct rule *rule)
{
    const struct rate_limit *limit = rule->rate_limit;
    bool speaks = (effects_of(rule) & (REPLY | RAW)) != 0;
    if (rule->greylist != NULL && !speaks)
        yaml_error(&s->doc, rule->at_mark, "rules", "a greylist needs the reply that it gives");
    if (limit == NULL)
        return;
    if (!speaks)
        yaml_error(&s->doc, rule->at_mark, "rules", "a rate limit needs the reply that it gives");
    if (limit->per_ns == 0)
        yaml_error(&s->doc, rule->at_mark, "rules", "a rate limit over 0s limits nothing; say per: 60s");
    if (limit->allow.octets != (limit->count == RATE_BYTES) ||
        (limit->burst.n > 0 && limit->burst.octets != limit->allow.octets))
        yaml_error(&s->doc, rule->at_mark, "rules",
                   "with count: bytes, allow and burst are sizes; else they are counts");
    if (limit->count == RATE_BYTES && !is_at(rule, TRANSACTION))
        yaml_error(&s->doc, rule->at_mark, "rules", "the octets of a message are known from mail to eod");
}

/* ---- conditions, and where they can hold ---- */

static const char *verb_of(const struct rule *rule)
{
    static const char *const verbs[] = {
        [STAGE_EHLO] = "EHLO", [STAGE_HELO] = "HELO", [STAGE_STARTTLS] = "STARTTLS", [STAGE_AUTH] = "AUTH",
        [STAGE_MAIL] = "MAIL", [STAGE_RCPT] = "RCPT", [STAGE_DATA] = "DATA",         [STAGE_EOD] = "eod",
        [STAGE_RSET] = "RSET", [STAGE_NOOP] = "NOOP", [STAGE_QUIT] = "QUIT",         [STAGE_ANY] = NULL};
    return rule->at < STAGE_ANY ? verbs[rule->at] : NULL;
}

static bool verb_can_fit(const struct rule *rule)
{
    const char *glob = rule->when.verb, *verb = verb_of(rule);
    return glob == NULL || rule->at == STAGE_ANY || (verb != NULL && glob_match(slice_cstr(glob), slice_cstr(verb)));
}

/* Whether a range leaves out everything that can be: counts begin with 1. */
static bool is_hopeless(const struct range *range)
{
    return range->set && range->max < 1;
}

static void check_conditions(struct scenario *s, const struct rule *rule)
{
    const struct rule_when *w = &rule->when;
    bool at_door = (effects_of(rule) & (REFUSE | BLACKHOLE)) != 0 && rule->at == STAGE_CONNECT;
    const struct {
        bool asked;
        unsigned known;
        const char *words;
    } facts[] = {
        {w->client != NULL, at_door ? ~AT(CONNECT) : EVERYWHERE,
         "before the connection nothing is known of the client; use connection, between or times"},
        {w->helo != NULL, ~BEFORE_EHLO, "the client's name is not known before ehlo"},
        {w->sender != NULL, ~BEFORE_MAIL, "the sender is not known before mail"},
        {w->rcpt != NULL, AT(RCPT) | AT(ANY), "a recipient is known at rcpt alone"},
        {w->attempt.set, BEHIND_RCPT, "the attempt is known from rcpt to eod"},
        {w->message.set, ~BEFORE_MAIL, "messages are counted from mail on"},
        {w->size.set, TRANSACTION | AT(IDLE) | AT(ANY), "the size is known from mail to eod"},
        {w->tls_seen && w->tls, ~(BEFORE_EHLO | AT(STARTTLS) | AT(HANDSHAKE)),
         "nothing is encrypted before the handshake"},
        {w->auth_seen && w->auth, ~(BEFORE_EHLO | AT(STARTTLS) | AT(HANDSHAKE)),
         "nobody has authenticated before auth"},
    };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (facts[i].asked && !is_at(rule, facts[i].known))
            yaml_error(&s->doc, rule->at_mark, "rules", "the rule cannot act: %s", facts[i].words);
    if (!verb_can_fit(rule))
        yaml_error(&s->doc, rule->at_mark, "rules", "the rule cannot act: the verb `%s` is not one of %s", w->verb,
                   stage_name((enum stage)rule->at));
    if (is_hopeless(&rule->times) || is_hopeless(&w->connection) || is_hopeless(&w->message) ||
        is_hopeless(&w->attempt))
        yaml_error(&s->doc, rule->at_mark, "rules", "the rule cannot act: counts begin with 1");
    if (w->between.set && w->between.min > s->clock.until_ns)
        yaml_error(&s->doc, rule->at_mark, "rules", "this rule starts after clock.until and never acts");
}

static bool has_word(const struct yaml_list *words, const char *wanted)
{
    for (size_t i = 0; i < words->count; i++) {
        struct slice text = slice_cstr(*ITEM(*words, const char *, i));
        if (slice_ieq_cstr(slice_cut(&text, ' '), wanted))
            return true;
    }
    return false;
}

/* Whether some EHLO reply of the host can have this keyword. */
static bool may_offer(const struct host *host, const char *keyword, bool by_itself)
{
    bool offered = host->ehlo_seen ? has_word(&host->ehlo, keyword) : by_itself;
    for (size_t i = 0; i < host->rules.count; i++) {
        const struct rule *rule = ITEM(host->rules, struct rule, i);
        offered = offered || has_word(&rule->announce, keyword) || (rule->at == STAGE_EHLO && rule->raw_seen);
    }
    return offered;
}

static void check_offers(struct scenario *s, const struct host *host, const struct rule *rule)
{
    if (is_at(rule, AT(STARTTLS) | AT(HANDSHAKE)) && !may_offer(host, "STARTTLS", true))
        yaml_error(&s->doc, rule->at_mark, "rules", "the rule cannot act: %s does not offer STARTTLS", host->name);
    if (rule->at == STAGE_AUTH && !may_offer(host, "AUTH", false))
        yaml_error(&s->doc, rule->at_mark, "rules",
                   "the rule cannot act: %s does not offer AUTH; say announce: [\"AUTH PLAIN\"] at ehlo", host->name);
}

/* ---- replies ---- */

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

static bool can_say(const struct rule *rule)
{
    int code = rule->reply.code;
    unsigned stages = code / 100 == 2   ? ~(AT(DATA) | AT(BODY) | AT(IDLE))
                      : code / 100 == 3 ? AT(DATA) | AT(AUTH)
                                        : EVERYWHERE;
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].code == code)
            stages = meanings[i].stages;
    if (rule->at == STAGE_IDLE) /* unasked, a host says nothing else (RFC 5321 §3.8) */
        return code == 421;
    return is_at(rule, stages);
}

static void check_codes(struct scenario *s, const struct rule *rule)
{
    const char *text = rule->reply.text;
    int code = rule->reply.code;
    if (code == 0)
        return;
    if (text[0] >= '2' && text[0] <= '5' && text[1] == '.' && text[0] - '0' != code / 100)
        yaml_error(&s->doc, rule->at_mark, "reply",
                   "the enhanced status code %.5s does not fit the class of %d (RFC 2034 §4)", text, code);
    if (!can_say(rule))
        yaml_error(&s->doc, rule->at_mark, "reply",
                   "%d is no reply at %s (RFC 5321 §4.3.2); to say it all the same, use raw", code,
                   stage_name((enum stage)rule->at));
}

/* ---- all of them ---- */

static void check_chance(struct scenario *s, const struct rule *rule)
{
    if (rule->chance_ppm != 0 && yaml_get(s->doc.root, "seed") == NULL && yaml_get(s->doc.root, "seeds") == NULL)
        yaml_error(&s->doc, rule->at_mark, "rules",
                   "a chance is drawn from the scenario's seed; say seed: 1, or seeds: 64");
}

static bool is_conditional(const struct rule *rule)
{
    const struct rule_when *w = &rule->when;
    return rule->greylist != NULL || rule->rate_limit != NULL || rule->chance_ppm != 0 || rule->times.set || w->rcpt ||
           w->sender || w->client || w->helo || w->verb || w->connection.set || w->attempt.set || w->message.set ||
           w->size.set || w->between.set || w->tls_seen || w->auth_seen;
}

static bool decides(const struct rule *rule)
{
    return (effects_of(rule) & DECIDING) != 0;
}

static void check_shadow(struct scenario *s, const struct host *host, size_t index)
{
    const struct rule *rule = ITEM(host->rules, struct rule, index);
    for (size_t before = 0; before < index; before++) {
        const struct rule *first = ITEM(host->rules, struct rule, before);
        if (first->at == rule->at && decides(first) && !is_conditional(first) && decides(rule))
            yaml_error(&s->doc, rule->at_mark, "rules",
                       "the rule is shadowed by the one in line %u, which always decides", first->at_mark.line);
    }
}

void scenario_lint_rules(struct scenario *s)
{
    for (size_t i = 0; i < s->host_count; i++) {
        const struct host *host = &s->hosts[i];
        for (size_t k = 0; k < host->rules.count; k++) {
            const struct rule *rule = ITEM(host->rules, struct rule, k);
            check_places(s, rule);
            check_limits(s, rule);
            check_conditions(s, rule);
            check_offers(s, host, rule);
            check_codes(s, rule);
            check_chance(s, rule);
            check_shadow(s, host, k);
        }
    }
}
