/* relaylab schema: the keys of the files that people write, for editors and as reference pages. */
#include <stdio.h>
#include <string.h>

#include "harness/target/target.h"
#include "harness/verbs/options.h"
#include "harness/verbs/verbs.h"
#include "lib/base/nearest.h"
#include "sim/scenario/loader.h"

static const struct option_page page = {
    .verb = "schema",
    .synopsis = "scenario|target|relay [--json|--markdown]",
    .about = "Prints the keys of a file, with their values, defaults and meaning: of a scenario, of a target's\n"
             "target.yaml, or of the relay's configuration. The JSON Schema (draft 2020-12) lets an editor complete\n"
             "and check keys; for yaml-language-server, name it in the first line of the file:\n"
             "  # yaml-language-server: $schema=scenario.schema.json\n",
    .end = "Exit status: 0 printed, 2 bad usage.\n"
           "\n"
           "Example:\n"
           "  relaylab schema scenario > scenario.schema.json\n"};

struct wish {
    bool json, markdown;
};

static const struct option_row rows[] = {
    {.name = "json", .kind = OPTION_FLAG, .offset = offsetof(struct wish, json), .help = "a JSON Schema (the default)"},
    {.name = "markdown",
     .kind = OPTION_FLAG,
     .offset = offsetof(struct wish, markdown),
     .help = "a reference page, as in docs/reference/"},
    {0}};

static const struct {
    const char *name;
    const struct schema *schema; /* NULL: the relay prints its own */
} files[] = {{"scenario", &scenario_schema}, {"target", &target_schema}, {"relay", NULL}};

static int ask_relay(const char *form, const char *bin)
{
    char relay[] = "relay", option[] = "--schema", word[16];
    char *argv[] = {relay, option, word, NULL};
    (void)snprintf(word, sizeof word, "%s", form);
    return verb_sibling(3, argv, bin);
}

static int unknown_file(const char *name)
{
    struct nearest near;
    nearest_init(&near, name);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        nearest_offer(&near, files[i].name);
    fprintf(stderr, "relaylab schema: unknown file `%s`; expected scenario, target or relay%s%s%s\n", name,
            near.best != NULL ? "; did you mean `" : "", near.best != NULL ? near.best : "",
            near.best != NULL ? "`?" : "");
    return EXIT_BAD_INPUT;
}

int verb_schema(int argc, char **argv, const char *bin)
{
    struct wish wish = {0};
    const struct option_group groups[] = {{"Form", rows, &wish}, {0}};
    int first, code = options_parse(&page, groups, argc, argv, &first);
    if (code >= 0)
        return code;
    if (argc - first != 1 || (wish.json && wish.markdown)) {
        fprintf(stderr, "relaylab schema: expected one of scenario, target, relay, and at most one form; "
                        "see relaylab schema --help\n");
        return EXIT_BAD_INPUT;
    }
    const char *form = wish.markdown ? "markdown" : "json";
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (strcmp(argv[first], files[i].name) != 0)
            continue;
        if (files[i].schema == NULL)
            return ask_relay(form, bin);
        return schema_print(files[i].schema, form, stdout) ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
    }
    return unknown_file(argv[first]);
}
