#include "harness/target/target.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/shipped/shipped.h"
#include "harness/target/given.h"
#include "harness/target/template.h"
#include "lib/base/mem.h"
#include "lib/io/file.h"
#include "sim/scenario/capability.h"

/* ---- the schema ---- */

#define END                                                                                                            \
    {                                                                                                                  \
        NULL, NULL, 0, false, NULL, NULL, 0                                                                            \
    }

static const struct yaml_type version_type = {
    .kind = YAML_INT, .name = "version 1", .size = sizeof(int64_t), .min = 1, .max = 1};

#define NAME_MAX_OCTETS 64
#define NAME_FIRST      "abcdefghijklmnopqrstuvwxyz0123456789"

/* It is part of paths: folders of that name are made and removed. */
static bool decode_name(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    const char *name = node->kind == YAML_NODE_SCALAR ? node->text : "";
    if (strspn(name, NAME_FIRST) > 0 && name[strspn(name, NAME_FIRST "._-")] == '\0' &&
        strlen(name) <= NAME_MAX_OCTETS) {
        *(const char **)out = name;
        return true;
    }
    yaml_error(ctx->doc, node->at, ctx->path,
               "`%.80s` is not a valid target name: use at most %d of a-z, 0-9, `.`, `_` and `-`, beginning with a "
               "letter or digit",
               name, NAME_MAX_OCTETS);
    return false;
}

static const struct yaml_type name_type = {
    .kind = YAML_CUSTOM, .name = "a name", .size = sizeof(const char *), .decode = decode_name};
static const struct yaml_type port_type = {
    .kind = YAML_INT, .name = "a port number", .size = sizeof(int64_t), .min = 1, .max = 65535};
static const struct yaml_choice clocks[] = {
    {"lockstep", TARGET_LOCKSTEP, "one process runs at a time; traces are identical, byte for byte"},
    {"tolerant", TARGET_TOLERANT, "any number of processes and threads; times are just as exact"},
    {NULL, 0, NULL}};
static const struct yaml_type clock_type = {
    .kind = YAML_ENUM, .name = "a clock (lockstep or tolerant)", .size = sizeof(int), .choices = clocks};
static const struct yaml_type files_type = {
    .kind = YAML_MAP, .name = "a map of templates to destinations", .size = sizeof(struct yaml_map), .item = &yaml_str};

static const struct yaml_choice waits[] = {
    {"list", TARGET_WAITS_LIST, "any waits can be configured"},
    {"doubling", TARGET_WAITS_DOUBLING, "the target doubles its waits, from first up to then"},
    {"age", TARGET_WAITS_AGE, "the target waits as long as the message is old, at least first and at most then"},
    {NULL, 0, NULL}};
static const struct yaml_type waits_type = {
    .kind = YAML_ENUM, .name = "one of list, doubling, age", .size = sizeof(int), .choices = waits};

#define LEVEL(key, level, help)                                                                                        \
    {                                                                                                                  \
        key, &yaml_str, (level) * sizeof(const char *), false, NULL, help, 0                                           \
    }
static const struct yaml_field level_fields[] = {
    LEVEL("none", GIVEN_TLS_NONE, "always unencrypted"),
    LEVEL("may", GIVEN_TLS_MAY, "TLS when offered; otherwise unencrypted"),
    LEVEL("encrypt", GIVEN_TLS_ENCRYPT, "never unencrypted"),
    LEVEL("verify", GIVEN_TLS_VERIFY, "never unencrypted, and only to a host with a valid certificate"),
    LEVEL("dane", GIVEN_TLS_DANE, "according to TLSA records"),
    END};
static const struct yaml_type levels_type = {.kind = YAML_STRUCT,
                                             .name = "the target's words for none, may, encrypt, verify, dane",
                                             .size = 0,
                                             .fields = level_fields};

static const struct yaml_field given_fields[] = {
    {"waits", &waits_type, offsetof(struct target, given.waits) - offsetof(struct target, given), false, "list",
     "which waits between attempts can be configured", 0},
    {"tls", &levels_type, offsetof(struct target, given.tls) - offsetof(struct target, given), false, NULL,
     "the target's words for the TLS levels", 0},
    END};
static const struct yaml_type given_type = {
    .kind = YAML_STRUCT, .name = "settings for `given`", .size = 0, .fields = given_fields};

struct raw_target {
    int64_t version;
    struct target target;
};

#define PORT(key)                                                                                                      \
    {                                                                                                                  \
#key, &port_type, offsetof(struct target, ports.key) - offsetof(struct target, ports), false, NULL,            \
            "TCP port", 0                                                                                              \
    }
static const struct yaml_field port_fields[] = {PORT(smtp), PORT(submission), PORT(submissions), END};
static const struct yaml_type ports_type = {.kind = YAML_STRUCT, .name = "ports", .size = 0, .fields = port_fields};

#define FIELD(key, type, member, required, help)                                                                       \
    {                                                                                                                  \
        key, type, offsetof(struct raw_target, member), required, NULL, help, 0                                        \
    }
static const struct yaml_field fetch_fields[] = {
    {"debian", &yaml_str_list, offsetof(struct target, fetch.debian) - offsetof(struct target, fetch), false, NULL,
     "Debian packages", 0},
    {"npm", &yaml_str_list, offsetof(struct target, fetch.npm) - offsetof(struct target, fetch), false, NULL,
     "packages of the npm registry, NAME@VERSION", 0},
    END};
static const struct yaml_type fetch_type = {.kind = YAML_STRUCT, .name = "packages", .size = 0, .fields = fetch_fields};
static const struct yaml_field account_fields[] = {
    {"users", &yaml_str_list, offsetof(struct target, accounts.users) - offsetof(struct target, accounts), false, NULL,
     "users, each with a group of the same name", 0},
    {"groups", &yaml_str_list, offsetof(struct target, accounts.groups) - offsetof(struct target, accounts), false,
     NULL, "additional groups", 0},
    END};
static const struct yaml_type accounts_type = {
    .kind = YAML_STRUCT, .name = "accounts", .size = 0, .fields = account_fields};
static const struct yaml_field line_fields[] = {
    {"message", &yaml_str, offsetof(struct target, queue_lines.message) - offsetof(struct target, queue_lines), true,
     NULL, "regular expression for a line that begins a message; the last (…) is its sender", 0},
    {"recipient", &yaml_str, offsetof(struct target, queue_lines.recipient) - offsetof(struct target, queue_lines),
     true, NULL, "regular expression for a recipient; the last (…) is the address", 0},
    END};
static const struct yaml_type lines_type = {
    .kind = YAML_STRUCT, .name = "patterns for a queue listing", .size = 0, .fields = line_fields};

static const struct yaml_field path_fields[] = {
    {"read", &yaml_str_list, offsetof(struct target, paths.read) - offsetof(struct target, paths), false, NULL,
     "folders and files of this machine that the target may read", 0},
    {"write", &yaml_str_list, offsetof(struct target, paths.write) - offsetof(struct target, paths), false, NULL,
     "folders and files of this machine that the target may write", 0},
    END};
static const struct yaml_type paths_type = {
    .kind = YAML_STRUCT, .name = "paths of this machine", .size = 0, .fields = path_fields};

static const struct yaml_field target_fields[] = {
    FIELD("target", &version_type, version, true, "version of this format: 1"),
    FIELD("name", &name_type, target.name, true, "the target's name in reports"),
    FIELD("about", &yaml_str, target.about, false, "description in one line"),
    FIELD("clock", &clock_type, target.clock, true, "how virtual time is applied: lockstep or tolerant"),
    FIELD("fetch", &fetch_type, target.fetch, false, "packages that contain the target"),
    FIELD("accounts", &accounts_type, target.accounts, false, "users and groups that the target needs"),
    FIELD("root", &yaml_bool, target.needs_root, false, "whether the target must be started by root"),
    FIELD("paths", &paths_type, target.paths, false, "files of this machine that the target can use: read, write"),
    FIELD("ports", &ports_type, target.ports, true, "ports that the target listens on: smtp, submission, submissions"),
    FIELD("capabilities", &capability_list, target.capabilities, false, "features that scenarios may require"),
    FIELD("given", &given_type, target.given, false,
          "settings of the scenario's `given` that templates cannot express"),
    FIELD("files", &files_type, target.files, false, "templates, and the files that they become"),
    FIELD("start", &yaml_str_list, target.start, true, "command that runs the target in the foreground"),
    FIELD("submit", &yaml_str_list, target.submit, false, "command that accepts a message, as sendmail does"),
    FIELD("queue", &yaml_str_list, target.queue, false, "command that lists the queue as JSON"),
    FIELD("queue_lines", &lines_type, target.queue_lines, false, "how to parse a queue listing that is not JSON"),
    FIELD("flush", &yaml_str_list, target.flush, false, "command that makes the target try all waiting messages now"),
    FIELD("reload", &yaml_str_list, target.reload, false, "command or signal that makes the target reload its files"),
    END};
static const struct yaml_type target_type = {
    .kind = YAML_STRUCT, .name = "a target", .size = sizeof(struct raw_target), .fields = target_fields};

const struct schema target_schema = {"an adapter",
                                     "The `target.yaml` of a relay to test. [TARGETS.md](../TARGETS.md) "
                                     "explains it.",
                                     &target_type, false};

/* ---- finding and loading ---- */

static bool has_adapter(const char *folder)
{
    char *path = mem_printf("%s/target.yaml", folder);
    bool found = access(path, R_OK) == 0;
    free(path);
    return found;
}

/* A folder as it is, else the name of an adapter that ships with the programs. NULL = neither; the caller's. */
static char *find_folder(const char *where, const char *bin)
{
    if (has_adapter(where))
        return realpath(where, NULL);
    char *named = mem_printf("%s/target.yaml", where), *adapter = shipped_find(bin, TARGETS, named);
    char *found = adapter != NULL ? realpath(adapter, NULL) : NULL;
    if (found != NULL)
        *strrchr(found, '/') = '\0';
    free(adapter);
    free(named);
    return found;
}

static int not_found(const char *where, const char *bin, struct err *err)
{
    char *places = shipped_places(bin, TARGETS);
    int rc = err_set(err, ERR_NOT_FOUND,
                     "there is no target `%s`: neither a folder with a target.yaml, nor a name in %s", where, places);
    free(places);
    return rc;
}

static const struct {
    const char *name;
    int number;
} signals[] = {{"SIGHUP", SIGHUP}, {"SIGUSR1", SIGUSR1}, {"SIGUSR2", SIGUSR2}};

/* `reload: SIGHUP` */
static void take_reload_signal(struct target *target)
{
    const char *word = target->reload.count == 1 ? ((const char **)target->reload.items)[0] : "";
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (strcmp(word, signals[i].name) == 0)
            target->reload_signal = signals[i].number;
    if (target->reload_signal == 0 && strncmp(word, "SIG", 3) == 0)
        yaml_error(&target->doc, target->doc.root->at, "reload", "`%s` is not one of SIGHUP, SIGUSR1, SIGUSR2", word);
}

int target_read_template(const struct target *target, const char *name, struct buf *text, struct err *err)
{
    char *path = mem_printf("%s/%s", target->folder, name);
    int rc = file_read(path, text, err);
    free(path);
    return rc;
}

static void check_file(struct target *target, const struct yaml_entry *entry)
{
    const char *to = *(const char **)entry->value;
    struct err err = {0};
    struct buf text;
    buf_init(&text, TEMPLATE_MAX);
    if (target_read_template(target, entry->key, &text, &err) != ERR_OK)
        yaml_error(&target->doc, entry->at, "files", "%s", err.text);
    if (strstr(to, "..") != NULL)
        yaml_error(&target->doc, entry->at, "files", "`%s` contains `..`, which is not allowed", to);
    buf_fini(&text);
}

/* A folder of these would hide what the run puts there. */
static const char *const not_given[] = {"/", "/dev", "/etc", "/proc", "/sys", "/tmp", "/usr", "/var"};

static void check_path(struct target *target, const char *key, const char *path)
{
    struct yaml_doc *doc = &target->doc;
    char *whole = path[0] == '/' ? realpath(path, NULL) : NULL;
    if (path[0] != '/' || strstr(path, "/..") != NULL)
        yaml_error(doc, doc->root->at, key, "`%s` is not an absolute path without `..`", path);
    else if (whole == NULL)
        yaml_error(doc, doc->root->at, key, "`%s` does not exist on this machine: %s", path, strerror(errno));
    for (size_t i = 0; i < sizeof not_given / sizeof not_given[0]; i++)
        if (whole != NULL && strcmp(whole, not_given[i]) == 0)
            yaml_error(doc, doc->root->at, key,
                       "each run has its own `%s`; name the files and folders in it that the target needs", path);
    free(whole);
}

static void check_paths(struct target *target)
{
    for (size_t i = 0; i < target->paths.read.count; i++)
        check_path(target, "paths.read", ((const char **)target->paths.read.items)[i]);
    for (size_t i = 0; i < target->paths.write.count; i++)
        check_path(target, "paths.write", ((const char **)target->paths.write.items)[i]);
}

static void check(struct target *target)
{
    struct yaml_doc *doc = &target->doc;
    take_reload_signal(target);
    if (target->ports.submission == 0 && target->ports.smtp == 0 && target->submit.count == 0)
        yaml_error(doc, doc->root->at, "ports",
                   "expected at least one of `submission`, `smtp` and `submit`, through which messages are submitted");
    if (target->start.count == 0)
        yaml_error(doc, doc->root->at, "start", "the command is empty");
    check_paths(target);
    for (size_t i = 0; i < target->files.count; i++)
        check_file(target, &target->files.entries[i]);
}

int target_load(struct target **out, const char *where, const char *bin, struct buf *report, struct err *err)
{
    char *folder = find_folder(where, bin);
    if (folder == NULL)
        return not_found(where, bin, err);
    char *path = mem_printf("%s/target.yaml", folder);
    struct raw_target raw = {0};
    struct target *target = mem_zalloc(sizeof *target);
    struct yaml_doc doc;
    int rc = yaml_open(&doc, path, err);
    if (rc == ERR_OK && yaml_decode(&doc, doc.root, &target_type, "", &raw)) {
        *target = raw.target;
        target->doc = doc;
        target->folder = arena_strdup(doc.arena, folder);
        check(target);
        doc = target->doc;
    }
    target->doc = doc;
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

bool target_is_layered(const struct target *target)
{
    bool absolute = false;
    for (size_t i = 0; i < target->files.count; i++)
        absolute = absolute || (*(const char **)target->files.entries[i].value)[0] == '/';
    return absolute || target->fetch.debian.count > 0;
}

bool target_can(const struct target *target, const char *capability)
{
    const char *denial = capability_denial(capability), *wanted = denial != NULL ? denial : capability;
    bool said = false;
    for (size_t i = 0; i < target->capabilities.count; i++)
        said = said || strcmp(((const char **)target->capabilities.items)[i], wanted) == 0;
    return said == (denial == NULL);
}

static const char *lacks_port(const struct target *target, enum target_port port)
{
    if (port == PORT_SUBMISSION && target->ports.submission == 0)
        return "a port for submission";
    if (port == PORT_SUBMISSIONS && target->ports.submissions == 0)
        return "a port for submissions";
    return port == PORT_SMTP && target->ports.smtp == 0 ? "a port for smtp" : NULL;
}

static const char *lacks_way_in(const struct target *target, int via)
{
    if (via == VIA_SENDMAIL)
        return target->submit.count == 0 ? "`submit` in its adapter" : NULL;
    if (via == PORT_SUBMISSION) /* the usual way in: whichever it has */
        return NULL;
    return lacks_port(target, (enum target_port)via);
}

static const char *lacks_for(const struct target *target, const struct story_event *event)
{
    if (event->kind == STORY_SCRIPT)
        return lacks_port(target, event->script.port);
    if (event->kind != STORY_TARGET)
        return NULL;
    if (event->action == TARGET_RELOAD && target->reload.count == 0)
        return "`reload` in its adapter";
    return event->action == TARGET_FLUSH && target->flush.count == 0 ? "`flush` in its adapter" : NULL;
}

const char *target_lacks(const struct target *target, const struct scenario *scenario)
{
    const char *lacking = NULL;
    for (size_t i = 0; i < scenario->needs.count; i++)
        if (!target_can(target, ((const char **)scenario->needs.items)[i]))
            return ((const char **)scenario->needs.items)[i];
    for (size_t i = 0; i < scenario->story_count && lacking == NULL; i++)
        lacking = lacks_way_in(target, scenario->story[i].manner.via);
    for (size_t i = 0; i < scenario->event_count && lacking == NULL; i++)
        lacking = lacks_for(target, &scenario->events[i]);
    return lacking;
}
