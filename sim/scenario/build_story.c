/* The story of the model from that of the file: copies and {1..25} expanded, all in the order of time. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "sim/scenario/raw.h"

#define RECIPIENTS_MAX    100000 /* of the whole story */
#define ARRAY(list, type) ((type *)(list).items)

/* ---- submissions ---- */

/* {n} everywhere by the number. NULL: it becomes too long. */
static const char *with_number(struct scenario *s, struct yaml_mark at, const char *text, unsigned n)
{
    struct slice rest = slice_cstr(text);
    const char *result = NULL;
    struct buf out;
    if (strstr(text, "{n}") == NULL)
        return text;
    buf_init(&out, SCENARIO_TEXT_MAX);
    for (const char *brace; (brace = strstr(rest.ptr, "{n}")) != NULL; rest = slice_cstr(brace + 3)) {
        (void)buf_add(&out, rest.ptr, (size_t)(brace - rest.ptr));
        (void)buf_printf(&out, "%u", n);
    }
    if (buf_add_slice(&out, rest) && !out.overflow && scenario_takes(s, at, out.len))
        result = arena_slice_dup(s->doc.arena, buf_slice(&out));
    buf_fini(&out);
    return result;
}

/* "{1..25}", and what follows it. */
static bool read_span(const char *brace, uint64_t *first, uint64_t *last, const char **tail)
{
    const char *dots = strstr(brace, ".."), *close = strchr(brace, '}');
    if (dots == NULL || close == NULL || dots > close ||
        !slice_to_u64(slice_make(brace + 1, (size_t)(dots - brace - 1)), UINT32_MAX, first) ||
        !slice_to_u64(slice_make(dots + 2, (size_t)(close - dots - 2)), UINT32_MAX, last))
        return false;
    *tail = close + 1;
    return *first <= *last && strchr(*tail, '{') == NULL;
}

size_t build_expand(struct scenario *s, struct yaml_mark at, const char *text, unsigned n, const char **out,
                    size_t room)
{
    uint64_t first, last;
    const char *tail;
    text = with_number(s, at, text, n);
    const char *brace = text != NULL ? strchr(text, '{') : NULL;
    if (text == NULL || room == 0)
        return 0;
    if (brace == NULL) {
        out[0] = text;
        return 1;
    }
    if (!read_span(brace, &first, &last, &tail) || last - first >= room ||
        !scenario_takes(s, at, (size_t)(last - first + 1) * (strlen(text) + 20)))
        return 0;
    for (uint64_t i = first; i <= last; i++)
        out[i - first] = arena_printf(s->doc.arena, "%.*s%" PRIu64 "%s", (int)(brace - text), text, i, tail);
    return (size_t)(last - first + 1);
}

/* scratch has room for COPIES_MAX texts. */
static bool expand_recipients(struct scenario *s, const struct raw_submission *raw, const char **scratch,
                              struct submission *out)
{
    for (size_t i = 0; i < raw->to.count; i++) {
        size_t made = build_expand(s, raw->at, ARRAY(raw->to, const char *)[i], out->n, scratch + out->to_count,
                                   COPIES_MAX - out->to_count);
        if (made == 0) {
            yaml_error(&s->doc, raw->at, "story",
                       "`%.60s` has a {…} that is neither {n} nor one range like {1..25}, or that generates more than "
                       "10000 addresses",
                       ARRAY(raw->to, const char *)[i]);
            return false;
        }
        out->to_count += made;
    }
    out->to = arena_alloc(s->doc.arena, out->to_count * sizeof *out->to);
    memcpy(out->to, scratch, out->to_count * sizeof *out->to);
    return true;
}

static bool take_copy(struct scenario *s, const struct raw_submission *raw, unsigned n, const char **scratch)
{
    struct submission *out = &s->story[s->story_count];
    int64_t later = 0, t_ns = 0;
    if (__builtin_mul_overflow((int64_t)(n - 1), raw->every_ns, &later) ||
        __builtin_add_overflow(raw->t_ns, later, &t_ns)) {
        yaml_error(&s->doc, raw->at, "story", "copy %u of `%s` comes after clock.until", n, raw->submit);
        return false;
    }
    *out = (struct submission){
        .at = raw->at, .id = raw->submit, .n = n, .t_ns = t_ns, .size = raw->size, .manner = raw->manner};
    if (build_expand(s, raw->at, raw->from, n, &out->from, 1) != 1) {
        yaml_error(&s->doc, raw->at, "story", "from `%.60s` has a {…} that is not {n}", raw->from);
        return false;
    }
    if (!expand_recipients(s, raw, scratch, out))
        return false;
    s->story_count++;
    return true;
}

static bool take_submission(struct scenario *s, struct raw_submission *raw, const char **scratch, size_t *recipients)
{
    if (raw->manner.without_header && (raw->message == NULL || raw->manner.headers.count > 0)) {
        yaml_error(&s->doc, raw->at, "story", "without_header: true needs `message`, and excludes `headers`");
        return false;
    }
    if (raw->message != NULL && !build_message(s, raw, &raw->manner.message))
        return false;
    for (unsigned n = 1; n <= (unsigned)raw->count; n++) {
        if (!take_copy(s, raw, n, scratch))
            return false;
        *recipients += s->story[s->story_count - 1].to_count;
        if (*recipients > RECIPIENTS_MAX) {
            yaml_error(&s->doc, raw->at, "story", "more than %d recipients in all", RECIPIENTS_MAX);
            return false;
        }
    }
    return true;
}

static size_t count_submissions(const struct scenario *s, const struct yaml_list *items)
{
    size_t total = 0;
    for (size_t i = 0; i < items->count; i++) {
        const struct raw_story_item *item = &ARRAY(*items, const struct raw_story_item)[i];
        const struct raw_submission *raw = item->value;
        if (item->kind == RAW_SUBMISSION && build_of_this_case(s, raw->only_case))
            total += (size_t)raw->count;
    }
    return total;
}

static void take_each(struct scenario *s, const struct yaml_list *items, const char **scratch)
{
    size_t recipients = 0;
    for (size_t i = 0; i < items->count; i++) {
        const struct raw_story_item *item = &ARRAY(*items, const struct raw_story_item)[i];
        struct raw_submission *raw = item->value;
        if (item->kind == RAW_SUBMISSION && build_of_this_case(s, raw->only_case) &&
            !take_submission(s, raw, scratch, &recipients))
            return;
    }
}

static void take_submissions(struct scenario *s, const struct yaml_list *items)
{
    size_t total = count_submissions(s, items);
    if (total > COPIES_MAX) {
        yaml_error(&s->doc, s->doc.root->at, "story", "%zu submissions, over the limit of %d", total, COPIES_MAX);
        return;
    }
    s->story = arena_alloc(s->doc.arena, total * sizeof *s->story);
    const char **scratch = mem_alloc(COPIES_MAX * sizeof *scratch);
    take_each(s, items, scratch);
    free(scratch);
}

/* ---- the rest ---- */

static void take_action(struct scenario *s, const struct raw_action *raw)
{
    if (build_of_this_case(s, raw->only_case))
        s->events[s->event_count++] = (struct story_event){
            .at = raw->at, .t_ns = raw->t_ns, .kind = STORY_TARGET, .action = (enum target_action)raw->action};
}

static void take_change(struct scenario *s, const struct raw_change *raw)
{
    if (build_of_this_case(s, raw->only_case))
        s->events[s->event_count++] = (struct story_event){
            .at = raw->at, .t_ns = raw->t_ns, .kind = STORY_CHANGE, .change = {raw->change.hosts, raw->change.dns}};
}

static void take_script(struct scenario *s, const struct raw_script *raw)
{
    struct story_event event = {.at = raw->at, .t_ns = raw->t_ns, .kind = STORY_SCRIPT};
    if (build_of_this_case(s, raw->only_case) && build_script(s, raw, &event.script))
        s->events[s->event_count++] = event;
}

/* By time; what has one time stays in the order of the file. */
static int compare_events(const void *a, const void *b)
{
    const struct story_event *x = a, *y = b;
    if (x->t_ns != y->t_ns)
        return x->t_ns < y->t_ns ? -1 : 1;
    return x->at.line != y->at.line ? (x->at.line < y->at.line ? -1 : 1) : (int)x->at.column - (int)y->at.column;
}

void build_story(struct scenario *s, const struct raw_scenario *raw)
{
    take_submissions(s, &raw->story);
    s->events = arena_alloc(s->doc.arena, raw->story.count * sizeof *s->events);
    for (size_t i = 0; i < raw->story.count; i++) {
        const struct raw_story_item *item = &ARRAY(raw->story, const struct raw_story_item)[i];
        switch (item->kind) {
        case RAW_SUBMISSION:
            break;
        case RAW_ACTION:
            take_action(s, item->value);
            break;
        case RAW_CHANGE:
            take_change(s, item->value);
            break;
        case RAW_SCRIPT:
            take_script(s, item->value);
            break;
        }
    }
    if (s->event_count > 0)
        qsort(s->events, s->event_count, sizeof *s->events, compare_events);
}
