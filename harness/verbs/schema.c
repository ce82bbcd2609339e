/* relaylab schema: the keys of the files that people write, for editors and as reference pages. */
#include <stdio.h>
#include <string.h>

#include "harness/target/target.h"
#include "harness/verbs/verbs.h"
#include "lib/base/nearest.h"
#include "sim/scenario/loader.h"

struct wish {
    bool json, markdown;
};

static const struct {
    const char *name;
    const struct schema *schema; /* NULL: the relay prints its own */
} files[] = {{"scenario", &scenario_schema}, {"target", &target_schema}, {"relay", NULL}};

static int ask_relay(const char *form, const char *bin)
{
    char relay[] = "relay", option[] = "--schema", word[16];
    char *argv[] = {relay, option, word, NULL};
    (void)snprintf(word, sizeof word, "%s", form);
    return sibling_run(bin, argv);
}

static int unknown_file(const struct cli_call *call, const char *name)
{
    struct nearest near;
    nearest_init(&near, name);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        nearest_offer(&near, files[i].name);
    return cli_refuse(call, "unknown kind of file `%s`; expected scenario, target or relay%s", name,
                      nearest_hint(&near));
}

static int run(struct cli_call *call)
{
    struct wish wish = {0};
    int code = cli_read(call, &wish);
    if (code != CLI_GO_ON)
        return code;
    if (wish.json && wish.markdown)
        return cli_refuse(call, "--json and --markdown exclude each other");
    const char *form = wish.markdown ? "markdown" : "json";
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (strcmp(call->argv[0], files[i].name) != 0)
            continue;
        if (files[i].schema == NULL)
            return ask_relay(form, verb_bin(call));
        return schema_print(files[i].schema, form, stdout) ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
    }
    return unknown_file(call, call->argv[0]);
}

static const struct cli_option rows[] = {{.name = "json",
                                          .kind = CLI_FLAG,
                                          .offset = offsetof(struct wish, json),
                                          .help = "print a JSON Schema (the default)"},
                                         {.name = "markdown",
                                          .kind = CLI_FLAG,
                                          .offset = offsetof(struct wish, markdown),
                                          .help = "print a reference page, as in docs/reference/"},
                                         {0}};
static const struct cli_group groups[] = {{"Form", rows, 0}, {0}};

const struct cli_command verb_schema = {
    .name = "schema",
    .summary = "print the keys of scenarios, adapters or the relay's configuration",
    .synopsis = "scenario|target|relay [--json|--markdown]",
    .about =
        "Prints the keys of a file, with their values, defaults and meaning: of a scenario, of a target's "
        "target.yaml, or of the relay's configuration. The JSON Schema (draft 2020-12) lets an editor complete and "
        "check keys. For yaml-language-server, name it in the first line of the file:\n"
        "  # yaml-language-server: $schema=scenario.schema.json\n",
    .groups = groups,
    .sections = (const struct cli_section[]){{"Exit status", "0\tprinted\n2\tbad usage\n", NULL},
                                             {"Example", "  relaylab schema scenario > scenario.schema.json\n", NULL},
                                             {0}},
    .arguments = "scenario|target|relay",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run};
