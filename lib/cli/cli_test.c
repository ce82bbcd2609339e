/* Command lines from tables: parsing, errors and hints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cli/table.h"
#include "lib/testing/suite.h"

struct values {
    const char *config, *color, *text;
    int64_t jobs, span;
    bool quiet, all;
    char taken[64];
};

static bool take_word(void *base, const char *value, struct err *err)
{
    struct values *values = base;
    if (strcmp(value, "bad") == 0)
        return err_set(err, ERR_INVALID, "--take does not take `bad`") == ERR_OK;
    size_t len = strlen(values->taken);
    (void)snprintf(values->taken + len, sizeof values->taken - len, "%s;", value);
    return true;
}

#define INTO(member) .offset = offsetof(struct values, member)
static const struct cli_option common[] = {
    {.name = "config", .letter = 'c', .kind = CLI_TEXT, INTO(config), .value = "FILE", .help = "the configuration"},
    {0}};
static const struct cli_option some[] = {
    {.name = "quiet", .letter = 'q', .kind = CLI_FLAG, INTO(quiet), .help = "print less"},
    {.name = "jobs",
     .letter = 'j',
     .kind = CLI_NUMBER,
     INTO(jobs),
     .value = "N",
     .min = 1,
     .max = 50,
     .help = "run N at a time"},
    {.name = "color", .kind = CLI_CHOICE, INTO(color), .value = "always|never|auto", .help = "use colors"},
    {.name = "span", .kind = CLI_DURATION, INTO(span), .value = "SPAN", .help = "stop after SPAN"},
    {.name = "text", .kind = CLI_TEXT, INTO(text), .value = "TEXT", .any_value = true, .help = "any text"},
    {.name = "take", .kind = CLI_TAKE, .take = take_word, .value = "WORD", .help = "a word; may be repeated"},
    {0}};
static const struct cli_option others[] = {
    {.name = "all", .kind = CLI_FLAG, INTO(all), .help = "choose all"},
    {.name = "must", .kind = CLI_TEXT, INTO(text), .value = "X", .required = true},
    {0}};
static const struct cli_group common_groups[] = {{"Common", common, 0}, {0}}, some_groups[] = {{"Some", some, 0}, {0}},
                              other_groups[] = {{"Others", others, 0}, {0}};
static const struct cli_command run = {.name = "run",
                                       .summary = "run it",
                                       .synopsis = "[FILE]…",
                                       .about = "Runs it.\n",
                                       .groups = some_groups,
                                       .arguments = "FILE",
                                       .arguments_max = 2},
                                drop = {.name = "drop",
                                        .summary = "drop it",
                                        .synopsis = "ID",
                                        .about = "Drops it.\n",
                                        .groups = other_groups,
                                        .arguments = "ID",
                                        .arguments_min = 1,
                                        .arguments_max = 1},
                                other = {.name = "other", .summary = "another program", .passes_on = true};
static const struct cli_command *const commands[] = {&run, &drop, &other, NULL};
static const struct cli_program program = {.self = {.name = "prog",
                                                    .summary = "a program",
                                                    .synopsis = "COMMAND",
                                                    .about = "A program.\n",
                                                    .groups = common_groups},
                                           .commands = commands};
static const struct cli_program wrapper = {.self = {.name = "wrap",
                                                    .summary = "a wrapper",
                                                    .synopsis = "[--] COMMAND",
                                                    .about = "Wraps.\n",
                                                    .groups = some_groups,
                                                    .arguments = "COMMAND",
                                                    .arguments_max = CLI_ANY_NUMBER,
                                                    .stops_at_argument = true}};

/* ---- a command line, and its result ---- */

static struct cli_call call;
static struct values values;
static char words_text[512], output[4096];
static char *words[32];

static int split(const char *name, const char *line)
{
    int count = 1;
    static char program_name[16];
    (void)snprintf(program_name, sizeof program_name, "%s", name);
    (void)snprintf(words_text, sizeof words_text, "%s", line);
    words[0] = program_name;
    for (char *at = words_text, *end; *at != '\0'; at = end) {
        end = at + strcspn(at, " ");
        if (*end != '\0')
            *end++ = '\0';
        words[count++] = at[0] == '\'' ? at + strlen(at) : at; /* '' is the empty word */
    }
    words[count] = NULL;
    return count;
}

static int parse(const struct cli_program *of, const char *line)
{
    values = (struct values){0};
    int code = cli_begin(&call, of, split(of->self.name, line), words);
    return code == CLI_GO_ON && !call.command->passes_on ? cli_read(&call, &values) : code;
}

/* Both outputs into `output`. */
static int parse_quietly(const struct cli_program *of, const char *line)
{
    FILE *file = tmpfile();
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
    ck_assert_ptr_nonnull(file);
    (void)fflush(stdout);
    (void)dup2(fileno(file), STDOUT_FILENO);
    (void)dup2(fileno(file), STDERR_FILENO);
    int code = parse(of, line);
    (void)fflush(stdout);
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(err, STDERR_FILENO);
    (void)close(out);
    (void)close(err);
    rewind(file);
    output[fread(output, 1, sizeof output - 1, file)] = '\0';
    (void)fclose(file);
    return code;
}

/* ---- good lines ---- */

/* Of the values and arguments, those that were given. */
static const char *summary(void)
{
    static char text[512];
    struct buf out;
    buf_init(&out, sizeof text - 1);
    (void)buf_printf(&out, "%s:", call.command->name);
    if (values.config != NULL)
        (void)buf_printf(&out, " config=%s", values.config);
    if (values.quiet)
        (void)buf_printf(&out, " quiet");
    if (values.jobs != 0)
        (void)buf_printf(&out, " jobs=%d", (int)values.jobs);
    if (values.color != NULL)
        (void)buf_printf(&out, " color=%s", values.color);
    if (values.span != 0)
        (void)buf_printf(&out, " span=%ds", (int)(values.span / 1000000000));
    if (values.text != NULL)
        (void)buf_printf(&out, " text=[%s]", values.text);
    if (values.taken[0] != '\0')
        (void)buf_printf(&out, " taken=%s", values.taken);
    for (int i = 0; i < call.argc; i++)
        (void)buf_printf(&out, " %s", call.argv[i]);
    (void)snprintf(text, sizeof text, "%s", buf_cstr(&out));
    buf_fini(&out);
    return text;
}

START_TEST(options_and_arguments_are_read_in_every_form)
{
    static const struct {
        const struct cli_program *of;
        const char *line, *result;
    } rows[] = {
        {&program, "run", "run:"},
        {&program, "run a b", "run: a b"},
        {&program, "run a --quiet b", "run: quiet a b"},
        {&program, "run -qj4 a", "run: quiet jobs=4 a"},
        {&program, "run -j 4", "run: jobs=4"},
        {&program, "run --jobs=4 --color never", "run: jobs=4 color=never"},
        {&program, "run --con=f --col auto", "run: config=f color=auto"},
        {&program, "-c f run", "run: config=f"},
        {&program, "run -c f", "run: config=f"},
        {&program, "--jobs 3 -c f run x", "run: config=f jobs=3 x"},
        {&program, "run --span 1h30m", "run: span=5400s"},
        {&program, "run --text ''", "run: text=[]"},
        {&program, "run --text= --text --quiet", "run: text=[--quiet]"},
        {&program, "run --take a --take=b", "run: taken=a;b;"},
        {&program, "run -- --quiet", "run: --quiet"},
        {&program, "run -", "run: -"},
        {&program, "drop --must x 17", "drop: text=[x] 17"},
        {&program, "other --quiet -x run", "other: other --quiet -x run"},
        {&program, "help other", "other: other --help"},
        {&wrapper, "-q ls -q --jobs", "wrap: quiet ls -q --jobs"},
        {&wrapper, "-q -- ls -- -j", "wrap: quiet ls -- -j"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(parse(rows[i].of, rows[i].line) == CLI_GO_ON, "refused: %s", rows[i].line);
        ck_assert_str_eq(summary(), rows[i].result);
    }
}
END_TEST

START_TEST(errors_name_the_word_and_what_is_expected)
{
    static const struct {
        const struct cli_program *of;
        const char *line, *text;
    } rows[] = {
        {&program, "", "prog: missing command; expected run, drop or other\nSee `prog --help`.\n"},
        {&program, "rnu", "prog: unknown command `rnu`; did you mean `run`?\n"},
        {&program, "zzzzz", "prog: unknown command `zzzzz`; expected run, drop or other\n"},
        {&program, "help rnu", "prog: unknown command `rnu`; did you mean `run`?\n"},
        {&program, "help run drop", "prog: unexpected argument `drop`\n"},
        {&program, "--version run", "prog: unexpected argument `run`\n"},
        {&program, "-q other", "prog other: unexpected option `-q`: options of `other` follow it\n"},
        {&program, "run --quite",
         "prog run: unknown option `--quite`; did you mean `--quiet`?\nSee `prog run --help`.\n"},
        {&program, "--quite run", "prog: unknown option `--quite`; did you mean `--quiet`?\n"},
        {&program, "run --zzzzzzzz", "prog run: unknown option `--zzzzzzzz`\n"},
        {&program, "run -x", "prog run: unknown option `-x`\n"},
        {&program, "run -qx", "prog run: unknown option `-x`\n"},
        {&program, "run --all", "prog run: --all is not an option of `run`, but of `drop`\n"},
        {&program, "run --co f", "prog run: option `--co` is ambiguous: several options begin with it\n"},
        {&program, "run --jobs", "prog run: --jobs needs a value (N)\n"},
        {&program, "run -j", "prog run: -j needs a value (N)\n"},
        {&program, "run --jobs --quiet", "prog run: --jobs needs a value (N), but `--quiet` follows\n"},
        {&program, "run --config --", "prog run: --config needs a value (FILE), but `--` follows\n"},
        {&program, "run --config=", "prog run: --config needs a value that is not empty\n"},
        {&program, "run --quiet=1", "prog run: --quiet takes no value\n"},
        {&program, "run --jobs 51", "prog run: --jobs takes a number from 1 to 50, not `51`\n"},
        {&program, "run --jobs 0", "prog run: --jobs takes a number from 1 to 50, not `0`\n"},
        {&program, "run --jobs -1", "prog run: --jobs takes a number from 1 to 50, not `-1`\n"},
        {&program, "run --color alwys",
         "prog run: --color takes always, never or auto, not `alwys`; did you mean `always`?\n"},
        {&program, "run --color zzzzzzz", "prog run: --color takes always, never or auto, not `zzzzzzz`\n"},
        {&program, "run --span 5", "prog run: --span takes a duration, such as 90s, 1h30m or 5d, not `5`\n"},
        {&program, "run --take bad", "prog run: --take does not take `bad`\n"},
        {&program, "run a b c", "prog run: unexpected argument `c`\n"},
        {&program, "drop 17", "prog drop: missing option --must X\n"},
        {&program, "drop --must x", "prog drop: missing argument; expected ID\n"},
        {&program, "--completion ksh", "prog: --completion takes bash, zsh or fish, not `ksh`\n"},
        {&wrapper, "--jbs 1 ls", "wrap: unknown option `--jbs`; did you mean `--jobs`?\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(parse_quietly(rows[i].of, rows[i].line) == CLI_EXIT_USAGE, "not refused: %s", rows[i].line);
        ck_assert_msg(strncmp(output, rows[i].text, strlen(rows[i].text)) == 0, "%s: %s", rows[i].line, output);
    }
}
END_TEST

START_TEST(help_and_version_are_printed_whatever_else_is_there)
{
    static const struct {
        const char *line, *begin;
    } rows[] = {
        {"--help", "Usage: prog COMMAND\n"},
        {"-h", "Usage: prog COMMAND\n"},
        {"help", "Usage: prog COMMAND\n"},
        {"help help", "Usage: prog COMMAND\n"},
        {"help -h", "Usage: prog COMMAND\n"},
        {"--help help", "Usage: prog COMMAND\n"},
        {"help run", "Usage: prog run [FILE]…\n"},
        {"--help run", "Usage: prog run [FILE]…\n"},
        {"run --help", "Usage: prog run [FILE]…\n"},
        {"run a b c d -h", "Usage: prog run [FILE]…\n"},
        {"--version", "prog "},
        {"drop --version", "prog "},
        {"--man", ".\\\""},
        {"--completion bash", "# Completion of prog in bash."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(parse_quietly(&program, rows[i].line) == 0, "%s: %s", rows[i].line, output);
        ck_assert_msg(strncmp(output, rows[i].begin, strlen(rows[i].begin)) == 0, "%s: %s", rows[i].line, output);
    }
}
END_TEST

/* ---- completion ---- */

START_TEST(the_last_word_is_completed_from_the_tables)
{
    static const struct {
        const struct cli_program *of;
        const char *shell, *line, *candidates;
    } rows[] = {
        {&program, "bash", "r", "run\trun it\n"},
        {&program, "zsh", "-c f d", "drop\tdrop it\n"},
        {&program, "bash", "''",
         "run\trun it\ndrop\tdrop it\nother\tanother program\nhelp\tprint the help of a command\n"},
        {&program, "bash", "help d", "drop\tdrop it\n"},
        {&program, "bash", "run --q", "--quiet\tprint less\n"},
        {&program, "bash", "run --con", "--config\tthe configuration\n"},
        {&program, "bash", "run --al", ""},
        {&program, "bash", "run --color a", "always\nauto\n"},
        {&program, "bash", "run --color = a", "always\nauto\n"},
        {&program, "bash", "run --color =", "always\nnever\nauto\n"},
        {&program, "zsh", "run --color=a", "--color=always\n--color=auto\n"},
        {&program, "fish", "run --take ''", ""},
        {&program, "bash", "run --config x", ":file\n"},
        {&program, "bash", "run -c x", ":file\n"},
        {&program, "bash", "run x", ":file\n"},
        {&program, "bash", "run --jobs --q", ""},
        {&program, "bash", "run -- --q", ":file\n"},
        {&program, "bash", "drop x", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        int first, count = split("prog", rows[i].line);
        buf_init(&out, CLI_PAGE_MAX);
        ck_assert_ptr_null(cli_complete(&out, rows[i].of, rows[i].shell, count - 1, words + 1, &first));
        ck_assert_msg(strcmp(buf_cstr(&out), rows[i].candidates) == 0, "%s: %s", rows[i].line, buf_cstr(&out));
        buf_fini(&out);
    }
}
END_TEST

START_TEST(the_words_of_another_program_are_passed_on_to_it)
{
    ck_assert_int_eq(parse(&program, "--complete bash -- other --net = lo"), CLI_GO_ON);
    ck_assert_str_eq(summary(), "other: other --complete bash -- --net = lo");
}
END_TEST

SUITE(cli, options_and_arguments_are_read_in_every_form, errors_name_the_word_and_what_is_expected,
      help_and_version_are_printed_whatever_else_is_there, the_last_word_is_completed_from_the_tables,
      the_words_of_another_program_are_passed_on_to_it)
