/* `given` as tables: how the target is set up, in words that adapters translate. */
#include <stddef.h>
#include <string.h>

#include "lib/base/duration.h"
#include "sim/scenario/leaves.h"
#include "sim/scenario/raw.h"
#include "sim/scenario/tables.h"

static const struct yaml_type pause_type = {.kind = YAML_DURATION,
                                            .name = "a length of time such as 5m",
                                            .size = sizeof(int64_t),
                                            .min = NS_PER_S,
                                            .max = 3650 * DAY};
static const struct yaml_type pause_list = LIST("a list of lengths of time", &pause_type);
static const struct yaml_field given_retry_fields[] = {
    F(given_retry, "first", pause_type, first_ns, "from the first attempt to the second"),
    F(given_retry, "steps", pause_list, steps, "the waits after that"),
    F(given_retry, "then", pause_type, then_ns, "all waits behind the last step"),
    F(given_retry, "lifetime", pause_type, lifetime_ns, "when the sender gets the message back"),
    F(given_retry, "warn", pause_type, warn_ns, "when the sender is told of the delay"),
    END};
static const struct yaml_type given_retry_type =
    MARKED("a retry schedule, or `default`", given_retry, given_retry_fields);
static const struct yaml_type given_retry_ptr = POINTER("a retry schedule", &given_retry_type);

static bool decode_given_retry(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (node->kind == YAML_NODE_SCALAR && strcmp(node->text, "default") == 0)
        return true;
    return yaml_decode(ctx->doc, node, &given_retry_ptr, ctx->path, out);
}
static const struct yaml_choice default_words[] = {{"default", 0, "the target's own"}, {NULL, 0, NULL}};
static const struct yaml_type default_type = CHOICES("`default`", default_words);
static const struct yaml_type *const given_retry_forms[] = {&default_type, &given_retry_type, NULL};
static const struct yaml_type given_retry_or_default =
    SHAPED("a retry schedule, or `default`", struct given_retry *, decode_given_retry, given_retry_forms);

static const struct yaml_choice tls_levels[] = {
    {"none", GIVEN_TLS_NONE, "always in clear"},
    {"may", GIVEN_TLS_MAY, "when offered, with any certificate; else in clear (RFC 7435)"},
    {"encrypt", GIVEN_TLS_ENCRYPT, "never in clear; any certificate will do"},
    {"verify", GIVEN_TLS_VERIFY, "never in clear, and only to a host with a certificate that fits its name"},
    {"dane", GIVEN_TLS_DANE, "as its TLSA records say (RFC 7672)"},
    {NULL, 0, NULL}};
static const struct yaml_type tls_level_type = CHOICES("one of none, may, encrypt, verify, dane", tls_levels);
static const struct yaml_type tls_level_map = MAP("domains with what TLS they need", &tls_level_type);
static const struct yaml_type user_map = MAP("names with passwords", &yaml_str);

static const struct yaml_field given_limit_fields[] = {
    IN(given, limits, "size", yaml_size, size, NULL, "the largest message the target takes"),
    IN(given, limits, "rcpts", positive, rcpts, NULL, "the most recipients of a message"), END};
static const struct yaml_type given_limits = GROUP("limits", given_limit_fields);

static const struct yaml_type port_type = {
    .kind = YAML_INT, .name = "a port number", .size = sizeof(int64_t), .min = 1, .max = 65535};
static const struct yaml_field smarthost_fields[] = {
    NEED(given_smarthost, "host", yaml_str, host, "a host of the world"),
    DEFAULT(given_smarthost, "port", port_type, port, "25", "where it listens"),
    F(given_smarthost, "user", yaml_str, user, "for AUTH"),
    F(given_smarthost, "password", yaml_str, password, "for AUTH"), END};
static const struct yaml_type smarthost = MARKED("a smarthost", given_smarthost, smarthost_fields);
static const struct yaml_type smarthost_ptr = POINTER("a smarthost", &smarthost);

static const struct yaml_choice dkim_keys[] = {
    {"rsa2048", GIVEN_DKIM_RSA2048, NULL}, {"ed25519", GIVEN_DKIM_ED25519, "RFC 8463"}, {NULL, 0, NULL}};
static const struct yaml_type dkim_key_type = CHOICES("rsa2048 or ed25519", dkim_keys);
static const struct yaml_field dkim_fields[] = {
    NEED(given_dkim, "domain", yaml_str, domain, "the signing domain"),
    NEED(given_dkim, "selector", yaml_str, selector, "the key's name in the DNS"),
    DEFAULT(given_dkim, "key", dkim_key_type, key, "rsa2048", "the kind of key"), END};
static const struct yaml_type dkim = MARKED("a DKIM signer", given_dkim, dkim_fields);
static const struct yaml_type dkim_ptr = POINTER("a DKIM signer", &dkim);

static const struct yaml_field given_fields[] = {
    F(given, "retry", given_retry_or_default, retry, "default, or a schedule"),
    F(given, "tls", tls_level_map, tls, "what TLS mail to a domain needs"),
    SEEN(given, "users", user_map, users, users_seen, "who may submit; alice, secret where nothing is said"),
    F(given, "limits", given_limits, limits, "what the target takes"),
    F(given, "smarthost", smarthost_ptr, smarthost, "where all mail goes"),
    F(given, "dkim", dkim_ptr, dkim, "what the target signs"),
    END};
const struct yaml_type schema_given = MARKED("the target's set-up", given, given_fields);
