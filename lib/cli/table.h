/* What the parts of lib/cli share: all options that a command has, and the pages that are made of the tables. */
#ifndef RL_CLI_TABLE_H
#define RL_CLI_TABLE_H

#include "lib/base/slice.h"
#include "lib/cli/cli.h"

#define CLI_PAGE_MAX ((size_t)1024 * 1024)

/* An option and where its group's values begin. */
struct cli_known {
    const struct cli_option *row;
    size_t base;
};

struct cli_options {
    struct cli_known list[CLI_OPTIONS_MAX];
    size_t count;
};

extern const struct cli_option cli_standard_rows[]; /* --help, --version, … */
extern const struct cli_option cli_help_rows[];     /* of a command */

/* Those of the program, the command (may be NULL) and the standard ones. */
void cli_options_of(const struct cli_program *program, const struct cli_command *command, struct cli_options *out);
/* Those of all commands, for the words before it is known which one is meant. */
void cli_options_of_all(const struct cli_program *program, struct cli_options *out);

const struct cli_command *cli_find_command(const struct cli_program *program, const char *name);
bool cli_takes_value(const struct cli_option *row);
bool cli_is_shown(const struct cli_option *row); /* in help and completion */

/* "relaylab run", or "relaylab" when the command is the program itself. */
void cli_add_name(struct buf *out, const struct cli_program *program, const struct cli_command *command);

/* ---- one word of a command line at a time ---- */

enum cli_token_kind { CLI_TOKEN_OPTION, CLI_TOKEN_ARGUMENT, CLI_TOKEN_END, CLI_TOKEN_UNKNOWN, CLI_TOKEN_BAD };

struct cli_scan {
    const struct cli_options *options;
    int argc, at;
    char **argv;
    const char *letters; /* of a cluster -abc, those that are left; NULL = none */
    bool only_arguments; /* after -- */
    bool stops_at_argument;
};

struct cli_token {
    enum cli_token_kind kind;
    const struct cli_known *known;
    const char *value; /* NULL for flags */
    char *argument;    /* or the word of an unknown option */
    int at;            /* the word's index */
    char text[160];    /* BAD: what is wrong */
    bool lacks_value;  /* BAD: the value is missing */
};

void cli_scan_next(struct cli_scan *scan, struct cli_token *out);

/* ---- pages ---- */

void cli_print_help(struct buf *out, const struct cli_program *program, const struct cli_command *command);
void cli_print_man(struct buf *out, const struct cli_program *program);
void cli_print_reference(struct buf *out, const struct cli_program *program);
bool cli_print_script(struct buf *out, const char *program, const char *shell); /* false: no such shell */

/*
 * Candidates for the last word, "word TAB description" a line; ":file", ":dir" for paths, ":file=" for paths after the
 * word's first `=`. Returns a command that passes its words on, with the index of its first one in *first; else NULL.
 */
const struct cli_command *cli_complete(struct buf *out, const struct cli_program *program, const char *shell, int count,
                                       char **words, int *first);

#endif
