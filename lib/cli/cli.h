/*
 * Command lines, as tables. A program is one struct cli_program: its options, its commands, and what its help says.
 * From the same rows come the parser, usage and --help, the errors, the manual page (--man), the reference page
 * (--reference) and the completion in bash, zsh and fish (--completion SHELL). To add an option, add a row, and the
 * variable that it fills.
 *
 *     PROGRAM [OPTION…] [COMMAND [OPTION…] [ARGUMENT…]]
 *
 * Options may stand anywhere, also before the command, in the forms that getopt_long accepts: --name VALUE,
 * --name=VALUE, a unique beginning of a name, -j4, -qj 4; after `--` all words are arguments.
 *
 * Life of a call: cli_begin() finds the command, or prints what was requested (help, version, …). The command then has
 * its own values filled by cli_read(). At the end, cli_end() checks that standard output could be written. The tables
 * are constant and outlive the call; values point into argv.
 *
 * Errors: unknown or ambiguous option, missing or bad value, unexpected or missing argument, option of another command.
 * Each is one line on standard error, with the nearest name that exists, and a second line that points to --help. The
 * exit status is CLI_EXIT_USAGE. Limits: CLI_OPTIONS_MAX options of a command.
 *
 * Text for people (about, sections, help of options) is written once and laid out for the terminal and for roff. An
 * empty line ends a paragraph. A line with a TAB is a definition: term, TAB, text. A line that begins with two spaces
 * is kept as it is. `x` is code.
 */
#ifndef RL_CLI_CLI_H
#define RL_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

enum {
    CLI_EXIT_USAGE = 2,
    CLI_EXIT_OUTPUT = 3, /* standard output could not be written */
    CLI_GO_ON = -1,
};

#define CLI_OPTIONS_MAX 64
#define CLI_ANY_NUMBER  1000000 /* of arguments */

enum cli_kind {
    CLI_FLAG,     /* bool */
    CLI_TEXT,     /* const char * */
    CLI_NUMBER,   /* int64_t, within min..max */
    CLI_DURATION, /* int64_t nanoseconds, above 0 */
    CLI_CHOICE,   /* const char *, one of the words in `value`: "always|never|auto" */
    CLI_TAKE,     /* take() stores it; may be repeated */
    CLI_DO,       /* a flag: run() is called at once, and its result is the exit status */
    /* Those that every program has: */
    CLI_HELP,
    CLI_VERSION,
    CLI_MAN,
    CLI_REFERENCE,
    CLI_SCRIPT,
};

struct cli_option {
    const char *name; /* NULL ends a table */
    char letter;      /* 0 = none */
    enum cli_kind kind;
    size_t offset;     /* of the member, from the group's base */
    const char *value; /* the name of its value. FILE, SOCKET and DIR in it are completed as paths, words as a|b */
    const char *help;
    int64_t min, max; /* NUMBER */
    bool required;
    bool any_value; /* the value may be empty, or look like an option */
    bool (*take)(void *base, const char *value, struct err *err);
    int (*run)(void);
    void (*offer)(struct buf *out); /* values to complete, one a line; may be NULL */
};

struct cli_group {
    const char *title; /* "Choosing scenarios"; NULL ends the groups */
    const struct cli_option *rows;
    size_t base; /* offset in the struct that cli_read() fills */
};

struct cli_section {
    const char *title; /* "Exit status"; NULL ends the sections */
    const char *text;
    void (*write)(struct buf *out); /* instead of text, for what another table knows */
};

struct cli_call;

struct cli_command {
    const char *name;     /* "run"; of a program: "relaylab-queue" */
    const char *summary;  /* one line, no period */
    const char *synopsis; /* lines of usage, without program and command; "" = one line with nothing more */
    const char *about;
    const struct cli_group *groups; /* may be NULL */
    const struct cli_section *sections;
    const char *arguments; /* what its arguments are: "ID", "SCENARIO|DIR"; for errors and completion */
    int arguments_min, arguments_max;
    void (*offer)(struct buf *out);
    bool stops_at_argument;            /* options end at the first argument: it begins another command line */
    bool passes_on;                    /* another program reads the words after its name */
    int (*run)(struct cli_call *call); /* for the caller of cli_begin(); the exit status */
};

struct cli_program {
    struct cli_command self;                   /* its options hold for all commands */
    const struct cli_command *const *commands; /* NULL at the end; NULL = a program without commands */
    const char *see_also;                      /* "relaylab-relay relaylab-queue"; may be NULL */
};

struct cli_call {
    const struct cli_program *program;
    const struct cli_command *command; /* &program->self when it has no commands */
    int argc;                          /* after cli_begin(): all other words; after cli_read(): the arguments */
    char **argv;
    const void *context; /* the program's own; for run() */
};

/* CLI_GO_ON with *call filled, or the exit status: something was printed. May reorder argv. */
int cli_begin(struct cli_call *call, const struct cli_program *program, int argc, char **argv);

/* Fills the command's values (caller's struct, with its defaults). CLI_GO_ON with the arguments, or the exit status. */
int cli_read(struct cli_call *call, void *values);

/* Writes "relaylab run: TEXT" and where the help is, for errors that a table cannot know; returns CLI_EXIT_USAGE. */
int cli_refuse(const struct cli_call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Flushes standard output. The exit status: code, or CLI_EXIT_OUTPUT with a message when output is lost. */
int cli_end(const struct cli_program *program, int code);

#endif
