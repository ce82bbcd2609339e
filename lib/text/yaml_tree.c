/* From bytes to a tree of nodes: what of YAML is allowed here, and messages for what is not. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "lib/base/control.h"
#include "lib/base/mem.h"
#include "lib/base/open.h"
#include "lib/text/yaml.h"

#define ARENA_MAX ((size_t)256 * 1024 * 1024) /* YAML_NODES_MAX of the largest structs, twice */

struct builder {
    struct yaml_doc *doc;
    yaml_parser_t parser;
    size_t nodes;
    bool failed;
};

static struct yaml_mark mark_of(yaml_mark_t mark)
{
    return (struct yaml_mark){(unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

/* ---- problems ---- */

__attribute__((format(printf, 5, 0))) static void
add_problem(struct yaml_doc *doc, struct yaml_mark at, const char *path, bool warning, const char *fmt, va_list ap)
{
    char text[ERR_TEXT_MAX];
    if (!warning)
        doc->error_count++;
    if (doc->problem_count == YAML_ERRORS_MAX)
        return;
    (void)vsnprintf(text, sizeof text, fmt, ap);
    if (doc->problems == NULL)
        doc->problems = arena_alloc(doc->arena, sizeof *doc->problems * YAML_ERRORS_MAX);
    const char *sep = path[0] != '\0' ? ": " : "";
    doc->problems[doc->problem_count++] =
        (struct yaml_problem){at, warning, arena_printf(doc->arena, "%s%s%s", path, sep, text)};
}

void yaml_error(struct yaml_doc *doc, struct yaml_mark at, const char *path, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add_problem(doc, at, path, false, fmt, ap);
    va_end(ap);
}

void yaml_warn(struct yaml_doc *doc, struct yaml_mark at, const char *path, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add_problem(doc, at, path, true, fmt, ap);
    va_end(ap);
}

static int by_place(const void *a, const void *b)
{
    const struct yaml_mark *x = &((const struct yaml_problem *)a)->at, *y = &((const struct yaml_problem *)b)->at;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

void yaml_report(const struct yaml_doc *doc, struct buf *out)
{
    if (doc->problem_count > 0)
        qsort(doc->problems, doc->problem_count, sizeof *doc->problems, by_place);
    for (size_t i = 0; i < doc->problem_count; i++) {
        const struct yaml_problem *p = &doc->problems[i];
        (void)buf_printf(out, "%s:%u:%u: %s: %s\n", doc->file, p->at.line, p->at.column,
                         p->warning ? "warning" : "error", p->text);
    }
    size_t kept = 0;
    for (size_t i = 0; i < doc->problem_count; i++)
        kept += !doc->problems[i].warning;
    if (doc->error_count > kept)
        (void)buf_printf(out, "%s: %zu more errors\n", doc->file, doc->error_count - kept);
}

static void *refuse(struct builder *b, struct yaml_mark at, const char *why)
{
    if (!b->failed)
        yaml_error(b->doc, at, "", "%s", why);
    b->failed = true;
    return NULL;
}

/* libyaml's messages are for its authors; the commonest mistakes get our own. */
static void *refuse_syntax(struct builder *b)
{
    const yaml_parser_t *p = &b->parser;
    const char *problem = p->problem != NULL ? p->problem : "it cannot be read";
    yaml_mark_t mark = p->problem_mark;
    if (p->error == YAML_READER_ERROR)
        return refuse(b, (struct yaml_mark){mark.line + 1u, 1}, "this is not UTF-8 text without control characters");
    if (strstr(problem, "mapping values are not allowed") != NULL)
        return refuse(b, mark_of(mark), "a value with `: ` in it must be quoted, or the line is indented too far");
    if (strstr(problem, "cannot start any token") != NULL)
        return refuse(b, mark_of(mark),
                      "this character cannot start a value here; replace a tab by spaces, and quote other characters");
    if (strstr(problem, "did not find expected") != NULL)
        return refuse(b, mark_of(mark), "invalid structure here: a bracket, quote, comma or indentation is wrong");
    return refuse(b, mark_of(mark), problem);
}

/* ---- building ---- */

static bool next_event(struct builder *b, yaml_event_t *event)
{
    if (b->failed)
        return false;
    if (yaml_parser_parse(&b->parser, event) == 1)
        return true;
    (void)refuse_syntax(b);
    return false;
}

static struct yaml_node *new_node(struct builder *b, enum yaml_node_kind kind, struct yaml_mark at)
{
    if (++b->nodes > YAML_NODES_MAX)
        return refuse(b, at, "the file has too many values");
    struct yaml_node *node = arena_alloc(b->doc->arena, sizeof *node);
    node->kind = kind;
    node->at = at;
    return node;
}

static struct yaml_node *build(struct builder *b, const yaml_event_t *event, unsigned depth);

/* "\e" and the like: values are shown on terminals. */
static bool has_control_octets(struct slice text)
{
    for (; text.len > 0; text = slice_from(text, 1))
        if (control_octets(text) > 0 && memchr("\t\r\n", text.ptr[0], 3) == NULL)
            return true;
    return false;
}

static struct yaml_node *build_scalar(struct builder *b, const yaml_event_t *event)
{
    struct yaml_node *node = new_node(b, YAML_NODE_SCALAR, mark_of(event->start_mark));
    const char *text = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;
    if (node == NULL)
        return NULL;
    if (has_control_octets(slice_make(text, len)))
        return refuse(b, node->at, "control characters other than tab and line ends are not allowed in values");
    node->text = arena_slice_dup(b->doc->arena, slice_make(text, len));
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return node;
}

static struct yaml_node *build_list(struct builder *b, const yaml_event_t *start, unsigned depth)
{
    struct yaml_node *node = new_node(b, YAML_NODE_LIST, mark_of(start->start_mark));
    size_t room = 0;
    struct yaml_node **items = NULL;
    yaml_event_t event;
    while (node != NULL && next_event(b, &event)) {
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        struct yaml_node *item = end ? NULL : build(b, &event, depth);
        yaml_event_delete(&event);
        if (end || item == NULL)
            break;
        if (node->count == room)
            items = mem_realloc(items, room = room * 2 + 8, sizeof *items);
        items[node->count++] = item;
    }
    if (node != NULL && node->count > 0) {
        node->items = arena_alloc(b->doc->arena, node->count * sizeof *items);
        memcpy(node->items, items, node->count * sizeof *items);
    }
    free(items);
    return b->failed ? NULL : node;
}

static bool key_is_fine(struct builder *b, const struct yaml_pair *pairs, size_t count, const yaml_event_t *event)
{
    struct yaml_mark at = mark_of(event->start_mark);
    if (event->type != YAML_SCALAR_EVENT)
        return refuse(b, at, "a key must be a plain word") != NULL;
    const char *key = (const char *)event->data.scalar.value;
    if (strcmp(key, "<<") == 0)
        return refuse(b, at, "merge keys (`<<`) are not allowed") != NULL;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(pairs[i].key, key) != 0)
            continue;
        yaml_error(b->doc, at, "", "duplicate key `%s`; line %u already has it", key, pairs[i].key_at.line);
        b->failed = true;
        return false;
    }
    return true;
}

static bool build_pair(struct builder *b, const yaml_event_t *key, struct yaml_pair *out, unsigned depth)
{
    yaml_event_t event;
    const char *text = arena_slice_dup(b->doc->arena, slice_make(key->data.scalar.value, key->data.scalar.length));
    struct yaml_mark at = mark_of(key->start_mark);
    if (!next_event(b, &event))
        return false;
    struct yaml_node *value = build(b, &event, depth);
    yaml_event_delete(&event);
    *out = (struct yaml_pair){text, at, value};
    return value != NULL;
}

static struct yaml_node *build_map(struct builder *b, const yaml_event_t *start, unsigned depth)
{
    struct yaml_node *node = new_node(b, YAML_NODE_MAP, mark_of(start->start_mark));
    size_t room = 0;
    struct yaml_pair *pairs = NULL;
    yaml_event_t event;
    while (node != NULL && next_event(b, &event)) {
        bool end = event.type == YAML_MAPPING_END_EVENT;
        if (node->count == room)
            pairs = mem_realloc(pairs, room = room * 2 + 8, sizeof *pairs);
        bool ok =
            !end && key_is_fine(b, pairs, node->count, &event) && build_pair(b, &event, &pairs[node->count], depth);
        yaml_event_delete(&event);
        if (!ok)
            break;
        node->count++;
    }
    if (node != NULL && node->count > 0) {
        node->pairs = arena_alloc(b->doc->arena, node->count * sizeof *pairs);
        memcpy(node->pairs, pairs, node->count * sizeof *pairs);
    }
    free(pairs);
    return b->failed ? NULL : node;
}

static struct yaml_node *build(struct builder *b, const yaml_event_t *event, unsigned depth)
{
    struct yaml_mark at = mark_of(event->start_mark);
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_ALIAS_EVENT)
        return refuse(b, at, "aliases (`*name`) are not allowed; write the value again");
    if (event->type == YAML_SCALAR_EVENT)
        anchor = event->data.scalar.anchor, tag = event->data.scalar.tag;
    else if (event->type == YAML_SEQUENCE_START_EVENT)
        anchor = event->data.sequence_start.anchor, tag = event->data.sequence_start.tag;
    else if (event->type == YAML_MAPPING_START_EVENT)
        anchor = event->data.mapping_start.anchor, tag = event->data.mapping_start.tag;
    if (anchor != NULL || tag != NULL)
        return refuse(b, at, "anchors (`&name`) and tags (`!name`) are not allowed");
    if (depth > YAML_DEPTH_MAX)
        return refuse(b, at, "values are nested too deeply");
    if (event->type == YAML_SCALAR_EVENT)
        return build_scalar(b, event);
    return event->type == YAML_SEQUENCE_START_EVENT ? build_list(b, event, depth + 1) : build_map(b, event, depth + 1);
}

/* STREAM-START DOCUMENT-START node DOCUMENT-END STREAM-END, and nothing else. */
static struct yaml_node *build_document(struct builder *b)
{
    struct yaml_node *root = NULL;
    yaml_event_t event;
    for (bool done = false; !done && next_event(b, &event);) {
        switch (event.type) {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            break;
        case YAML_DOCUMENT_START_EVENT:
            if (root != NULL)
                (void)refuse(b, mark_of(event.start_mark), "a file must contain exactly one document");
            break;
        case YAML_STREAM_END_EVENT:
            done = true;
            break;
        default:
            root = build(b, &event, 0);
        }
        yaml_event_delete(&event);
    }
    if (root == NULL)
        return refuse(b, (struct yaml_mark){1, 1}, "the file is empty");
    return b->failed ? NULL : root;
}

static void begin(struct yaml_doc *doc, const char *name)
{
    *doc = (struct yaml_doc){.arena = arena_new(ARENA_MAX)};
    doc->file = arena_strdup(doc->arena, name);
}

static int build_text(struct yaml_doc *doc, struct slice text, struct err *err)
{
    struct builder b = {.doc = doc};
    if (yaml_parser_initialize(&b.parser) != 1)
        return err_set(err, ERR_SYSTEM, "out of memory");
    yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)text.ptr, text.len);
    doc->root = build_document(&b);
    yaml_parser_delete(&b.parser);
    return doc->root != NULL ? ERR_OK : err_set(err, ERR_INVALID, "%s is not well-formed", doc->file);
}

int yaml_open_text(struct yaml_doc *doc, const char *name, struct slice text, struct err *err)
{
    begin(doc, name);
    if (text.len > YAML_FILE_MAX)
        return err_set(err, ERR_TOO_BIG, "%s: larger than 1 MiB", name);
    return build_text(doc, text, err);
}

int yaml_open(struct yaml_doc *doc, const char *path, struct err *err)
{
    begin(doc, path);
    FILE *file;
    int rc = open_input(path, &file, err);
    if (rc != ERR_OK)
        return rc;
    char *bytes = mem_alloc(YAML_FILE_MAX + 1);
    size_t len = fread(bytes, 1, YAML_FILE_MAX + 1, file);
    if (ferror(file) != 0)
        rc = err_errno(err, "cannot read %s", path);
    else if (len > YAML_FILE_MAX)
        rc = err_set(err, ERR_TOO_BIG, "%s: larger than 1 MiB", path);
    else
        rc = build_text(doc, slice_make(bytes, len), err);
    (void)fclose(file);
    free(bytes);
    return rc;
}

void yaml_close(struct yaml_doc *doc)
{
    arena_free(doc->arena);
    *doc = (struct yaml_doc){0};
}

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    for (size_t i = 0; map != NULL && map->kind == YAML_NODE_MAP && i < map->count; i++)
        if (strcmp(map->pairs[i].key, key) == 0)
            return map->pairs[i].value;
    return NULL;
}
