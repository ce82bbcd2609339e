#include "relay/config/config.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/config/presets.h"
#include "relay/sasl/sasl.h"
#include "relay/smtp/address.h"

#define DAY (INT64_C(86400) * NS_PER_S)
#define FIELD(name, type, member, fallback, help)                                                                      \
    {                                                                                                                  \
        name, type, offsetof(struct config, member), false, fallback, help, 0                                          \
    }
#define NEEDED(name, type, member, help)                                                                               \
    {                                                                                                                  \
        name, type, offsetof(struct config, member), true, NULL, help, 0                                               \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        NULL, NULL, 0, false, NULL, NULL, 0                                                                            \
    }

/* ---- leaves of this configuration ---- */

static struct slice text_of(const struct yaml_node *node)
{
    return slice_cstr(node->kind == YAML_NODE_SCALAR ? node->text : "");
}

static bool decode_address(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    if (ip_parse_v4(text_of(node), out))
        return true;
    yaml_error(ctx->doc, node->at, ctx->path, "expected an IPv4 address such as 192.0.2.1");
    return false;
}

static bool decode_net(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct ip_net net;
    if (!ip_net_parse(text_of(node), &net) || !ip_is_v4(net.ip)) {
        yaml_error(ctx->doc, node->at, ctx->path, "expected a network such as 192.0.2.0/24");
        return false;
    }
    *(struct ip_net *)out = net;
    return true;
}

static bool decode_server(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    struct ip_port server;
    if (!ip_port_parse(text_of(node), &server) || !ip_is_v4(server.ip)) {
        yaml_error(ctx->doc, node->at, ctx->path, "expected a server such as \"192.0.2.53:53\"");
        return false;
    }
    *(struct ip_port *)out = server;
    return true;
}

/* crypt(3) gives a DES hash for words it does not know, so only these prefixes count as hashes. */
static bool decode_hash(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    static const char *const prefixes[] = {"$y$", "$2b$", "$6$"};
    const char *text = node->kind == YAML_NODE_SCALAR ? node->text : "";
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0) {
            *(const char **)out = text;
            return true;
        }
    }
    yaml_error(ctx->doc, node->at, ctx->path,
               "expected a password hash that starts with $y$, $2b$ or $6$ (make one with `mkpasswd -m yescrypt`)");
    return false;
}

static const struct yaml_choice tls_levels[] = {
    {"none", CONFIG_TLS_NONE, "always unencrypted"},
    {"may", CONFIG_TLS_MAY, "TLS when offered, with any certificate; otherwise unencrypted"},
    {"encrypt", CONFIG_TLS_ENCRYPT, "never unencrypted; any certificate is accepted"},
    {"verify", CONFIG_TLS_VERIFY, "never unencrypted, and only to a host whose certificate is valid for its name"},
    {NULL, 0, NULL}};
static const struct yaml_type tls_level_type = {
    .kind = YAML_ENUM, .name = "one of none, may, encrypt, verify", .size = sizeof(int), .choices = tls_levels};
static const struct yaml_type tls_domains_type = {.kind = YAML_MAP,
                                                  .name = "a map of domains to TLS levels",
                                                  .size = sizeof(struct yaml_map),
                                                  .item = &tls_level_type};
static const struct yaml_type address_type = {
    .kind = YAML_CUSTOM, .name = "an address", .size = sizeof(struct ip), .decode = decode_address};
static const struct yaml_type net_type = {
    .kind = YAML_CUSTOM, .name = "a network", .size = sizeof(struct ip_net), .decode = decode_net};
static const struct yaml_type server_type = {
    .kind = YAML_CUSTOM, .name = "a server", .size = sizeof(struct ip_port), .decode = decode_server};
static const struct yaml_type hash_type = {
    .kind = YAML_CUSTOM, .name = "a password hash", .size = sizeof(const char *), .decode = decode_hash};
static const struct yaml_type nets_type = {
    .kind = YAML_LIST, .name = "a list of networks", .size = sizeof(struct yaml_list), .item = &net_type};
static const struct yaml_type servers_type = {.kind = YAML_LIST,
                                              .name = "a list of servers",
                                              .size = sizeof(struct yaml_list),
                                              .item = &server_type,
                                              .count_max = 8,
                                              .one_or_many = true};
static const struct yaml_type addresses_type = {.kind = YAML_LIST,
                                                .name = "a list of addresses",
                                                .size = sizeof(struct yaml_list),
                                                .item = &address_type,
                                                .count_max = 256,
                                                .one_or_many = true};
static const struct yaml_type names_type = {.kind = YAML_LIST,
                                            .name = "a list of host names",
                                            .size = sizeof(struct yaml_list),
                                            .item = &yaml_str,
                                            .count_max = 256,
                                            .one_or_many = true};
static const struct yaml_type users_type = {.kind = YAML_MAP,
                                            .name = "a map of user names to password hashes",
                                            .size = sizeof(struct yaml_map),
                                            .item = &hash_type};
#define MECHANISM(id, name, specification, help) {name, SASL_ID_##id, help},
static const struct yaml_choice mechanisms[] = {SASL_MECHANISMS(MECHANISM){NULL, 0, NULL}};
#undef MECHANISM
static const struct yaml_type mechanism_type = {
    .kind = YAML_ENUM, .name = "a SASL mechanism such as PLAIN", .size = sizeof(int), .choices = mechanisms};
static const struct yaml_type mechanisms_type = {.kind = YAML_LIST,
                                                 .name = "a list of SASL mechanisms",
                                                 .size = sizeof(struct yaml_list),
                                                 .item = &mechanism_type,
                                                 .count_max = SASL_IDS,
                                                 .one_or_many = true};
static const struct yaml_type port_type = {
    .kind = YAML_INT, .name = "a port number", .size = sizeof(int64_t), .min = 1, .max = 65535};
static const struct yaml_type count_type = {
    .kind = YAML_INT, .name = "a count", .size = sizeof(int64_t), .min = 1, .max = 10000000};
static const struct yaml_type share_type = {
    .kind = YAML_INT, .name = "a count", .size = sizeof(int64_t), .min = 0, .max = 10000000};
static const struct yaml_type wait_type = {
    .kind = YAML_DURATION, .name = "a duration such as 5m", .size = sizeof(int64_t), .min = NS_PER_S, .max = 60 * DAY};
static const struct yaml_type waits_type = {.kind = YAML_LIST,
                                            .name = "a list of durations",
                                            .size = sizeof(struct yaml_list),
                                            .item = &wait_type,
                                            .count_max = 1000,
                                            .one_or_many = true};
static const struct yaml_type warn_type = {
    .kind = YAML_DURATION, .name = "a duration such as 4h", .size = sizeof(int64_t), .min = 0, .max = 60 * DAY};
static const struct yaml_type preset_type = {
    .kind = YAML_CUSTOM, .name = "a preset", .size = sizeof(const struct preset *), .decode = preset_decode};
static const struct yaml_choice roles[] = {
    {"relay", LISTEN_RELAY, "mail from trusted networks, without a password"},
    {"submission", LISTEN_SUBMISSION, "mail from users, who must use STARTTLS and then AUTH"},
    {"submissions", LISTEN_SUBMISSIONS, "like submission, but with TLS from the start"},
    {NULL, 0, NULL}};
static const struct yaml_type role_type = {
    .kind = YAML_ENUM, .name = "a role (relay, submission or submissions)", .size = sizeof(int), .choices = roles};

/* ---- structure: key, type, default, help ---- */

static const struct yaml_field listen_fields[] = {
    {"address", &address_type, offsetof(struct config_listen, address), true, NULL, "address to listen on", 0},
    {"port", &port_type, offsetof(struct config_listen, port), true, NULL, "TCP port", 0},
    {"role", &role_type, offsetof(struct config_listen, role), true, NULL, "relay, submission or submissions", 0},
    END};
static const struct yaml_type listen_type = {.kind = YAML_STRUCT,
                                             .name = "a listener",
                                             .size = sizeof(struct config_listen),
                                             .fields = listen_fields,
                                             .marked = true};
static const struct yaml_type listens_type = {.kind = YAML_LIST,
                                              .name = "a list of listeners",
                                              .size = sizeof(struct yaml_list),
                                              .item = &listen_type,
                                              .count_max = 16};

/* A group of keys whose members are in struct config itself: offsets count from the group's own start. */
#define GROUP(name_, fields_)                                                                                          \
    {                                                                                                                  \
        .kind = YAML_STRUCT, .name = name_, .size = 0, .fields = fields_                                               \
    }
#define IN(group, name, type, member, fallback, help)                                                                  \
    {                                                                                                                  \
        name, type, offsetof(struct config, group.member) - offsetof(struct config, group), false, fallback, help, 0   \
    }

static const struct yaml_field tls_fields[] = {
    IN(tls, "certificate", &yaml_str, certificate, NULL, "PEM file with this host's certificate chain"),
    IN(tls, "key", &yaml_str, key, NULL, "PEM file with its private key"),
    IN(tls, "ca", &yaml_str, ca, NULL, "PEM file with trusted root certificates; default: the system's"),
    IN(tls, "default", &tls_level_type, otherwise, "may", "TLS policy for mail to other hosts"),
    IN(tls, "domains", &tls_domains_type, domains, NULL, "TLS policy for mail to individual domains"),
    END};
static const struct yaml_type tls_type = GROUP("the TLS settings", tls_fields);

static const struct yaml_field resolver_fields[] = {
    IN(resolver, "servers", &servers_type, servers, NULL, "DNS servers; default: those in /etc/resolv.conf"),
    IN(resolver, "timeout", &wait_type, timeout_ns, "5s", "how long to wait for the answer to one packet"),
    IN(resolver, "tries", &count_type, tries, "3", "how often to ask each server: with EDNS, without it, over TCP"),
    IN(resolver, "deadline", &wait_type, deadline_ns, "60s", "how long all questions about one destination may take"),
    END};
static const struct yaml_type resolver_type = GROUP("the resolver settings", resolver_fields);

static const struct yaml_field limits_fields[] = {
    IN(limits, "message_size", &yaml_size, message_size, "50MiB", "largest message that the relay accepts (RFC 1870)"),
    IN(limits, "receiving_size", &yaml_size, receiving_size, "256MiB",
       "size of all messages being received, at most half of it from one address; beyond that, 452 4.3.1"),
    IN(limits, "recipients", &count_type, recipients, "1000",
       "recipients of one message; additional ones get 452 4.5.3"),
    IN(limits, "sessions", &count_type, sessions, "500", "concurrent incoming sessions"),
    IN(limits, "sessions_per_client", &count_type, sessions_per_client, "50", "of these, from one client address"),
    IN(limits, "errors", &count_type, errors, "20", "invalid commands before the relay ends a session"),
    IN(limits, "idle_commands", &count_type, idle_commands, "100",
       "commands without a message before the relay ends a session"),
    IN(limits, "queue_recipients", &count_type, queue_recipients, "100000",
       "recipients in the queue; beyond that, 452 4.3.1"),
    IN(limits, "queue_recipients_per_client", &share_type, queue_recipients_per_client, "0",
       "of these, from one client address, and from one account; 0: half of them"),
    IN(limits, "received_fields", &count_type, received_fields, "100",
       "Received fields of a message; with more, it is in a mail loop"),
    IN(limits, "outbound", &count_type, outbound, "100", "concurrent outbound connections"),
    IN(limits, "outbound_per_domain", &count_type, outbound_per_domain, "20", "of these, for one domain"),
    IN(limits, "outbound_per_host", &count_type, outbound_per_host, "20",
       "of these, to one MX host, for all domains together"),
    IN(limits, "hosts_per_round", &count_type, hosts_per_round, "5", "addresses tried in one attempt"),
    IN(limits, "messages_per_connection", &count_type, messages_per_connection, "100",
       "transactions on one connection to a host"),
    END};
static const struct yaml_type limits_type = GROUP("the limits", limits_fields);

static const struct yaml_field bans_fields[] = {
    IN(bans, "after", &share_type, after, "100", "wrong passwords of one client address before it is banned; 0: never"),
    IN(bans, "time", &wait_type, time_ns, "1h", "how long it may not connect"), END};
static const struct yaml_type bans_type = GROUP("the bans", bans_fields);

#define CLOCK(clock, name, member, fallback, help)                                                                     \
    {                                                                                                                  \
        name, &wait_type, offsetof(struct config, retry.clock.member) - offsetof(struct config, retry.clock), false,   \
            fallback, help, 0                                                                                          \
    }
static const struct yaml_field recipient_clock_fields[] = {
    CLOCK(recipient, "first", first_ns, "5m", "wait after the first 4xx reply; doubles each time"),
    CLOCK(recipient, "max", max_ns, "4h", "longest wait"), END};
static const struct yaml_field host_clock_fields[] = {
    CLOCK(host, "closed", closed_ns, "5m", "back-off of a host that sent 421; doubles each time"),
    CLOCK(host, "unreachable", unreachable_ns, "30m", "back-off of a host that did not answer; doubles each time"),
    CLOCK(host, "max", max_ns, "4h", "longest back-off"), END};
static const struct yaml_type recipient_clock_type = GROUP("the recipient's retry waits", recipient_clock_fields);
static const struct yaml_type host_clock_type = GROUP("the host's back-off", host_clock_fields);

static const struct yaml_field retry_fields[] = {
    IN(retry, "preset", &preset_type, preset, NULL, "schedule of another relay, such as postfix"),
    IN(retry, "first", &wait_type, first_ns, NULL,
       "one schedule for all failures: wait from the first attempt to the second"),
    IN(retry, "steps", &waits_type, steps, NULL, "the waits after that"),
    IN(retry, "then", &wait_type, then_ns, NULL, "every wait after the last step"),
    {"warn", &warn_type, offsetof(struct config, retry.warn_ns) - offsetof(struct config, retry), false, NULL,
     "when the sender is notified that its message is delayed; 0s: never",
     offsetof(struct config, retry.warn_seen) - offsetof(struct config, retry)},
    IN(retry, "recipient", &recipient_clock_type, recipient, NULL, "waits after 4xx to MAIL, RCPT or the final dot"),
    IN(retry, "host", &host_clock_type, host, NULL, "back-off of a host that cannot be used"),
    IN(retry, "lifetime", &wait_type, lifetime_ns, NULL, "when an undelivered message is returned to its sender"),
    IN(retry, "bounce_lifetime", &wait_type, bounce_lifetime_ns, NULL, "when an undelivered bounce is dropped"),
    END};
static const struct yaml_type retry_type = GROUP("the retry settings", retry_fields);

static const struct yaml_field timeouts_fields[] = {
    IN(timeouts, "connect", &wait_type, connect_ns, "30s", "to connect to another host"),
    IN(timeouts, "session", &wait_type, session_ns, "5m",
       "for a client's next command to be complete (RFC 5321 §4.5.3.2.7)"),
    IN(timeouts, "data", &wait_type, data_ns, "1h", "for a whole message, from DATA to the final dot"),
    IN(timeouts, "idle", &wait_type, idle_ns, "2s", "how long an outbound connection stays open for another message"),
    END};
static const struct yaml_type timeouts_type = GROUP("the timeouts", timeouts_fields);

static const struct yaml_field smarthost_fields[] = {
    {"host", &yaml_str, offsetof(struct config_smarthost, host), true, NULL,
     "host name; the relay does not look up its MX records", 0},
    {"port", &port_type, offsetof(struct config_smarthost, port), false, "25", "TCP port", 0},
    {"user", &yaml_str, offsetof(struct config_smarthost, user), false, NULL, "user name for AUTH PLAIN or LOGIN", 0},
    {"password", &yaml_str, offsetof(struct config_smarthost, password), false, NULL,
     "password for AUTH PLAIN or LOGIN", 0},
    END};
static const struct yaml_type smarthost_type = {.kind = YAML_STRUCT,
                                                .name = "a smarthost",
                                                .size = sizeof(struct config_smarthost),
                                                .fields = smarthost_fields,
                                                .marked = true};
static const struct yaml_type smarthost_ptr = {
    .kind = YAML_PTR, .name = "a smarthost", .size = sizeof(void *), .item = &smarthost_type};

static const struct yaml_field config_fields[] = {
    NEEDED("hostname", &yaml_str, hostname, "name of this host, in EHLO, Received and bounces"),
    NEEDED("spool", &yaml_str, spool, "the queue's folder; created if it does not exist"),
    FIELD("control", &yaml_str, control, NULL, "UNIX socket for relaylab-queue; default: SPOOL/control.sock"),
    NEEDED("listen", &listens_type, listen, "where the relay accepts mail"),
    FIELD("trusted_networks", &nets_type, trusted_networks, NULL, "clients that may relay without a password"),
    FIELD("tls", &tls_type, tls, NULL, "certificates, and the TLS policy for outgoing mail"),
    FIELD("mechanisms", &mechanisms_type, mechanisms, NULL, "SASL mechanisms that AUTH offers; default: all"),
    FIELD("dkim", &config_dkim_type, dkim, NULL, "keys that sign mail (RFC 6376)"),
    FIELD("users", &users_type, users, NULL, "users who may submit mail"),
    FIELD("resolver", &resolver_type, resolver, NULL, "how the relay queries the DNS"),
    FIELD("limits", &limits_type, limits, NULL, "limits on the resources that other hosts can use"),
    FIELD("retry", &retry_type, retry, NULL, "when to retry, and when to give up (RFC 5321 §4.5.4.1)"),
    FIELD("bans", &bans_type, bans, NULL, "clients that guess passwords"),
    FIELD("timeouts", &timeouts_type, timeouts, NULL, "how long to wait"),
    FIELD("smarthost", &smarthost_ptr, smarthost, NULL, "host for all mail, instead of the MX hosts"),
    FIELD("outbound_port", &port_type, outbound_port, "25", "port of MX hosts; other values are for tests"),
    FIELD("allow_destinations", &nets_type, allow_destinations, NULL,
          "private, loopback and other special networks (RFC 6890) to which mail may go"),
    FIELD("own_addresses", &addresses_type, own_addresses, NULL,
          "other addresses of this relay, on which it does not listen, such as that of a NAT"),
    FIELD("own_names", &names_type, own_names, NULL,
          "other names of this relay as an MX host, in addition to hostname"),
    END};
static const struct yaml_type config_type = {
    .kind = YAML_STRUCT, .name = "the configuration", .size = sizeof(struct config), .fields = config_fields};

const struct schema config_schema = {"the relay's configuration",
                                     "The file of `relaylab relay -c FILE`. [RELAY.md](../RELAY.md) explains it.",
                                     &config_type, false};

/* ---- loading ---- */

static void check(struct config *config)
{
    struct yaml_doc *doc = &config->doc;
    const struct config_listen *listens = config->listen.items;
    if (config->listen.count == 0)
        yaml_error(doc, doc->root->at, "listen", "at least one listener is needed");
    for (size_t i = 0; i < config->listen.count; i++)
        if (listens[i].role != LISTEN_RELAY && (config->tls.certificate == NULL || config->tls.key == NULL))
            yaml_error(doc, listens[i].at, "listen",
                       "submission needs tls.certificate and tls.key, because AUTH requires TLS");
    if (config->limits.receiving_size < config->limits.message_size)
        yaml_error(doc, yaml_get(doc->root, "limits")->at, "limits",
                   "receiving_size is smaller than message_size: increase it, or reduce message_size");
    config_settle_retry(config);
    config_settle_dkim(config);
    if (config->smarthost != NULL && (config->smarthost->user == NULL) != (config->smarthost->password == NULL))
        yaml_error(doc, config->smarthost->at, "smarthost", "user and password need each other");
    if (strlen(config->hostname) > 255 || !address_domain_valid(slice_cstr(config->hostname)))
        yaml_error(doc, doc->root->at, "hostname",
                   "expected a host name such as relay.example: at most 255 letters, digits and hyphens, in labels");
    if (config->control == NULL)
        config->control = arena_printf(doc->arena, "%s/control.sock", config->spool);
}

int config_load(struct config **out, const char *path, struct buf *report, struct err *err)
{
    struct config *config = mem_zalloc(sizeof *config);
    struct yaml_doc doc;
    int rc = yaml_open(&doc, path, err);
    if (rc == ERR_OK) {
        bool good = yaml_decode(&doc, doc.root, &config_type, "", config);
        config->doc = doc;
        if (good)
            check(config);
        doc = config->doc;
    }
    config->doc = doc;
    yaml_report(&config->doc, report);
    if (rc == ERR_OK && config->doc.error_count > 0)
        rc = err_set(err, ERR_INVALID, "%s has %zu error%s", path, config->doc.error_count,
                     config->doc.error_count > 1 ? "s" : "");
    if (rc != ERR_OK) {
        config_free(config);
        return rc;
    }
    *out = config;
    return ERR_OK;
}

void config_free(struct config *config)
{
    if (config == NULL || config->references-- > 0)
        return;
    yaml_close(&config->doc);
    free(config);
}

struct config *config_ref(const struct config *config)
{
    struct config *held = (struct config *)config;
    held->references++;
    return held;
}

static bool same_servers(const struct yaml_list *a, const struct yaml_list *b)
{
    const struct ip_port *x = a->items, *y = b->items;
    size_t same = 0;
    while (same < a->count && same < b->count && x[same].port == y[same].port && ip_eq(x[same].ip, y[same].ip))
        same++;
    return same == a->count && same == b->count;
}

bool config_same_resolver(const struct config *a, const struct config *b)
{
    return a->resolver.timeout_ns == b->resolver.timeout_ns && a->resolver.tries == b->resolver.tries &&
           a->resolver.deadline_ns == b->resolver.deadline_ns &&
           same_servers(&a->resolver.servers, &b->resolver.servers);
}

bool config_covers(const struct yaml_list *list, struct ip address)
{
    const struct ip_net *nets = list->items;
    for (size_t i = 0; i < list->count; i++)
        if (ip_net_has(&nets[i], address))
            return true;
    return false;
}

unsigned config_without(const struct config *config)
{
    const int *offered = config->mechanisms.items;
    unsigned without = (1u << SASL_IDS) - 1;
    if (config->mechanisms.count == 0)
        return 0;
    for (size_t i = 0; i < config->mechanisms.count; i++)
        without &= ~(1u << offered[i]);
    return without;
}

bool config_trusts(const struct config *config, struct ip client)
{
    return config_covers(&config->trusted_networks, client);
}
