/* The scenario language as tables: every key with its type, default and help. Leaves first, then the structure. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/duration.h"
#include "lib/base/nearest.h"
#include "sim/scenario/loader.h"

#define DAY            (86400 * NS_PER_S)
#define PARTS_MAX      16
#define COPIES_MAX     10000  /* submissions of one item, and recipients of one */
#define RECIPIENTS_MAX 100000 /* of the whole story */
#define PATTERN_MAX    16
#define ADDRESS_MAX    320
#define END                                                                                                            \
    {                                                                                                                  \
        NULL, NULL, 0, false, NULL, NULL, 0                                                                            \
    }
#define ARRAY(list, type) ((type *)(list).items)

/* What stands in the file, before it becomes the model. */
struct raw_submission {
    struct yaml_mark at;
    int64_t t_ns;
    const char *submit, *from;
    struct yaml_list to;
    int64_t count, every_ns;
    uint64_t size;
    const char *only_case;
};

struct raw_expect {
    struct yaml_mark at;
    const char *must, *should, *may;
    struct yaml_list spec, needs;
    const char *id, *only_case, *why;
    struct check_delivered *delivered;
    struct check_attempts *attempts;
    struct check_dsn *dsn;
    struct check_never *never;
    struct check_count *count;
    struct check_ratio *ratio;
    struct check_timeline *timeline;
    struct check_over_seeds *over_seeds;
    int invariant;
    bool invariant_seen;
};

struct raw_scenario {
    int64_t version;
    const char *id, *title;
    struct {
        const char *level, *story, *watch;
        struct yaml_list see_also;
    } teach;
    struct yaml_list tags, needs;
    int64_t seed, seeds;
    struct {
        int64_t start_ns, until_ns;
    } clock;
    const struct yaml_node *cases;
    struct {
        struct yaml_map dns, hosts;
    } world;
    struct yaml_list story, expect;
};

/* ---- leaves ---- */

static bool wrong(struct yaml_ctx *ctx, const struct yaml_node *node, const char *expected)
{
    yaml_error(ctx->doc, node->at, ctx->path, "expected %s, found `%.60s`", expected,
               node->kind == YAML_NODE_SCALAR ? node->text : "a list or mapping");
    return false;
}

static bool parse_count(struct slice text, int64_t *out)
{
    uint64_t n;
    if (!slice_to_u64(text, INT64_MAX, &n))
        return false;
    *out = (int64_t)n;
    return true;
}

static bool parse_range(const char *text, bool (*parse)(struct slice, int64_t *), struct range *out)
{
    const char *dots = strstr(text, "..");
    struct range range = {true, INT64_MIN, INT64_MAX, text};
    bool good;
    if (strncmp(text, ">=", 2) == 0)
        good = parse(slice_cstr(text + 2), &range.min);
    else if (strncmp(text, "<=", 2) == 0)
        good = parse(slice_cstr(text + 2), &range.max);
    else if (dots != NULL)
        good = parse(slice_make(text, (size_t)(dots - text)), &range.min) && parse(slice_cstr(dots + 2), &range.max) &&
               range.min <= range.max;
    else if ((good = parse(slice_cstr(text), &range.min)))
        range.max = range.min;
    if (good)
        *out = range;
    return good;
}

static bool decode_count_range(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (node->kind == YAML_NODE_SCALAR && parse_range(node->text, parse_count, out))
        return true;
    return wrong(ctx, node, "a count such as 1, \">=1\", \"<=3\" or \"1..3\"");
}

static bool decode_time_range(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (node->kind == YAML_NODE_SCALAR && parse_range(node->text, duration_parse, out))
        return true;
    return wrong(ctx, node, "a range of times with units, such as \">=30m\" or \"1m..30m\"");
}

/* "451 4.7.1 Come back later", or 250 alone */
static bool decode_reply(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct reply_text *reply = out;
    const char *text = node->kind == YAML_NODE_SCALAR ? node->text : "";
    if (strlen(text) < 3 || !isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]) ||
        !isdigit((unsigned char)text[2]) || (text[3] != '\0' && text[3] != ' ') || text[0] < '2' || text[0] > '5')
        return wrong(ctx, node, "a reply such as \"451 4.7.1 Come back later\" (RFC 5321 §4.2)");
    reply->code = (text[0] - '0') * 100 + (text[1] - '0') * 10 + text[2] - '0';
    reply->text = text[3] == ' ' ? text + 4 : "";
    return true;
}

static bool decode_ipv4(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (node->kind == YAML_NODE_SCALAR && inet_pton(AF_INET, node->text, out) == 1)
        return true;
    return wrong(ctx, node, "an IPv4 address such as 192.0.2.10");
}

static bool decode_instant(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct tm utc = {0};
    const char *end = node->kind == YAML_NODE_SCALAR ? strptime(node->text, "%Y-%m-%dT%H:%M:%SZ", &utc) : NULL;
    if (end == NULL || *end != '\0')
        return wrong(ctx, node, "an instant in UTC such as 2030-01-01T00:00:00Z");
    *(int64_t *)out = (int64_t)timegm(&utc) * NS_PER_S;
    return true;
}

static bool decode_mta_sts(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct zone_mta_sts *sts = out;
    if (node->kind == YAML_NODE_SCALAR && strcmp(node->text, "absent") == 0)
        return true;
    const struct yaml_node *mode = yaml_get(node, "mode");
    if (mode == NULL || mode->kind != YAML_NODE_SCALAR)
        return wrong(ctx, node, "`absent`, or a policy {mode, mx, max_age} (RFC 8461 §3.2)");
    *sts = (struct zone_mta_sts){true, mode->text};
    return true;
}

/* What a trace can say: docs/TRACE.md. */
static const char *const event_names[] = {
    "target.start", "msg.submitted", "msg.refused",   "target.silent", "dns.query", "dns.answer",
    "tcp.connect",  "tcp.close",     "tls.start",     "tls.done",      "tls.fail",  "smtp.command",
    "smtp.reply",   "smtp.data",     "smtp.accepted", "msg.delivered", "dsn.seen",  "rule.fired",
    "violation",    "target.exit",   "target.queue",  "run.end",       NULL};
static const char *const field_names[] = {
    "event", "t",      "seq",   "conn",   "txn",    "host",   "peer",    "msg",  "n",       "rcpt",   "round",
    "tls",   "code",   "verb",  "bytes",  "from",   "to",     "token",   "text", "port",    "qname",  "qtype",
    "rcode", "proto",  "addr",  "result", "by",     "how",    "version", "line", "subject", "report", "rule",
    "at",    "effect", "count", "kind",   "status", "signal", "reason",  NULL};
static const char *const number_fields[] = {"seq",  "conn", "txn",   "n",      "round",  "code", "bytes",
                                            "port", "rule", "count", "status", "signal", NULL};

static bool is_one_of(const char *const *names, const char *name)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

static bool unknown_name(struct yaml_ctx *ctx, struct yaml_mark at, const char *what, const char *name,
                         const char *const *known)
{
    struct nearest near;
    nearest_init(&near, name);
    for (; *known != NULL; known++)
        nearest_offer(&near, *known);
    yaml_error(ctx->doc, at, ctx->path, "no %s `%.60s` in a trace%s%s%s", what, name,
               near.best != NULL ? "; did you mean `" : "", near.best != NULL ? near.best : "",
               near.best != NULL ? "`?" : "");
    return false;
}

/* A misspelt name would match nothing, and `never` would pass. */
static bool check_pattern_field(struct yaml_ctx *ctx, const struct yaml_pair *pair)
{
    const char *name = pair->key, *value = pair->value->text;
    struct range range;
    if (!is_one_of(field_names, name))
        return unknown_name(ctx, pair->key_at, "field", name, field_names);
    if (strcmp(name, "event") == 0 && strpbrk(value, "*?") == NULL && !is_one_of(event_names, value))
        return unknown_name(ctx, pair->value->at, "event", value, event_names);
    if ((strcmp(name, "tls") == 0 || strcmp(name, "report") == 0) && strcmp(value, "true") != 0 &&
        strcmp(value, "false") != 0)
        return wrong(ctx, pair->value, "true or false");
    if (strcmp(name, "t") == 0 && !parse_range(value, duration_parse, &range))
        return wrong(ctx, pair->value, "a range of times with units, such as \">=30m\"");
    if (is_one_of(number_fields, name) && strpbrk(value, "*?") == NULL && !parse_range(value, parse_count, &range))
        return wrong(ctx, pair->value, "a number or a range such as \"400..499\"");
    return true;
}

static bool decode_pattern_map(struct yaml_ctx *ctx, const struct yaml_node *node, struct pattern *out,
                               const char *const *skip)
{
    if (node->kind != YAML_NODE_MAP || node->count > PATTERN_MAX)
        return wrong(ctx, node, "a pattern over trace fields such as {event: smtp.reply, code: 421}");
    out->names = arena_alloc(ctx->doc->arena, node->count * sizeof *out->names);
    out->values = arena_alloc(ctx->doc->arena, node->count * sizeof *out->values);
    for (size_t i = 0; i < node->count; i++) {
        bool skipped = false;
        for (const char *const *name = skip; name != NULL && *name != NULL; name++)
            skipped = skipped || strcmp(*name, node->pairs[i].key) == 0;
        if (skipped)
            continue;
        if (node->pairs[i].value->kind != YAML_NODE_SCALAR)
            return wrong(ctx, node->pairs[i].value, "a value, a glob or a range");
        if (!check_pattern_field(ctx, &node->pairs[i]))
            return false;
        out->names[out->count] = node->pairs[i].key;
        out->values[out->count++] = node->pairs[i].value->text;
    }
    if (out->count == 0)
        return wrong(ctx, node, "a pattern with at least one trace field");
    return true;
}

static bool decode_sub_pattern(struct yaml_ctx *ctx, const struct yaml_node *node, struct pattern **out)
{
    if (node == NULL)
        return true;
    *out = arena_alloc(ctx->doc->arena, sizeof **out);
    return decode_pattern_map(ctx, node, *out, NULL);
}

static bool decode_never(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"after", "before", "except", NULL};
    struct check_never *never = out;
    if (!decode_pattern_map(ctx, node, &never->pattern, own) ||
        !decode_sub_pattern(ctx, yaml_get(node, "after"), &never->after) ||
        !decode_sub_pattern(ctx, yaml_get(node, "before"), &never->before))
        return false;
    const struct yaml_node *except = yaml_get(node, "except");
    if (except == NULL)
        return true;
    if (except->kind != YAML_NODE_LIST)
        return wrong(ctx, except, "a list of patterns");
    never->except = arena_alloc(ctx->doc->arena, except->count * sizeof *never->except);
    for (; never->except_count < except->count; never->except_count++)
        if (!decode_pattern_map(ctx, except->items[never->except_count], &never->except[never->except_count], NULL))
            return false;
    return true;
}

static bool decode_count(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"window", "is", NULL};
    struct check_count *count = out;
    const struct yaml_node *window = yaml_get(node, "window"), *is = yaml_get(node, "is");
    if (!decode_pattern_map(ctx, node, &count->pattern, own))
        return false;
    if (is == NULL || is->kind != YAML_NODE_SCALAR || !parse_range(is->text, parse_count, &count->is))
        return wrong(ctx, is != NULL ? is : node, "`is` with a count such as \"<=30\"");
    return window == NULL || yaml_decode_sub(ctx, window, &yaml_duration, "window", &count->window_ns);
}

static bool decode_share(struct yaml_ctx *ctx, const struct yaml_node *node, double *out, bool *seen)
{
    char *end;
    if (node == NULL)
        return true;
    *seen = true;
    *out = node->kind == YAML_NODE_SCALAR ? strtod(node->text, &end) : -1;
    if (*out < 0 || *end != '\0' || end == node->text)
        return wrong(ctx, node, "a share such as 0.5");
    return true;
}

static bool decode_ratio(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"over", "min", "max", NULL};
    struct check_ratio *ratio = out;
    const struct yaml_node *over = yaml_get(node, "over");
    if (!decode_pattern_map(ctx, node, &ratio->pattern, own))
        return false;
    if (over == NULL || !decode_pattern_map(ctx, over, &ratio->over, NULL))
        return over != NULL ? false : wrong(ctx, node, "`over` with the pattern that is the whole");
    if (!decode_share(ctx, yaml_get(node, "min"), &ratio->min, &ratio->min_seen) ||
        !decode_share(ctx, yaml_get(node, "max"), &ratio->max, &ratio->max_seen))
        return false;
    return ratio->min_seen || ratio->max_seen || wrong(ctx, node, "`min` or `max`");
}

static bool decode_timeline(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"after", NULL};
    struct check_timeline *timeline = out;
    if (node->kind != YAML_NODE_LIST || node->count == 0)
        return wrong(ctx, node, "a list of patterns, in their order");
    timeline->steps = arena_alloc(ctx->doc->arena, node->count * sizeof *timeline->steps);
    for (; timeline->count < node->count; timeline->count++) {
        const struct yaml_node *item = node->items[timeline->count];
        struct timeline_step *step = &timeline->steps[timeline->count];
        const struct yaml_node *after = item->kind == YAML_NODE_MAP ? yaml_get(item, "after") : NULL;
        if (!decode_pattern_map(ctx, item, &step->pattern, own))
            return false;
        if (after != NULL && !decode_time_range(ctx, after, &step->after))
            return false;
    }
    return true;
}

static bool parse_percent(struct slice text, int64_t *out)
{
    return text.len > 1 && text.ptr[text.len - 1] == '%' && parse_count(slice_head(text, text.len - 1), out);
}

static bool decode_over_seeds(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const own[] = {"by", "each", "among", NULL};
    struct check_over_seeds *check = out;
    const struct yaml_node *by = yaml_get(node, "by"), *each = yaml_get(node, "each"), *among = yaml_get(node, "among");
    if (!decode_pattern_map(ctx, node, &check->pattern, own))
        return false;
    if (by == NULL || by->kind != YAML_NODE_SCALAR || !is_one_of(field_names, by->text))
        return wrong(ctx, by != NULL ? by : node, "`by` with a field of the trace, such as host");
    check->by = by->text;
    if (each == NULL || each->kind != YAML_NODE_SCALAR || !parse_range(each->text, parse_percent, &check->each))
        return wrong(ctx, each != NULL ? each : node, "`each` with a share such as \">=15%\"");
    if (among == NULL || among->kind != YAML_NODE_LIST || among->count > 16)
        return wrong(ctx, among != NULL ? among : node, "`among` with a list of at most 16 values");
    return yaml_decode_sub(ctx, among, &yaml_str_list, "among", &check->among);
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

static const struct yaml_type count_range = CUSTOM("a count", struct range, decode_count_range);
static const struct yaml_type time_range = CUSTOM("a range of times", struct range, decode_time_range);
static const struct yaml_type reply = CUSTOM("a reply", struct reply_text, decode_reply);
static const struct yaml_type ipv4 = CUSTOM("an address", struct in_addr, decode_ipv4);
static const struct yaml_type instant = CUSTOM("an instant", int64_t, decode_instant);
static const struct yaml_type mta_sts = CUSTOM("a policy", struct zone_mta_sts, decode_mta_sts);
static const struct yaml_type never = CUSTOM("a pattern", struct check_never, decode_never);
static const struct yaml_type never_ptr = POINTER("a pattern", &never);
static const struct yaml_type count_check = CUSTOM("a count", struct check_count, decode_count);
static const struct yaml_type count_ptr = POINTER("a count", &count_check);
static const struct yaml_type ratio_check = CUSTOM("a ratio", struct check_ratio, decode_ratio);
static const struct yaml_type ratio_ptr = POINTER("a ratio", &ratio_check);
static const struct yaml_type timeline_check = CUSTOM("a timeline", struct check_timeline, decode_timeline);
static const struct yaml_type timeline_ptr = POINTER("a timeline", &timeline_check);
static const struct yaml_type over_seeds_check = CUSTOM("shares", struct check_over_seeds, decode_over_seeds);
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
    return wrong(ctx, node, "intro, core or expert");
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
static const struct yaml_type scenario_type = STRUCT("a scenario", raw_scenario, scenario_fields);

/* ---- from what stands there to the model ---- */

static bool of_this_case(const struct scenario *s, const char *only_case)
{
    return only_case == NULL || s->case_name == NULL || strcmp(only_case, s->case_name) == 0;
}

static const char *lower(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *c = copy; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

/* Removes list members of other cases, in place. */
#define KEEP_OF_CASE(s, list, type)                                                                                    \
    do {                                                                                                               \
        size_t kept = 0;                                                                                               \
        for (size_t i_ = 0; i_ < (list)->count; i_++)                                                                  \
            if (of_this_case((s), ARRAY(*(list), type)[i_].only_case))                                                 \
                ARRAY(*(list), type)[kept++] = ARRAY(*(list), type)[i_];                                               \
        (list)->count = kept;                                                                                          \
    } while (0)

static void take_world(struct scenario *s, const struct raw_scenario *raw)
{
    struct arena *arena = s->doc.arena;
    s->zones = arena_alloc(arena, raw->world.dns.count * sizeof *s->zones);
    for (size_t i = 0; i < raw->world.dns.count; i++) {
        struct zone *zone = &s->zones[s->zone_count++];
        *zone = *(struct zone *)raw->world.dns.entries[i].value;
        zone->name = lower(arena, raw->world.dns.entries[i].key);
        KEEP_OF_CASE(s, &zone->fail, struct zone_fault);
    }
    s->hosts = arena_alloc(arena, (raw->world.hosts.count + WORLD_SENDER_MX_COUNT) * sizeof *s->hosts);
    for (size_t i = 0; i < raw->world.hosts.count; i++) {
        struct host *host = &s->hosts[s->host_count++];
        *host = *(struct host *)raw->world.hosts.entries[i].value;
        host->name = lower(arena, raw->world.hosts.entries[i].key);
        KEEP_OF_CASE(s, &host->rules, struct rule);
    }
}

/* Replaces {n} by the number, and expands one {A..B}: returns how many texts were made. */
static size_t expand(struct scenario *s, const char *text, unsigned n, const char **out, size_t room)
{
    struct arena *arena = s->doc.arena;
    const char *brace = strchr(text, '{');
    unsigned first = 0, last = 0;
    int used = 0;
    if (brace == NULL) {
        out[0] = text;
        return 1;
    }
    int head = (int)(brace - text);
    if (strncmp(brace, "{n}", 3) == 0)
        return expand(s, arena_printf(arena, "%.*s%u%s", head, text, n, brace + 3), n, out, room);
    if (sscanf(brace, "{%u..%u}%n", &first, &last, &used) != 2 || used == 0 || last < first || last - first >= room)
        return 0;
    for (unsigned i = first; i <= last; i++)
        out[i - first] = arena_printf(arena, "%.*s%u%s", head, text, i, brace + used);
    return last - first + 1;
}

/* scratch has room for COPIES_MAX texts. */
static bool expand_recipients(struct scenario *s, const struct raw_submission *raw, const char **scratch,
                              struct submission *out)
{
    for (size_t i = 0; i < raw->to.count; i++) {
        size_t made =
            expand(s, ARRAY(raw->to, const char *)[i], out->n, scratch + out->to_count, COPIES_MAX - out->to_count);
        if (made == 0) {
            yaml_error(&s->doc, raw->at, "story", "`%s` has a {…} that is neither {n} nor {1..25}, or makes too many",
                       ARRAY(raw->to, const char *)[i]);
            return false;
        }
        out->to_count += made;
    }
    out->to = arena_alloc(s->doc.arena, out->to_count * sizeof *out->to);
    memcpy(out->to, scratch, out->to_count * sizeof *out->to);
    return true;
}

static void take_story(struct scenario *s, const struct raw_scenario *raw)
{
    size_t total = 0;
    const struct raw_submission *items = raw->story.items;
    for (size_t i = 0; i < raw->story.count; i++)
        total += of_this_case(s, items[i].only_case) ? (size_t)items[i].count : 0;
    if (total > COPIES_MAX) {
        yaml_error(&s->doc, items[0].at, "story", "%zu submissions; at most %d are allowed", total, COPIES_MAX);
        return;
    }
    s->story = arena_alloc(s->doc.arena, total * sizeof *s->story);
    const char **scratch = arena_alloc(s->doc.arena, COPIES_MAX * sizeof *scratch);
    size_t recipients = 0;
    for (size_t i = 0; i < raw->story.count; i++) {
        if (!of_this_case(s, items[i].only_case))
            continue;
        for (unsigned n = 1; n <= (unsigned)items[i].count; n++) {
            struct submission *out = &s->story[s->story_count];
            *out = (struct submission){.at = items[i].at,
                                       .id = items[i].submit,
                                       .n = n,
                                       .t_ns = items[i].t_ns + (int64_t)(n - 1) * items[i].every_ns,
                                       .size = items[i].size};
            if (expand(s, items[i].from, n, &out->from, 1) != 1 || !expand_recipients(s, &items[i], scratch, out))
                return;
            s->story_count++;
            recipients += out->to_count;
            if (recipients > RECIPIENTS_MAX) {
                yaml_error(&s->doc, items[i].at, "story", "more than %d recipients in all", RECIPIENTS_MAX);
                return;
            }
        }
    }
}

static void take_check(struct scenario *s, const struct raw_expect *raw, struct expect *out)
{
    int checks = 0;
    if (raw->delivered != NULL && ++checks) {
        out->kind = CHECK_DELIVERED;
        out->delivered = *raw->delivered;
    }
    if (raw->attempts != NULL && ++checks) {
        out->kind = CHECK_ATTEMPTS;
        out->attempts = *raw->attempts;
    }
    if (raw->dsn != NULL && ++checks) {
        out->kind = CHECK_DSN;
        out->dsn = *raw->dsn;
    }
    if (raw->never != NULL && ++checks) {
        out->kind = CHECK_NEVER;
        out->never = *raw->never;
    }
    if (raw->count != NULL && ++checks) {
        out->kind = CHECK_COUNT;
        out->count = *raw->count;
    }
    if (raw->ratio != NULL && ++checks) {
        out->kind = CHECK_RATIO;
        out->ratio = *raw->ratio;
    }
    if (raw->timeline != NULL && ++checks) {
        out->kind = CHECK_TIMELINE;
        out->timeline = *raw->timeline;
    }
    if (raw->over_seeds != NULL && ++checks) {
        out->kind = CHECK_OVER_SEEDS;
        out->over_seeds = *raw->over_seeds;
    }
    if (raw->invariant_seen && ++checks) {
        out->kind = CHECK_INVARIANT;
        out->invariant = (enum invariant)raw->invariant;
    }
    if (checks != 1)
        yaml_error(&s->doc, raw->at, "expect",
                   "%s; an expectation is one sentence and one check (delivered, attempts, "
                   "dsn, never or invariant)",
                   checks == 0 ? "no check" : "more than one check");
}

static void take_sentence(struct scenario *s, const struct raw_expect *raw, struct expect *out)
{
    const char *const sentences[] = {raw->must, raw->should, raw->may};
    int found = 0;
    for (int i = 0; i < 3; i++) {
        if (sentences[i] == NULL)
            continue;
        out->level = i;
        out->sentence = sentences[i];
        found++;
    }
    if (found != 1)
        yaml_error(&s->doc, raw->at, "expect", "%s; write one of must, should and may, as the RFC does",
                   found == 0 ? "no sentence" : "more than one sentence");
}

static void take_expects(struct scenario *s, const struct raw_scenario *raw)
{
    const struct raw_expect *items = raw->expect.items;
    s->expects = arena_alloc(s->doc.arena, raw->expect.count * sizeof *s->expects);
    for (size_t i = 0; i < raw->expect.count; i++) {
        struct expect *out = &s->expects[s->expect_count];
        *out = (struct expect){.at = items[i].at,
                               .spec = items[i].spec,
                               .id = items[i].id,
                               .only_case = items[i].only_case,
                               .why = items[i].why,
                               .needs = items[i].needs};
        take_sentence(s, &items[i], out);
        take_check(s, &items[i], out);
        if (of_this_case(s, items[i].only_case))
            s->expect_count++;
    }
}

bool schema_decode(struct scenario *s)
{
    struct raw_scenario raw = {0};
    if (!yaml_decode(&s->doc, s->doc.root, &scenario_type, "", &raw))
        return false;
    if (raw.version != 1)
        yaml_error(&s->doc, s->doc.root->at, "scenario", "version %lld is not known; this program reads version 1",
                   (long long)raw.version);
    s->id = raw.id;
    s->title = raw.title;
    memcpy(&s->teach, &raw.teach, sizeof s->teach);
    s->tags = raw.tags;
    s->seed = raw.seed;
    s->seeds = raw.seeds;
    memcpy(&s->clock, &raw.clock, sizeof s->clock);
    struct yaml_list of_case = s->needs;
    s->needs = raw.needs;
    if (of_case.count > 0) {
        const char **all = arena_alloc(s->doc.arena, (raw.needs.count + of_case.count) * sizeof *all);
        if (raw.needs.count > 0)
            memcpy(all, raw.needs.items, raw.needs.count * sizeof *all);
        memcpy(all + raw.needs.count, of_case.items, of_case.count * sizeof *all);
        s->needs = (struct yaml_list){all, raw.needs.count + of_case.count};
    }
    take_world(s, &raw);
    take_story(s, &raw);
    take_expects(s, &raw);
    return s->doc.error_count == 0;
}
