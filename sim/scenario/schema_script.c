/* Dialogs as tables: a client's lines, by the key that says what each is. */
#include <ctype.h>
#include <string.h>

#include "sim/scenario/tables.h"

/* ---- what a reply must be like ---- */

static const struct yaml_field pattern_fields[] = {
    F(reply_pattern, "code", yaml_str, code, "glob for the code: 250, 5??"),
    F(reply_pattern, "text", yaml_str, text, "glob that one line of the reply must match"),
    F(reply_pattern, "has", yaml_str_list, has, "globs; each must match a line"),
    F(reply_pattern, "lacks", yaml_str_list, lacks, "globs; none may match a line"), END};
static const struct yaml_type pattern_type = STRUCT("a reply pattern", reply_pattern, pattern_fields);

static bool is_code(const char *text)
{
    size_t len = strcspn(text, " ");
    for (size_t i = 0; i < len; i++)
        if (!isdigit((unsigned char)text[i]) && text[i] != '?')
            return false;
    return len == 3 && (text[0] == '?' || (text[0] >= '2' && text[0] <= '5'));
}

/* 250, 5??, "530 5.7.0*", closed, or {code, text, has, lacks} */
static bool take_reply(struct yaml_ctx *ctx, const struct yaml_node *node, struct raw_replies *out)
{
    struct reply_pattern *pattern = &out->list[out->count];
    if (node->kind == YAML_NODE_SCALAR && strcmp(node->text, "closed") == 0) {
        out->closed = true;
        return true;
    }
    if (node->kind == YAML_NODE_SCALAR && is_code(node->text)) {
        pattern->code = arena_printf(ctx->doc->arena, "%.3s", node->text);
        pattern->text = node->text[3] == ' ' ? node->text + 4 : NULL;
        out->count++;
        return true;
    }
    if (node->kind != YAML_NODE_MAP)
        return leaf_wrong(ctx, node, "a reply such as 250, 5??, \"530 5.7.0*\", {code: 250, has: SIZE*}, or closed");
    out->count++;
    return yaml_decode(ctx->doc, node, &pattern_type, ctx->path, pattern);
}

static const char *in_words(struct arena *arena, const struct yaml_node *node)
{
    const char *words = "";
    if (node->kind == YAML_NODE_SCALAR)
        return node->text;
    for (size_t i = 0; i < node->count; i++) {
        bool list = node->kind == YAML_NODE_LIST;
        const struct yaml_node *item = list ? node->items[i] : node->pairs[i].value;
        words = arena_printf(arena, "%s%s%s%s%s", words,
                             i == 0 ? ""
                             : list ? " or "
                                    : ", ",
                             list ? "" : node->pairs[i].key, list ? "" : " ", in_words(arena, item));
    }
    return words;
}

static bool decode_replies(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct raw_replies *replies = out;
    size_t count = node->kind == YAML_NODE_LIST ? node->count : 1;
    replies->list = arena_alloc(ctx->doc->arena, (count + 1) * sizeof *replies->list);
    replies->wanted = in_words(ctx->doc->arena, node);
    if (node->kind != YAML_NODE_LIST)
        return take_reply(ctx, node, replies);
    for (size_t i = 0; i < node->count; i++)
        if (!take_reply(ctx, node->items[i], replies))
            return false;
    return count > 0 || leaf_wrong(ctx, node, "at least one reply");
}
static const struct yaml_type *const reply_forms[] = {&yaml_str, &pattern_type, NULL};
static const struct yaml_type one_reply = {.kind = YAML_CUSTOM, .name = "a reply", .forms = reply_forms};
static const struct yaml_type reply_list = LIST("a list of replies", &one_reply);
static const struct yaml_type *const replies_forms[] = {&reply_list, NULL};
static const struct yaml_type replies_type =
    SHAPED("a reply, or a list of replies", struct raw_replies, decode_replies, replies_forms);

/* ---- lines ---- */

static const struct yaml_type octets_type = CUSTOM("octets", struct slice, leaf_octets);
static const struct yaml_choice closes[] = {{"yes", CLOSE_BOTH, "closes the connection gracefully"},
                                            {"half", CLOSE_HALF, "sends a FIN, and continues to read replies"},
                                            {"reset", CLOSE_RESET, "sends an RST"},
                                            {NULL, 0, NULL}};
static const struct yaml_type close_type = CHOICES("yes, half or reset", closes);

#define VERDICT_FIELDS                                                                                                 \
    F(raw_line, "must", yaml_str, must, "the requirement, in one sentence; the RFC says MUST"),                        \
        F(raw_line, "should", yaml_str, should, "the requirement, in one sentence; the RFC says SHOULD"),              \
        F(raw_line, "may", yaml_str, may, "the option, in one sentence; the RFC says MAY"),                            \
        F(raw_line, "spec", yaml_str_list, spec, "clauses such as RFC3207#4.2"),                                       \
        F(raw_line, "id", yaml_str, id, "name in baselines; default: the sentence, in lower case with hyphens")

static const struct yaml_field expect_fields[] = {
    NEED(raw_line, "expect", replies_type, expect, "expected reply, a list of allowed replies, or closed"),
    DEFAULT(raw_line, "times", positive, times, "1", "number of replies in a row"),
    DEFAULT(raw_line, "within", wait, length_ns, "5m", "how long the reply may take"), VERDICT_FIELDS, END};
static const struct yaml_field quiet_fields[] = {
    NEED(raw_line, "quiet", wait, length_ns, "how long the client must receive nothing"),
    F(raw_line, "or", replies_type, expect, "a reply that is also allowed; the next line can read it again"),
    VERDICT_FIELDS, END};
static const struct yaml_field send_fields[] = {
    NEED(raw_line, "send", yaml_str, send, "a line without its line end; {1..100} generates 100 lines"),
    DEFAULT(raw_line, "times", positive, times, "1", "how often to send it"), END};
static const struct yaml_field raw_fields[] = {
    SEEN(raw_line, "raw", octets_type, raw, raw_seen, "octets, sent as they are; escapes: \\r \\n \\xNN"),
    DEFAULT(raw_line, "times", positive, times, "1", "how often to send it"), END};
static const struct yaml_field wait_fields[] = {NEED(raw_line, "wait", wait, length_ns, "how long the client waits"),
                                                END};
static const struct yaml_field starttls_fields[] = {
    NEED(raw_line, "starttls", yaml_bool, starttls, "starts the TLS handshake, after the reply to STARTTLS"), END};
static const struct yaml_field close_fields[] = {
    NEED(raw_line, "close", close_type, close, "how the client closes the connection"), END};

static const struct {
    const char *key;
    enum script_verb verb;
    struct yaml_type type;
} verbs[] = {{"expect", SCRIPT_EXPECT, MARKED("a line", raw_line, expect_fields)},
             {"quiet", SCRIPT_QUIET, MARKED("a line", raw_line, quiet_fields)},
             {"send", SCRIPT_SEND, MARKED("a line", raw_line, send_fields)},
             {"raw", SCRIPT_SEND, MARKED("a line", raw_line, raw_fields)},
             {"wait", SCRIPT_WAIT, MARKED("a line", raw_line, wait_fields)},
             {"starttls", SCRIPT_STARTTLS, MARKED("a line", raw_line, starttls_fields)},
             {"close", SCRIPT_CLOSE, MARKED("a line", raw_line, close_fields)}};

static bool decode_line(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct raw_line *line = out;
    for (size_t i = 0; node->kind == YAML_NODE_MAP && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (yaml_get(node, verbs[i].key) == NULL)
            continue;
        line->verb = verbs[i].verb;
        return yaml_decode(ctx->doc, node, &verbs[i].type, ctx->path, line);
    }
    return leaf_wrong(ctx, node, "a line with one of expect, quiet, send, raw, wait, starttls, close");
}

static const struct yaml_type *const line_forms[] = {&verbs[0].type, &verbs[1].type, &verbs[2].type, &verbs[3].type,
                                                     &verbs[4].type, &verbs[5].type, &verbs[6].type, NULL};
_Static_assert(sizeof line_forms / sizeof line_forms[0] == sizeof verbs / sizeof verbs[0] + 1, "a form for each verb");
static const struct yaml_type line_type = SHAPED("a line", struct raw_line, decode_line, line_forms);
static const struct yaml_type line_list = {.kind = YAML_LIST,
                                           .name = "a list of lines",
                                           .size = sizeof(struct yaml_list),
                                           .item = &line_type,
                                           .count_max = 1000};
static const struct yaml_choice ports[] = {{"submission", PORT_SUBMISSION, "port 587"},
                                           {"submissions", PORT_SUBMISSIONS, "port 465, with TLS from the start"},
                                           {"smtp", PORT_SMTP, "port 25"},
                                           {NULL, 0, NULL}};
static const struct yaml_choice ways_in[] = {{"submission", PORT_SUBMISSION, "port 587"},
                                             {"submissions", PORT_SUBMISSIONS, "port 465, with TLS from the start"},
                                             {"smtp", PORT_SMTP, "port 25"},
                                             {"sendmail", VIA_SENDMAIL, "the target's submit command"},
                                             {NULL, 0, NULL}};
const struct yaml_type schema_way_in = CHOICES("submission, submissions, smtp or sendmail", ways_in);
static const struct yaml_type port_type = CHOICES("submission, submissions or smtp", ports);
static const struct yaml_field script_fields[] = {
    NEED(raw_script, "t", wait, t_ns, "time since the start of the story"),
    NEED(raw_script, "dialog", port_type, port, "port to connect to: submission, submissions or smtp"),
    NEED(raw_script, "lines", line_list, lines, "what the client sends, and the replies that it expects"),
    F(raw_script, "case", yaml_str, only_case, "applies only in this case"), END};
const struct yaml_type schema_script = MARKED("a dialog", raw_script, script_fields);
