/* What relaylab run, targets and schema refuse before they start anything, and what they print. */
#include "harness/verbs/testing.h"
#include "lib/text/json.h"

#define TARGET(name, more)                                                                                             \
    "target: 1\nname: " name                                                                                           \
    "\nclock: lockstep\nports: {smtp: 25}\nstart: [/bin/x]\ncapabilities: [starttls, queue]\n" more

static void begin(void)
{
    verb_begin();
    verb_file("scenarios/a/b.yaml", VERB_SCENARIO("a/b", ""));
    verb_file("fixtures/targets/good/target.yaml", TARGET("good", ""));
    verb_file("fixtures/targets/bad/target.yaml", "target: 1\nname: bad\n");
    verb_file("fixtures/targets/far/target.yaml", TARGET("far", "root: true\nfetch: {debian: [far]}\n"));
    verb_file("fixtures/targets/.git/target.yaml", TARGET("hidden", ""));
    verb_file("fixtures/targets/README.md", "no target\n");
    verb_file("harness/harness_main.c", ""); /* the programs are in their source tree */
}

START_TEST(options_of_run_are_checked_before_anything_is_read)
{
    static const char *const cases[][2] = {
        {"run --jobs 0", "--jobs"},
        {"run -j0", "jobs"},
        {"run --jobs many", "many"},
        {"run --seeds 0", "--seeds"},
        {"run --seeds 10001", "10000"},
        {"run --seed -1", "--seed"},
        {"run --repeat 1001", "1000"},
        {"run --repeat 0", "--repeat"},
        {"run --net internet", "namespace"},
        {"run --color sometimes", "always"},
        {"run --strict=yes", "--strict"},
        {"run --report", "--report"},
        {"run --report pdf=x", "unknown kind of report `pdf`"},
        {"run --shard 5", "is not a shard"},
        {"run --unknown", "--unknown"},
        {"rnu", "rnu"},
    };
    verb_begin(); /* without a scenario: these errors come first */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_refuses(cases[i][0], EXIT_BAD_INPUT, cases[i][1]);
    verb_end();
}
END_TEST

START_TEST(a_target_that_cannot_be_used_is_reported_with_what_to_do)
{
    static const struct {
        const char *line;
        int code;
        const char *words;
    } cases[] = {
        {"run --target none", EXIT_BAD_INPUT,
         "relaylab run: there is no target `none`: neither a folder with a target.yaml, nor"},
        {"run --target bad", EXIT_BAD_INPUT, "fixtures/targets/bad/target.yaml:1:1: error: "},
        {"run --target scenarios", EXIT_BAD_INPUT, "there is no target `scenarios`"},
        {"run --target far --net loopback", EXIT_TROUBLE,
         "relaylab run: far has not been fetched; run `relaylab targets --fetch far`\n"},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_refuses(cases[i].line, cases[i].code, cases[i].words);
    verb_end();
}
END_TEST

START_TEST(a_target_with_packages_runs_in_namespaces_as_root)
{
    begin();
    ck_assert_int_eq(folder_make_at("build/targets/far/root", NULL), 0);
    verb_refuses("run --target far --net loopback", EXIT_TROUBLE,
                 "relaylab run: far becomes other users and has files of its own laid over /etc: it runs as root, with "
                 "--net namespace\n");
    verb_end();
}
END_TEST

/* ---- targets ---- */

START_TEST(targets_are_listed_by_name_with_what_they_can)
{
    begin();
    ck_assert_int_eq(verb_play("targets"), EXIT_BAD_INPUT); /* one has errors; the others are listed anyway */
    ck_assert_str_eq(verb_out, "far          not fetched         lockstep  starttls queue  (needs root)\n"
                               "good         built here          lockstep  starttls queue\n");
    ck_assert_msg(strstr(verb_err, "/bad/target.yaml:1:1: error: ") != NULL, "%s", verb_err);
    ck_assert_ptr_null(strstr(verb_err, "hidden"));
    verb_file("build/targets/far/version", "far 1.2-3\n");
    verb_expect("targets far", EXIT_AS_EXPECTED,
                "far          far 1.2-3           lockstep  starttls queue  (needs root)\n", "");
    verb_file("build/targets/far/version", "\n"); /* a fetch that was interrupted */
    verb_expect("targets far", EXIT_AS_EXPECTED,
                "far          not fetched         lockstep  starttls queue  (needs root)\n", "");
    verb_expect("targets ./fixtures/targets/good good", EXIT_AS_EXPECTED,
                "good         built here          lockstep  starttls queue\n"
                "good         built here          lockstep  starttls queue\n",
                "");
    verb_end();
}
END_TEST

START_TEST(targets_that_are_not_there_are_reported)
{
    begin();
    verb_refuses("targets none", EXIT_BAD_INPUT, "relaylab targets: there is no target `none`");
    verb_refuses("targets --fetch none", EXIT_BAD_INPUT, "relaylab targets: there is no target `none`");
    verb_expect("targets --fetch good", EXIT_AS_EXPECTED, "good         built here          lockstep  starttls queue\n",
                "");
    verb_end();
    verb_begin();
    verb_refuses("targets", EXIT_NOTHING_RAN, "relaylab targets: no target found in ");
    verb_end();
}
END_TEST

START_TEST(a_fetch_without_its_script_says_where_it_was_looked_for)
{
    begin();
    int code = verb_play("targets --fetch far");
    ck_assert_int_eq(code, EXIT_TROUBLE);
    ck_assert_msg(
        strstr(verb_err,
               "fetching far …\nrelaylab targets: the script that fetches packages was not found: no `fetch` in ") !=
            NULL,
        "%s", verb_err);
    ck_assert_msg(strstr(verb_out, "far          not fetched") == verb_out, "%s", verb_out);
    verb_end();
}
END_TEST

/* ---- schema and siblings ---- */

START_TEST(a_schema_is_json_or_markdown_of_a_file_that_there_is)
{
    struct json *json = NULL;
    struct err err = {0};
    verb_begin();
    for (int i = 0; i < 4; i++) {
        static const char *const lines[] = {"schema target", "schema target --json", "schema scenario",
                                            "schema --json scenario"};
        ck_assert_int_eq(verb_play(lines[i]), EXIT_AS_EXPECTED);
        ck_assert_msg(json_parse(slice_trim(slice_cstr(verb_out)), &json, &err) == ERR_OK, "%s: %s", lines[i],
                      err.text);
        ck_assert_ptr_nonnull(json_get(json, "$schema"));
        ck_assert_ptr_nonnull(json_get(json_get(json, "properties"), i < 2 ? "start" : "story"));
        json_free(json);
    }
    ck_assert_int_eq(verb_play("schema target --markdown"), EXIT_AS_EXPECTED);
    ck_assert_msg(verb_out[0] == '#' && strstr(verb_out, "`queue_lines`") != NULL, "%.200s", verb_out);
    verb_refuses("schema target --json --markdown", EXIT_BAD_INPUT, "--json and --markdown exclude each other");
    verb_refuses("schema tarket", EXIT_BAD_INPUT,
                 "unknown kind of file `tarket`; expected scenario, target or relay; did you mean `target`");
    verb_refuses("schema", EXIT_BAD_INPUT, "missing argument");
    verb_refuses("schema target scenario", EXIT_BAD_INPUT, "unexpected argument `scenario`");
    verb_end();
}
END_TEST

START_TEST(a_program_that_is_missing_is_named_with_what_to_do)
{
    static const char *const lines[] = {"relay --config x", "queue list", "sim", "warp true", "schema relay"};
    static const char *const names[] = {"relay", "queue", "sim", "warp", "relay"};
    verb_begin();
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char *words = mem_printf("relaylab: cannot start %s/build/debug/relaylab-%s: No such file or directory; all "
                                 "programs of relaylab and libwarp.so belong in one folder: copy them together, or use "
                                 "`make install`\n",
                                 verb_folder, names[i]);
        verb_refuses(lines[i], EXIT_TROUBLE, words);
        free(words);
    }
    verb_file("build/debug/relaylab-sim", ""); /* there, and not a program */
    verb_refuses("sim", EXIT_TROUBLE, "relaylab-sim: Permission denied\n");
    verb_end();
}
END_TEST

SUITE(running, options_of_run_are_checked_before_anything_is_read,
      a_target_that_cannot_be_used_is_reported_with_what_to_do, a_target_with_packages_runs_in_namespaces_as_root,
      targets_are_listed_by_name_with_what_they_can, targets_that_are_not_there_are_reported,
      a_fetch_without_its_script_says_where_it_was_looked_for, a_schema_is_json_or_markdown_of_a_file_that_there_is,
      a_program_that_is_missing_is_named_with_what_to_do)
