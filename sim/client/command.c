#include "sim/client/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/mem.h"

#define WORDS_MAX (1024 * 1024) /* the coordinator accepts no more */
#define TAIL_MAX  4096

/* ---- what it is given ---- */

static void add_replaced(struct buf *out, const char *word, const char *from, const char *rcpt)
{
    const struct {
        const char *name, *value;
    } table[] = {{"${from}", from}, {"${rcpt}", rcpt}};
    while (*word != '\0') {
        bool replaced = false;
        for (size_t i = 0; i < sizeof table / sizeof table[0] && !replaced; i++) {
            replaced = strncmp(word, table[i].name, strlen(table[i].name)) == 0;
            if (replaced) {
                (void)buf_add_cstr(out, table[i].value);
                word += strlen(table[i].name);
            }
        }
        if (!replaced)
            (void)buf_add_char(out, *word++);
    }
    (void)buf_add_char(out, '\0');
}

void command_words(const struct command *command, const struct submission *submission, struct buf *out)
{
    for (size_t i = 0; i < command->count; i++) {
        const char *word = command->words[i];
        size_t times = strstr(word, "${rcpt}") != NULL ? submission->to_count : 1;
        for (size_t k = 0; k < times; k++)
            add_replaced(out, word, submission->from, submission->to[k]);
    }
}

static void write_lines(FILE *file, struct slice message)
{
    while (message.len > 0) {
        size_t end = slice_find(message, '\n');
        struct slice line = slice_head(message, end < message.len ? end + 1 : message.len);
        bool crlf = line.len >= 2 && line.ptr[line.len - 2] == '\r' && line.ptr[line.len - 1] == '\n';
        (void)fwrite(line.ptr, 1, crlf ? line.len - 2 : line.len, file);
        if (crlf)
            (void)fputc('\n', file);
        message = slice_from(message, line.len);
    }
}

static void write_whole(FILE *file, struct slice octets)
{
    (void)fwrite(octets.ptr, 1, octets.len, file);
}

static int write_file(const struct command *command, unsigned n, const char *kind, struct slice octets,
                      void (*write)(FILE *, struct slice), struct err *err)
{
    char *path = mem_printf("%s/submit/%u.%s", command->dir, n, kind);
    FILE *file = fopen(path, "we");
    bool good = file != NULL;
    if (good) {
        write(file, octets);
        good = ferror(file) == 0;
        good = fclose(file) == 0 && good;
    }
    int rc = good ? ERR_OK : err_errno(err, "cannot write %s", path);
    free(path);
    return rc;
}

int command_write(const struct command *command, unsigned n, const struct submission *submission, struct slice message,
                  struct err *err)
{
    struct buf words;
    char *folder = mem_printf("%s/submit", command->dir);
    int rc = mkdir(folder, 0700) == 0 || errno == EEXIST ? ERR_OK : err_errno(err, "cannot make %s", folder);
    free(folder);
    buf_init(&words, WORDS_MAX);
    command_words(command, submission, &words);
    if (rc == ERR_OK && words.overflow)
        rc = err_set(err, ERR_TOO_BIG, "the arguments of the submit command are longer than %d octets", WORDS_MAX);
    if (rc == ERR_OK)
        rc = write_file(command, n, "words", buf_slice(&words), write_whole, err);
    if (rc == ERR_OK)
        rc = write_file(command, n, "in", message, write_lines, err);
    buf_fini(&words);
    return rc;
}

/* ---- what it said ---- */

static struct slice last_line(struct slice text)
{
    struct slice last = {0};
    while (text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        if (line.len > 0)
            last = line;
    }
    return last;
}

void command_last_words(const struct command *command, unsigned n, char *out, size_t size)
{
    char *path = mem_printf("%s/submit/%u.out", command->dir, n), tail[TAIL_MAX];
    FILE *file = fopen(path, "re");
    size_t len = 0;
    if (file != NULL) {
        if (fseek(file, -(long)sizeof tail, SEEK_END) != 0)
            (void)fseek(file, 0, SEEK_SET);
        len = fread(tail, 1, sizeof tail, file);
        (void)fclose(file);
    }
    struct slice line = last_line(slice_make(tail, len));
    (void)snprintf(out, size, "%.*s", SLICE_ARG(line));
    free(path);
}
