#include "sim/scenario/leaves.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/duration.h"
#include "sim/scenario/name.h"

#define AMOUNT_MAX (INT64_C(1) << 40)

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

static bool parse_octets(struct slice text, int64_t *out)
{
    uint64_t n;
    if (!size_parse(text, &n) || n > INT64_MAX)
        return false;
    *out = (int64_t)n;
    return true;
}

bool leaf_size_range(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (node->kind == YAML_NODE_SCALAR && range_parse(node->text, parse_octets, out))
        return true;
    return leaf_wrong(ctx, node, "a range of sizes with units, such as \">=64KiB\"");
}

bool leaf_amount(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct amount amount = {0};
    struct slice text = slice_cstr(node->kind == YAML_NODE_SCALAR ? node->text : "");
    if (!range_parse_count(text, &amount.n) && parse_octets(text, &amount.n))
        amount.octets = true;
    if (amount.n < 1 || amount.n > AMOUNT_MAX)
        return leaf_wrong(ctx, node, "a count such as 100, or a size such as 10MiB");
    *(struct amount *)out = amount;
    return true;
}

bool leaf_chance(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    const char *text = node->kind == YAML_NODE_SCALAR ? node->text : "";
    char *end = NULL;
    double percent = isdigit((unsigned char)text[0]) ? strtod(text, &end) : 0;
    int64_t ppm = percent <= 100 ? (int64_t)(percent * 10000 + 0.5) : 0;
    if (end == NULL || strcmp(end, "%") != 0 || ppm < 1)
        return leaf_wrong(ctx, node, "a chance such as \"5%\", above 0 and at most 100");
    *(int64_t *)out = ppm;
    return true;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* One octet at *text, which moves past it; -1 when a \ begins no known escape. */
static int next_octet(const char **text)
{
    const char *at = *text;
    *text += 1;
    if (at[0] != '\\')
        return (unsigned char)at[0];
    *text += 1;
    if (at[1] == 'x' && hex_digit(at[2]) >= 0 && hex_digit(at[3]) >= 0) {
        *text += 2;
        return hex_digit(at[2]) * 16 + hex_digit(at[3]);
    }
    return at[1] == 'r' ? '\r' : at[1] == 'n' ? '\n' : at[1] == 't' ? '\t' : at[1] == '\\' ? '\\' : -1;
}

bool leaf_octets(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    const char *text = node->kind == YAML_NODE_SCALAR ? node->text : NULL;
    char *octets = arena_alloc(ctx->doc->arena, text != NULL ? strlen(text) + 1 : 1);
    size_t len = 0;
    while (text != NULL && *text != '\0') {
        int octet = next_octet(&text);
        if (octet < 0)
            text = NULL;
        else
            octets[len++] = (char)octet;
    }
    if (text == NULL)
        return leaf_wrong(ctx, node, "a text in single quotes, with \\r, \\n, \\t, \\\\ and \\xNN");
    *(struct slice *)out = slice_make(octets, len);
    return true;
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
    if (node->kind == YAML_NODE_SCALAR && ip_parse_v4(slice_cstr(node->text), out))
        return true;
    return leaf_wrong(ctx, node, "an IPv4 address such as 192.0.2.10");
}

bool leaf_instant(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct tm utc = {0};
    const char *end = node->kind == YAML_NODE_SCALAR ? strptime(node->text, "%Y-%m-%dT%H:%M:%SZ", &utc) : NULL;
    int day = utc.tm_mday;
    int64_t seconds = (int64_t)timegm(&utc); /* it makes 3 March of 31 February: then the day is another one */
    if (end == NULL || *end != '\0' || utc.tm_mday != day || utc.tm_year + 1900 < 1971 || utc.tm_year + 1900 > 2200)
        return leaf_wrong(ctx, node, "an instant in UTC such as 2030-01-01T00:00:00Z, up to the year 2200");
    *(int64_t *)out = seconds * NS_PER_S;
    return true;
}

bool leaf_name(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (node->kind != YAML_NODE_SCALAR || !name_is_good(node->text))
        return leaf_wrong(ctx, node, "a name: " NAME_CHARACTERS);
    *(const char **)out = node->text;
    return true;
}

bool leaf_id(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (node->kind != YAML_NODE_SCALAR || !name_is_path(node->text))
        return leaf_wrong(ctx, node, "names with `/` between them, such as area/name; each of " NAME_CHARACTERS);
    *(const char **)out = node->text;
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
