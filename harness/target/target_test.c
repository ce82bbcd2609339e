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

#define ADAPTER(more) "target: 1\nname: x\nclock: lockstep\nports: {smtp: 25}\nstart: [x]\n" more

/* An adapter comes from a package or a stranger: what it opens of this machine is what it names, and never a whole. */
START_TEST(paths_of_this_machine_are_named_one_by_one)
{
    static const struct {
        const char *more, *words; /* words: NULL = it is good */
    } cases[] = {
        {"paths: {read: [/usr/bin], write: [/dev/shm]}\n", NULL},
        {"paths: {read: [usr]}\n", "paths.read: `usr` is not an absolute path without `..`"},
        {"paths: {read: [/usr/../etc]}\n", "`/usr/../etc` is not an absolute path without `..`"},
        {"paths: {write: [/nonexistent/x]}\n",
         "paths.write: `/nonexistent/x` does not exist on this machine: No such file"},
        {"paths: {write: [/]}\n", "each run has its own `/`; name the files and folders in it that the target needs"},
        {"paths: {read: [/etc]}\n", "each run has its own `/etc`"},
        {"paths: {read: [/usr/]}\n", "each run has its own `/usr/`"},
        {"paths: {read: [//tmp/.]}\n", "each run has its own `//tmp/.`"},
        {"paths: {read: [\"\"]}\n", "`` is not an absolute path"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        (void)snprintf(text, sizeof text, ADAPTER("%s"), cases[i].more);
        struct target *target = load(text);
        ck_assert_msg((target != NULL) == (cases[i].words == NULL), "%s: %s", cases[i].more, buf_cstr(&report));
        ck_assert_msg(cases[i].words == NULL || strstr(buf_cstr(&report), cases[i].words) != NULL, "%s",
                      buf_cstr(&report));
        end(target);
    }
}
END_TEST

START_TEST(each_key_of_an_adapter_has_values_that_it_takes)
{
    static const struct {
        const char *text, *words; /* words: NULL = it is good */
    } cases[] = {
        {ADAPTER(""), NULL},
        {ADAPTER("reload: SIGUSR2\n"), NULL},
        {ADAPTER("reload: [kill, -HUP, \"1\"]\n"), NULL},
        {ADAPTER("reload: SIGKILL\n"), "`SIGKILL` is not one of SIGHUP, SIGUSR1, SIGUSR2"},
        {ADAPTER("queue: [x, -bp]\nqueue_lines: {message: '^(.*)$', recipient: '^ (.*)$'}\n"), NULL},
        {ADAPTER("queue: [x, -bp]\nqueue_lines: {message: '^(.*)$'}\n"), "the key `recipient` is missing"},
        {ADAPTER("capabilities: [starttls, dsn]\naccounts: {users: [postfix], groups: [postdrop]}\n"), NULL},
        {ADAPTER("accounts: {user: [postfix]}\n"), "did you mean `users`?"},
        {ADAPTER("root: perhaps\n"), "root"},
        {ADAPTER("fetch: {debian: {postfix: 3}}\n"), "fetch.debian"},
        {"target: 1\nname: x\nclock: lockstep\nports: {smtp: 0}\nstart: [x]\n", "ports.smtp"},
        {"target: 1\nname: x\nclock: lockstep\nports: {smtp: 65536}\nstart: [x]\n", "ports.smtp"},
        {"target: 1\nname: x\nclock: lockstep\nports: {imap: 143}\nstart: [x]\n", "unknown key `imap`"},
        {"target: 1\nname: x\nclock: lockstep\nports: {smtp: 25}\nstart: []\n", "start: the command is empty"},
        {"target: 1\nname: x\nclock: lockstep\nports: {submissions: 465}\nstart: [x]\n",
         "through which messages are submitted"},
        {"target: 1\nclock: lockstep\nports: {smtp: 25}\nstart: [x]\n", "the key `name` is missing"},
        {"target: 1\nname: x\nports: {smtp: 25}\nstart: [x]\n", "the key `clock` is missing"},
        {"target: 1\nname: x\nclock: lockstep\nports: {smtp: 25}\n", "the key `start` is missing"},
        {"- x\n", "target.yaml:1:1: error: "},
        {"", "target.yaml"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct target *target = load(cases[i].text);
        ck_assert_msg((target != NULL) == (cases[i].words == NULL), "case %zu: %s%s", i, buf_cstr(&report), err.text);
        ck_assert_msg(cases[i].words == NULL || strstr(buf_cstr(&report), cases[i].words) != NULL ||
                          strstr(err.text, cases[i].words) != NULL,
                      "case %zu: %s%s", i, buf_cstr(&report), err.text);
        end(target);
    }
}
END_TEST

START_TEST(each_variable_has_its_value_or_says_that_it_has_none)
{
    static const struct {
        const char *text, *wanted; /* wanted: NULL = it is not known */
    } cases[] = {
        {"${bin}/x", "/b/x"},
        {"${dir}", "/d"},
        {"${cert} ${key}", NULL}, /* replaced below: they are files of the pki */
        {"${target.name} ${target.addr}", "relay.example 203.0.113.1"},
        {"${dns.addr}:${dns.port}", "203.0.113.129:53"},
        {"${ca}", "/p/ca.pem"},
        {"${given.smarthost.host|none}", "none"},
        {"${target.nme}", NULL},
        {"${}", NULL},
        {"${given.retry.frist}", NULL},
        {"$dir $$ ${", NULL},
        {"no variable $6$x", "no variable $6$x"},
    };
    struct target *target = load(GOOD);
    struct target_values values = {.dir = "/d", .bin = "/b", .pki = "/p"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *got = target_expand(target, &values, cases[i].text, &err);
        if (i == 2)
            ck_assert_msg(got != NULL && strncmp(got, "/p/", 3) == 0, "%s", got);
        else
            ck_assert_msg((got == NULL) == (cases[i].wanted == NULL), "%s: %s", cases[i].text, got);
        ck_assert_msg(cases[i].wanted == NULL || strcmp(got, cases[i].wanted) == 0, "%s: %s", cases[i].text, got);
        free(got);
    }
    end(target);
}
END_TEST

SUITE(target, an_adapter_is_read_and_its_variables_are_filled_in, the_envelope_has_names_in_its_command_only,
      paths_of_this_machine_are_named_one_by_one, each_key_of_an_adapter_has_values_that_it_takes,
      each_variable_has_its_value_or_says_that_it_has_none, an_unknown_variable_is_an_error,
      a_target_may_accept_mail_only_through_its_command, a_name_that_no_folder_can_have_is_reported_with_its_position,
      a_bad_adapter_is_reported_with_its_position)
