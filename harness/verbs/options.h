/*
 * The command line of a verb, as tables: the same rows parse it, and print its --help. Values land in the struct that
 * a group's `base` points to. Errors name the option, what it takes, and the nearest one that exists.
 */
#ifndef RL_HARNESS_OPTIONS_H
#define RL_HARNESS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"

enum option_kind {
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* const char * */
    OPTION_NUMBER, /* int64_t, within min..max */
    OPTION_CHOICE, /* const char *, one of the words in `value`: "always|never|auto" */
    OPTION_TAKE,   /* take() does it; may be repeated */
};

struct option_row {
    const char *name; /* NULL ends a table */
    char letter;      /* 0 = none */
    enum option_kind kind;
    size_t offset;     /* of the member in the group's base */
    const char *value; /* what stands for it in the help: "FILE" */
    const char *help;
    int64_t min, max; /* NUMBER */
    bool (*take)(void *base, const char *value, struct err *err);
};

struct option_group {
    const char *title; /* "Choosing scenarios"; NULL ends the groups */
    const struct option_row *rows;
    void *base;
};

struct option_page {
    const char *verb;     /* "run" */
    const char *synopsis; /* lines of usage, without "relaylab VERB" */
    const char *about;    /* paragraphs */
    void (*more)(void);   /* prints what a table elsewhere knows, behind the options; may be NULL */
    const char *end;      /* exit status, examples */
};

/*
 * Takes options anywhere among the arguments, which end up from *first_arg on. -1: go on; else the exit status: --help
 * was printed, or what is wrong was told on standard error.
 */
int options_parse(const struct option_page *page, const struct option_group *groups, int argc, char **argv,
                  int *first_arg);

/* The paragraph on exit codes that all verbs share. */
extern const char options_exit_status[];

#endif
