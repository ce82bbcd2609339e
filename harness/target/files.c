/* What one run fills into an adapter's templates, the files that it writes, and whether templates cover all settings.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/run/folder.h"
#include "harness/target/given.h"
#include "harness/target/target.h"
#include "harness/target/template.h"
#include "lib/base/mem.h"

/* ---- templates ---- */

struct source {
    const struct target *target;
    const struct target_values *values;
};

static enum template_answer look_up(void *arg, struct slice name, struct slice format, size_t item, struct buf *out,
                                    struct err *err)
{
    const struct source *source = arg;
    const struct target_values *v = source->values;
    const struct {
        const char *name;
        const char *value, *tail;
    } table[] = {{"dir", v->dir, ""},
                 {"adapter", source->target->folder, ""},
                 {"bin", v->bin, ""},
                 {"root", v->root != NULL ? v->root : "", ""},
                 {"target.name", WORLD_TARGET_NAME, ""},
                 {"target.addr", WORLD_TARGET_ADDR, ""},
                 {"dns.addr", WORLD_DNS_ADDR, ""},
                 {"dns.port", "53", ""},
                 {"ca", v->pki, "/ca.pem"},
                 {"cert", v->pki, "/target.crt"},
                 {"key", v->pki, "/target.key"},
                 {"client.network", WORLD_CLIENT_ADDR, "/32"}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (!slice_eq_cstr(name, table[i].name))
            continue;
        if (out != NULL)
            (void)buf_printf(out, "%s%s", table[i].value, table[i].tail);
        return TEMPLATE_VALUE;
    }
    if (v->in_submit && (slice_eq_cstr(name, "from") || slice_eq_cstr(name, "rcpt"))) {
        if (out != NULL)
            (void)buf_printf(out, "${%.*s}", SLICE_ARG(name));
        return TEMPLATE_VALUE;
    }
    return given_look_up(source->target, v, name, format, item, out, err);
}

char *target_expand(const struct target *target, const struct target_values *values, const char *text, struct err *err)
{
    struct source source = {target, values};
    char *result = template_expand(text, look_up, &source, err);
    if (result == NULL && err->code != GIVEN_CANNOT)
        (void)err_prefix(err, "the adapter of `%s`", target->name);
    return result;
}

static int write_text(const char *path, const char *text, struct err *err)
{
    FILE *file = fopen(path, "we");
    bool good = file != NULL && fputs(text, file) >= 0;
    if (file != NULL && fclose(file) != 0)
        good = false;
    return good ? ERR_OK : err_errno(err, "cannot write %s", path);
}

static int make_folder_of(const char *path, struct err *err)
{
    char *folder = mem_strndup(path, (size_t)(strrchr(path, '/') - path));
    int rc = folder_make_at(folder, err);
    free(folder);
    return rc;
}

/* The template of one file, filled in; the caller's. */
static int expand_file(const struct target *target, const struct target_values *values, const char *name, char **out,
                       struct err *err)
{
    struct buf text;
    buf_init(&text, TEMPLATE_MAX);
    int rc = target_read_template(target, name, &text, err);
    *out = rc == ERR_OK ? target_expand(target, values, buf_cstr(&text), err) : NULL;
    if (rc == ERR_OK && *out == NULL)
        rc = err->code != GIVEN_CANNOT ? err_prefix(err, "%s/%s", target->folder, name) : GIVEN_CANNOT;
    buf_fini(&text);
    return rc;
}

static int write_file(const struct target *target, const struct target_values *values, const struct yaml_entry *entry,
                      struct err *err)
{
    const char *name = *(const char **)entry->value;
    char *to = name[0] == '/' ? mem_printf("%s%s", values->given, name) : mem_printf("%s/%s", values->dir, name);
    char *text = NULL;
    int rc = expand_file(target, values, entry->key, &text, err);
    if (rc == ERR_OK)
        rc = make_folder_of(to, err);
    if (rc == ERR_OK)
        rc = write_text(to, text, err);
    free(text);
    free(to);
    return rc;
}

int target_write_files(const struct target *target, const struct target_values *values, struct err *err)
{
    for (size_t i = 0; i < target->files.count; i++) {
        int rc = write_file(target, values, &target->files.entries[i], err);
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

/* ---- what can be configured ---- */

static int tell_words(const struct target *target, const struct target_values *values, const struct yaml_list *words,
                      struct err *err)
{
    int rc = ERR_OK;
    for (size_t i = 0; i < words->count && rc == ERR_OK; i++) {
        char *word = target_expand(target, values, ((const char **)words->items)[i], err);
        rc = word != NULL ? ERR_OK : (int)err->code;
        free(word);
    }
    return rc;
}

/* Fills in everything, as a run would, and throws it away. */
static int tell_all(const struct target *target, const struct target_values *values, struct err *err)
{
    const struct yaml_list *const commands[] = {&target->start, &target->queue, &target->flush, &target->reload};
    struct target_values with_envelope = *values;
    with_envelope.in_submit = true;
    int rc = tell_words(target, &with_envelope, &target->submit, err);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0] && rc == ERR_OK; i++)
        rc = tell_words(target, values, commands[i], err);
    for (size_t i = 0; i < target->files.count && rc == ERR_OK; i++) {
        char *text = NULL;
        rc = expand_file(target, values, target->files.entries[i].key, &text, err);
        free(text);
    }
    return rc;
}

int target_missing_settings(const struct target *target, const struct scenario *scenario, uint64_t seed,
                            struct buf *reason, struct err *err)
{
    unsigned configured = 0;
    struct target_values values = {
        .dir = "", .bin = "", .pki = "", .scenario = scenario, .seed = seed, .configured = &configured};
    int rc = tell_all(target, &values, err);
    if (rc == ERR_OK)
        given_missing_settings(target, &scenario->given, configured, reason);
    else if (rc == GIVEN_CANNOT)
        (void)buf_add_cstr(reason, err->text);
    return rc == GIVEN_CANNOT ? ERR_OK : rc;
}
