/* The story as tables: what a list item may contain, by the key that says what it is. */
#include <string.h>
#include <strings.h>

#include "sim/scenario/tables.h"

/* A choice whose name is sent, in capitals. */
static bool decode_word(struct yaml_ctx *ctx, const struct yaml_node *node, const char *const *words,
                        const char *expected, void *out)
{
    for (; *words != NULL; words++)
        if (node->kind == YAML_NODE_SCALAR && strcasecmp(node->text, *words) == 0) {
            *(const char **)out = *words;
            return true;
        }
    return leaf_wrong(ctx, node, expected);
}

static bool decode_notify(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const words[] = {"NEVER", "SUCCESS", "FAILURE", "DELAY", NULL};
    return decode_word(ctx, node, words, "never, success, failure or delay", out);
}

static bool decode_ret(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const words[] = {"FULL", "HDRS", NULL};
    return decode_word(ctx, node, words, "full or hdrs", out);
}

static const struct yaml_type notify_type = CUSTOM("a word", const char *, decode_notify);
static const struct yaml_type notify_list = LIST("a list of never, success, failure, delay", &notify_type);
static const struct yaml_type message_name = CUSTOM("a name", const char *, leaf_name);
static const struct yaml_type ret_type = CUSTOM("full or hdrs", const char *, decode_ret);
static const struct yaml_type header_map = MAP("header fields", &yaml_str);
static const struct yaml_choice mechanisms[] = {
    {"plain", AUTH_PLAIN, "AUTH PLAIN, or LOGIN if the target offers only that"},
    {"login", AUTH_LOGIN, "AUTH LOGIN, or PLAIN if the target offers only that"},
    {NULL, 0, NULL}};
static const struct yaml_type mechanism_type = CHOICES("one of plain, login", mechanisms);
static const struct yaml_field submission_fields[] = {
    NEED(raw_submission, "t", wait, t_ns, "time since the start of the story"),
    NEED(raw_submission, "submit", message_name, submit, "name of the message"),
    NEED(raw_submission, "from", yaml_str, from, "reverse-path; \"\" is the null reverse-path"),
    NEED(raw_submission, "to", yaml_str_list, to, "forward-paths; user{1..25}@… generates 25"),
    DEFAULT(raw_submission, "count", positive, count, "1",
            "number of messages; {n} in from and to is the number of each"),
    DEFAULT(raw_submission, "every", wait, every_ns, "0s", "time from one message to the next"),
    F(raw_submission, "size", yaml_size, size, "size of the body"),
    DEFAULT(raw_submission, "via", schema_way_in, manner.via, "submission", "how the message is submitted"),
    F(raw_submission, "as", yaml_str, manner.as, "user to log in as, one of `given`; default: the first"),
    DEFAULT(raw_submission, "auth", mechanism_type, manner.auth, "plain", "how the client sends its password"),
    F(raw_submission, "notify", notify_list, manner.notify, "never, or any of success, failure, delay (RFC 3461)"),
    F(raw_submission, "ret", ret_type, manner.ret, "what a DSN returns: full or hdrs"),
    F(raw_submission, "envid", yaml_str, manner.envid, "envelope identifier"),
    F(raw_submission, "orcpt", yaml_str, manner.orcpt, "original address of the recipients"),
    F(raw_submission, "params", yaml_str_list, manner.params,
      "other parameters of MAIL, sent if the target offers them"),
    F(raw_submission, "headers", header_map, manner.headers, "header fields to add"),
    F(raw_submission, "message", yaml_str, message, "the message itself, or a file in fixtures/messages"),
    F(raw_submission, "without_header", yaml_bool, manner.without_header, "submits a message without a header section"),
    F(raw_submission, "case", yaml_str, only_case, "applies only in this case"),
    END};
static const struct yaml_type submission_type = MARKED("a submission", raw_submission, submission_fields);
/* ---- the target itself ---- */

static const struct yaml_choice actions[] = {
    {"stop", TARGET_STOP, "SIGTERM, then SIGKILL after 30s if the target is still running"},
    {"kill", TARGET_KILL, "SIGKILL to all processes of the target"},
    {"restart", TARGET_RESTART, "starts the target; stops it first if it is running"},
    {"reload", TARGET_RELOAD, "runs the adapter's command, or sends its signal"},
    {"flush", TARGET_FLUSH, "runs the adapter's command that tries all messages now"},
    {NULL, 0, NULL}};
static const struct yaml_type action_type = CHOICES("one of stop, kill, restart, reload, flush", actions);
static const struct yaml_field action_fields[] = {
    NEED(raw_action, "t", wait, t_ns, "time since the start of the story"),
    NEED(raw_action, "target", action_type, action, "stop, kill, restart, reload or flush"),
    F(raw_action, "case", yaml_str, only_case, "applies only in this case"), END};
static const struct yaml_type raw_action_type = MARKED("an action on the target", raw_action, action_fields);

/* ---- the world ---- */

static const struct yaml_field host_change_fields[] = {
    NEED(raw_host_change, "rules", schema_rules, rules, "the new rules, instead of the earlier ones"), END};
static const struct yaml_type host_change_type = MARKED("changes to a host", raw_host_change, host_change_fields);
static const struct yaml_type host_change_map = MAP("hosts by name", &host_change_type);
static const struct yaml_type zone_change_map = MAP("zones by name", &yaml_any);
static const struct yaml_field world_change_fields[] = {
    IN(raw_change, change, "hosts", host_change_map, hosts, NULL, "hosts with new rules"),
    IN(raw_change, change, "dns", zone_change_map, dns, NULL, "zones with new records or faults"), END};
static const struct yaml_type world_change_type = GROUP("changes to the world", world_change_fields);
static const struct yaml_field change_fields[] = {
    NEED(raw_change, "t", wait, t_ns, "time since the start of the story"),
    NEED(raw_change, "change", world_change_type, change, "what is different from this time on"),
    F(raw_change, "case", yaml_str, only_case, "applies only in this case"), END};
static const struct yaml_type raw_change_type = MARKED("a change to the world", raw_change, change_fields);

/* ---- an item ---- */

static const struct {
    const char *key;
    enum raw_story_kind kind;
    const struct yaml_type *type;
} kinds[] = {
#define KIND(id, key, type) {#key, RAW_##id, &type},
    STORY_ITEMS(KIND)
#undef KIND
};

static const char *item_keys(struct arena *arena)
{
    const char *keys = kinds[0].key;
    for (size_t i = 1; i < sizeof kinds / sizeof kinds[0]; i++)
        keys = arena_printf(arena, "%s, %s", keys, kinds[i].key);
    return keys;
}

static bool decode_item(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct raw_story_item *item = out;
    item->at = node->at;
    for (size_t i = 0; node->kind == YAML_NODE_MAP && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (yaml_get(node, kinds[i].key) == NULL)
            continue;
        item->kind = kinds[i].kind;
        item->value = arena_alloc(ctx->doc->arena, kinds[i].type->size);
        return yaml_decode(ctx->doc, node, kinds[i].type, ctx->path, item->value);
    }
    yaml_error(ctx->doc, node->at, ctx->path, "expected an item of the story: `t`, and one of %s",
               item_keys(ctx->doc->arena));
    return false;
}

#define FORM(id, key, type) &type,
static const struct yaml_type *const item_forms[] = {STORY_ITEMS(FORM) NULL};
#undef FORM
static const struct yaml_type item_type =
    SHAPED("an item of the story", struct raw_story_item, decode_item, item_forms);
const struct yaml_type schema_story = {
    .kind = YAML_LIST, .name = "a list of story items", .size = sizeof(struct yaml_list), .item = &item_type};
