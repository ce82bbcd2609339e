/* The linter's questions about rules: what a rule may say and still never do. */
#include <string.h>

#include "lib/base/glob.h"
#include "sim/effects/effect.h"
#include "sim/scenario/loader.h"

#define ITEM(list, type, i) (&((type *)(list).items)[i])

#define BEFORE_EHLO (AT(CONNECT) | AT(BANNER))
#define BEFORE_MAIL (BEFORE_EHLO | AT(EHLO) | AT(HELO) | AT(STARTTLS) | AT(HANDSHAKE) | AT(AUTH))
#define TRANSACTION (AT(MAIL) | AT(RCPT) | AT(DATA) | AT(BODY) | AT(EOD))
#define BEHIND_RCPT (AT(RCPT) | AT(DATA) | AT(BODY) | AT(EOD) | AT(IDLE) | AT(ANY))

/* ---- effects, and where they act ---- */

/* Whether an earlier effect of the rule has this error already. */
static bool is_reported(const struct rule *rule, unsigned before, const char *words)
{
    for (unsigned id = 0; id < before; id++)
        if (rule_effect(rule, id) != NULL && !rule_is_at(rule, effect_of(id)->stages) &&
            strcmp(effect_of(id)->elsewhere, words) == 0)
            return true;
    return false;
}

static void check_places(struct scenario *s, const struct rule *rule)
{
    for (unsigned id = 0; id < EFFECT_COUNT; id++) {
        const struct effect *effect = effect_of(id);
        bool there = rule_effect(rule, id) != NULL;
        if (there && !rule_is_at(rule, effect->stages) && !is_reported(rule, id, effect->elsewhere))
            yaml_error(&s->doc, rule->at_mark, "rules", "%s", effect->elsewhere);
        if (!there && rule_is_at(rule, effect->needed))
            yaml_error(&s->doc, rule->at_mark, "rules", "%s", effect->without);
    }
}

/* An effect that only triggers does nothing by itself. */
static bool does_something(const struct rule *rule)
{
    for (unsigned id = 0; id < EFFECT_COUNT; id++)
        if (rule_effect(rule, id) != NULL && effect_of(id)->apply != NULL)
            return true;
    return rule_has_kind(rule, EFFECT_DECIDES);
}

static void check_use(struct scenario *s, const struct rule *rule)
{
    struct buf names;
    if (does_something(rule))
        return;
    buf_init(&names, 4096);
    for (unsigned id = 0; id < EFFECT_COUNT; id++)
        if (effect_of(id)->apply != NULL)
            (void)buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", effect_name(id));
    yaml_error(&s->doc, rule->at_mark, "rules", "the rule does nothing; give it one of %s", buf_cstr(&names));
    buf_fini(&names);
}

static void check_effects(struct scenario *s, const struct rule *rule)
{
    check_places(s, rule);
    check_use(s, rule);
    for (unsigned id = 0; id < EFFECT_COUNT; id++)
        if (rule_effect(rule, id) != NULL && effect_of(id)->lint != NULL)
            effect_of(id)->lint(s, rule);
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

static bool acts_at_door(const struct rule *rule)
{
    for (unsigned id = 0; id < EFFECT_COUNT; id++)
        if (rule->at == STAGE_CONNECT && effect_of(id)->at_door && rule_effect(rule, id) != NULL)
            return true;
    return false;
}

static void check_conditions(struct scenario *s, const struct rule *rule)
{
    const struct rule_when *w = &rule->when;
    bool at_door = acts_at_door(rule);
    const struct {
        bool asked;
        unsigned known;
        const char *words;
    } facts[] = {
        {w->client != NULL, at_door ? ~AT(CONNECT) : EVERYWHERE,
         "before the connection nothing is known of the client; use connection, between or times"},
        {w->helo != NULL, ~BEFORE_EHLO, "the client's name is not known before ehlo"},
        {w->sender != NULL, ~BEFORE_MAIL, "the sender is not known before mail"},
        {w->rcpt != NULL, AT(RCPT) | AT(ANY), "the recipient is known only at rcpt"},
        {w->attempt.set, BEHIND_RCPT, "the attempt is known from rcpt to eod"},
        {w->message.set, ~BEFORE_MAIL, "messages are counted from mail on"},
        {w->size.set, TRANSACTION | AT(IDLE) | AT(ANY), "the size is known from mail to eod"},
        {w->tls_seen && w->tls, ~(BEFORE_EHLO | AT(STARTTLS) | AT(HANDSHAKE)),
         "nothing is encrypted before the handshake"},
        {w->auth_seen && w->auth, ~(BEFORE_EHLO | AT(STARTTLS) | AT(HANDSHAKE)),
         "no client has authenticated before auth"},
    };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (facts[i].asked && !rule_is_at(rule, facts[i].known))
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
        const struct yaml_list *announced = rule_effect(rule, EFFECT_ANNOUNCE);
        offered = offered || (announced != NULL && has_word(announced, keyword)) ||
                  (rule->at == STAGE_EHLO && rule_effect(rule, EFFECT_RAW) != NULL);
    }
    return offered;
}

static void check_offers(struct scenario *s, const struct host *host, const struct rule *rule)
{
    if (rule_is_at(rule, AT(STARTTLS) | AT(HANDSHAKE)) && !may_offer(host, "STARTTLS", true))
        yaml_error(&s->doc, rule->at_mark, "rules", "the rule cannot act: %s does not offer STARTTLS", host->name);
    if (rule->at == STAGE_AUTH && !may_offer(host, "AUTH", false))
        yaml_error(&s->doc, rule->at_mark, "rules",
                   "the rule cannot act: %s does not offer AUTH; say announce: [\"AUTH PLAIN\"] at ehlo", host->name);
}

/* ---- all of them ---- */

static bool is_conditional(const struct rule *rule)
{
    const struct rule_when *w = &rule->when;
    for (unsigned id = 0; id < EFFECT_COUNT; id++)
        if (effect_of(id)->triggers != NULL && rule_effect(rule, id) != NULL)
            return true;
    return rule->times.set || w->rcpt || w->sender || w->client || w->helo || w->verb || w->connection.set ||
           w->attempt.set || w->message.set || w->size.set || w->between.set || w->tls_seen || w->auth_seen;
}

static void check_shadow(struct scenario *s, const struct host *host, size_t index)
{
    const struct rule *rule = ITEM(host->rules, struct rule, index);
    for (size_t before = 0; before < index; before++) {
        const struct rule *first = ITEM(host->rules, struct rule, before);
        if (first->at == rule->at && rule_has_kind(first, EFFECT_DECIDES) && !is_conditional(first) &&
            rule_has_kind(rule, EFFECT_DECIDES))
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
            check_effects(s, rule);
            check_conditions(s, rule);
            check_offers(s, host, rule);
            check_shadow(s, host, k);
        }
    }
}
