/* relaylab: the one command that people type. Each verb is a row here. */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/verbs/verbs.h"
#include "lib/base/nearest.h"
#include "lib/base/version.h"

static const struct verb {
    const char *name;
    int (*run)(int argc, char **argv, const char *bin);
    const char *help;
} verbs[] = {
    {"run", verb_run, "run scenarios against a relay in virtual time, and judge them"},
    {"lint", verb_lint, "check scenarios without running them"},
    {"list", verb_list, "list scenarios"},
    {"targets", verb_targets, "list the relays that can be tested, and fetch them"},
    {"report", verb_report, "make any report out of stored ones, and one of shards"},
    {"baseline", verb_baseline, "what is known of a target, and keeping it true"},
    {"schema", verb_schema, "print the keys of scenarios, adapters or the relay's configuration"},
    {"relay", verb_sibling, "the relay itself (relaylab-relay)"},
    {"queue", verb_sibling, "what waits in a relay's queue (relaylab-queue)"},
    {"sim", verb_sibling, "the simulated internet of one scenario (relaylab-sim)"},
    {"warp", verb_sibling, "run any command in virtual time (relaylab-warp)"},
};
static const size_t verb_count = sizeof verbs / sizeof verbs[0];

static void print_usage(FILE *out)
{
    fputs("Usage: relaylab VERB [OPTION…]\n"
          "\n"
          "Tests SMTP relays in a simulated internet and in virtual time: five days of retries in\n"
          "milliseconds.\n"
          "\n",
          out);
    for (size_t i = 0; i < verb_count; i++)
        fprintf(out, "  %-8s  %s\n", verbs[i].name, verbs[i].help);
    fputs("\n"
          "Every verb has --help, which `relaylab help VERB` shows too. To begin:\n"
          "  relaylab run scenarios/retry/greylist-basic.yaml\n",
          out);
}

/* The folder of this program, where its siblings are. */
static bool find_bin(char bin[PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", bin, PATH_MAX - 1);
    if (len <= 0)
        return false;
    bin[len] = '\0';
    char *slash = strrchr(bin, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

static int unknown_verb(const char *name)
{
    struct nearest near;
    nearest_init(&near, name);
    for (size_t i = 0; i < verb_count; i++)
        nearest_offer(&near, verbs[i].name);
    fprintf(stderr, "relaylab: no verb `%s`%s%s%s; see relaylab --help\n", name,
            near.best != NULL ? "; did you mean `" : "", near.best != NULL ? near.best : "",
            near.best != NULL ? "`?" : "");
    return EXIT_BAD_INPUT;
}

static int dispatch(int argc, char **argv, const char *bin)
{
    for (size_t i = 0; i < verb_count; i++)
        if (strcmp(argv[0], verbs[i].name) == 0)
            return verbs[i].run(argc, argv, bin);
    return unknown_verb(argv[0]);
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static int one_word_too_many(const char *word)
{
    fprintf(stderr, "relaylab: `%s` is one word too many; see relaylab --help\n", word);
    return EXIT_BAD_INPUT;
}

static int help(int argc, char **argv, const char *bin)
{
    char option_help[] = "--help";
    if (argc > 2)
        return one_word_too_many(argv[2]);
    if (argc == 2 && !asks_for_help(argv[1])) {
        char *words[] = {argv[1], option_help, NULL};
        return dispatch(2, words, bin);
    }
    print_usage(stdout);
    return EXIT_AS_EXPECTED;
}

static int version(int argc, char **argv)
{
    return argc > 1 ? one_word_too_many(argv[1]) : printf("relaylab %s\n", RELAYLAB_VERSION) < 0;
}

static int run_verb(int argc, char **argv)
{
    char bin[PATH_MAX];
    if (argc < 2) {
        print_usage(stderr);
        return EXIT_BAD_INPUT;
    }
    if (strcmp(argv[1], "--version") == 0)
        return version(argc - 1, argv + 1);
    if (!find_bin(bin)) {
        fprintf(stderr, "relaylab: cannot find its own folder through /proc/self/exe; is /proc mounted?\n");
        return EXIT_TROUBLE;
    }
    if (asks_for_help(argv[1]))
        return help(argc - 1, argv + 1, bin);
    return dispatch(argc - 1, argv + 1, bin);
}

/* Results that nobody got are no success. */
int main(int argc, char **argv)
{
    int code = run_verb(argc, argv);
    bool interrupted = code > 128; /* by a closed pipe, perhaps */
    if ((fflush(stdout) == 0 && ferror(stdout) == 0) || interrupted)
        return code;
    fprintf(stderr, "relaylab: standard output could not be written: it is closed, or its disk is full\n");
    return code == EXIT_BAD_INPUT ? code : EXIT_TROUBLE;
}
