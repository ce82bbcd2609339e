/*
 * A scenario as C structs: the world (standing rules that react), the story (what is done, and when), the
 * expectations (what must be true of the trace). loader.h makes it from YAML; nothing here changes afterwards.
 *
 *     struct scenario
 *       given     -- how the target is set up
 *       zones[]   -- dns of the world            hosts[] -- MX hosts with their rules
 *       story[]   -- submissions, expanded       events[] -- what else is done
 *       expects[] -- a sentence, a clause, one check
 *
 * Everything lives in the arena of its YAML document until scenario_free. Lengths of time are in ns.
 */
#ifndef RL_SIM_SCENARIO_MODEL_H
#define RL_SIM_SCENARIO_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/ip.h"
#include "lib/text/yaml.h"
#include "sim/effects/list.h"
#include "sim/scenario/dns_faults.h"
#include "sim/scenario/expect.h"
#include "sim/scenario/given.h"
#include "sim/scenario/range.h"

/* Addresses that every world has (documentation ranges, RFC 5737). */
#define WORLD_TARGET_NAME     "relay.example"
#define WORLD_TARGET_ADDR     "203.0.113.1"
#define WORLD_DNS_ADDR        "203.0.113.129"
#define WORLD_SENDER_MX_NET   "203.0.113." /* 130 and on: one a sender domain */
#define WORLD_SENDER_MX_FIRST 130
#define WORLD_SENDER_MX_COUNT 64
#define WORLD_CLIENT_ADDR     "203.0.113.200"
#define WORLD_SMTP_PORT       25
#define WORLD_DNS_PORT        53

/* What follows the last @, or the whole when there is none. */
const char *address_domain(const char *address);

/* ---- world ---- */
enum zone_over { OVER_ANY, OVER_UDP, OVER_TCP };
enum zone_type { ZONE_ANY, ZONE_A, ZONE_AAAA, ZONE_MX, ZONE_TXT, ZONE_CNAME, ZONE_TLSA, ZONE_PTR };

struct zone_fault {
    struct yaml_mark at;
    int type;             /* enum zone_type */
    int as;               /* enum zone_fault_kind */
    int over;             /* enum zone_over */
    bool edns, edns_seen; /* only questions with, or without, an OPT record (RFC 6891) */
    struct range times, between;
    int64_t delay_ns;
    const char *only_case;
};

struct zone_mta_sts {
    bool published;
    const char *mode;
};

struct zone {
    struct yaml_mark at;
    const char *name;                  /* lower case, no final dot */
    struct yaml_list mx, a, aaaa, txt; /* const char * */
    struct yaml_list tlsa, ptr;        /* const char * */
    struct yaml_list records;          /* const char *, in zone-file form; names are relative to the zone's */
    const char *cname;
    int64_t ttl_ns;
    struct zone_mta_sts mta_sts;
    struct yaml_list fail;     /* struct zone_fault */
    int64_t since_ns, past_ns; /* of a zone that the story changes, one of several with this name; 0 = always */
};

enum stage {
    STAGE_CONNECT,
    STAGE_BANNER,
    STAGE_EHLO,
    STAGE_HELO,
    STAGE_STARTTLS,
    STAGE_HANDSHAKE,
    STAGE_AUTH,
    STAGE_MAIL,
    STAGE_RCPT,
    STAGE_DATA,
    STAGE_BODY,
    STAGE_EOD,
    STAGE_RSET,
    STAGE_NOOP,
    STAGE_QUIT,
    STAGE_IDLE,
    STAGE_ANY,
};

const char *stage_name(enum stage stage); /* "rcpt" */
/* Whether the client waits for a reply at this stage because of what it sent: those that `any` means. */
bool stage_answers(enum stage stage);

struct reply_text {
    int code;         /* 0 = no reply */
    const char *text; /* after the code; lines separated by \n */
};

/* "100", or "10MiB" */
struct amount {
    int64_t n;
    bool octets;
};

struct rule_when {
    const char *rcpt, *sender, *client, *helo, *verb; /* globs; NULL = any */
    struct range connection, attempt, message, between;
    struct range size; /* octets: as declared with MAIL, later as received */
    bool tls, tls_seen;
    bool auth, auth_seen;
};

struct rule {
    struct yaml_mark at_mark;
    int at; /* enum stage */
    struct rule_when when;
    struct range times;
    void *effects[EFFECT_COUNT]; /* their values, NULL = absent; see rule_effect() */
    bool optional;
    const char *note;
    const char *only_case;
};

enum cert {
    CERT_VALID,
    CERT_EXPIRED,
    CERT_NOT_YET_VALID,
    CERT_SELF_SIGNED,
    CERT_UNTRUSTED_ROOT,
    CERT_WRONG_NAME,
    CERT_WEAK_KEY,
    CERT_WEAK_HASH,
    CERT_MISSING_INTERMEDIATE,
    CERT_NO_SAN,
};

enum tls_version { TLS_VERSION_1_0, TLS_VERSION_1_1, TLS_VERSION_1_2, TLS_VERSION_1_3, TLS_VERSION_COUNT };
enum client_cert { CLIENT_CERT_NONE, CLIENT_CERT_ASK, CLIENT_CERT_REQUIRE };

#define SCENARIO_COMMON_NAME_MAX 64 /* RFC 5280, ub-common-name */

struct host_tls {
    int cert;             /* enum cert */
    int64_t not_after_ns; /* relative to the start; 0 = the kind's own */
    struct yaml_list names;
    struct yaml_list versions; /* int, enum tls_version; empty: 1.2 and 1.3 */
    int client_cert;           /* enum client_cert */
};

/* How the host's octets arrive. */
enum net_segment { SEGMENT_WHOLE, SEGMENT_LINE, SEGMENT_BYTE, SEGMENT_RANDOM };

struct host_net {
    int64_t rtt_ns;
    int segment;   /* enum net_segment */
    uint64_t rate; /* octets a second; 0 = no limit */
};

struct host {
    struct yaml_mark at;
    const char *name;
    struct ip addr;
    const char *banner;
    struct yaml_list ehlo; /* const char *; replaces the default offers when ehlo_seen */
    bool ehlo_seen;
    struct {
        uint64_t size;
        int64_t rcpts;
    } limits;
    struct host_tls tls;
    struct host_net net;
    struct yaml_list rules; /* struct rule */
    bool automatic;         /* the MX host of a sender's domain; accepts everything */
};

/* ---- story ---- */

/* Where a client talks to the target. */
enum target_port { PORT_SUBMISSION, PORT_SUBMISSIONS, PORT_SMTP };
#define TARGET_PORTS 3
#define VIA_SENDMAIL TARGET_PORTS                    /* at none: through the target's own command */
const char *target_port_name(enum target_port port); /* "submission" */

enum auth_mechanism { AUTH_PLAIN, AUTH_LOGIN };

/* How a message is submitted; what the target does not offer is left out. */
struct manner {
    int via;                 /* enum target_port, or VIA_SENDMAIL */
    const char *as;          /* a user of `given`; NULL = the first */
    int auth;                /* enum auth_mechanism: the one that the client prefers */
    struct yaml_list notify; /* const char *, "FAILURE" (RFC 3461 §4.1) */
    const char *ret, *envid, *orcpt;
    struct yaml_list params; /* const char *, more of MAIL's: "SIZE=1000" */
    struct yaml_map headers; /* name -> const char *: fields that are added */
    struct slice message;    /* header and body, CR LF lines; empty = made by the client */
    bool without_header;     /* the message is body alone; the client's token is its last line */
};

struct submission {
    struct yaml_mark at;
    const char *id;
    unsigned n; /* 1 unless count says more */
    int64_t t_ns;
    const char *from;
    const char **to;
    size_t to_count;
    uint64_t size; /* of the body; 0 = a short text */
    struct manner manner;
};

enum target_action { TARGET_STOP, TARGET_KILL, TARGET_RESTART, TARGET_RELOAD, TARGET_FLUSH };
const char *target_action_name(enum target_action action); /* "stop" */

/* What a reply of the target must be like; an absent member matches everything. */
struct reply_pattern {
    const char *code;            /* glob over its three digits */
    const char *text;            /* glob; one line must fit */
    struct yaml_list has, lacks; /* const char *, globs: each must fit a line, none may */
};

enum script_verb {
    SCRIPT_EXPECT, /* a reply, or the end of the connection */
    SCRIPT_QUIET,  /* nothing comes for this long */
    SCRIPT_SEND,
    SCRIPT_WAIT,
    SCRIPT_STARTTLS,
    SCRIPT_CLOSE,
};

/* How a client ends its connection; HALF: it sends a FIN, and still reads. */
enum script_close { CLOSE_BOTH, CLOSE_RESET, CLOSE_HALF };

struct script_line {
    struct yaml_mark at;
    enum script_verb verb;
    /* expect: any of them; quiet: those that will do as well */
    struct reply_pattern *replies;
    size_t reply_count;
    bool closed;         /* the end will do, too */
    int64_t times;       /* of expect and send */
    int64_t length_ns;   /* quiet, wait; of expect, how long a reply may take */
    struct slice octets; /* send */
    enum script_close close;
    const char *wanted; /* in words */
    /* expect, quiet: what it proves; without a sentence it only keeps the dialog in step */
    const char *sentence, *id; /* id: NULL when it is that of the sentence */
    int level;                 /* enum level */
    struct yaml_list spec;     /* const char * */
};

/* A scripted client that talks to the target. */
struct script {
    unsigned n; /* of the story's dialogs, from 1 */
    enum target_port port;
    struct script_line *lines;
    size_t line_count;
};

/* What the world is from a time on. build_change.c makes it part of zones and hosts: this is for readers. */
struct world_change {
    struct yaml_map hosts, dns; /* by name */
};

enum story_kind { STORY_TARGET, STORY_CHANGE, STORY_SCRIPT };

/* What is done apart from submissions. */
struct story_event {
    struct yaml_mark at;
    int64_t t_ns;
    enum story_kind kind;
    enum target_action action;
    struct world_change change;
    struct script script;
};

/* ---- teaching ---- */

#define TEACH_LESSONS 12 /* of the course; harness/explain/lessons.h has their names */
#define QUIZ_CHOICES  5  /* a to e */

struct quiz {
    struct yaml_mark at;
    const char *question;
    struct yaml_list choices; /* const char * */
    const char *answer;       /* the letter of the right one */
    const char *because;
};

struct teach {
    const char *level, *story, *watch;
    struct yaml_list see_also; /* const char * */
    int64_t lesson;            /* of the course; 0 = none */
    struct yaml_list quiz;     /* struct quiz */
};

/* ---- the whole ---- */

struct scenario_case {
    const char *name;
    struct yaml_mark at;
    struct yaml_list needs; /* const char *, capabilities */
};

struct scenario {
    const char *file;
    const char *id, *title;
    const char *case_name; /* NULL when the scenario has no cases */
    struct teach teach;
    struct yaml_list tags;
    struct yaml_list needs; /* of the scenario and of the case */
    int64_t seed;
    int64_t seeds; /* how many, from `seed` on; 0 = one */
    struct {
        int64_t start_ns; /* since 1970 */
        int64_t until_ns;
    } clock;
    struct scenario_case *cases;
    size_t case_count;
    struct given given;
    struct zone *zones;
    size_t zone_count;
    struct host *hosts;
    size_t host_count;
    struct submission *story;
    size_t story_count;
    struct story_event *events; /* by time */
    size_t event_count;
    struct expect *expects;
    size_t expect_count;
    struct yaml_doc doc;
    size_t made_octets; /* see raw.h */ /* owns all */
};

/* Exact, without case; as the world is at first, and at a time since the start of the story. */
const struct zone *scenario_zone(const struct scenario *scenario, const char *name);
const struct zone *scenario_zone_at(const struct scenario *scenario, const char *name, int64_t t_ns);
const struct host *scenario_host(const struct scenario *scenario, const char *name);
const struct host *scenario_host_at(const struct scenario *scenario, struct ip addr);
/*
 * The submission with this envelope, the first of several. A relay may rewrite the reverse-path (SRS, VERP): one that
 * no submission has goes with the only submission to this recipient. A null reverse-path is that of a bounce.
 */
const struct submission *scenario_submission(const struct scenario *scenario, const char *from, const char *to);
/* Where the host listens: the smarthost on the port that is given, every other host on 25. */
int scenario_port(const struct scenario *scenario, const struct host *host);

/* What TLS mail to the domain needs; with a smarthost its name counts, whatever the domain. */
enum given_tls scenario_tls(const struct scenario *scenario, const char *domain);
/* Of a user of `given`; NULL when there is none of this name. */
const char *scenario_password(const struct scenario *scenario, const char *user);
/*
 * How many of the domain's MX records lead to this host: by its name, an alias of it, or its address. Of a zone that
 * the story changes, the largest count. The smarthost counts once; so does the domain itself without an MX record.
 */
size_t scenario_mx_count(const struct scenario *scenario, const char *host, const char *domain);
/* Whether mail for this domain goes to this host, at any time. */
bool scenario_is_mx_of(const struct scenario *scenario, const char *host, const char *domain);
/* "10 mx1.dest.example" -> preference and name; false when it is not of that form. */
bool scenario_parse_mx(const char *text, unsigned *preference, struct slice *name);

#endif
