/*
 * The relay's configuration: one struct, decoded from YAML by the tables in config.c, which also hold each
 * key's default and help text. A reload makes another one; what
 * began with the old one holds on to it (config_ref).
 */
#ifndef RL_RELAY_CONFIG_H
#define RL_RELAY_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/ip.h"
#include "lib/text/schema.h"
#include "lib/text/yaml.h"

enum listen_role {
    LISTEN_RELAY,       /* port 25: for trusted networks alone */
    LISTEN_SUBMISSION,  /* port 587: STARTTLS, then AUTH (RFC 6409, RFC 8314) */
    LISTEN_SUBMISSIONS, /* port 465: TLS from the start, then AUTH (RFC 8314 §3.3) */
};

/* What TLS mail to a domain needs; each is more than the one before. */
enum config_tls {
    CONFIG_TLS_NONE,    /* always unencrypted */
    CONFIG_TLS_MAY,     /* when offered, with any certificate; else unencrypted (RFC 7435) */
    CONFIG_TLS_ENCRYPT, /* never unencrypted; any certificate will do */
    CONFIG_TLS_VERIFY,  /* never unencrypted, and only to a host with a valid certificate for its name */
};

struct config_listen {
    struct yaml_mark at;
    struct ip address;
    int64_t port;
    int role; /* enum listen_role */
};

/* All mail goes there, whatever the recipient's domain. With a user, its certificate must be valid (RFC 4954 §14). */
struct config_smarthost {
    struct yaml_mark at;
    const char *host;
    int64_t port;
    const char *user, *password; /* NULL = without AUTH */
};

/* A key that signs mail (RFC 6376). */
struct config_dkim {
    struct yaml_mark at;
    const char *domain, *selector;
    const char *key;          /* a PEM file */
    struct yaml_list authors; /* const char *: globs of From's domain; never empty */
    bool is_default;          /* signs what no glob of any key matches */
    int64_t expires_ns;       /* 0 = a signature does not expire */
};

struct config {
    const char *hostname;
    const char *spool;
    const char *control;
    struct yaml_list listen;           /* struct config_listen */
    struct yaml_list trusted_networks; /* struct ip_net */
    struct {
        const char *certificate, *key, *ca;
        int otherwise;           /* enum config_tls, of domains that are not named */
        struct yaml_map domains; /* name -> int, enum config_tls */
    } tls;
    struct yaml_list mechanisms; /* int, enum sasl_id: that AUTH offers; empty = all */
    struct yaml_map users;       /* name -> const char *, a crypt(3) hash */
    struct yaml_list dkim;       /* struct config_dkim */
    struct {
        struct yaml_list servers; /* struct ip_port */
        int64_t timeout_ns;
        int64_t tries;
        int64_t deadline_ns;
    } resolver;
    struct {
        uint64_t message_size;
        uint64_t receiving_size; /* at least message_size */
        int64_t recipients;
        int64_t sessions;
        int64_t sessions_per_client;
        int64_t errors;
        int64_t idle_commands;
        int64_t queue_recipients;
        int64_t queue_recipients_per_client; /* 0 = half of them */
        int64_t received_fields;
        int64_t outbound;
        int64_t outbound_per_domain;
        int64_t outbound_per_host;
        int64_t hosts_per_round;
        int64_t messages_per_connection;
    } limits;
    struct {
        int64_t after; /* wrong passwords; 0 = never */
        int64_t time_ns;
    } bans;
    struct {
        const struct preset *preset;        /* NULL = none */
        int64_t first_ns, then_ns, warn_ns; /* 0 = none */
        struct yaml_list steps;             /* int64_t */
        struct yaml_list waits;             /* int64_t: first and steps, or the preset's; empty = the two clocks */
        bool warn_seen;
        struct {
            int64_t first_ns, max_ns;
        } recipient;
        struct {
            int64_t closed_ns, unreachable_ns, max_ns;
        } host;
        int64_t lifetime_ns;
        int64_t bounce_lifetime_ns;
    } retry;
    struct {
        int64_t connect_ns, session_ns, data_ns, idle_ns;
    } timeouts;
    struct config_smarthost *smarthost; /* NULL = to the MX hosts */
    int64_t outbound_port;
    struct yaml_list allow_destinations; /* struct ip_net: special addresses that mail may go to */
    struct yaml_list own_addresses;      /* struct ip: ours, in addition to those that are listened on */
    struct yaml_list own_names;          /* const char *: ours, in addition to hostname */
    struct yaml_doc doc;                 /* owns all of it */
    unsigned references;                 /* in addition to the first */
};

/* Reads and checks a file. On failure *report has every problem, one a line with file:line:column. */
int config_load(struct config **out, const char *path, struct buf *report, struct err *err);
struct config *config_ref(const struct config *config); /* one more reference; each is released with config_free */
void config_free(struct config *config);

extern const struct schema config_schema; /* its keys, as lib/text/schema.h prints them */

/* For config.c: one schedule out of preset, first, steps and then, and their defaults (retry.c). */
void config_settle_retry(struct config *config);

/* The same for the keys of DKIM (dkim.c). */
extern const struct yaml_type config_dkim_type;
void config_settle_dkim(struct config *config);

bool config_is_dkim_domain(const char *text);
bool config_is_dkim_selector(const char *text);

bool config_same_resolver(const struct config *a, const struct config *b);
bool config_covers(const struct yaml_list *nets, struct ip address); /* one of the struct ip_net does */
unsigned config_without(const struct config *config); /* mechanisms that are not offered: bits of enum sasl_id */
bool config_trusts(const struct config *config, struct ip client);

#endif
