/*
 * YAML decoded by schema tables. A file becomes a tree of nodes (with marks), and a tree becomes C
 * structs as a table of types says. The same tables give errors ("file:line:column: path: what, and
 * the nearest known key"), and can print documentation and a JSON Schema: one source for all.
 *
 * Only a part of YAML is accepted: no aliases, merge keys, tags, multiple documents or duplicate
 * keys; nesting and file size are bounded; a scalar is what the schema's type says, never what it
 * looks like, so that `250` and "250 OK" are both strings where a string is wanted. A plain scalar
 * in a mapping value that holds ": " (which libyaml reports as a bare syntax error) gets its own
 * message: quote it.
 *
 * Life: everything decoded lives in the arena of the document. Texts are NUL-ended.
 * Limits: file 1 MiB, depth 32, 100,000 nodes, 20 errors are kept.
 */
#ifndef RL_TEXT_YAML_H
#define RL_TEXT_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

#define YAML_FILE_MAX   (1024 * 1024)
#define YAML_DEPTH_MAX  32
#define YAML_NODES_MAX  100000
#define YAML_ERRORS_MAX 20

struct yaml_mark {
    unsigned line;   /* 1-based; 0 = nowhere */
    unsigned column; /* 1-based */
};

/* ---- the tree ---- */

enum yaml_node_kind { YAML_NODE_SCALAR, YAML_NODE_LIST, YAML_NODE_MAP };

struct yaml_node {
    enum yaml_node_kind kind;
    struct yaml_mark at;
    const char *text;         /* scalar: its bytes, NUL-ended */
    bool quoted;              /* scalar: it was quoted or a block */
    struct yaml_node **items; /* list */
    struct yaml_pair *pairs;  /* map, in file order */
    size_t count;
};

struct yaml_pair {
    const char *key;
    struct yaml_mark key_at;
    struct yaml_node *value;
};

/* A loaded file and what was found wrong with it. Errors and warnings come in file order once
 * sorted by yaml_report. */
struct yaml_doc {
    const char *file; /* as it appears in messages */
    struct arena *arena;
    struct yaml_node *root;
    struct yaml_problem *problems;
    size_t problem_count; /* kept, at most YAML_ERRORS_MAX */
    size_t error_count;   /* all errors, warnings not counted */
};

struct yaml_problem {
    struct yaml_mark at;
    bool warning;
    const char *text; /* "world.hosts.mx1: unknown key `adr`; did you mean `addr`?" */
};

/* Reads a file or a text. Syntax errors are problems of the document too (root is then NULL and the
 * code ERR_INVALID); ERR_SYSTEM when the file cannot be read (text in err). doc must be ended by
 * yaml_close always. */
int yaml_open(struct yaml_doc *doc, const char *path, struct err *err);
int yaml_open_text(struct yaml_doc *doc, const char *name, struct slice text, struct err *err);
void yaml_close(struct yaml_doc *doc); /* frees the arena and all that was decoded */

/* Adds a problem (also for checks made after decoding, such as a linter's). path may be "". */
void yaml_error(struct yaml_doc *doc, struct yaml_mark at, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void yaml_warn(struct yaml_doc *doc, struct yaml_mark at, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* All problems as lines "file:line:column: error: path: text\n", sorted by place. */
void yaml_report(const struct yaml_doc *doc, struct buf *out);

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key); /* NULL when absent */

/* ---- the schema ---- */

enum yaml_kind {
    YAML_STR,      /* const char *          any scalar */
    YAML_BOOL,     /* bool                  true false yes no */
    YAML_INT,      /* int64_t               decimal, within min..max */
    YAML_DURATION, /* int64_t ns            5m 1h30m; a bare number is "missing unit" */
    YAML_SIZE,     /* uint64_t bytes        2MiB */
    YAML_ENUM,     /* int                   one of choices */
    YAML_STRUCT,   /* the struct itself     a mapping with the keys of fields */
    YAML_PTR,      /* item *                as item, allocated; NULL when absent */
    YAML_LIST,     /* struct yaml_list      of items of item->size; with one_or_many a single item will
                      do */
    YAML_MAP,      /* struct yaml_map       free keys (host names, zone names), values of item */
    YAML_ANY,      /* const struct yaml_node *   left undecoded */
    YAML_CUSTOM,   /* size bytes            decode() does it */
};

struct yaml_list {
    void *items; /* array of count elements */
    size_t count;
};

struct yaml_map {
    struct yaml_entry *entries; /* in file order */
    size_t count;
};

struct yaml_entry {
    const char *key;
    struct yaml_mark at;
    void *value; /* to one item */
};

struct yaml_choice {
    const char *name;
    int value;
    const char *help;
};

struct yaml_ctx {
    struct yaml_doc *doc;
    const char *path; /* of the node being decoded: "world.hosts.mx1.rules[0]" */
};

struct yaml_field {
    const char *name;
    const struct yaml_type *type;
    size_t offset; /* of the member */
    bool required;
    const char *fallback; /* default, as YAML text of a scalar ("5m"); NULL = zeroed, or its members' defaults */
    const char *help;     /* one sentence, for the reference page */
    size_t seen_offset;   /* of a bool that says whether the key was present; 0 = not needed */
};

struct yaml_type {
    enum yaml_kind kind;
    const char *name; /* what is expected, for messages: "a duration such as 5m", "a rule"; PTR: its item's counts */
    size_t size;      /* bytes of one decoded value */
    const struct yaml_field *fields;   /* STRUCT, ended by a field whose name is NULL */
    bool marked;                       /* STRUCT: its first member is a struct yaml_mark, filled in */
    const struct yaml_type *item;      /* PTR LIST MAP */
    bool one_or_many;                  /* LIST */
    size_t count_max;                  /* LIST MAP; 0 = 10,000 */
    const struct yaml_choice *choices; /* ENUM, ended by name NULL */
    int64_t min, max;                  /* INT and DURATION (ns); both 0 = any */
    /* CUSTOM: fills *out (size bytes, zeroed before). Reports with yaml_error and returns false
     * when wrong. */
    bool (*decode)(struct yaml_ctx *ctx, const struct yaml_node *node, void *out);
    /* For lib/text/schema.h alone: what decode() takes, ended by NULL; NULL = any scalar. A STRUCT among them may have
     * further keys (`also`), which are documented elsewhere. */
    const struct yaml_type *const *forms; /* CUSTOM */
    const struct yaml_field *also;        /* STRUCT, ended by a field whose name is NULL */
};

/* Ready-made leaf types. */
extern const struct yaml_type yaml_str, yaml_bool, yaml_int, yaml_size, yaml_any;
extern const struct yaml_type yaml_str_list; /* list of const char *; one or many */

/* Decodes node into *out as type says. All problems are collected, not only the first; returns
 * false when any error was added. `path` is "" for the root. Unknown keys are errors, with the
 * nearest known key. */
bool yaml_decode(struct yaml_doc *doc, const struct yaml_node *node, const struct yaml_type *type, const char *path,
                 void *out);

/* For custom decoders: decode a part of a node at path ctx->path + sub. */
bool yaml_decode_sub(struct yaml_ctx *ctx, const struct yaml_node *node, const struct yaml_type *type, const char *sub,
                     void *out);

#endif
