#include "warp/request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/open.h"
#include "lib/base/slice.h"

static int read_words(const char *path, char **out, size_t *len, struct err *err)
{
    FILE *file;
    int rc = open_input(path, &file, err);
    if (rc != ERR_OK)
        return rc;
    char *words = mem_alloc(REQUEST_BYTES_MAX + 1);
    size_t n = fread(words, 1, REQUEST_BYTES_MAX + 1, file);
    (void)fclose(file);
    *out = words;
    *len = n;
    return n <= REQUEST_BYTES_MAX && (n == 0 || words[n - 1] == '\0')
               ? ERR_OK
               : err_set(err, ERR_INVALID, "%s: too long, or the last word has no end", path);
}

static int add_words(struct plan_command *command, char *words, size_t len, struct err *err)
{
    size_t count = 0;
    while (command->argv[count] != NULL)
        count++;
    for (char *at = words; at < words + len; at += strlen(at) + 1) {
        if (count == PLAN_WORDS)
            return err_set(err, ERR_TOO_BIG, "`%s` has more than %d words", command->name, PLAN_WORDS);
        command->argv[count++] = at;
    }
    command->argv[count] = NULL;
    return ERR_OK;
}

int request_new(struct request **out, const struct plan_command *action, const char *name, struct err *err)
{
    struct slice number = slice_cstr(name), before = slice_cut(&number, '/');
    uint64_t n;
    (void)before;
    if (action->requests == NULL || !slice_to_u64(number, UINT32_MAX, &n)) /* a number: no way out of the folder */
        return err_set(err, ERR_INVALID, "`%s` is not a request", name);
    char *path = mem_printf("%s/%" PRIu64 ".words", action->requests, n);
    struct request *request = mem_zalloc(sizeof *request);
    size_t len = 0;
    request->command = *action;
    request->command.name = request->name = mem_strdup(name);
    request->command.in = request->in = mem_printf("%s/%" PRIu64 ".in", action->requests, n);
    request->command.log = request->out = mem_printf("%s/%" PRIu64 ".out", action->requests, n);
    int rc = read_words(path, &request->words, &len, err);
    if (rc == ERR_OK)
        rc = add_words(&request->command, request->words, len, err);
    free(path);
    if (rc != ERR_OK)
        request_free(request);
    else
        *out = request;
    return rc;
}

void request_free(struct request *request)
{
    if (request == NULL)
        return;
    free(request->name);
    free(request->words);
    free(request->in);
    free(request->out);
    free(request);
}
