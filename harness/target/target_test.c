#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/target/target.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

static char folder[64];
static struct buf report;
static struct err err;

static void write_file(const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

static void remove_file(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)unlink(path);
}

static struct target *load(const char *text)
{
    struct target *target = NULL;
    buf_init(&report, 65536);
    (void)snprintf(folder, sizeof folder, "/tmp/relaylab-target-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    write_file("target.yaml", text);
    write_file("in.conf", "");
    (void)target_load(&target, folder, "/nowhere", &report, &err);
    return target;
}

static void end(struct target *target)
{
    target_free(target);
    remove_file("target.yaml");
    remove_file("in.conf");
    remove_file("out.conf");
    (void)rmdir(folder);
    buf_fini(&report);
}

#define GOOD                                                                                                           \
    "target: 1\nname: x\nclock: lockstep\nports: {submission: 587}\ncapabilities: [starttls]\n"                        \
    "files: {in.conf: out.conf}\nstart: [\"${bin}/x\", -c, \"${dir}/out.conf\"]\n"

START_TEST(an_adapter_is_read_and_its_variables_are_filled_in)
{
    struct target *target = load(GOOD);
    ck_assert_msg(target != NULL, "%s", buf_cstr(&report));
    struct target_values values = {.dir = folder, .bin = "/bin/of/it", .pki = "/pki"};
    ck_assert(target_can(target, "starttls") && !target_can(target, "dsn"));
    ck_assert(target_can(target, "bounces")); /* unless the adapter says otherwise */
    ck_assert_int_eq(target->ports.submission, 587);
    char *text = target_expand(target, &values, "${bin}/x ${target.addr} ${ca} $6$x", &err);
    ck_assert_str_eq(text, "/bin/of/it/x 203.0.113.1 /pki/ca.pem $6$x");
    free(text);
    write_file("in.conf", "host ${target.name}\n");
    ck_assert_msg(target_write_files(target, &values, &err) == ERR_OK, "%s", err.text);
    char path[128], line[64] = "";
    (void)snprintf(path, sizeof path, "%s/out.conf", folder);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    (void)fclose(file);
    ck_assert_str_eq(line, "host relay.example\n");
    end(target);
}
END_TEST

START_TEST(an_unknown_variable_is_an_error)
{
    struct target *target = load(GOOD);
    struct target_values values = {.dir = folder, .bin = "/b", .pki = "/p"};
    ck_assert_ptr_null(target_expand(target, &values, "${nope}", &err));
    ck_assert_ptr_nonnull(strstr(err.text, "${nope}"));
    ck_assert_ptr_null(target_expand(target, &values, "${dir", &err));
    end(target);
}
END_TEST

static const char *lacks(const char *adapter, int via)
{
    struct submission submission = {.manner = {.via = via}};
    struct scenario scenario = {.story = &submission, .story_count = 1};
    struct target *target = load(adapter);
    ck_assert_msg(target != NULL, "%s", buf_cstr(&report));
    const char *lacking = target_lacks(target, &scenario);
    end(target);
    return lacking;
}

START_TEST(a_target_may_accept_mail_only_through_its_command)
{
    static const char command[] = "target: 1\nname: x\nclock: tolerant\nports: {}\nstart: [x]\n"
                                  "submit: [sendmail, -f, \"${from}\", --, \"${rcpt}\"]\n";
    ck_assert_ptr_null(lacks(command, PORT_SUBMISSION));
    ck_assert_ptr_null(lacks(command, VIA_SENDMAIL));
    ck_assert_str_eq(lacks(command, PORT_SMTP), "a port for smtp");
    ck_assert_str_eq(lacks(GOOD, VIA_SENDMAIL), "`submit` in its adapter");
}
END_TEST

START_TEST(the_envelope_has_names_in_its_command_only)
{
    struct target *target = load(GOOD);
    struct target_values values = {.dir = "/d", .bin = "/b", .pki = "/p", .in_submit = true};
    char *word = target_expand(target, &values, "${dir}:<${from}>", &err);
    ck_assert_str_eq(word, "/d:<${from}>"); /* the sim fills it in, for each message */
    free(word);
    values.in_submit = false;
    ck_assert_ptr_null(target_expand(target, &values, "<${from}>", &err));
    end(target);
}
END_TEST

START_TEST(a_name_that_no_folder_can_have_is_reported_with_its_position)
{
    static const char *const bad[] = {
        "../../victim", "a/b", "..",    ".hidden", "-rf",
        "Postfix",      "''",  "'a b'", "[a]",     "a234567890123456789012345678901234567890123456789012345678901234x"};
    static const char *const good[] = {"x", "own-sender", "4.2_b",
                                       "a234567890123456789012345678901234567890123456789012345678901234"};
    char text[256];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0] + sizeof good / sizeof good[0]; i++) {
        bool is_bad = i < sizeof bad / sizeof bad[0];
        const char *name = is_bad ? bad[i] : good[i - sizeof bad / sizeof bad[0]];
        (void)snprintf(text, sizeof text, "target: 1\nname: %s\nclock: lockstep\nports: {smtp: 25}\nstart: [x]\n",
                       name);
        struct target *target = load(text);
        ck_assert_msg((target == NULL) == is_bad, "%s", name);
        ck_assert_msg(!is_bad || strstr(buf_cstr(&report), "target.yaml:2:7: error: name: ") != NULL, "%s",
                      buf_cstr(&report));
        end(target);
    }
}
END_TEST

START_TEST(a_bad_adapter_is_reported_with_its_position)
{
    static const char *const bad[][2] = {
        {"target: 2\n", "target.yaml:1:9"},
        {"target: 1\nname: x\nclock: fast\nports: {smtp: 25}\nstart: [x]\n", "clock"},
        {"target: 1\nname: x\nclock: lockstep\nports: {}\nstart: [x]\n", "through which messages are submitted"},
        {"target: 1\nname: x\nclock: lockstep\nports: {smtp: 25}\nstart: [x]\nreload: SIGFOO\n",
         "is not one of SIGHUP"},
        {"target: 1\nname: x\nclock: lockstep\nports: {smtp: 25}\nstart: [x]\ncapabilities: [queue, startls]\n",
         "target.yaml:6:23: error: capabilities[1]: unknown capability `startls`; did you mean `starttls`?"},
        {"target: 1\nname: x\nclock: lockstep\nports: {smtp: 25}\nstart: [x]\nfiles: {in.conf: a, no.conf: b}\n",
         "target.yaml:6:21: error: files: cannot read"},
        {"target: 1\nname: x\nclock: lockstep\nports: {smtp: 25}\nstart: [x]\nfiles: {in.conf: /etc/../b}\n",
         "target.yaml:6:9: error: files: `/etc/../b` contains `..`"},
        {"target: 1\nname: x\nclock: lockstep\nports: {submission: 587}\nstrat: [x]\n", "did you mean `start`?"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct target *target = load(bad[i][0]);
        ck_assert_msg(target == NULL, "accepted: %s", bad[i][0]);
        ck_assert_msg(strstr(buf_cstr(&report), bad[i][1]) != NULL, "%s", buf_cstr(&report));
        end(target);
    }
}
END_TEST

SUITE(target, an_adapter_is_read_and_its_variables_are_filled_in, an_unknown_variable_is_an_error,
      a_target_may_accept_mail_only_through_its_command, the_envelope_has_names_in_its_command_only,
      a_name_that_no_folder_can_have_is_reported_with_its_position, a_bad_adapter_is_reported_with_its_position)
