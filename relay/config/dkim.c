/* The keys of DKIM: what is written, and for which authors each signs when that is left out. */
#include <stddef.h>
#include <string.h>

#include "lib/base/duration.h"
#include "relay/config/config.h"
#include "relay/smtp/address.h"

#define DAY          (INT64_C(86400) * NS_PER_S)
#define KEYS_MAX     256
#define AUTHORS_MAX  256
#define SELECTOR_MAX 120

static const struct yaml_type authors_type = {.kind = YAML_LIST,
                                              .name = "a list of domains of From",
                                              .size = sizeof(struct yaml_list),
                                              .item = &yaml_str,
                                              .count_max = AUTHORS_MAX,
                                              .one_or_many = true};
static const struct yaml_type expires_type = {.kind = YAML_DURATION,
                                              .name = "a duration such as 7d",
                                              .size = sizeof(int64_t),
                                              .min = 3600 * NS_PER_S,
                                              .max = 400 * DAY};

static const struct yaml_field fields[] = {
    {"domain", &yaml_str, offsetof(struct config_dkim, domain), true, NULL,
     "domain that signs (d=), where receivers look for the public key", 0},
    {"selector", &yaml_str, offsetof(struct config_dkim, selector), true, NULL,
     "name of the key within its domain (s=)", 0},
    {"key", &yaml_str, offsetof(struct config_dkim, key), true, NULL, "PEM file with the private key", 0},
    {"for", &authors_type, offsetof(struct config_dkim, authors), false, NULL,
     "domains of From that it signs for, as globs; default: the domain and its subdomains", 0},
    {"default", &yaml_bool, offsetof(struct config_dkim, is_default), false, "no",
     "whether it also signs mail for which no key signs", 0},
    {"expires", &expires_type, offsetof(struct config_dkim, expires_ns), false, NULL,
     "how long a signature is valid (x=); default: without end", 0},
    {NULL, NULL, 0, false, NULL, NULL, 0}};

static const struct yaml_type dkim_type = {
    .kind = YAML_STRUCT, .name = "a key of DKIM", .size = sizeof(struct config_dkim), .fields = fields, .marked = true};
const struct yaml_type config_dkim_type = {.kind = YAML_LIST,
                                           .name = "a list of keys of DKIM",
                                           .size = sizeof(struct yaml_list),
                                           .item = &dkim_type,
                                           .count_max = KEYS_MAX,
                                           .one_or_many = true};

static bool is_name(const char *text, size_t max)
{
    return text[0] != '\0' && text[0] != '[' && strlen(text) <= max && address_domain_valid(slice_cstr(text)) &&
           text[strlen(text) - 1] != '.';
}

bool config_is_dkim_domain(const char *text)
{
    return is_name(text, ADDRESS_DOMAIN_MAX - SELECTOR_MAX);
}

bool config_is_dkim_selector(const char *text)
{
    return is_name(text, SELECTOR_MAX);
}

static void check(struct config *config, const struct config_dkim *keys, size_t i)
{
    const struct config_dkim *key = &keys[i];
    if (!config_is_dkim_domain(key->domain))
        yaml_error(&config->doc, key->at, "dkim", "`%s` is not a domain such as example.com", key->domain);
    if (!config_is_dkim_selector(key->selector))
        yaml_error(&config->doc, key->at, "dkim", "`%s` is not a selector such as 2030a: letters, digits and hyphens",
                   key->selector);
    for (size_t k = 0; k < i; k++)
        if (slice_ieq_cstr(slice_cstr(key->domain), keys[k].domain) &&
            slice_ieq_cstr(slice_cstr(key->selector), keys[k].selector))
            yaml_error(&config->doc, key->at, "dkim", "%s already has a key with the selector %s", key->domain,
                       key->selector);
}

/* So that a signature aligns with From (RFC 7489 §3.1.1). */
static void sign_for_own_domain(struct config *config, struct config_dkim *key)
{
    const char **authors = arena_alloc(config->doc.arena, 2 * sizeof *authors);
    authors[0] = key->domain;
    authors[1] = arena_printf(config->doc.arena, "*.%s", key->domain);
    key->authors = (struct yaml_list){authors, 2};
}

void config_settle_dkim(struct config *config)
{
    struct config_dkim *keys = config->dkim.items;
    for (size_t i = 0; i < config->dkim.count; i++) {
        check(config, keys, i);
        if (keys[i].authors.count == 0)
            sign_for_own_domain(config, &keys[i]);
    }
}
