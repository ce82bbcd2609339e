/* `given` as tables: how the target is set up, in words that adapters translate. */
#include <stddef.h>
#include <string.h>

#include "lib/base/duration.h"
#include "sim/scenario/leaves.h"
#include "sim/scenario/raw.h"
#include "sim/scenario/tables.h"

static const struct yaml_type pause_type = {.kind = YAML_DURATION,
                                            .name = "a duration such as 5m",
                                            .size = sizeof(int64_t),
                                            .min = NS_PER_S,
                                            .max = 3650 * DAY};
static const struct yaml_type pause_list = LIST("a list of durations", &pause_type);
static const struct yaml_field given_retry_fields[] = {
    F(given_retry, "first", pause_type, first_ns, "wait from the first attempt to the second"),
    F(given_retry, "steps", pause_list, steps, "the waits after that"),
    F(given_retry, "then", pause_type, then_ns, "every wait after the last step"),
    F(given_retry, "lifetime", pause_type, lifetime_ns, "when an undelivered message is returned to its sender"),
    F(given_retry, "warn", pause_type, warn_ns, "when the sender gets a delay report"),
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
static const struct yaml_choice default_words[] = {{"default", 0, "the target's default schedule"}, {NULL, 0, NULL}};
static const struct yaml_type default_type = CHOICES("`default`", default_words);
static const struct yaml_type *const given_retry_forms[] = {&default_type, &given_retry_type, NULL};
static const struct yaml_type given_retry_or_default =
    SHAPED("a retry schedule, or `default`", struct given_retry *, decode_given_retry, given_retry_forms);

static const struct yaml_choice tls_levels[] = {
    {"none", GIVEN_TLS_NONE, "always unencrypted"},
    {"may", GIVEN_TLS_MAY, "TLS when offered, with any certificate; otherwise unencrypted (RFC 7435)"},
    {"encrypt", GIVEN_TLS_ENCRYPT, "never unencrypted; any certificate is accepted"},
    {"verify", GIVEN_TLS_VERIFY, "never unencrypted, and only to a host whose certificate is valid for its name"},
    {"dane", GIVEN_TLS_DANE, "according to the host's TLSA records (RFC 7672)"},
    {NULL, 0, NULL}};
static const struct yaml_type tls_level_type = CHOICES("one of none, may, encrypt, verify, dane", tls_levels);
static const struct yaml_type tls_level_map = MAP("a map of domains to TLS levels", &tls_level_type);
static const struct yaml_type user_map = MAP("a map of user names to passwords", &yaml_str);

static const struct yaml_field given_limit_fields[] = {
    IN(given, limits, "size", yaml_size, size, NULL, "largest message that the target accepts"),
    IN(given, limits, "rcpts", positive, rcpts, NULL, "largest number of recipients of a message"), END};
static const struct yaml_type given_limits = GROUP("limits", given_limit_fields);

static const struct yaml_type port_type = {
    .kind = YAML_INT, .name = "a port number", .size = sizeof(int64_t), .min = 1, .max = 65535};
static const struct yaml_field smarthost_fields[] = {
    NEED(given_smarthost, "host", yaml_str, host, "name of a host of the world"),
    DEFAULT(given_smarthost, "port", port_type, port, "25", "port that the smarthost listens on"),
    F(given_smarthost, "user", yaml_str, user, "user name for AUTH"),
    F(given_smarthost, "password", yaml_str, password, "password for AUTH"), END};
static const struct yaml_type smarthost = MARKED("a smarthost", given_smarthost, smarthost_fields);
static const struct yaml_type smarthost_ptr = POINTER("a smarthost", &smarthost);

static const struct yaml_choice dkim_keys[] = {
    {"rsa2048", GIVEN_DKIM_RSA2048, NULL}, {"ed25519", GIVEN_DKIM_ED25519, "RFC 8463"}, {NULL, 0, NULL}};
static const struct yaml_type dkim_key_type = CHOICES("rsa2048 or ed25519", dkim_keys);
static const struct yaml_field dkim_fields[] = {
    NEED(given_dkim, "domain", yaml_str, domain, "signing domain"),
    NEED(given_dkim, "selector", yaml_str, selector, "selector under which the DNS has the key"),
    DEFAULT(given_dkim, "key", dkim_key_type, key, "rsa2048", "type of the key"), END};
static const struct yaml_type dkim = MARKED("a DKIM signer", given_dkim, dkim_fields);
static const struct yaml_type dkim_ptr = POINTER("a DKIM signer", &dkim);

static const struct yaml_field given_fields[] = {
    F(given, "retry", given_retry_or_default, retry, "when the target retries"),
    F(given, "tls", tls_level_map, tls, "TLS policy for mail to a domain"),
    SEEN(given, "users", user_map, users, users_seen,
         "users who may submit mail; default: alice, with the password secret"),
    F(given, "limits", given_limits, limits, "limits on what the target accepts"),
    F(given, "smarthost", smarthost_ptr, smarthost, "host to which all mail goes"),
    F(given, "dkim", dkim_ptr, dkim, "DKIM signing by the target"),
    END};
const struct yaml_type schema_given = MARKED("the target's settings", given, given_fields);
