/*
 * The tables of lib/text/yaml.h in print: a JSON Schema (draft 2020-12), with which an editor completes keys, and a
 * reference page in Markdown. Both are made of the rows that decode a file, so that neither can say anything else.
 *
 * Limits: 1 MiB of output; types may nest YAML_DEPTH_MAX deep, and must not hold themselves.
 */
#ifndef RL_TEXT_SCHEMA_H
#define RL_TEXT_SCHEMA_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/text/json.h"
#include "lib/text/yaml.h"

struct schema {
    const char *name;             /* "scenario": what the file is */
    const char *title;            /* one sentence */
    const struct yaml_type *type; /* of the root */
    bool variables;               /* a number or a word may be a text with ${NAME} */
};

/* The names of the forms, separated by `|`, for a usage line; schema_print takes one of them. */
#define SCHEMA_FORMS "json|markdown"

struct json *schema_json(const struct schema *schema); /* the caller's */
void schema_markdown(const struct schema *schema, struct buf *out);

/* Prints the schema in a form of SCHEMA_FORMS; false, and nothing is printed, when there is no such form. */
bool schema_print(const struct schema *schema, const char *form, FILE *out);

#endif
