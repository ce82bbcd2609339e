/* relaylab baseline: what is known of a target, and keeping it true without running anything. */
#include <stdio.h>
#include <string.h>

#include "harness/report/stored.h"
#include "harness/verbs/baselining.h"
#include "harness/verbs/verbs.h"
#include "lib/base/nearest.h"

static const struct option_page page = {
    .verb = "baseline",
    .synopsis = "show FILE\ncheck FILE REPORT.json…\nupdate [OPTION…] FILE REPORT.json…",
    .about = "Shows a baseline, compares the stored reports of a whole run with it, or brings it up to them. A\n"
             "baseline has one entry for each verdict that is not as the scenarios want it, each with its reason:\n"
             "\n"
             "  retry/greylist-basic#it-arrives-once: {verdict: warn, reason: \"sends twice, its issue 17\"}\n"
             "\n"
             "The key is the scenario's id, its case in parentheses, and the expectation's id, else its sentence in\n"
             "lower case with hyphens (report.json has it as `id`); without #… it is the run as a whole. `relaylab\n"
             "run --baseline FILE` does the same to the run that it makes.\n",
    .end = "Exit status: 0 no difference, or brought up to date; 1 differences; 2 bad file or usage, and nothing was\n"
           "changed.\n"};

static int show(const struct baseline *baseline)
{
    for (size_t i = 0; i < baseline->count; i++)
        printf("%s\t%s\t%s\n", baseline->entries[i].key, baseline->entries[i].verdict, baseline->entries[i].reason);
    return EXIT_AS_EXPECTED;
}

static int refuse(const char *what, const char *word)
{
    struct nearest near;
    nearest_init(&near, word);
    nearest_offer(&near, "show");
    nearest_offer(&near, "check");
    nearest_offer(&near, "update");
    fprintf(stderr, "relaylab baseline: %s%s%s%s; see relaylab baseline --help\n", what,
            near.best != NULL ? "; did you mean `" : "", near.best != NULL ? near.best : "",
            near.best != NULL ? "`?" : "");
    return EXIT_BAD_INPUT;
}

static int compare(const struct baselining *options, const struct baseline *baseline, char **paths, int count)
{
    struct err err = {0};
    struct json *records = NULL;
    if (stored_read(paths, (size_t)count, &records, &err) != ERR_OK) {
        fprintf(stderr, "relaylab baseline: %s\n", err.text);
        return EXIT_BAD_INPUT;
    }
    int code = baselining_finish(options, "baseline", baseline, records, NULL, EXIT_AS_EXPECTED);
    if (options->update && code == EXIT_NOT_AS_EXPECTED)
        code = EXIT_BAD_INPUT;
    json_free(records);
    return code;
}

int verb_baseline(int argc, char **argv, const char *bin)
{
    struct baselining options = {0};
    struct baseline *baseline = NULL;
    const struct option_group groups[] = {{"Updating", baselining_update_rows, &options}, {0}};
    int first, code = options_parse(&page, groups, argc, argv, &first);
    (void)bin;
    if (code >= 0)
        return code;
    const char *what = first < argc ? argv[first] : "";
    bool is_show = strcmp(what, "show") == 0;
    options.update = strcmp(what, "update") == 0;
    if (!is_show && !options.update && strcmp(what, "check") != 0)
        return refuse("say show, check or update", what);
    if (argc - first < (is_show ? 2 : 3) || (is_show && argc - first > 2))
        return refuse(is_show ? "show takes one FILE" : "a FILE and the reports of a run are wanted", "");
    options.path = argv[first + 1];
    code = baselining_open(&options, "baseline", &baseline);
    if (code == EXIT_AS_EXPECTED)
        code = is_show ? show(baseline) : compare(&options, baseline, argv + first + 2, argc - first - 2);
    baseline_free(baseline);
    return code;
}
