#include "harness/suite/baseline_edit.h"

#include <stdlib.h>
#include <string.h>

#include "lib/io/file.h"
#include "lib/base/mem.h"

#define TEXT_MAX ((size_t)2 * YAML_FILE_MAX)

/* ---- what may not be ---- */

/* Of a run that could not be played, nothing says that its musts hold. */
static bool breaks_must(const struct difference *d)
{
    return (d->is == RESULT_FAIL && strcmp(d->level, "should") != 0) || d->is == RESULT_TROUBLE ||
           d->is == RESULT_UNSTABLE;
}

static int may_enter(const struct baseline_edit *edit, struct err *err)
{
    for (size_t i = 0; i < edit->differences->count; i++) {
        const struct difference *d = &edit->differences->list[i];
        if ((d->kind == DIFFERENCE_NEW || d->kind == DIFFERENCE_CHANGED) && breaks_must(d) && !edit->accept_must)
            return err_set(err, ERR_INVALID, "%s is a `must` and is %s: fix it, or pass --accept-must", d->key,
                           result_name(d->is));
        if (d->kind == DIFFERENCE_NEW && edit->reason == NULL)
            return err_set(err, ERR_INVALID, "%s is new (%s): give a reason with --reason TEXT", d->key,
                           result_name(d->is));
    }
    return ERR_OK;
}

/* ---- lines ---- */

struct editor {
    const struct baseline_edit *edit;
    struct slice *lines; /* [0] is line 1, without its end */
    size_t count;
    bool *gone;          /* line by line */
    struct buf *changed; /* line by line; not initialised where max is 0 */
};

static void split(struct editor *e, struct slice text)
{
    while (text.len > 0) {
        e->lines = mem_realloc(e->lines, e->count + 1, sizeof *e->lines);
        e->lines[e->count++] = slice_cut(&text, '\n');
    }
    e->gone = mem_zalloc(e->count + 1);
    e->changed = mem_zalloc((e->count + 1) * sizeof *e->changed);
}

static void editor_fini(struct editor *e)
{
    for (size_t i = 0; i < e->count; i++)
        if (e->changed[i].max > 0)
            buf_fini(&e->changed[i]);
    free(e->lines);
    free(e->gone);
    free(e->changed);
}

static bool is_indented(struct slice line)
{
    return line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
}

/* The line after an entry's last: 0-based, as `lines` is. */
static size_t end_of(const struct editor *e, const struct baseline_entry *entry)
{
    size_t end = entry->at.line;
    while (end < e->count && is_indented(e->lines[end]))
        end++;
    return end;
}

static void take_out(struct editor *e, const struct baseline_entry *entry)
{
    for (size_t i = entry->at.line - 1; i < end_of(e, entry); i++)
        e->gone[i] = true;
}

/* Marks count characters. */
static size_t offset_of(struct slice line, unsigned column)
{
    size_t at = 0;
    for (unsigned seen = 1; at < line.len && seen < column; seen++)
        do
            at++;
        while (at < line.len && ((unsigned char)line.ptr[at] & 0xc0) == 0x80);
    return at;
}

static void change(struct editor *e, const struct difference *d)
{
    size_t number = d->entry->verdict_at.line - 1;
    struct slice line = e->lines[number];
    size_t at = offset_of(line, d->entry->verdict_at.column);
    at += at < line.len && (line.ptr[at] == '"' || line.ptr[at] == '\'');
    size_t behind = at + strlen(result_name(d->entry->verdict));
    struct buf *out = &e->changed[number];
    buf_init(out, TEXT_MAX);
    (void)buf_add_slice(out, slice_head(line, at));
    (void)buf_add_cstr(out, result_name(d->is));
    (void)buf_add_slice(out, slice_from(line, behind < line.len ? behind : line.len));
}

/* ---- new entries ---- */

static void add_quoted(struct buf *out, const char *text)
{
    (void)buf_add_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            (void)buf_printf(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            (void)buf_printf(out, "\\x%02X", (unsigned char)*text);
        else
            (void)buf_add_char(out, *text);
    }
    (void)buf_add_char(out, '"');
}

/* The entry that a new one follows: the last with a smaller key. NULL: it comes first. */
static const struct baseline_entry *predecessor(const struct baseline *baseline, const char *key)
{
    const struct baseline_entry *found = NULL;
    for (size_t i = 0; i < baseline->count; i++)
        if (strcmp(baseline->entries[i].key, key) < 0)
            found = &baseline->entries[i];
    return found;
}

static int compare_differences(const void *a, const void *b)
{
    return strcmp((*(const struct difference *const *)a)->key, (*(const struct difference *const *)b)->key);
}

/* The differences that become entries, by key; the caller's. */
static const struct difference **new_ones(const struct differences *all, size_t *count)
{
    const struct difference **list = mem_alloc((all->count + 1) * sizeof *list);
    *count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].kind == DIFFERENCE_NEW)
            list[(*count)++] = &all->list[i];
    qsort(list, *count, sizeof *list, compare_differences);
    return list;
}

static void add_new_behind(const struct editor *e, const struct baseline_entry *entry, const struct difference **list,
                           size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (predecessor(e->edit->baseline, list[i]->key) != entry)
            continue;
        (void)buf_printf(out, "%s: {verdict: %s, reason: ", list[i]->key, result_name(list[i]->is));
        add_quoted(out, e->edit->reason);
        (void)buf_add_cstr(out, "}\n");
    }
}

/* Where entries that come first go: before the first entry, or at the end of a file without any. */
static size_t first_line(const struct editor *e)
{
    return e->edit->baseline->count > 0 ? e->edit->baseline->entries[0].at.line - 1 : e->count;
}

static const struct baseline_entry *entry_ending_at(const struct editor *e, size_t line)
{
    for (size_t i = 0; i < e->edit->baseline->count; i++)
        if (end_of(e, &e->edit->baseline->entries[i]) == line)
            return &e->edit->baseline->entries[i];
    return NULL;
}

static void write_out(const struct editor *e, struct buf *out)
{
    size_t count;
    const struct difference **list = new_ones(e->edit->differences, &count);
    for (size_t i = 0; i <= e->count; i++) {
        const struct baseline_entry *behind = entry_ending_at(e, i);
        if (behind != NULL)
            add_new_behind(e, behind, list, count, out);
        if (i == first_line(e))
            add_new_behind(e, NULL, list, count, out);
        if (i < e->count && !e->gone[i]) {
            (void)buf_add_slice(out, e->changed[i].max > 0 ? buf_slice(&e->changed[i]) : e->lines[i]);
            (void)buf_add_char(out, '\n');
        }
    }
    free(list);
}

/* ---- the whole ---- */

static size_t count_after(const struct baseline_edit *edit)
{
    size_t count = edit->baseline->count;
    for (size_t i = 0; i < edit->differences->count; i++) {
        enum difference_kind kind = edit->differences->list[i].kind;
        count += kind == DIFFERENCE_NEW;
        count -= kind == DIFFERENCE_PASS || kind == DIFFERENCE_VANISHED;
    }
    return count;
}

/* Entries in braces, or two on a line, are for people. */
static int check_form(const struct baseline *baseline, struct err *err)
{
    for (size_t i = 0; i < baseline->count; i++)
        if (baseline->entries[i].at.column != 1)
            return err_set(err, ERR_INVALID, "%s:%u: this entry spans several lines, or shares one; edit it by hand",
                           baseline->doc.file, baseline->entries[i].at.line);
    return ERR_OK;
}

int baseline_edit_text(const struct baseline_edit *edit, struct slice text, struct buf *out, struct err *err)
{
    struct editor e = {.edit = edit};
    int rc = check_form(edit->baseline, err);
    if (rc == ERR_OK)
        rc = may_enter(edit, err);
    if (rc != ERR_OK)
        return rc;
    split(&e, text);
    for (size_t i = 0; i < e.count && edit->baseline->count == 0; i++)
        e.gone[i] = slice_eq_cstr(slice_trim(e.lines[i]), "{}");
    for (size_t i = 0; i < edit->differences->count; i++) {
        const struct difference *d = &edit->differences->list[i];
        if (d->kind == DIFFERENCE_PASS || d->kind == DIFFERENCE_VANISHED)
            take_out(&e, d->entry);
        else if (d->kind == DIFFERENCE_CHANGED)
            change(&e, d);
    }
    write_out(&e, out);
    if (count_after(edit) == 0)
        (void)buf_add_cstr(out, "{}\n");
    editor_fini(&e);
    return out->overflow ? err_set(err, ERR_TOO_BIG, "the baseline %s would become too large", edit->path) : ERR_OK;
}

/* Reads the new text as any baseline is read: it must have the entries that it is to have. */
static int check_text(const struct baseline_edit *edit, struct buf *text, struct err *err)
{
    struct yaml_doc doc;
    size_t wanted = count_after(edit), have = 0;
    int rc = yaml_open_text(&doc, edit->path, buf_slice(text), NULL);
    if (rc == ERR_OK && doc.root->kind == YAML_NODE_MAP)
        have = doc.root->count;
    yaml_close(&doc);
    if (rc == ERR_OK && have == wanted)
        return ERR_OK;
    return err_set(err, ERR_INVALID, "%s cannot be edited automatically; nothing was changed", edit->path);
}

int baseline_update(const struct baseline_edit *edit, struct err *err)
{
    struct buf before, after;
    buf_init(&before, TEXT_MAX);
    buf_init(&after, TEXT_MAX);
    int rc = file_read(edit->path, &before, err);
    if (rc == ERR_OK)
        rc = baseline_edit_text(edit, buf_slice(&before), &after, err);
    if (rc == ERR_OK)
        rc = check_text(edit, &after, err);
    if (rc == ERR_OK)
        rc = file_replace(edit->path, buf_slice(&after), err);
    buf_fini(&before);
    buf_fini(&after);
    return rc;
}
