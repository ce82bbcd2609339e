#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "relay/config/config.h"

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

SUITE(config, without_a_setting_there_are_two_clocks, a_configured_schedule_applies_to_all_reasons,
      the_presets_keep_the_times_of_their_relays, keys_next_to_a_preset_override_it, half_a_schedule_is_an_error,
      a_smarthost_has_both_user_and_password_or_neither, receiving_size_holds_at_least_one_message)
