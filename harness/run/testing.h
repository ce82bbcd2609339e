/* For tests: lists of words, and the files of a folder, as texts. */
#ifndef RL_HARNESS_RUN_TESTING_H
#define RL_HARNESS_RUN_TESTING_H

#include "lib/testing/suite.h"
#include <stdint.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/io/file.h"
#include "lib/text/yaml.h"

/* A list of words, as target.yaml has it. */
#define WORDS(...)                                                                                                     \
    ((struct yaml_list){(void *)(uintptr_t)(const char *const[]){__VA_ARGS__},                                         \
                        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)})

/* The text of FOLDER/NAME; the caller frees. */
static inline char *text_of(const char *folder, const char *name)
{
    struct buf text;
    struct err err = {0};
    char *path = mem_printf("%s/%s", folder, name);
    buf_init(&text, 1024 * 1024);
    ck_assert_msg(file_read(path, &text, &err) == ERR_OK, "%s", err.text);
    char *copy = mem_strdup(buf_cstr(&text));
    buf_fini(&text);
    free(path);
    return copy;
}

#endif
