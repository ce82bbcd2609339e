#include "sim/scenario/leaves.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <time.h>

#include "lib/base/duration.h"

bool leaf_wrong(struct yaml_ctx *ctx, const struct yaml_node *node, const char *expected)
{
    yaml_error(ctx->doc, node->at, ctx->path, "expected %s, found `%.60s`", expected,
               node->kind == YAML_NODE_SCALAR ? node->text : "a list or mapping");
    return false;
}

bool range_parse_count(struct slice text, int64_t *out)
{
    uint64_t n;
    if (!slice_to_u64(text, INT64_MAX, &n))
        return false;
    *out = (int64_t)n;
    return true;
}

bool range_parse(const char *text, bool (*parse)(struct slice, int64_t *), struct range *out)
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

bool leaf_count_range(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (node->kind == YAML_NODE_SCALAR && range_parse(node->text, range_parse_count, out))
        return true;
    return leaf_wrong(ctx, node, "a count such as 1, \">=1\", \"<=3\" or \"1..3\"");
}

bool leaf_time_range(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (node->kind == YAML_NODE_SCALAR && range_parse(node->text, duration_parse, out))
        return true;
    return leaf_wrong(ctx, node, "a range of times with units, such as \">=30m\" or \"1m..30m\"");
}

/* "451 4.7.1 Come back later", or 250 alone */
bool leaf_reply(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct reply_text *reply = out;
    const char *text = node->kind == YAML_NODE_SCALAR ? node->text : "";
    if (strlen(text) < 3 || !isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]) ||
        !isdigit((unsigned char)text[2]) || (text[3] != '\0' && text[3] != ' ') || text[0] < '2' || text[0] > '5')
        return leaf_wrong(ctx, node, "a reply such as \"451 4.7.1 Come back later\" (RFC 5321 §4.2)");
    reply->code = (text[0] - '0') * 100 + (text[1] - '0') * 10 + text[2] - '0';
    reply->text = text[3] == ' ' ? text + 4 : "";
    return true;
}

bool leaf_ipv4(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (node->kind == YAML_NODE_SCALAR && inet_pton(AF_INET, node->text, out) == 1)
        return true;
    return leaf_wrong(ctx, node, "an IPv4 address such as 192.0.2.10");
}

bool leaf_instant(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct tm utc = {0};
    const char *end = node->kind == YAML_NODE_SCALAR ? strptime(node->text, "%Y-%m-%dT%H:%M:%SZ", &utc) : NULL;
    if (end == NULL || *end != '\0')
        return leaf_wrong(ctx, node, "an instant in UTC such as 2030-01-01T00:00:00Z");
    *(int64_t *)out = (int64_t)timegm(&utc) * NS_PER_S;
    return true;
}

bool leaf_mta_sts(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct zone_mta_sts *sts = out;
    if (node->kind == YAML_NODE_SCALAR && strcmp(node->text, "absent") == 0)
        return true;
    const struct yaml_node *mode = yaml_get(node, "mode");
    if (mode == NULL || mode->kind != YAML_NODE_SCALAR)
        return leaf_wrong(ctx, node, "`absent`, or a policy {mode, mx, max_age} (RFC 8461 §3.2)");
    *sts = (struct zone_mta_sts){true, mode->text};
    return true;
}
