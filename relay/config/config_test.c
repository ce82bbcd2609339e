#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "relay/config/config.h"
#include "relay/sasl/sasl.h"

static struct buf report;

#define BASE "hostname: relay.example\nspool: /nowhere\nlisten: [{address: 127.0.0.1, port: 25, role: relay}]\n"

/* NULL when it has errors; they are in `report`. */
static struct config *load(const char *more)
{
    char path[] = "/tmp/relaylab-config-XXXXXX";
    struct config *config = NULL;
    struct err err = {0};
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert(write(fd, BASE, strlen(BASE)) > 0 && write(fd, more, strlen(more)) >= 0);
    close(fd);
    buf_init(&report, 65536);
    (void)config_load(&config, path, &report, &err);
    (void)unlink(path);
    return config;
}

static void end(struct config *config)
{
    config_free(config);
    buf_fini(&report);
}

static struct config *good(const char *more)
{
    struct config *config = load(more);
    ck_assert_msg(config != NULL, "%s", buf_cstr(&report));
    return config;
}

static void bad(const char *more, const char *words)
{
    struct config *config = load(more);
    ck_assert_msg(config == NULL, "accepted: %s", more);
    ck_assert_msg(strstr(buf_cstr(&report), words) != NULL, "%s", buf_cstr(&report));
    end(config);
}

/* When attempt n (from 0) comes, if all before it fail. */
static int64_t attempt_s(const struct config *config, size_t n)
{
    const int64_t *waits = config->retry.waits.items;
    int64_t at = 0;
    for (size_t i = 0; i < n; i++)
        at += i < config->retry.waits.count ? waits[i] : config->retry.then_ns;
    return at / NS_PER_S;
}

START_TEST(without_a_setting_there_are_two_clocks)
{
    struct config *config = good("");
    ck_assert_uint_eq(config->retry.waits.count, 0);
    ck_assert_int_eq(config->retry.lifetime_ns, 5 * 86400 * NS_PER_S);
    ck_assert_int_eq(config->retry.bounce_lifetime_ns, 2 * 86400 * NS_PER_S);
    ck_assert_int_eq(config->retry.host.unreachable_ns, 1800 * NS_PER_S);
    ck_assert_int_eq(config->retry.warn_ns, 0);
    end(config);
}
END_TEST

START_TEST(a_configured_schedule_applies_to_all_reasons)
{
    struct config *config = good("retry: {first: 1m, steps: [2m, 3m], then: 1h, warn: 4h}\n");
    ck_assert_uint_eq(config->retry.waits.count, 3);
    ck_assert_int_eq(attempt_s(config, 3), 360);
    ck_assert_int_eq(attempt_s(config, 5), 360 + 7200);
    ck_assert_int_eq(config->retry.host.unreachable_ns, 60 * NS_PER_S);
    ck_assert_int_eq(config->retry.warn_ns, 4 * 3600 * NS_PER_S);
    end(config);
}
END_TEST

/* The times that the presets are known by: the attempt, and when it comes. */
START_TEST(the_presets_keep_the_times_of_their_relays)
{
    static const struct {
        const char *name;
        size_t attempt;
        int64_t at_s, lifetime_s, warn_s;
    } known[] = {{"postfix", 6, 8800, 432000, 0},          {"exim", 14, 82012, 345600, 86400},
                 {"opensmtpd", 29, 336400, 345600, 14400}, {"kumomta", 8, 306000, 604800, 0},
                 {"haraka", 12, 262080, 262080, 0},        {"postal", 17, 111153, 111153, 0},
                 {"zonemta", 7, 28800, 172800, 0},         {"stalwart", 5, 3720, 259200, 86400},
                 {"mox", 7, 57150, 57150, 6750},           {"chasquid", 3, 960, 72000, 0},
                 {"maddy", 19, 237600, 237600, 0}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "retry: {preset: %s}\n", known[i].name);
        struct config *config = good(text);
        ck_assert_msg(attempt_s(config, known[i].attempt) == known[i].at_s, "%s: %lld", known[i].name,
                      (long long)attempt_s(config, known[i].attempt));
        ck_assert_int_eq(config->retry.lifetime_ns, known[i].lifetime_s * NS_PER_S);
        ck_assert_int_eq(config->retry.warn_ns, known[i].warn_s * NS_PER_S);
        end(config);
    }
}
END_TEST

START_TEST(keys_next_to_a_preset_override_it)
{
    struct config *config = good("retry: {preset: exim, lifetime: 1d, warn: 0s}\n");
    ck_assert_int_eq(config->retry.lifetime_ns, 86400 * NS_PER_S);
    ck_assert_int_eq(config->retry.bounce_lifetime_ns, 2 * 86400 * NS_PER_S);
    ck_assert_int_eq(config->retry.warn_ns, 0);
    end(config);
}
END_TEST

START_TEST(a_smarthost_has_both_user_and_password_or_neither)
{
    struct config *config = good("smarthost: {host: smart.example, user: u, password: p}\n");
    ck_assert_int_eq(config->smarthost->port, 25);
    end(config);
    bad("smarthost: {host: smart.example, user: u}\n", "user and password need each other");
    bad("smarthost: {port: 587}\n", "the key `host` is missing");
}
END_TEST

START_TEST(half_a_schedule_is_an_error)
{
    bad("retry: {first: 1m}\n", "a schedule has first and then");
    bad("retry: {steps: [1m], then: 5m}\n", "a schedule has first and then");
    bad("retry: {preset: postfix, first: 1m, then: 5m}\n", "either a preset, or first, steps and then");
    bad("retry: {preset: postfx}\n", "did you mean `postfix`?");
}
END_TEST

START_TEST(receiving_size_holds_at_least_one_message)
{
    struct config *config = good("limits: {message_size: 256MiB}\n");
    ck_assert_uint_eq(config->limits.receiving_size, UINT64_C(256) << 20);
    end(config);
    end(good("limits: {message_size: 1MiB, receiving_size: 1MiB}\n"));
    bad("limits: {message_size: 257MiB}\n", ":4:9: error: limits: receiving_size is smaller than message_size");
    bad("limits: {receiving_size: 1MiB}\n", "receiving_size is smaller than message_size");
}
END_TEST

/* ---- leaves ---- */

START_TEST(networks_addresses_servers_and_hashes_are_what_they_say)
{
    static const struct {
        const char *more, *words; /* words: NULL = it is good */
    } cases[] = {
        {"trusted_networks: [192.0.2.0/24, 10.0.0.1/32, 0.0.0.0/0]\n", NULL},
        {"trusted_networks: [192.0.2.0/33]\n",
         ":4:20: error: trusted_networks[0]: expected a network such as 192.0.2.0/24"},
        {"trusted_networks: [192.0.2.0]\n", "expected a network such as 192.0.2.0/24"},
        {"trusted_networks: [192.0.2/24]\n", "expected a network"},
        {"trusted_networks: [192.0.2.0/]\n", "expected a network"},
        {"trusted_networks: [192.0.2.0/-1]\n", "expected a network"},
        {"trusted_networks: [192.0.2.0/24/1]\n", "expected a network"},
        {"trusted_networks: [\"2001:db8::/32\"]\n", "expected a network"},
        {"trusted_networks: [1234567890.1234567890/24]\n", "expected a network"},
        {"trusted_networks: [[192.0.2.0/24]]\n", "expected a network"},
        {"allow_destinations: [127.0.0.0/8]\n", NULL},
        {"own_addresses: 198.51.100.7\n", NULL},
        {"own_addresses: \"::ffff:198.51.100.7\"\n", "own_addresses: expected an IPv4 address"},
        {"own_addresses: \"2001:db8::1\"\n", "own_addresses: expected an IPv4 address"},
        {"own_addresses: [198.51.100.7, mx]\n", "own_addresses[1]: expected an IPv4 address such as 192.0.2.1"},
        {"resolver: {servers: \"192.0.2.53:53\"}\n", NULL},
        {"resolver: {servers: [\"192.0.2.53:53\", \"192.0.2.54:5353\"]}\n", NULL},
        {"resolver: {servers: 192.0.2.53}\n", "expected a server such as \"192.0.2.53:53\""},
        {"resolver: {servers: \"192.0.2.53:0\"}\n", "expected a server"},
        {"resolver: {servers: \"192.0.2.53:65536\"}\n", "expected a server"},
        {"resolver: {servers: \"[2001:db8::53]:53\"}\n", "expected a server"},
        {"resolver: {servers: \"dns.example:53\"}\n", "expected a server"},
        {"users: {alice: \"$y$j9T$x$y\", bob: \"$2b$x\", eve: \"$6$x\"}\n", NULL},
        {"users: {alice: secret}\n", "users.alice: expected a password hash that starts with $y$, $2b$ or $6$"},
        {"users: {alice: \"$1$md5\"}\n", "expected a password hash"}, /* too weak to be taken */
        {"users: {alice: \"\"}\n", "expected a password hash"},
        {"users: {alice: [x]}\n", "expected a password hash"},
        {"mechanisms: [PLAIN, SCRAM-SHA-256]\n", NULL},
        {"mechanisms: CRAM-MD5\n", "mechanisms: "},
        {"bans: {after: 0, time: 1d}\n", NULL},
        {"bans: {after: -1}\n", "bans.after: "},
        {"bans: {time: 0s}\n", "bans.time: "},
        {"tls: {default: verify, domains: {d.example: none}}\n", NULL},
        {"tls: {default: always}\n", "tls.default: "},
        {"tls: {domains: {d.example: verfy}}\n", "did you mean `verify`?"},
        {"outbound_port: 0\n", "outbound_port: "},
        {"outbound_port: 65536\n", "outbound_port: "},
        {"limits: {sessions: 0}\n", "limits.sessions: "},
        {"limits: {queue_recipients_per_client: 0}\n", NULL}, /* half of them */
        {"limits: {sesions: 5}\n", "did you mean `sessions`?"},
        {"timeouts: {idle: 500ms}\n", "timeouts.idle: "},
        {"timeouts: {data: 2h}\n", NULL},
        {"timeouts: {data: 61d}\n", "timeouts.data: "},
        {"timeouts: {data: 60}\n", "timeouts.data: "},
        {"smarthost: {host: smart.example, port: 70000}\n", "smarthost.port: "},
        {"hostnam: x\n", "did you mean `hostname`?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (cases[i].words != NULL)
            bad(cases[i].more, cases[i].words);
        else
            end(good(cases[i].more));
    }
}
END_TEST

/* The whole file; words: NULL = it is good. */
static void expect_file(const char *text, const char *words)
{
    char path[] = "/tmp/relaylab-config-XXXXXX";
    struct config *config = NULL;
    struct err err = {0};
    int fd = mkstemp(path);
    ck_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    buf_init(&report, 65536);
    int rc = config_load(&config, path, &report, &err);
    (void)unlink(path);
    ck_assert_msg((rc == ERR_OK) == (words == NULL), "%s: %s", text, buf_cstr(&report));
    ck_assert_msg((config != NULL) == (words == NULL), "%s", text);
    ck_assert_msg(words == NULL || strstr(buf_cstr(&report), words) != NULL, "%s: %s", text, buf_cstr(&report));
    ck_assert_msg(words == NULL || strstr(err.text, " has ") != NULL, "%s", err.text);
    end(config);
}

START_TEST(each_listener_can_do_what_its_role_needs)
{
#define LISTEN(listeners, more) "hostname: r.example\nspool: /x\nlisten: [" listeners "]\n" more
#define AT_PORT(port, role)     "{address: 127.0.0.1, port: " port ", role: " role "}"
    static const char tls[] = "submission needs tls.certificate and tls.key, because AUTH requires TLS";
    expect_file(LISTEN(AT_PORT("25", "relay"), ""), NULL);
    expect_file(LISTEN("", ""), "at least one listener is needed");
    expect_file(LISTEN(AT_PORT("587", "submission"), ""), tls);
    expect_file(LISTEN(AT_PORT("465", "submissions"), "tls: {certificate: c.pem}\n"), tls);
    expect_file(LISTEN(AT_PORT("25", "relay") ", " AT_PORT("587", "submission"), "tls: {key: k.pem}\n"), tls);
    expect_file(LISTEN(AT_PORT("587", "submission"), "tls: {certificate: c.pem, key: k.pem}\n"), NULL);
    expect_file(LISTEN(AT_PORT("25", "rely"), ""), "did you mean `relay`?");
    expect_file(LISTEN("{address: localhost, port: 25, role: relay}", ""), "expected an IPv4 address");
    expect_file(LISTEN("{address: 127.0.0.1, role: relay}", ""), "the key `port` is missing");
    expect_file("spool: /x\nlisten: [" AT_PORT("25", "relay") "]\n", "the key `hostname` is missing");
    expect_file("hostname: r\nlisten: [" AT_PORT("25", "relay") "]\n", "the key `spool` is missing");
    expect_file("hostname: \"\"\nspool: /x\nlisten: [" AT_PORT("25", "relay") "]\n", "expected a host name such as");
    expect_file("hostname: a b\nspool: /x\nlisten: [" AT_PORT("25", "relay") "]\n", "expected a host name such as");
    expect_file("hostname: \"r\\r\\nQUIT\"\nspool: /x\nlisten: [" AT_PORT("25", "relay") "]\n",
                "expected a host name such as");
    expect_file("hostname: r\nspool: /x\n", "the key `listen` is missing");
}
END_TEST

START_TEST(all_errors_of_a_file_are_reported_at_once)
{
    struct config *config = load("outbound_port: 0\nlimits: {sessions: 0}\nsmarthost: {user: u}\n");
    ck_assert_ptr_null(config);
    const char *text = buf_cstr(&report);
    ck_assert_msg(strstr(text, ":4:") != NULL && strstr(text, ":5:") != NULL && strstr(text, ":6:") != NULL, "%s",
                  text);
    end(config);
}
END_TEST

/* ---- questions ---- */

START_TEST(a_network_covers_its_addresses_and_no_others)
{
    static const struct {
        const char *nets, *address;
        bool covers;
    } cases[] = {
        {"", "192.0.2.1", false},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.77/24", "192.0.2.1", true}, /* the host's bits do not count */
        {"192.0.2.1/32", "192.0.2.1", true},
        {"192.0.2.1/32", "192.0.2.0", false},
        {"192.0.2.0/31", "192.0.2.1", true},
        {"0.0.0.0/0", "255.255.255.255", true},
        {"128.0.0.0/1", "127.255.255.255", false},
        {"128.0.0.0/1", "128.0.0.0", true},
        {"10.0.0.0/8, 192.0.2.0/24", "192.0.2.9", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[128];
        struct ip address;
        (void)snprintf(text, sizeof text, "trusted_networks: [%s]\n", cases[i].nets);
        struct config *config = good(text);
        ck_assert(ip_parse_v4(slice_cstr(cases[i].address), &address));
        ck_assert_msg(config_trusts(config, address) == cases[i].covers, "%s, %s", cases[i].nets, cases[i].address);
        end(config);
    }
}
END_TEST

START_TEST(mechanisms_that_are_not_named_are_not_offered_where_some_are)
{
    static const struct {
        const char *keys;
        unsigned without;
    } cases[] = {
        {"", 0},
        {"mechanisms: [LOGIN, PLAIN]\n", 1u << SASL_ID_scram_sha_256 | 1u << SASL_ID_scram_sha_256_plus},
        {"mechanisms: SCRAM-SHA-256-PLUS\n", 1u << SASL_ID_plain | 1u << SASL_ID_login | 1u << SASL_ID_scram_sha_256}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct config *config = good(cases[i].keys);
        ck_assert_msg(config_without(config) == cases[i].without, "%s", cases[i].keys);
        ck_assert_int_eq(config->bans.after, 100);
        ck_assert_int_eq(config->bans.time_ns, 3600 * NS_PER_S);
        end(config);
    }
}
END_TEST

START_TEST(a_reload_makes_a_new_resolver_only_when_its_settings_differ)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"", "", true},
        {"", "outbound_port: 26\n", true},
        {"", "resolver: {timeout: 5s, tries: 3, deadline: 60s}\n", true}, /* the defaults */
        {"", "resolver: {timeout: 6s}\n", false},
        {"", "resolver: {tries: 4}\n", false},
        {"", "resolver: {deadline: 61s}\n", false},
        {"resolver: {servers: \"192.0.2.53:53\"}\n", "", false},
        {"resolver: {servers: \"192.0.2.53:53\"}\n", "resolver: {servers: [\"192.0.2.53:53\"]}\n", true},
        {"resolver: {servers: \"192.0.2.53:53\"}\n", "resolver: {servers: \"192.0.2.53:54\"}\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct config *a = good(cases[i].a);
        buf_fini(&report);
        struct config *b = good(cases[i].b);
        ck_assert_msg(config_same_resolver(a, b) == cases[i].same && config_same_resolver(b, a) == cases[i].same,
                      "case %zu", i);
        config_free(a);
        end(b);
    }
}
END_TEST

START_TEST(a_configuration_lives_as_long_as_its_last_holder)
{
    struct config *config = good("");
    struct config *held = config_ref(config_ref(config));
    config_free(config);
    config_free(config);
    ck_assert_str_eq(held->hostname, "relay.example");
    ck_assert_str_eq(held->control, "/nowhere/control.sock");
    end(held);
    config_free(NULL);
}
END_TEST

START_TEST(a_key_of_dkim_signs_for_its_domain_unless_others_are_named)
{
    struct config *config =
        good("dkim:\n"
             "  - {domain: s.example, selector: 2030a, key: /a.pem}\n"
             "  - {domain: r.example, selector: x.y, key: /b.pem, for: \"*\", default: yes, expires: "
             "7d}\n"
             "  - {domain: s.example, selector: 2030b, key: /c.pem, for: [t.example, \"*.u.example\"]}"
             "\n");
    const struct config_dkim *keys = config->dkim.items;
    const char *const *own = keys[0].authors.items, *const *all = keys[1].authors.items;
    ck_assert_uint_eq(config->dkim.count, 3);
    ck_assert_str_eq(keys[0].selector, "2030a");
    ck_assert_uint_eq(keys[0].authors.count, 2);
    ck_assert_str_eq(own[0], "s.example");
    ck_assert_str_eq(own[1], "*.s.example");
    ck_assert(!keys[0].is_default && keys[0].expires_ns == 0);
    ck_assert_uint_eq(keys[1].authors.count, 1);
    ck_assert_str_eq(all[0], "*");
    ck_assert(keys[1].is_default && keys[1].expires_ns == 7 * 86400 * NS_PER_S);
    ck_assert_uint_eq(keys[2].authors.count, 2);
    end(config);
}
END_TEST

START_TEST(a_key_of_dkim_that_receivers_could_not_find_is_refused)
{
    bad("dkim: {domain: s.example, selector: one}\n", "the key `key` is missing");
    bad("dkim: {domain: \"[192.0.2.1]\", selector: one, key: /a}\n",
        "`[192.0.2.1]` is not a domain such as example.com");
    bad("dkim: {domain: s.example., selector: one, key: /a}\n", "is not a domain");
    bad("dkim: {domain: s.example, selector: \"a b\", key: /a}\n", ":4:7: error: dkim: `a b` is not a selector");
    bad("dkim: [{domain: s.example, selector: one, key: /a}, {domain: S.example, selector: ONE, key: /b}]\n",
        ":4:53: error: dkim: S.example already has a key with the selector ONE");
    bad("dkim: {domain: s.example, selector: one, key: /a, expires: 1m}\n", "expires");
}
END_TEST

SUITE(config, without_a_setting_there_are_two_clocks, a_configured_schedule_applies_to_all_reasons,
      the_presets_keep_the_times_of_their_relays, keys_next_to_a_preset_override_it,
      a_smarthost_has_both_user_and_password_or_neither, half_a_schedule_is_an_error,
      receiving_size_holds_at_least_one_message, networks_addresses_servers_and_hashes_are_what_they_say,
      each_listener_can_do_what_its_role_needs, all_errors_of_a_file_are_reported_at_once,
      a_network_covers_its_addresses_and_no_others, mechanisms_that_are_not_named_are_not_offered_where_some_are,
      a_reload_makes_a_new_resolver_only_when_its_settings_differ, a_configuration_lives_as_long_as_its_last_holder,
      a_key_of_dkim_signs_for_its_domain_unless_others_are_named,
      a_key_of_dkim_that_receivers_could_not_find_is_refused)
