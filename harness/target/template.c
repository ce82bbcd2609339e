#include "harness/target/template.h"

#include <string.h>

#include "lib/base/mem.h"

/* ${name:format|otherwise} or ${name?} */
struct variable {
    struct slice whole, name, format, otherwise;
    bool has_otherwise, only_asks;
};

/* The next one at or after text; false when there is none. An open ${ has an empty name, which is unknown. */
static bool next_variable(struct slice text, struct variable *out)
{
    const char *open = text.len > 1 ? memmem(text.ptr, text.len, "${", 2) : NULL;
    if (open == NULL)
        return false;
    struct slice inside = slice_from(text, (size_t)(open - text.ptr) + 2);
    size_t end = slice_find(inside, '}');
    *out = (struct variable){.whole = slice_make(open, end + 3)};
    if (end == inside.len) {
        out->whole.len = inside.len + 2;
        return true;
    }
    inside.len = end;
    out->has_otherwise = slice_find(inside, '|') < inside.len;
    struct slice head = slice_cut(&inside, '|');
    out->otherwise = inside;
    out->name = slice_cut(&head, ':');
    out->format = head;
    out->only_asks = out->name.len > 0 && out->name.ptr[out->name.len - 1] == '?';
    out->name.len -= out->only_asks;
    return true;
}

struct line {
    struct slice text;
    template_fn *lookup;
    void *arg;
    struct err *err;
};

static int fail(const struct line *line, const struct variable *v, enum template_answer answer)
{
    if (answer == TEMPLATE_UNKNOWN)
        return err_set(line->err, ERR_INVALID, "${%.*s} is not known", SLICE_ARG(v->name));
    return err_prefix(line->err, "${%.*s}", SLICE_ARG(v->name));
}

/* Whether the line is printed for this item, and whether it names one at all. */
static int ask(const struct line *line, size_t item, bool *stands, bool *repeats)
{
    struct slice rest = line->text;
    struct variable v;
    *stands = true;
    *repeats = false;
    while (next_variable(rest, &v)) {
        enum template_answer answer = line->lookup(line->arg, v.name, v.format, item, NULL, line->err);
        if (answer == TEMPLATE_UNKNOWN || answer == TEMPLATE_CANNOT)
            return fail(line, &v, answer);
        *stands = *stands && (answer != TEMPLATE_ABSENT || v.has_otherwise);
        *repeats = *repeats || answer == TEMPLATE_ITEM;
        rest = slice_from(rest, (size_t)(v.whole.ptr + v.whole.len - rest.ptr));
    }
    return ERR_OK;
}

static int write_line(const struct line *line, size_t item, struct buf *out)
{
    struct slice rest = line->text;
    struct variable v;
    struct buf nothing;
    int rc = ERR_OK;
    buf_init(&nothing, TEMPLATE_MAX);
    while (rc == ERR_OK && next_variable(rest, &v)) {
        (void)buf_add(out, rest.ptr, (size_t)(v.whole.ptr - rest.ptr));
        enum template_answer answer =
            line->lookup(line->arg, v.name, v.format, item, v.only_asks ? &nothing : out, line->err);
        if (answer == TEMPLATE_UNKNOWN || answer == TEMPLATE_CANNOT)
            rc = fail(line, &v, answer);
        else if (answer == TEMPLATE_ABSENT)
            (void)buf_add_slice(out, v.otherwise);
        rest = slice_from(rest, (size_t)(v.whole.ptr + v.whole.len - rest.ptr));
    }
    (void)buf_add_slice(out, rest);
    buf_fini(&nothing);
    return rc;
}

static int expand_line(const struct line *line, struct buf *out)
{
    bool stands, repeats;
    int rc = ask(line, 0, &stands, &repeats);
    for (size_t item = 0; rc == ERR_OK && stands; item++) {
        rc = write_line(line, item, out);
        if (rc != ERR_OK || !repeats)
            break;
        rc = ask(line, item + 1, &stands, &repeats);
        stands = stands && repeats; /* after the last item a default does not make another one */
    }
    return rc;
}

char *template_expand(const char *text, template_fn *lookup, void *arg, struct err *err)
{
    struct slice rest = slice_cstr(text);
    struct buf out;
    int rc = ERR_OK;
    buf_init(&out, TEMPLATE_MAX);
    while (rc == ERR_OK && rest.len > 0) {
        size_t end = slice_find(rest, '\n');
        struct line line = {slice_head(rest, end < rest.len ? end + 1 : end), lookup, arg, err};
        rc = expand_line(&line, &out);
        rest = slice_from(rest, line.text.len);
    }
    if (rc == ERR_OK && out.overflow)
        rc = err_set(err, ERR_TOO_BIG, "the result has more than %d octets", TEMPLATE_MAX);
    char *result = rc == ERR_OK ? mem_strndup(buf_cstr(&out), out.len) : NULL;
    buf_fini(&out);
    return result;
}
