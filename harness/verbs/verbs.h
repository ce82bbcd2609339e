/* The verbs of `relaylab`. Each is one file and one row of the table in harness_main.c. */
#ifndef RL_HARNESS_VERBS_H
#define RL_HARNESS_VERBS_H

enum exit_code {
    EXIT_AS_EXPECTED = 0,
    EXIT_NOT_AS_EXPECTED = 1,
    EXIT_BAD_INPUT = 2, /* scenario, configuration or usage */
    EXIT_TROUBLE = 3,   /* the harness or the target could not run */
    EXIT_NOTHING_RAN = 4,
};

/* argv[0] is the verb. bin: the folder of the programs. */
int verb_run(int argc, char **argv, const char *bin);
int verb_lint(int argc, char **argv, const char *bin);
int verb_list(int argc, char **argv, const char *bin);
int verb_targets(int argc, char **argv, const char *bin);
int verb_report(int argc, char **argv, const char *bin);
int verb_baseline(int argc, char **argv, const char *bin);
int verb_schema(int argc, char **argv, const char *bin);
int verb_sibling(int argc, char **argv, const char *bin); /* relaylab VERB is relaylab-VERB */

#endif
