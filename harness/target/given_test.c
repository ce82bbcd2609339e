#include <stdlib.h>
#include <string.h>

#include "harness/target/given.h"
#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"

static struct buf report, reason;
static struct err err;

/* A target whose whole configuration is one word of its command. */
static struct target adapter(const char **template)
{
    struct target target = {.name = "x", .folder = "/", .start = {template, 1}};
    target.given.tls[GIVEN_TLS_MAY] = "may";
    target.given.tls[GIVEN_TLS_VERIFY] = "secure";
    return target;
}

static struct scenario *scenario_with(const char *given)
{
    char *text = NULL;
    ck_assert_int_gt(asprintf(&text, "%sgiven: %s\n", TEST_SCENARIO("", ""), given), 0);
    buf_init(&report, 65536);
    struct scenario *s = test_scenario(text, NULL, &report);
    ck_assert_msg(s != NULL, "%s", buf_cstr(&report));
    free(text);
    buf_fini(&report);
    return s;
}

static void writes(const char *given, const char *template, const char *wanted)
{
    struct target target = adapter(&template);
    struct scenario *s = scenario_with(given);
    struct target_values values = {.dir = "/d", .bin = "/b", .pki = "/p", .scenario = s, .seed = 1};
    char *got = target_expand(&target, &values, template, &err);
    ck_assert_msg(got != NULL, "%s", err.text);
    ck_assert_str_eq(got, wanted);
    free(got);
    scenario_free(s);
}

static void cannot_be_told(enum target_waits waits, const char *given, const char *template, const char *wanted)
{
    struct target target = adapter(&template);
    struct scenario *s = scenario_with(given);
    target.given.waits = (int)waits;
    buf_init(&reason, 1024);
    ck_assert_msg(target_missing_settings(&target, s, 1, &reason, &err) == ERR_OK, "%s", err.text);
    ck_assert_str_eq(buf_cstr(&reason), wanted);
    buf_fini(&reason);
    scenario_free(s);
}

#define RETRY "{retry: {first: 5m, steps: [10m, 20m], then: 40m, lifetime: 2h, warn: 90s}}"

START_TEST(times_and_sizes_are_written_in_any_unit)
{
    writes(RETRY, "${given.retry.first} ${given.retry.first:s} ${given.retry.then:m} ${given.retry.lifetime:h}",
           "5m 300 40 2");
    writes(RETRY, "[${given.retry.steps}]", "[10m, 20m]");
    writes(RETRY, "${given.retry.waits:m}", "5, 10, 20, 40, 40, 40");
    writes(RETRY, "F,${given.retry.step.at:m}m,${given.retry.step:m}m;\n", "F,15m,10m;\nF,35m,20m;\n");
    writes("{limits: {size: 2MiB}}", "${given.limits.size} ${given.limits.size:B} ${given.limits.size:KiB}",
           "2097152B 2097152 2048");
    writes("{retry: default}", "x ${given.retry.first:s|300}\n${given.retry.steps}\n", "x 300\n");
}
END_TEST

START_TEST(each_domain_and_each_user_has_a_line)
{
    writes("{tls: {dest.example: verify}, users: {bob: b, eve: e}}",
           "${given.tls?}tls:\n${given.tls.domain} ${given.tls.level}\n${given.user.name}=${given.user.password}\n",
           "tls:\ndest.example secure\nbob=b\neve=e\n");
    writes("{}", "${given.tls?}tls:\n${given.user.name} ${given.user.password}\n", "alice secret\n");
}
END_TEST

START_TEST(a_hash_is_the_same_for_one_seed_and_fits_the_password)
{
    const char *template = "${given.user.crypt}";
    struct target target = adapter(&template);
    struct target_values values = {.dir = "/d", .bin = "/b", .pki = "/p", .scenario = scenario_with("{}"), .seed = 7};
    char *first = target_expand(&target, &values, template, &err);
    char *again = target_expand(&target, &values, template, &err);
    values.seed = 8;
    char *other = target_expand(&target, &values, template, &err);
    ck_assert_str_eq(first, again);
    ck_assert_str_ne(first, other);
    ck_assert(strncmp(first, "$6$rounds=1000$", 15) == 0 && strlen(first) > 100);
    free(first);
    free(again);
    free(other);
    scenario_free((struct scenario *)values.scenario);
}
END_TEST

START_TEST(a_setting_that_no_template_uses_cannot_be_configured)
{
    cannot_be_told(TARGET_WAITS_LIST, "{}", "x", "");
    cannot_be_told(TARGET_WAITS_LIST, RETRY, "${given.retry.waits} ${given.retry.lifetime}", "given.retry.warn");
    cannot_be_told(TARGET_WAITS_LIST, "{users: {bob: b}, limits: {size: 1MiB, rcpts: 5}}", "${given.user.name}",
                   "given.users, given.limits.size, given.limits.rcpts");
    cannot_be_told(TARGET_WAITS_LIST, "{smarthost: {host: mx1.dest.example, user: u, password: p}}",
                   "${given.smarthost.host}:${given.smarthost.port} ${given.smarthost.user}",
                   "given.smarthost.password");
    cannot_be_told(TARGET_WAITS_LIST, "{dkim: {domain: sender.example, selector: s}}", "${given.dkim.domain}",
                   "given.dkim.selector, given.dkim.key");
    /* a line that is left out configures nothing */
    cannot_be_told(TARGET_WAITS_LIST, "{limits: {size: 1MiB}}", "${given.limits.size} ${given.limits.rcpts}",
                   "given.limits.size");
}
END_TEST

START_TEST(a_level_without_a_word_cannot_be_configured)
{
    cannot_be_told(TARGET_WAITS_LIST, "{tls: {dest.example: verify}}", "${given.tls.level}", "");
    cannot_be_told(TARGET_WAITS_LIST, "{tls: {dest.example: dane}}", "${given.tls.level}", "given.tls.dane");
    cannot_be_told(TARGET_WAITS_LIST, "{tls: {dest.example: may}}", "x", "given.tls");
}
END_TEST

START_TEST(a_value_that_does_not_fit_its_unit_cannot_be_configured)
{
    cannot_be_told(TARGET_WAITS_LIST, "{retry: {warn: 90s}}", "${given.retry.warn:m}",
                   "${given.retry.warn}: 1m30s is not a whole number of minutes");
    const char *template = "${given.limits.size:furlong}";
    struct target target = adapter(&template);
    struct scenario *s = scenario_with("{limits: {size: 1MiB}}");
    ck_assert_int_eq(target_missing_settings(&target, s, 1, &reason, &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "furlong"));
    scenario_free(s);
}
END_TEST

START_TEST(a_target_that_makes_its_own_waits_accepts_only_those)
{
    static const char text[] = "${given.retry.first} ${given.retry.then}";
    cannot_be_told(TARGET_WAITS_DOUBLING, "{retry: {first: 5m, steps: [10m, 20m], then: 40m}}", text, "");
    cannot_be_told(TARGET_WAITS_DOUBLING, "{retry: {first: 5m, steps: [10m, 20m], then: 30m}}", text, "");
    cannot_be_told(TARGET_WAITS_DOUBLING, "{retry: {first: 5m, steps: [10m, 15m], then: 40m}}", text,
                   "given.retry.steps (its waits double, up to then)");
    cannot_be_told(TARGET_WAITS_DOUBLING, "{retry: {first: 5m, steps: [10m], then: 40m}}", text,
                   "given.retry.steps (its waits double, up to then)");
    cannot_be_told(TARGET_WAITS_AGE, "{retry: {first: 5m, steps: [5m, 10m, 20m], then: 30m}}", text, "");
    cannot_be_told(TARGET_WAITS_AGE, "{retry: {first: 5m, steps: [10m, 20m], then: 30m}}", text,
                   "given.retry.steps (its waits grow with the age, up to then)");
    cannot_be_told(TARGET_WAITS_AGE, "{retry: {lifetime: 1d}}", "${given.retry.lifetime}", "");
}
END_TEST

SUITE(given, times_and_sizes_are_written_in_any_unit, each_domain_and_each_user_has_a_line,
      a_hash_is_the_same_for_one_seed_and_fits_the_password, a_setting_that_no_template_uses_cannot_be_configured,
      a_level_without_a_word_cannot_be_configured, a_value_that_does_not_fit_its_unit_cannot_be_configured,
      a_target_that_makes_its_own_waits_accepts_only_those)
