#include "harness/suite/heading.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "lib/base/version.h"

#define COMMAND_MAX 4096 /* what is longer is cut, with a mark */

/* ---- the command ---- */

static bool is_plain(const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
    return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

static void add_word(struct buf *out, const char *word)
{
    if (is_plain(word)) {
        (void)buf_printf(out, " %s", word);
        return;
    }
    (void)buf_add_cstr(out, " '");
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            (void)buf_add_cstr(out, "'\\''");
        else
            (void)buf_add_char(out, *word);
    }
    (void)buf_add_char(out, '\'');
}

/* How many words an option that says nothing about the runs has; 0 for other words. */
static int words_left_out(const char *word)
{
    static const char *const options[] = {"--report", "--shard"};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        size_t len = strlen(options[i]);
        if (strncmp(word, options[i], len) == 0 && (word[len] == '\0' || word[len] == '='))
            return word[len] == '=' ? 1 : 2;
    }
    return 0;
}

char *heading_command(const char *verb, int argc, char *const *argv)
{
    struct buf out;
    buf_init(&out, COMMAND_MAX);
    (void)buf_printf(&out, "relaylab %s", verb);
    for (int i = 0, skipped; i<argc; i += skipped> 0 ? skipped : 1) {
        skipped = words_left_out(argv[i]);
        if (skipped == 0)
            add_word(&out, argv[i]);
    }
    char *command = mem_printf("%s%s", buf_cstr(&out), out.overflow ? " …" : "");
    buf_fini(&out);
    return command;
}

/* ---- the whole ---- */

static void set(struct json *json, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0')
        json_set_str(json, key, text);
}

struct json *heading_json(const struct heading *heading)
{
    char began[64];
    struct tm parts;
    struct json *json = json_new_object();
    set(json, "relaylab", RELAYLAB_VERSION);
    set(json, "commit", heading_commit);
    set(json, "target_version", heading->version);
    set(json, "command", heading->command);
    set(json, "baseline", heading->baseline);
    if (gmtime_r(&heading->began, &parts) != NULL && strftime(began, sizeof began, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0)
        set(json, "began", began);
    return json;
}

void heading_add_version(struct json *record, const char *version)
{
    const struct json *heading = json_get(record, "suite");
    if (json_get(heading, "target_version") != NULL)
        return;
    struct json *new = heading != NULL ? json_dup(heading) : json_new_object();
    json_set_str(new, "target_version", version);
    json_set(record, "suite", new);
}
