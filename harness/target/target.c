#include "harness/target/target.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/base/nearest.h"
#include "sim/scenario/model.h"

#define TEMPLATE_MAX (1024 * 1024)

/* ---- the schema ---- */

#define END                                                                                                            \
    {                                                                                                                  \
        NULL, NULL, 0, false, NULL, NULL, 0                                                                            \
    }

static const struct yaml_type version_type = {
    .kind = YAML_INT, .name = "the version 1", .size = sizeof(int64_t), .min = 1, .max = 1};
static const struct yaml_type port_type = {
    .kind = YAML_INT, .name = "a port number", .size = sizeof(int64_t), .min = 1, .max = 65535};
static const struct yaml_choice clocks[] = {{"lockstep", 1, "one process runs at a time; exact and repeatable"},
                                            {NULL, 0, NULL}};
static const struct yaml_type clock_type = {
    .kind = YAML_ENUM, .name = "a clock (lockstep)", .size = sizeof(int), .choices = clocks};
static const struct yaml_type files_type = {
    .kind = YAML_MAP, .name = "templates and where they go", .size = sizeof(struct yaml_map), .item = &yaml_str};

struct raw_target {
    int64_t version;
    int clock;
    struct target target;
};

#define PORT(key)                                                                                                      \
    {                                                                                                                  \
#key, &port_type, offsetof(struct target, ports.key) - offsetof(struct target, ports), false, NULL,            \
            "TCP port", 0                                                                                              \
    }
static const struct yaml_field port_fields[] = {PORT(smtp), PORT(submission), END};
static const struct yaml_type ports_type = {.kind = YAML_STRUCT, .name = "ports", .size = 0, .fields = port_fields};

#define FIELD(key, type, member, required, help)                                                                       \
    {                                                                                                                  \
        key, type, offsetof(struct raw_target, member), required, NULL, help, 0                                        \
    }
static const struct yaml_field target_fields[] = {
    FIELD("target", &version_type, version, true, "the version of this format: 1"),
    FIELD("name", &yaml_str, target.name, true, "the target's name"),
    FIELD("about", &yaml_str, target.about, false, "one line"),
    FIELD("clock", &clock_type, clock, true, "how its time is virtual: lockstep"),
    FIELD("ports", &ports_type, target.ports, true, "where it listens: smtp, submission"),
    FIELD("capabilities", &yaml_str_list, target.capabilities, false, "what it can do"),
    FIELD("files", &files_type, target.files, false, "templates, and their names in the run's folder"),
    FIELD("start", &yaml_str_list, target.start, true, "the command that runs it in the foreground"),
    FIELD("queue", &yaml_str_list, target.queue, false, "the command that lists its queue as JSON"),
    END};
static const struct yaml_type target_type = {
    .kind = YAML_STRUCT, .name = "a target", .size = sizeof(struct raw_target), .fields = target_fields};

/* ---- finding and loading ---- */

static bool has_adapter(const char *folder)
{
    char *path = mem_printf("%s/target.yaml", folder);
    bool found = access(path, R_OK) == 0;
    free(path);
    return found;
}

static char *find_folder(const char *where, const char *bin)
{
    char *tries[] = {mem_strdup(where), mem_printf("fixtures/targets/%s", where),
                     mem_printf("%s/../../fixtures/targets/%s", bin, where),
                     mem_printf("%s/../share/relaylab/targets/%s", bin, where)};
    char *found = NULL;
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        if (found == NULL && has_adapter(tries[i]))
            found = realpath(tries[i], NULL);
        free(tries[i]);
    }
    return found;
}

static void check(struct target *target)
{
    struct yaml_doc *doc = &target->doc;
    if (target->ports.submission == 0)
        yaml_error(doc, doc->root->at, "ports", "`submission` is missing: messages come in through it");
    if (target->start.count == 0)
        yaml_error(doc, doc->root->at, "start", "the command is empty");
}

int target_load(struct target **out, const char *where, const char *bin, struct buf *report, struct err *err)
{
    char *folder = find_folder(where, bin);
    if (folder == NULL)
        return err_set(err, ERR_NOT_FOUND,
                       "no target `%s`: neither a folder with a target.yaml nor a name in fixtures/targets", where);
    char *path = mem_printf("%s/target.yaml", folder);
    struct raw_target raw = {0};
    struct target *target = mem_zalloc(sizeof *target);
    struct yaml_doc doc;
    int rc = yaml_open(&doc, path, err);
    if (rc == ERR_OK && yaml_decode(&doc, doc.root, &target_type, "", &raw)) {
        *target = raw.target;
        target->doc = doc;
        check(target);
        doc = target->doc;
    }
    target->doc = doc;
    target->folder = arena_strdup(doc.arena, folder);
    free(folder);
    free(path);
    yaml_report(&target->doc, report);
    if (rc == ERR_OK && target->doc.error_count > 0)
        rc = err_set(err, ERR_INVALID, "the adapter of `%s` has errors", where);
    if (rc != ERR_OK) {
        target_free(target);
        return rc;
    }
    *out = target;
    return ERR_OK;
}

void target_free(struct target *target)
{
    if (target == NULL)
        return;
    yaml_close(&target->doc);
    free(target);
}

bool target_can(const struct target *target, const char *capability)
{
    for (size_t i = 0; i < target->capabilities.count; i++)
        if (strcmp(((const char **)target->capabilities.items)[i], capability) == 0)
            return true;
    return false;
}

/* ---- templates ---- */

static char *value_of(const struct target *target, const struct target_values *v, struct slice name)
{
    const struct {
        const char *name;
        const char *value, *tail;
    } table[] = {{"dir", v->dir, ""},
                 {"adapter", target->folder, ""},
                 {"bin", v->bin, ""},
                 {"target.name", WORLD_TARGET_NAME, ""},
                 {"target.addr", WORLD_TARGET_ADDR, ""},
                 {"dns.addr", WORLD_DNS_ADDR, ""},
                 {"dns.port", "53", ""},
                 {"ca", v->pki, "/ca.pem"},
                 {"cert", v->pki, "/target.crt"},
                 {"key", v->pki, "/target.key"},
                 {"client.network", WORLD_CLIENT_ADDR, "/32"}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (slice_eq_cstr(name, table[i].name))
            return mem_printf("%s%s", table[i].value, table[i].tail);
    return NULL;
}

char *target_expand(const struct target *target, const struct target_values *values, const char *text, struct err *err)
{
    struct buf out;
    const char *open;
    buf_init(&out, TEMPLATE_MAX);
    while ((open = strstr(text, "${")) != NULL) {
        const char *close = strchr(open, '}');
        struct slice name = close != NULL ? slice_make(open + 2, (size_t)(close - open - 2)) : slice_cstr(open + 2);
        char *value = close != NULL ? value_of(target, values, name) : NULL;
        if (value == NULL) {
            (void)err_set(err, ERR_INVALID, "the adapter of `%s` uses ${%.*s}, which is not known", target->name,
                          SLICE_ARG(name));
            buf_fini(&out);
            return NULL;
        }
        (void)buf_add(&out, text, (size_t)(open - text));
        (void)buf_add_cstr(&out, value);
        free(value);
        text = close + 1;
    }
    (void)buf_add_cstr(&out, text);
    char *result = mem_strndup(out.data, out.len);
    if (out.overflow)
        (void)err_set(err, ERR_TOO_BIG, "a template of `%s` is too long", target->name);
    bool good = !out.overflow;
    buf_fini(&out);
    if (good)
        return result;
    free(result);
    return NULL;
}

static int read_text(const char *path, char **out, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return err_errno(err, "cannot read %s", path);
    char *text = mem_alloc(TEMPLATE_MAX + 1);
    size_t len = fread(text, 1, TEMPLATE_MAX, file);
    (void)fclose(file);
    text[len] = '\0';
    *out = text;
    return ERR_OK;
}

static int write_text(const char *path, const char *text, struct err *err)
{
    FILE *file = fopen(path, "we");
    bool good = file != NULL && fputs(text, file) >= 0;
    if (file != NULL && fclose(file) != 0)
        good = false;
    return good ? ERR_OK : err_errno(err, "cannot write %s", path);
}

static int write_file(const struct target *target, const struct target_values *values, const struct yaml_entry *entry,
                      struct err *err)
{
    const char *name = *(const char **)entry->value;
    if (name[0] == '/' || strstr(name, "..") != NULL)
        return err_set(err, ERR_INVALID, "the adapter of `%s` writes to %s; only names below its folder are allowed",
                       target->name, name);
    char *from = mem_printf("%s/%s", target->folder, entry->key), *to = mem_printf("%s/%s", values->dir, name);
    char *template = NULL;
    int rc = read_text(from, &template, err);
    char *text = rc == ERR_OK ? target_expand(target, values, template, err) : NULL;
    if (rc == ERR_OK)
        rc = text != NULL ? write_text(to, text, err) : ERR_INVALID;
    free(template);
    free(text);
    free(from);
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
