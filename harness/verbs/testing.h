/*
 * For tests: a verb of relaylab as a user calls it, in a folder of its own, with what it writes.
 *
 *     verb_begin();
 *     verb_file("scenarios/retry/one.yaml", …);
 *     ck_assert_int_eq(verb_play("list --tag slow"), EXIT_AS_EXPECTED);
 *     … verb_out, verb_err …
 *     verb_end();
 */
#ifndef RL_HARNESS_VERBS_TESTING_H
#define RL_HARNESS_VERBS_TESTING_H

#include "lib/testing/suite.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/run/folder.h"
#include "harness/verbs/verbs.h"
#include "lib/base/mem.h"

#define VERB_WORDS_MAX 32
#define VERB_TEXT_MAX  ((size_t)512 * 1024)

static char verb_folder[sizeof "/tmp/relaylab-verb-XXXXXX"];
static char verb_out[VERB_TEXT_MAX], verb_err[VERB_TEXT_MAX];

/* The working directory becomes an empty folder, which the programs' folder is two below of: it is the source tree. */
static inline void verb_begin(void)
{
    (void)snprintf(verb_folder, sizeof verb_folder, "/tmp/relaylab-verb-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(verb_folder));
    ck_assert_int_eq(chdir(verb_folder), 0);
    ck_assert_int_eq(folder_make_at("build/debug", NULL), 0);
    static const char *const set[] = {"TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", "CI_NODE_INDEX", "CI_NODE_TOTAL"};
    for (size_t i = 0; i < sizeof set / sizeof set[0]; i++)
        (void)unsetenv(set[i]);
}

static inline void verb_end(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    folder_remove(verb_folder);
}

static inline void verb_file(const char *path, const char *text)
{
    char *folder = mem_strdup(path), *slash = strrchr(folder, '/');
    if (slash != NULL) {
        *slash = '\0';
        ck_assert_int_eq(folder_make_at(folder, NULL), 0);
    }
    FILE *file = fopen(path, "w");
    ck_assert_msg(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, "%s", path);
    free(folder);
}

/* The text of a file; "" when there is none. */
static inline const char *verb_text(const char *path)
{
    static char text[VERB_TEXT_MAX];
    FILE *file = fopen(path, "r");
    size_t len = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    text[len] = '\0';
    if (file != NULL)
        (void)fclose(file);
    return text;
}

static inline void verb_take(FILE *from, char *text)
{
    rewind(from);
    text[fread(text, 1, VERB_TEXT_MAX - 1, from)] = '\0';
    (void)fclose(from);
}

static inline int verb_call(int argc, char **argv)
{
    static const struct cli_command *const all[] = {
#define VERB_ENTRY(name) &verb_##name,
        VERBS(VERB_ENTRY) NULL};
#undef VERB_ENTRY
    static const struct cli_program program = {.self = {.name = "relaylab", .summary = "test"}, .commands = all};
    struct cli_call call;
    char *bin = mem_printf("%s/build/debug", verb_folder);
    int code = cli_begin(&call, &program, argc, argv);
    call.context = bin;
    if (code == CLI_GO_ON)
        code = call.command->run(&call);
    (void)fflush(stdout);
    free(bin);
    return code;
}

/* line: words with a space from one to the next; `_` in a word stands for a space. The exit status. */
static inline int verb_play(const char *line)
{
    char *words = mem_strdup(line), name[] = "relaylab", *argv[VERB_WORDS_MAX + 2] = {name};
    int argc = 1;
    for (char *word = words; word != NULL && *word != '\0';) {
        char *end = strchr(word, ' ');
        if (end != NULL)
            *end++ = '\0';
        ck_assert_int_lt(argc, VERB_WORDS_MAX);
        argv[argc++] = word;
        for (; *word != '\0'; word++)
            *word = *word == '_' ? ' ' : *word;
        word = end;
    }
    FILE *out = tmpfile(), *err = tmpfile();
    int before_out = dup(STDOUT_FILENO), before_err = dup(STDERR_FILENO);
    ck_assert(out != NULL && err != NULL);
    (void)fflush(stdout);
    (void)dup2(fileno(out), STDOUT_FILENO);
    (void)dup2(fileno(err), STDERR_FILENO);
    int code = verb_call(argc, argv);
    (void)dup2(before_out, STDOUT_FILENO);
    (void)dup2(before_err, STDERR_FILENO);
    (void)close(before_out);
    (void)close(before_err);
    verb_take(out, verb_out);
    verb_take(err, verb_err);
    free(words);
    return code;
}

/* Status and both outputs, whole. */
static inline void verb_expect(const char *line, int code, const char *out, const char *err)
{
    int is = verb_play(line);
    ck_assert_msg(is == code, "%s: status %d, not %d: %s", line, is, code, verb_err);
    ck_assert_msg(strcmp(verb_out, out) == 0, "%s: printed:\n%s\nwanted:\n%s", line, verb_out, out);
    ck_assert_msg(strcmp(verb_err, err) == 0, "%s: reported:\n%s\nwanted:\n%s", line, verb_err, err);
}

/* Status, and words on standard error. */
static inline void verb_refuses(const char *line, int code, const char *words)
{
    int is = verb_play(line);
    ck_assert_msg(is == code, "%s: status %d, not %d: %s", line, is, code, verb_err);
    ck_assert_msg(strstr(verb_err, words) != NULL, "%s: no \"%s\" in:\n%s", line, words, verb_err);
    ck_assert_msg(verb_out[0] == '\0', "%s: printed:\n%s", line, verb_out);
}

/* A scenario of one host; id: "retry/one"; more: keys of its own, each a line. */
#define VERB_SCENARIO(id, more)                                                                                        \
    "scenario: 1\nid: " id "\ntitle: Title of " id "\nclock: {until: 1h}\n" more                                       \
    "world:\n  dns: {d.example: {MX: \"10 mx.d.example\"}}\n  hosts: {mx.d.example: {addr: 192.0.2.10}}\nstory:\n"     \
    "  - {t: 0s, submit: m1, from: alice@s.example, to: [bob@d.example]}\nexpect:\n"                                   \
    "  - {must: It arrives, spec: RFC5321#4.5.4.1, delivered: {of: m1}}\n"

#endif
