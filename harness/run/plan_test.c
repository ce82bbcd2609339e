/* The plan of a run, from a target and a scenario: what relaylab-warp starts, and where. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "harness/run/folder.h"
#include "harness/run/plan.h"
#include "harness/run/testing.h"
#include "sim/scenario/testing.h"

static char folder[sizeof "/tmp/relaylab-plan-XXXXXX"];
static struct target target;
static struct run_settings settings;
static struct target_values values;
static struct buf report;

/* A relay with a submission port, in a root of its own, in namespaces. */
static void begin(void)
{
    static const char *const start[] = {"${bin}/x", "-c", "${dir}/x.conf"};
    (void)snprintf(folder, sizeof folder, "/tmp/relaylab-plan-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    buf_init(&report, 65536);
    target = (struct target){
        .folder = "/adapters/x", .name = "x", .clock = TARGET_LOCKSTEP, .ports = {.submission = 587, .smtp = 25}};
    target.start = (struct yaml_list){(void *)(uintptr_t)start, 3};
    settings = (struct run_settings){.bin = "/bin/of/it",
                                     .target = &target,
                                     .scenario = test_scenario(TEST_SCENARIO("", ""), NULL, &report),
                                     .seed = 42,
                                     .network = NETWORK_NAMESPACE,
                                     .root = ROOT_OWN};
    ck_assert_msg(settings.scenario != NULL, "%s", buf_cstr(&report));
    values = (struct target_values){.dir = "/run/target", .bin = "/bin/of/it", .pki = "/run/pki", .seed = 42};
}

static void end(void)
{
    scenario_free((struct scenario *)(uintptr_t)settings.scenario);
    folder_remove(folder);
    buf_fini(&report);
}

/* The plan, with FOLDER and SCENARIO in place of their paths; the caller frees. */
static char *plan(void)
{
    struct err err = {0};
    ck_assert_msg(plan_write(&settings, folder, &values, &err) == ERR_OK, "%s", err.text);
    char *text = text_of(folder, "warp.plan");
    const char *const names[][2] = {{folder, "FOLDER"}, {settings.scenario->file, "SCENARIO"}};
    for (size_t i = 0; i < 2; i++)
        for (char *at; (at = strstr(text, names[i][0])) != NULL;) {
            char *next = mem_printf("%.*s%s%s", (int)(at - text), text, names[i][1], at + strlen(names[i][0]));
            free(text);
            text = next;
        }
    return text;
}

static void expect_line(const char *line, bool wanted)
{
    char *text = plan(), *framed = mem_printf("\n%s", text), *whole = mem_printf("\n%s\n", line);
    ck_assert_msg((strstr(framed, whole) != NULL) == wanted, "%s%s in\n%s", wanted ? "no " : "", line, text);
    free(whole);
    free(framed);
    free(text);
}

START_TEST(a_plan_has_the_clock_the_world_the_sim_and_the_target)
{
    begin();
    char *text = plan();
    ck_assert_str_eq(
        text, "start\t2030-01-01T00:00:00Z\nseed\t42\nreport\tFOLDER/warp.report\nspin-limit\t10\nmode\tlockstep\n"
              "root\t991\nhome\t203.0.113.1\nnetwork\town\nworld\t127.0.0.0/24\nworld\t127.0.1.0/24\n"
              "world\t192.0.2.0/24\nworld\t198.51.100.0/24\nworld\t203.0.113.0/24\nworld\t::1/128\n"
              "role\tsim\nlog\tFOLDER/sim.log\nenv\tEVENT_NOEPOLL=1\nports\t25\t53\n"
              "argv\t/bin/of/it/relaylab-sim\t--scenario\tSCENARIO\t--seed\t42\t--dir\tFOLDER\t--target\tx"
              "\t--ports\tsubmission=587,smtp=25\n"
              "role\ttarget\nlog\tFOLDER/target.log\ncwd\t/run/target\nenv\tEVENT_NOEPOLL=1\nports\t587\t25\n"
              "argv\t/bin/of/it/x\t-c\t/run/target/x.conf\n");
    free(text);
    end();
}
END_TEST

START_TEST(the_kind_of_clock_network_and_root_is_reported)
{
    static const struct {
        int clock;
        enum network network;
        enum root_kind root;
        const char *line;
        bool wanted;
    } cases[] = {
        {TARGET_LOCKSTEP, NETWORK_NAMESPACE, ROOT_OWN, "mode\tlockstep", true},
        {TARGET_TOLERANT, NETWORK_NAMESPACE, ROOT_OWN, "mode\ttolerant", true},
        {TARGET_TOLERANT, NETWORK_NAMESPACE, ROOT_OWN, "spin-limit\t60", true},
        {TARGET_LOCKSTEP, NETWORK_LOOPBACK, ROOT_HOST, "network\tloopback", true},
        {TARGET_LOCKSTEP, NETWORK_NAMESPACE, ROOT_HOST, "network\town", true},
        {TARGET_LOCKSTEP, NETWORK_LOOPBACK, ROOT_OWN_AS_USER, "root\t991\t990", true},
        {TARGET_LOCKSTEP, NETWORK_LOOPBACK, ROOT_OWN, "root\t991", true},
        {TARGET_LOCKSTEP, NETWORK_LOOPBACK, ROOT_HOST, "root\t991", false},
        {TARGET_LOCKSTEP, NETWORK_LOOPBACK, ROOT_HOST, "root", false},
        /* its syslog socket is in the root, and only the tolerant mode reads it */
        {TARGET_TOLERANT, NETWORK_LOOPBACK, ROOT_OWN, "syslog\tFOLDER/target.log\tFOLDER/files/dev/log", true},
        {TARGET_TOLERANT, NETWORK_LOOPBACK, ROOT_HOST, "syslog\tFOLDER/target.log\tFOLDER/files/dev/log", false},
        {TARGET_LOCKSTEP, NETWORK_LOOPBACK, ROOT_OWN, "syslog\tFOLDER/target.log\tFOLDER/files/dev/log", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        target.clock = cases[i].clock;
        settings.network = cases[i].network;
        settings.root = cases[i].root;
        expect_line(cases[i].line, cases[i].wanted);
        end();
    }
}
END_TEST

#define SIM "argv\t/bin/of/it/relaylab-sim\t--scenario\tSCENARIO\t--seed\t42\t--dir\tFOLDER\t--target\tx"

START_TEST(both_sides_get_each_port_of_the_target)
{
    static const struct {
        int smtp, submission, submissions;
        const char *sim, *target; /* target: NULL = it listens nowhere */
    } cases[] = {
        {25, 587, 0, SIM "\t--ports\tsubmission=587,smtp=25", "ports\t587\t25"},
        {25, 587, 465, SIM "\t--ports\tsubmission=587,smtp=25,submissions=465", "ports\t587\t25\t465"},
        {0, 587, 0, SIM "\t--ports\tsubmission=587", "ports\t587"},
        {25, 0, 0, SIM "\t--ports\tsubmission=25,smtp=25", "ports\t25"}, /* mail comes in there */
        {25, 0, 465, SIM "\t--ports\tsubmission=25,smtp=25,submissions=465", "ports\t25\t465"},
        {0, 0, 0, SIM "\t--ports\t", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        target.ports.smtp = cases[i].smtp;
        target.ports.submission = cases[i].submission;
        target.ports.submissions = cases[i].submissions;
        expect_line(cases[i].sim, true);
        if (cases[i].target != NULL) {
            expect_line(cases[i].target, true);
        } else {
            char *text = plan(), *role = strstr(text, "role\ttarget");
            ck_assert_msg(strstr(role, "\nports") == NULL, "%s", text);
            free(text);
        }
        end();
    }
}
END_TEST

START_TEST(the_sim_listens_where_the_smarthost_is)
{
    static const struct {
        const char *more, *line;
    } cases[] = {
        {"given: {smarthost: {host: mx1.dest.example, port: 587}}\n", "ports\t25\t53\t587"},
        {"given: {smarthost: {host: mx1.dest.example, port: 25}}\n", "ports\t25\t53"},
        {"", "ports\t25\t53"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        scenario_free((struct scenario *)(uintptr_t)settings.scenario);
        char *text = mem_printf(TEST_SCENARIO("", "%s"), cases[i].more);
        settings.scenario = test_scenario(text, NULL, &report);
        ck_assert_msg(settings.scenario != NULL, "%s", buf_cstr(&report));
        expect_line(cases[i].line, true);
        free(text);
        end();
    }
}
END_TEST

START_TEST(each_command_of_the_adapter_is_an_action_and_no_other_is)
{
    begin();
    target.queue = WORDS("${bin}/x-queue", "--json");
    target.flush = WORDS("/usr/sbin/x", "-q");
    target.reload = WORDS("SIGHUP");
    target.reload_signal = SIGHUP;
    target.submit = WORDS("/usr/sbin/sendmail", "-f", "${from}", "--", "${rcpt}");
    char *text = plan(), *actions = strstr(text, "action\t");
    ck_assert_ptr_nonnull(actions);
    ck_assert_str_eq(actions, "action\tqueue\nlog\tFOLDER/target.log\ncwd\t/run/target\nout\tFOLDER/queue.json\n"
                              "argv\t/bin/of/it/x-queue\t--json\n"
                              "action\tflush\nlog\tFOLDER/target.log\ncwd\t/run/target\nargv\t/usr/sbin/x\t-q\n"
                              "action\treload\nlog\tFOLDER/target.log\ncwd\t/run/target\nsignal\t1\n"
                              "action\tsubmit\nrequests\tFOLDER/submit\ncwd\t/run/target\nargv\t/usr/sbin/sendmail\n");
    free(text);
    expect_line(SIM "\t--ports\tsubmission=587,smtp=25\t--submit\t-f\t--submit\t${from}\t--submit\t--\t--submit\t"
                    "${rcpt}\t--queue",
                true);
    target.reload = WORDS("/bin/kill", "-HUP", "1");
    target.reload_signal = 0;
    expect_line("argv\t/bin/kill\t-HUP\t1", true);
    expect_line("signal\t1", false);
    end();
    begin();
    text = plan();
    ck_assert_msg(strstr(text, "action\t") == NULL && strstr(text, "--queue") == NULL, "%s", text);
    free(text);
    end();
}
END_TEST

START_TEST(a_case_and_the_patterns_of_a_queue_listing_go_to_the_sim)
{
    begin();
    target.queue = WORDS("/usr/sbin/x", "-bp");
    target.queue_lines.message = "^From (.*)$";
    target.queue_lines.recipient = "^ +To (.*)$";
    struct scenario one = *settings.scenario;
    const struct scenario *whole = settings.scenario;
    one.case_name = "a case";
    settings.scenario = &one;
    expect_line(SIM "\t--ports\tsubmission=587,smtp=25\t--queue-message\t^From (.*)$\t--queue-recipient\t^ +To (.*)$"
                    "\t--case\ta case\t--queue",
                true);
    settings.scenario = whole;
    end();
}
END_TEST

START_TEST(a_word_whose_variable_has_no_value_is_left_out)
{
    begin();
    target.start = WORDS("${bin}/x", "--smarthost=${given.smarthost.host}", "-d", "${given.smarthost.host|none}");
    expect_line("argv\t/bin/of/it/x\t-d\tnone", true);
    end();
}
END_TEST

START_TEST(a_word_with_a_variable_that_is_not_known_is_an_error)
{
    static const char *const fields[] = {"start", "queue", "flush", "reload", "submit", "submit program"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct err err = {0};
        begin();
        const struct yaml_list words = WORDS("/bin/x", "${dri}/x.conf"), program = WORDS("${dri}/x");
        struct yaml_list *const lists[] = {&target.start,  &target.queue,  &target.flush,
                                           &target.reload, &target.submit, &target.submit};
        target.start = WORDS("/bin/x");
        *lists[i] = i == 5 ? program : words;
        ck_assert_msg(plan_write(&settings, folder, &values, &err) == ERR_INVALID, "%s", fields[i]);
        ck_assert_msg(strstr(err.text, "dri") != NULL, "%s: %s", fields[i], err.text);
        end();
    }
}
END_TEST

#define UNSUPPORTED " contains a tab or a line end, which is not supported: "

/* A tab ends a word of the plan, and a line end its line: another program would be started than the adapter names. */
START_TEST(what_would_break_the_plan_into_other_words_is_refused)
{
    static const struct {
        int what;
        const char *text, *words;
    } cases[] = {
        {0, "/a\tb", "the path of relaylab's programs" UNSUPPORTED "/a\tb"},
        {1, "a\nargv\t/bin/sh", "the target's name" UNSUPPORTED "a\nargv\t/bin/sh"},
        {2, "a\tb", "the name of the case" UNSUPPORTED "a\tb"},
        {3, "/a\nb.yaml", "the path of the scenario" UNSUPPORTED "/a\nb.yaml"},
        {4, "^\t(.*)", "queue_lines.message of target.yaml ([[:blank:]] stands for a tab)" UNSUPPORTED "^\t(.*)"},
        {5, "^\t(.*)", "queue_lines.recipient of target.yaml ([[:blank:]] stands for a tab)" UNSUPPORTED "^\t(.*)"},
        {6, "a\tb", "a command's word in target.yaml" UNSUPPORTED "a\tb"},
        {7, "/run/\ttarget", "a command's word in target.yaml" UNSUPPORTED "/run/\ttarget/x.conf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        begin();
        struct scenario one = *settings.scenario;
        const struct scenario *whole = settings.scenario;
        settings.scenario = &one;
        target.queue_lines.message = target.queue_lines.recipient = "x";
        target.start = WORDS("/bin/x", cases[i].what == 6 ? cases[i].text : "${dir}/x.conf");
        const char **const texts[] = {&settings.bin,
                                      &target.name,
                                      &one.case_name,
                                      &one.file,
                                      &target.queue_lines.message,
                                      &target.queue_lines.recipient,
                                      NULL,
                                      &values.dir};
        if (texts[cases[i].what] != NULL)
            *texts[cases[i].what] = cases[i].text;
        ck_assert_msg(plan_write(&settings, folder, &values, &err) == ERR_INVALID, "case %zu", i);
        ck_assert_msg(strcmp(err.text, cases[i].words) == 0, "case %zu: %s", i, err.text);
        settings.scenario = whole;
        end();
    }
}
END_TEST

START_TEST(a_plan_that_cannot_be_written_names_its_path)
{
    struct err err = {0};
    begin();
    target.start = WORDS("/bin/x");
    ck_assert_int_eq(plan_write(&settings, "/nonexistent/folder", &values, &err), ERR_SYSTEM);
    ck_assert_str_eq(err.text, "cannot write /nonexistent/folder/warp.plan: No such file or directory");
    ck_assert_int_eq(plan_write(&settings, "/a\tb", &values, &err), ERR_INVALID);
    ck_assert_str_eq(err.text, "the path of the run's folder (TMPDIR)" UNSUPPORTED "/a\tb");
    end();
}
END_TEST

SUITE(plan, a_plan_has_the_clock_the_world_the_sim_and_the_target, the_kind_of_clock_network_and_root_is_reported,
      both_sides_get_each_port_of_the_target, the_sim_listens_where_the_smarthost_is,
      each_command_of_the_adapter_is_an_action_and_no_other_is,
      a_case_and_the_patterns_of_a_queue_listing_go_to_the_sim, a_word_whose_variable_has_no_value_is_left_out,
      a_word_with_a_variable_that_is_not_known_is_an_error, what_would_break_the_plan_into_other_words_is_refused,
      a_plan_that_cannot_be_written_names_its_path)
