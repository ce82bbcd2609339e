/* The message that a submission names: a text of the scenario, or a file of fixtures/messages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/open.h"
#include "sim/scenario/raw.h"

#define MESSAGE_MAX ((size_t)16 * 1024 * 1024)
#define FOLDER      "fixtures/messages"

/* In the folder of the scenario, or in one above it, wherever the working directory is; ERR_NOT_FOUND in none. */
static int open_fixture(const char *scenario_file, const char *name, FILE **out, struct err *err)
{
    char *folder = realpath(scenario_file, NULL);
    int rc = ERR_NOT_FOUND;
    if (folder == NULL)
        return rc;
    for (char *slash; rc == ERR_NOT_FOUND && (slash = strrchr(folder, '/')) != NULL;) {
        *slash = '\0';
        char *path = mem_printf("%s/%s/%s", folder, FOLDER, name);
        rc = open_input(path, out, err);
        free(path);
    }
    free(folder);
    return rc;
}

static bool read_fixture(struct scenario *s, const struct raw_submission *raw, struct buf *out)
{
    char part[65536];
    FILE *file;
    struct err err;
    bool plain = strchr(raw->message, '/') == NULL;
    int rc = plain ? open_fixture(s->file, raw->message, &file, &err) : ERR_NOT_FOUND;
    if (rc != ERR_OK && rc != ERR_NOT_FOUND) {
        yaml_error(&s->doc, raw->at, "story", "%s", err.text);
        return false;
    }
    if (rc != ERR_OK) {
        yaml_error(&s->doc, raw->at, "story",
                   "there is no file `%s` in %s of the scenario's folder or of a folder above it; to write the message "
                   "here, put its lines under `message: |`",
                   raw->message, FOLDER);
        return false;
    }
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
        (void)buf_add(out, part, n);
    (void)fclose(file);
    return true;
}

/* Every line ends with CR LF, also the last one. */
static bool add_lines(struct buf *out, struct slice text)
{
    while (text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        if (!buf_add_slice(out, line) || !buf_add_cstr(out, "\r\n"))
            return false;
    }
    return true;
}

/* "Name: …" in the first line (RFC 5322 §2.2). */
static bool begins_with_field(struct slice message)
{
    size_t colon = slice_find(message, ':');
    for (size_t i = 0; i < colon && i < message.len; i++)
        if (message.ptr[i] <= ' ' || message.ptr[i] > '~')
            return false;
    return colon > 0 && colon < message.len;
}

bool build_message(struct scenario *s, const struct raw_submission *raw, struct slice *out)
{
    struct buf text, lines;
    buf_init(&text, MESSAGE_MAX);
    buf_init(&lines, 2 * MESSAGE_MAX);
    bool inlined = strchr(raw->message, '\n') != NULL;
    bool good = inlined ? buf_add_cstr(&text, raw->message) : read_fixture(s, raw, &text);
    if (good && (text.overflow || !add_lines(&lines, buf_slice(&text)))) {
        yaml_error(&s->doc, raw->at, "story", "the message of `%s` is larger than 16 MiB", raw->submit);
        good = false;
    }
    if (good && begins_with_field(buf_slice(&lines)) == raw->manner.without_header) {
        yaml_error(&s->doc, raw->at, "story",
                   raw->manner.without_header
                       ? "the message of `%s` begins with a header field, but has without_header: true"
                       : "the message of `%s` does not begin with a header field such as `Subject: x`; if that is "
                         "intended, add without_header: true",
                   raw->submit);
        good = false;
    }
    if (good) {
        char *octets = arena_alloc(s->doc.arena, lines.len + 1);
        memcpy(octets, lines.data, lines.len);
        *out = slice_make(octets, lines.len);
    }
    buf_fini(&text);
    buf_fini(&lines);
    return good;
}
