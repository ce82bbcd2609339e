/* The scenario language as tables: every key with its type, default and help. */
#include <stddef.h>
#include <string.h>

#include "lib/base/duration.h"
#include "sim/scenario/leaves.h"
#include "sim/scenario/patterns.h"
#include "sim/scenario/raw.h"

#define DAY (86400 * NS_PER_S)
#define END                                                                                                            \
    {                                                                                                                  \
        NULL, NULL, 0, false, NULL, NULL, 0                                                                            \
    }

#define CUSTOM(words, type, function)                                                                                  \
    {                                                                                                                  \
        .kind = YAML_CUSTOM, .name = words, .size = sizeof(type), .decode = function                                   \
    }
#define CHOICES(words, list)                                                                                           \
    {                                                                                                                  \
        .kind = YAML_ENUM, .name = words, .size = sizeof(int), .choices = list                                         \
    }
#define LIST(words, of)                                                                                                \
    {                                                                                                                  \
        .kind = YAML_LIST, .name = words, .size = sizeof(struct yaml_list), .item = of, .one_or_many = true            \
    }
#define POINTER(words, to)                                                                                             \
    {                                                                                                                  \
        .kind = YAML_PTR, .name = words, .size = sizeof(void *), .item = to                                            \
    }

static const struct yaml_type count_range = CUSTOM("a count", struct range, leaf_count_range);
static const struct yaml_type time_range = CUSTOM("a range of times", struct range, leaf_time_range);
static const struct yaml_type reply = CUSTOM("a reply", struct reply_text, leaf_reply);
static const struct yaml_type ipv4 = CUSTOM("an address", struct in_addr, leaf_ipv4);
static const struct yaml_type instant = CUSTOM("an instant", int64_t, leaf_instant);
static const struct yaml_type mta_sts = CUSTOM("a policy", struct zone_mta_sts, leaf_mta_sts);
static const struct yaml_type never = CUSTOM("a pattern", struct check_never, pattern_never);
static const struct yaml_type never_ptr = POINTER("a pattern", &never);
static const struct yaml_type count_check = CUSTOM("a count", struct check_count, pattern_count);
static const struct yaml_type count_ptr = POINTER("a count", &count_check);
static const struct yaml_type ratio_check = CUSTOM("a ratio", struct check_ratio, pattern_ratio);
static const struct yaml_type ratio_ptr = POINTER("a ratio", &ratio_check);
static const struct yaml_type timeline_check = CUSTOM("a timeline", struct check_timeline, pattern_timeline);
static const struct yaml_type timeline_ptr = POINTER("a timeline", &timeline_check);
static const struct yaml_type over_seeds_check = CUSTOM("shares", struct check_over_seeds, pattern_over_seeds);
static const struct yaml_type over_seeds_ptr = POINTER("shares", &over_seeds_check);
static const struct yaml_type wait = {
    .kind = YAML_DURATION, .name = "a length of time such as 5m", .size = sizeof(int64_t), .min = 0, .max = 3650 * DAY};
static const struct yaml_type positive = {
    .kind = YAML_INT, .name = "a count", .size = sizeof(int64_t), .min = 1, .max = COPIES_MAX};
static const struct yaml_type seed_type = {
    .kind = YAML_INT, .name = "a seed", .size = sizeof(int64_t), .min = 0, .max = INT64_MAX};

static const struct yaml_type seeds_type = {
    .kind = YAML_INT, .name = "a number of seeds", .size = sizeof(int64_t), .min = 2, .max = 1000};

static const struct yaml_choice stages[] = {{"connect", STAGE_CONNECT, "before the connection is accepted"},
                                            {"banner", STAGE_BANNER, "the greeting"},
                                            {"ehlo", STAGE_EHLO, "EHLO"},
                                            {"helo", STAGE_HELO, "HELO"},
                                            {"starttls", STAGE_STARTTLS, "STARTTLS"},
                                            {"mail", STAGE_MAIL, "MAIL FROM"},
                                            {"rcpt", STAGE_RCPT, "RCPT TO"},
                                            {"data", STAGE_DATA, "DATA"},
                                            {"eod", STAGE_EOD, "the final dot"},
                                            {"rset", STAGE_RSET, "RSET"},
                                            {"noop", STAGE_NOOP, "NOOP"},
                                            {"quit", STAGE_QUIT, "QUIT"},
                                            {"any", STAGE_ANY, "every command"},
                                            {NULL, 0, NULL}};
static const struct yaml_type stage_type = CHOICES("a stage (connect … quit, any)", stages);
static const struct yaml_choice thens[] = {{"continue", THEN_CONTINUE, "the session goes on"},
                                           {"close", THEN_CLOSE, "the host closes in order"},
                                           {"reset", THEN_RESET, "the host sends RST"},
                                           {"stall", THEN_STALL, "the host never says anything again"},
                                           {NULL, 0, NULL}};
static const struct yaml_type then_type = CHOICES("one of continue, close, reset, stall", thens);
static const struct yaml_choice keeps[] = {{"yes", KEEP_YES, "the host keeps the message, whatever it answers"},
                                           {"no", KEEP_NO, "the host loses the message, whatever it answers"},
                                           {NULL, 0, NULL}};
static const struct yaml_type keep_type = CHOICES("yes or no", keeps);
static const struct yaml_choice certs[] = {{"valid", CERT_VALID, "chain, name and dates are good"},
                                           {"expired", CERT_EXPIRED, "its time is over"},
                                           {"not_yet_valid", CERT_NOT_YET_VALID, "its time has not come"},
                                           {"self_signed", CERT_SELF_SIGNED, "signed by itself"},
                                           {"wrong_name", CERT_WRONG_NAME, "for another host"},
                                           {NULL, 0, NULL}};
static const struct yaml_type cert_type = CHOICES("a kind of certificate", certs);
static const struct yaml_choice faults[] = {{"servfail", FAULT_SERVFAIL, "RCODE 2"},
                                            {"nxdomain", FAULT_NXDOMAIN, "the name does not exist"},
                                            {"nodata", FAULT_NODATA, "the name exists, the type does not"},
                                            {"refused", FAULT_REFUSED, "RCODE 5"},
                                            {"timeout", FAULT_TIMEOUT, "no answer"},
                                            {NULL, 0, NULL}};
static const struct yaml_type fault_as = CHOICES("a DNS fault", faults);
static const struct yaml_choice types[] = {{"any", ZONE_ANY, "every question"},
                                           {"A", ZONE_A, NULL},
                                           {"AAAA", ZONE_AAAA, NULL},
                                           {"MX", ZONE_MX, NULL},
                                           {"TXT", ZONE_TXT, NULL},
                                           {"CNAME", ZONE_CNAME, NULL},
                                           {NULL, 0, NULL}};
static const struct yaml_type fault_type = CHOICES("a record type", types);
static const struct yaml_choice parts[] = {{"client", GREYLIST_CLIENT, "the client's address"},
                                           {"sender", GREYLIST_SENDER, "the reverse-path"},
                                           {"rcpt", GREYLIST_RCPT, "the forward-path"},
                                           {"helo", GREYLIST_HELO, "the EHLO argument"},
                                           {NULL, 0, NULL}};
static const struct yaml_type part_type = CHOICES("client, sender, rcpt or helo", parts);
static const struct yaml_type part_list = LIST("a list of client, sender, rcpt, helo", &part_type);
static const struct yaml_choice invariants[] = {
    {"queue_empty", INVARIANT_QUEUE_EMPTY, "the target's queue is empty at the end"},
    {"no_loss", INVARIANT_NO_LOSS, "every accepted recipient is delivered, bounced, or still queued"},
    {NULL, 0, NULL}};
static const struct yaml_type invariant_type = CHOICES("an invariant", invariants);
static const struct yaml_choice teach_levels[] = {
    {"intro", 1, NULL}, {"core", 2, NULL}, {"expert", 3, NULL}, {NULL, 0, NULL}};

static bool decode_teach_level(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    const char *text = node->kind == YAML_NODE_SCALAR ? node->text : "";
    for (const struct yaml_choice *level = teach_levels; level->name != NULL; level++)
        if (strcmp(level->name, text) == 0) {
            *(const char **)out = text;
            return true;
        }
    return leaf_wrong(ctx, node, "intro, core or expert");
}
static const struct yaml_type teach_level = CUSTOM("a level", const char *, decode_teach_level);

/* ---- world ---- */

#define F(type, key, kind, member, help)                                                                               \
    {                                                                                                                  \
        key, &kind, offsetof(struct type, member), false, NULL, help, 0                                                \
    }
#define NEED(type, key, kind, member, help)                                                                            \
    {                                                                                                                  \
        key, &kind, offsetof(struct type, member), true, NULL, help, 0                                                 \
    }
#define DEFAULT(type, key, kind, member, text, help)                                                                   \
    {                                                                                                                  \
        key, &kind, offsetof(struct type, member), false, text, help, 0                                                \
    }
#define SEEN(type, key, kind, member, flag, help)                                                                      \
    {                                                                                                                  \
        key, &kind, offsetof(struct type, member), false, NULL, help, offsetof(struct type, flag)                      \
    }
#define STRUCT(words, type, table)                                                                                     \
    {                                                                                                                  \
        .kind = YAML_STRUCT, .name = words, .size = sizeof(struct type), .fields = table                               \
    }
#define MARKED(words, type, table)                                                                                     \
    {                                                                                                                  \
        .kind = YAML_STRUCT, .name = words, .size = sizeof(struct type), .fields = table, .marked = true               \
    }
#define MAP(words, of)                                                                                                 \
    {                                                                                                                  \
        .kind = YAML_MAP, .name = words, .size = sizeof(struct yaml_map), .item = of                                   \
    }

static const struct yaml_field fault_fields[] = {
    DEFAULT(zone_fault, "type", fault_type, type, "any", "the questions it is for"),
    NEED(zone_fault, "as", fault_as, as, "servfail, nxdomain, nodata, refused or timeout"),
    F(zone_fault, "times", count_range, times, "how often, in the whole run"),
    F(zone_fault, "between", time_range, between, "when, from the start of the story"),
    F(zone_fault, "case", yaml_str, only_case, "only in this case"),
    END};
static const struct yaml_type fault = MARKED("a DNS fault", zone_fault, fault_fields);
static const struct yaml_type fault_list = LIST("a list of DNS faults", &fault);

static const struct yaml_field zone_fields[] = {
    F(zone, "MX", yaml_str_list, mx, "\"10 host\", one or many; \"0 .\" is a null MX (RFC 7505)"),
    F(zone, "A", yaml_str_list, a, "IPv4 addresses"),
    F(zone, "AAAA", yaml_str_list, aaaa, "IPv6 addresses"),
    F(zone, "TXT", yaml_str_list, txt, "texts"),
    F(zone, "CNAME", yaml_str, cname, "the canonical name"),
    DEFAULT(zone, "ttl", wait, ttl_ns, "1h", "time to live of its records"),
    F(zone, "mta_sts", mta_sts, mta_sts, "absent, or a policy (RFC 8461)"),
    F(zone, "fail", fault_list, fail, "how its questions fail"),
    END};
static const struct yaml_type zone_type = MARKED("a zone", zone, zone_fields);
static const struct yaml_type zone_map = MAP("zones by name", &zone_type);

static const struct yaml_field when_fields[] = {
    F(rule_when, "rcpt", yaml_str, rcpt, "glob over the forward-path"),
    F(rule_when, "sender", yaml_str, sender, "glob over the reverse-path"),
    F(rule_when, "client", yaml_str, client, "glob over the client's address"),
    F(rule_when, "helo", yaml_str, helo, "glob over the EHLO argument"),
    F(rule_when, "verb", yaml_str, verb, "glob over the command's verb"),
    F(rule_when, "connection", count_range, connection, "the n-th connection to this host"),
    F(rule_when, "message", count_range, message, "the n-th transaction on the connection"),
    F(rule_when, "between", time_range, between, "time since the start of the story"),
    SEEN(rule_when, "tls", yaml_bool, tls, tls_seen, "whether the session is encrypted"),
    END};
static const struct yaml_type when_type = STRUCT("conditions", rule_when, when_fields);

static const struct yaml_field greylist_fields[] = {
    NEED(greylist, "key", part_list, key, "what makes two attempts the same"),
    NEED(greylist, "wait", wait, wait_ns, "how long the first sight must be ago"),
    DEFAULT(greylist, "remember", wait, remember_ns, "36d", "how long a pass holds"),
    F(greylist, "closes", wait, closes_ns, "a retry later than this is a first sight again (RFC 6647 §5.2)"), END};
static const struct yaml_type greylist_type = STRUCT("a greylist", greylist, greylist_fields);
static const struct yaml_type greylist_ptr = POINTER("a greylist", &greylist_type);

static const struct yaml_choice rate_counts[] = {{"connections", RATE_CONNECTIONS, "at connect"},
                                                 {"messages", RATE_MESSAGES, "at mail, data or eod"},
                                                 {"recipients", RATE_RECIPIENTS, "at rcpt"},
                                                 {NULL, 0, NULL}};
static const struct yaml_type rate_count_type = CHOICES("connections, messages or recipients", rate_counts);
static const struct yaml_field rate_limit_fields[] = {
    NEED(rate_limit, "key", part_list, key, "whose chances are counted together"),
    NEED(rate_limit, "allow", positive, allow, "how many"),
    NEED(rate_limit, "per", wait, per_ns, "in how long"),
    F(rate_limit, "burst", positive, burst, "how many at first; default allow"),
    F(rate_limit, "count", rate_count_type, count, "what is counted"),
    F(rate_limit, "count_refused", yaml_bool, count_refused, "refused ones count too"),
    END};
static const struct yaml_type rate_limit_type = STRUCT("a rate limit", rate_limit, rate_limit_fields);
static const struct yaml_type rate_limit_ptr = POINTER("a rate limit", &rate_limit_type);

static const struct yaml_field rule_fields[] = {
    NEED(rule, "at", stage_type, at, "the stage"),
    F(rule, "when", when_type, when, "further conditions; all must hold"),
    F(rule, "times", count_range, times, "the n-th times that it would act"),
    F(rule, "reply", reply, reply, "what the host says"),
    F(rule, "greylist", greylist_ptr, greylist, "acts until the client has come back late enough"),
    F(rule, "rate_limit", rate_limit_ptr, rate_limit, "acts when too many come"),
    F(rule, "refuse", yaml_bool, refuse, "connect: nobody listens"),
    F(rule, "blackhole", yaml_bool, blackhole, "connect: SYN packets vanish; later: no answer, ever"),
    F(rule, "delay", wait, delay_ns, "before the reply"),
    F(rule, "keep", keep_type, keep, "whether the host keeps the message, apart from its answer"),
    SEEN(rule, "then", then_type, then, then_seen, "what happens after the reply"),
    F(rule, "optional", yaml_bool, optional, "no complaint when it never acts"),
    F(rule, "note", yaml_str, note, "for readers"),
    F(rule, "case", yaml_str, only_case, "only in this case"),
    END};
static const struct yaml_type rule_type = MARKED("a rule", rule, rule_fields);
static const struct yaml_type rule_list = {
    .kind = YAML_LIST, .name = "a list of rules", .size = sizeof(struct yaml_list), .item = &rule_type};

#define IN(type, group, key, kind, member, fallback, help)                                                             \
    {                                                                                                                  \
        key, &kind, offsetof(struct type, group.member) - offsetof(struct type, group), false, fallback, help, 0       \
    }
#define GROUP(words, table)                                                                                            \
    {                                                                                                                  \
        .kind = YAML_STRUCT, .name = words, .size = 0, .fields = table                                                 \
    }

static const struct yaml_field host_limit_fields[] = {
    IN(host, limits, "size", yaml_size, size, NULL, "largest message"),
    IN(host, limits, "rcpts", positive, rcpts, NULL, "recipients of a transaction; more get 452 4.5.3"), END};
static const struct yaml_type host_limits = GROUP("limits", host_limit_fields);
static const struct yaml_type any_wait = {
    .kind = YAML_DURATION, .name = "a length of time such as -1d", .size = sizeof(int64_t)};
static const struct yaml_field host_tls_fields[] = {
    IN(host, tls, "cert", cert_type, cert, "valid", "its certificate"),
    IN(host, tls, "not_after", any_wait, not_after_ns, NULL, "the certificate's end, relative to the start"),
    IN(host, tls, "names", yaml_str_list, names, NULL, "its names; default the host's"), END};
static const struct yaml_type host_tls_type = GROUP("TLS settings", host_tls_fields);

static const struct yaml_field host_fields[] = {
    NEED(host, "addr", ipv4, addr, "its address, in 192.0.2.0/24, 198.51.100.0/24 or 203.0.113.0/25"),
    F(host, "banner", yaml_str, banner, "the greeting's text behind the host name"),
    SEEN(host, "ehlo", yaml_str_list, ehlo, ehlo_seen, "the EHLO keywords it offers, instead of the usual"),
    F(host, "limits", host_limits, limits, "limits"),
    F(host, "tls", host_tls_type, tls, "TLS"),
    F(host, "rules", rule_list, rules, "how it departs from good behaviour"),
    END};
static const struct yaml_type host_type = MARKED("a host", host, host_fields);
static const struct yaml_type host_map = MAP("hosts by name", &host_type);

static const struct yaml_field world_fields[] = {IN(raw_scenario, world, "dns", zone_map, dns, NULL, "zones"),
                                                 IN(raw_scenario, world, "hosts", host_map, hosts, NULL, "MX hosts"),
                                                 END};
static const struct yaml_type world_type = GROUP("the world", world_fields);

/* ---- story ---- */

static const struct yaml_field submission_fields[] = {
    NEED(raw_submission, "t", wait, t_ns, "when, from the start of the story"),
    NEED(raw_submission, "submit", yaml_str, submit, "a name for the message"),
    NEED(raw_submission, "from", yaml_str, from, "reverse-path; \"\" is the null one"),
    NEED(raw_submission, "to", yaml_str_list, to, "forward-paths; user{1..25}@… makes 25"),
    DEFAULT(raw_submission, "count", positive, count, "1", "how many; {n} in from and to tells them apart"),
    DEFAULT(raw_submission, "every", wait, every_ns, "0s", "time from one to the next"),
    F(raw_submission, "size", yaml_size, size, "octets of the body"),
    F(raw_submission, "case", yaml_str, only_case, "only in this case"),
    END};
static const struct yaml_type submission_type = MARKED("a submission", raw_submission, submission_fields);
static const struct yaml_type story_type = {
    .kind = YAML_LIST, .name = "a list of submissions", .size = sizeof(struct yaml_list), .item = &submission_type};

/* ---- expectations ---- */

static const struct yaml_field delivered_fields[] = {
    NEED(check_delivered, "of", yaml_str, of, "the submission"),
    F(check_delivered, "to", yaml_str_list, to, "globs over the recipients; default all"),
    F(check_delivered, "each", yaml_bool, each, "each submission by itself, as it is anyway"),
    DEFAULT(check_delivered, "times", count_range, times, "1", "copies for each recipient"),
    F(check_delivered, "within", time_range, within, "the first copy's time since the submission"),
    F(check_delivered, "host", yaml_str, host, "glob: only copies at this host count"),
    SEEN(check_delivered, "tls", yaml_bool, tls, tls_seen, "only copies that came (not) encrypted count"),
    END};
static const struct yaml_type delivered = MARKED("a delivery check", check_delivered, delivered_fields);
static const struct yaml_type delivered_ptr = POINTER("a delivery check", &delivered);

static const struct yaml_field window_fields[] = {
    NEED(window, "window", time_range, window, "times since the submission"),
    NEED(window, "count", count_range, count, "attempts in it"), END};
static const struct yaml_type window_type = STRUCT("a window", window, window_fields);
static const struct yaml_type window_list = LIST("a list of windows", &window_type);

static const struct yaml_field attempts_fields[] = {
    NEED(check_attempts, "of", yaml_str, of, "the submission"),
    NEED(check_attempts, "to", yaml_str_list, to, "globs over the recipients"),
    F(check_attempts, "count", count_range, count, "how many"),
    F(check_attempts, "gap", time_range, gap, "from the start of each to the start of the next"),
    F(check_attempts, "first", time_range, first, "of the first, since the submission"),
    F(check_attempts, "last", time_range, last, "of the last, since the submission"),
    F(check_attempts, "in", window_list, in, "counts in windows of time"),
    END};
static const struct yaml_type attempts = MARKED("an attempts check", check_attempts, attempts_fields);
static const struct yaml_type attempts_ptr = POINTER("an attempts check", &attempts);

static const struct yaml_field dsn_recipient_fields[] = {
    F(dsn_recipient_check, "action", yaml_str, action, "failed, delayed, delivered, relayed or expanded"),
    F(dsn_recipient_check, "status", yaml_str_list, status, "globs over the status code"),
    F(dsn_recipient_check, "diagnostic", yaml_str_list, diagnostic, "globs over the diagnostic code"),
    F(dsn_recipient_check, "remote_mta", yaml_str, remote_mta, "glob over the Remote-MTA"), END};
static const struct yaml_type dsn_recipient = STRUCT("a recipient of a DSN", dsn_recipient_check, dsn_recipient_fields);
static const struct yaml_type dsn_recipient_map = MAP("recipients", &dsn_recipient);

static const struct yaml_field dsn_fields[] = {
    NEED(check_dsn, "of", yaml_str, of, "the submission it reports on"),
    DEFAULT(check_dsn, "times", count_range, times, "1", "how many"),
    F(check_dsn, "action", yaml_str, action, "with a recipient of this action"),
    F(check_dsn, "between", time_range, between, "when, since the submission"),
    F(check_dsn, "envelope_from", yaml_str, envelope_from, "its reverse-path; \"<>\" is the null one"),
    F(check_dsn, "to", yaml_str, to, "its recipient"),
    F(check_dsn, "recipients", dsn_recipient_map, recipients, "what it says of whom"),
    F(check_dsn, "not_recipients", yaml_str_list, not_recipients, "whom it must not name"),
    F(check_dsn, "contains", yaml_str_list, contains, "globs over its text"),
    END};
static const struct yaml_type dsn = MARKED("a DSN check", check_dsn, dsn_fields);
static const struct yaml_type dsn_ptr = POINTER("a DSN check", &dsn);

static const struct yaml_field expect_fields[] = {
    F(raw_expect, "must", yaml_str, must, "the sentence; the RFC says MUST"),
    F(raw_expect, "should", yaml_str, should, "the sentence; the RFC says SHOULD"),
    F(raw_expect, "may", yaml_str, may, "the sentence; the RFC says MAY"),
    F(raw_expect, "spec", yaml_str_list, spec, "clauses such as RFC5321#4.5.4.1"),
    F(raw_expect, "id", yaml_str, id, "a name for baselines"),
    F(raw_expect, "case", yaml_str, only_case, "only in this case"),
    F(raw_expect, "requires", yaml_str_list, needs, "capabilities without which it says nothing"),
    F(raw_expect, "why", yaml_str, why, "for readers"),
    F(raw_expect, "delivered", delivered_ptr, delivered, "check: deliveries"),
    F(raw_expect, "attempts", attempts_ptr, attempts, "check: attempts"),
    F(raw_expect, "dsn", dsn_ptr, dsn, "check: delivery status notifications"),
    F(raw_expect, "never", never_ptr, never, "check: no such event"),
    F(raw_expect, "count", count_ptr, count, "check: how many such events"),
    F(raw_expect, "ratio", ratio_ptr, ratio, "check: the share of such events"),
    F(raw_expect, "timeline", timeline_ptr, timeline, "check: events in this order"),
    F(raw_expect, "over_seeds", over_seeds_ptr, over_seeds, "check: shares over many seeds"),
    SEEN(raw_expect, "invariant", invariant_type, invariant, invariant_seen, "check: an invariant"),
    END};
static const struct yaml_type expect_type = MARKED("an expectation", raw_expect, expect_fields);
static const struct yaml_type expect_list = {
    .kind = YAML_LIST, .name = "a list of expectations", .size = sizeof(struct yaml_list), .item = &expect_type};

/* ---- the whole ---- */

static const struct yaml_field teach_fields[] = {
    IN(raw_scenario, teach, "level", teach_level, level, NULL, "intro, core or expert"),
    IN(raw_scenario, teach, "story", yaml_str, story, NULL, "what happens, for a student"),
    IN(raw_scenario, teach, "watch", yaml_str, watch, NULL, "what to look at"),
    IN(raw_scenario, teach, "see_also", yaml_str_list, see_also, NULL, "other scenarios"), END};
static const struct yaml_type teach_type = GROUP("the lesson", teach_fields);
static const struct yaml_field clock_fields[] = {
    IN(raw_scenario, clock, "start", instant, start_ns, "2030-01-01T00:00:00Z", "the wall clock at the start"),
    {"until", &wait, offsetof(struct raw_scenario, clock.until_ns) - offsetof(struct raw_scenario, clock), true, NULL,
     "how long the story is watched", 0},
    END};
static const struct yaml_type clock_type = GROUP("the clock", clock_fields);

static const struct yaml_field scenario_fields[] = {
    NEED(raw_scenario, "scenario", yaml_int, version, "the language's version: 1"),
    NEED(raw_scenario, "id", yaml_str, id, "area/name, as in its path"),
    NEED(raw_scenario, "title", yaml_str, title, "one line"),
    F(raw_scenario, "teach", teach_type, teach, "the lesson"),
    F(raw_scenario, "tags", yaml_str_list, tags, "words to choose by"),
    F(raw_scenario, "requires", yaml_str_list, needs, "capabilities that the target must have"),
    F(raw_scenario, "seeds", seeds_type, seeds, "run it so often, each time with another seed"),
    DEFAULT(raw_scenario, "seed", seed_type, seed, "1", "of everything random"),
    NEED(raw_scenario, "clock", clock_type, clock, "start and end"),
    F(raw_scenario, "cases", yaml_any, cases, "variants: {name: {variable: value}}"),
    NEED(raw_scenario, "world", world_type, world, "dns and hosts"),
    NEED(raw_scenario, "story", story_type, story, "what is submitted, and when"),
    F(raw_scenario, "expect", expect_list, expect, "what must be true"),
    END};
const struct yaml_type raw_scenario_type = STRUCT("a scenario", raw_scenario, scenario_fields);
