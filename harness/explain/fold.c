/*
 * What a reader does not need to see twice. The steps are copied in their order into a new list, with the gaps in time
 * between them, and with folds in front of what is hidden:
 *
 *     an episode (blocks without a long gap) with the shape of an earlier one, several times    "28 more times"
 *     a block with the shape of one that was shown                                              "as before"
 *     the beginning of a connection, up to MAIL                                                 "greeting, EHLO …"
 *     lines of one block that repeat                                                            "and 96 more lines"
 *
 * A shape is the text of the steps without what differs from message to message: numbers in addresses and sizes.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explain/telling_work.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define GAP_SHOWN_NS   (20 * NS_PER_S)
#define GAP_EPISODE_NS (60 * NS_PER_S)
#define IDLE_NS        (10 * NS_PER_S) /* a connection that stays open a little longer does not shorten the gap */
#define RUN_MIN        4               /* equal lines, or pairs of lines, that are folded */
#define PREAMBLE_MIN   3
#define TIMES_NAMED    3
#define SHAPE_MAX      ((size_t)1024 * 1024)

struct folding {
    struct telling *telling;
    struct step *old; /* what is copied from */
    char **shapes;    /* of each block */
    bool *told;
    bool whole, preamble;
    char *preamble_told; /* the shape of the last one that was shown; NULL = none */
};

/* ---- shapes ---- */

static bool is_in_address(const char *text, size_t at)
{
    size_t from = at, to = at;
    while (from > 0 && strchr(" <>:", text[from - 1]) == NULL)
        from--;
    while (text[to] != '\0' && strchr(" <>:", text[to]) == NULL)
        to++;
    return memchr(text + from, '@', to - from) != NULL;
}

static bool is_free(const char *text, size_t at)
{
    return (at > 0 && strchr("=(", text[at - 1]) != NULL) || is_in_address(text, at);
}

static void add_shape(struct buf *out, const struct step *step)
{
    const char *text = step->text;
    (void)buf_printf(out, "%d ", (int)step->kind);
    for (size_t i = 0; text[i] != '\0';) {
        if (!isdigit((unsigned char)text[i]) || !is_free(text, i)) {
            (void)buf_add_char(out, text[i++]);
            continue;
        }
        while (isdigit((unsigned char)text[i]))
            i++;
        (void)buf_add_char(out, '#');
    }
    (void)buf_add_char(out, '\n');
}

/* The caller's. */
static char *shape_of(const struct step *steps, size_t from, size_t to)
{
    struct buf shape;
    buf_init(&shape, SHAPE_MAX);
    for (size_t i = from; i < to; i++)
        add_shape(&shape, &steps[i]);
    char *copy = mem_strdup(buf_cstr(&shape));
    buf_fini(&shape);
    return copy;
}

/* ---- the new list ---- */

static struct step *put(struct folding *f, const struct step *step)
{
    struct telling *t = f->telling;
    t->steps = mem_realloc(t->steps, t->count + 1, sizeof *t->steps);
    t->steps[t->count] = *step;
    return &t->steps[t->count++];
}

static void put_gap(struct folding *f, int64_t t_ns, int64_t length_ns, const char *what, const char *key)
{
    char span[SPAN_TEXT_MAX];
    struct step gap = {.kind = STEP_GAP, .t_ns = t_ns, .key = key};
    (void)span_words(length_ns, span);
    bool one = strncmp(span, "1 ", 2) == 0 && strchr(span + 2, ' ') == NULL;
    gap.text = arena_printf(f->telling->arena, "%s pass%s%s.", span, one ? "es" : "", what);
    (void)put(f, &gap);
}

/* A fold, whose text is set when it is known what it hides; its place in the list. */
static size_t put_fold(struct folding *f, int64_t t_ns)
{
    struct step fold = {.kind = STEP_FOLD, .t_ns = t_ns, .text = ""};
    (void)put(f, &fold);
    return f->telling->count - 1;
}

static void end_fold(struct folding *f, size_t at, const char *text)
{
    struct step *fold = &f->telling->steps[at];
    fold->hides = f->telling->count - at - 1;
    fold->text = text;
    for (size_t i = at + 1; i < f->telling->count; i++)
        fold->trouble = fold->trouble || f->telling->steps[i].trouble;
}

/* ---- lines ---- */

/* One step, with the time that passed since the one before it in its block. */
static void put_one(struct folding *f, size_t i, size_t from)
{
    int64_t gap = i > from ? f->old[i].t_ns - f->old[i - 1].t_ns : 0;
    if (gap >= GAP_SHOWN_NS)
        put_gap(f, f->old[i].t_ns, gap, ", and the connection stays open", NULL);
    (void)put(f, &f->old[i]);
}

static void put_steps(struct folding *f, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        put_one(f, i, from);
}

static bool are_alike(const struct step *steps, size_t a, size_t b, size_t count)
{
    char *x = shape_of(steps, a, a + count), *y = shape_of(steps, b, b + count);
    bool alike = strcmp(x, y) == 0;
    free(x);
    free(y);
    return alike;
}

/* How often the `period` steps at `from` repeat, themselves included. */
static size_t repeats(const struct step *steps, size_t from, size_t to, size_t period)
{
    size_t count = 1;
    while (from + (count + 1) * period <= to && are_alike(steps, from, from + count * period, period))
        count++;
    return count;
}

/* Lines, with runs of equal ones folded: the first two and the last stay. */
static void put_lines(struct folding *f, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        size_t period = 1, count = repeats(f->old, i, to, 1);
        if (count < RUN_MIN)
            count = repeats(f->old, i, to, period = 2);
        if (count < RUN_MIN || f->whole) {
            put_one(f, i++, from);
            continue;
        }
        put_steps(f, i, i + 2 * period);
        size_t fold = put_fold(f, f->old[i + 2 * period].t_ns);
        put_steps(f, i + 2 * period, i + (count - 1) * period);
        end_fold(f, fold, arena_printf(f->telling->arena, "and %zu more lines like these", (count - 3) * period));
        put_steps(f, i + (count - 1) * period, i + count * period);
        i += count * period;
    }
}

/* ---- the beginning of a connection ---- */

/* The step of MAIL; `to` when there is none, or the beginning has more than hellos in it. */
static size_t end_of_preamble(const struct folding *f, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (f->old[i].ends_preamble)
            return i;
        if (f->old[i].trouble)
            return to;
    }
    return to;
}

static const char *name_preamble(struct folding *f, size_t from, size_t to)
{
    struct buf names;
    buf_init(&names, 4096);
    for (size_t i = from; i < to; i++) {
        const struct step *step = &f->old[i];
        const char *name = step->kind == STEP_CLIENT                              ? step->verb
                           : step->kind == STEP_NOTE                              ? "TLS handshake"
                           : step->line == 0 && strcmp(step->verb, "banner") == 0 ? "greeting"
                                                                                  : NULL;
        if (name != NULL)
            (void)buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", name);
    }
    const char *text = arena_printf(f->telling->arena, "%s: %zu lines%s", buf_cstr(&names), to - from,
                                    f->preamble_told != NULL ? ", as before" : "");
    buf_fini(&names);
    return text;
}

static void put_connection(struct folding *f, const struct block *block)
{
    size_t from = block->from + 1, end = end_of_preamble(f, from, block->to);
    bool is_preamble = block->kind == BLOCK_CONNECTION && end < block->to && end - from >= PREAMBLE_MIN;
    char *shape = is_preamble ? shape_of(f->old, from, end) : NULL;
    bool again = shape != NULL && f->preamble_told != NULL && strcmp(shape, f->preamble_told) == 0;
    put_steps(f, block->from, from);
    if (is_preamble && !f->whole && (again || !f->preamble)) {
        size_t fold = put_fold(f, f->old[from].t_ns);
        put_steps(f, from, end);
        end_fold(f, fold, name_preamble(f, from, end));
        from = end;
    }
    if (shape != NULL) {
        free(f->preamble_told);
        f->preamble_told = shape;
    }
    put_lines(f, from, block->to);
}

static void put_block(struct folding *f, const struct block *block)
{
    if (block->from == block->to)
        return;
    if (block->kind == BLOCK_CONNECTION || block->kind == BLOCK_DIALOG)
        put_connection(f, block);
    else
        put_lines(f, block->from, block->to);
}

/* ---- blocks ---- */

static bool was_told(const struct folding *f, size_t block)
{
    for (size_t i = 0; i < block; i++)
        if (f->told[i] && strcmp(f->shapes[i], f->shapes[block]) == 0)
            return true;
    return false;
}

/* "00:05:00" */
static const char *clock_words(int64_t t_ns, char out[DURATION_TEXT_MAX])
{
    (void)duration_clock(t_ns, out);
    out[strlen(out) - strlen(".000")] = '\0';
    return out;
}

static const char *count_words(struct folding *f, size_t n, const char *one, const char *many)
{
    return n == 1 ? one : arena_printf(f->telling->arena, "%zu %s", n, many);
}

static const char *name_blocks(struct folding *f, size_t from, size_t to)
{
    char clock[DURATION_TEXT_MAX];
    size_t counts[BLOCK_DIALOG + 1] = {0}, failed = 0;
    struct buf text;
    buf_init(&text, 4096);
    for (size_t i = from; i < to; i++)
        if (!f->telling->blocks[i].goes_on) {
            counts[f->telling->blocks[i].kind]++;
            failed += f->telling->blocks[i].kind == BLOCK_CONNECTION && f->telling->blocks[i].conn == 0;
        }
    if (counts[BLOCK_EVENT] > 0)
        (void)buf_printf(&text, "%s, like those before; ",
                         count_words(f, counts[BLOCK_EVENT], "one more message or event", "more messages or events"));
    if (counts[BLOCK_LOOKUP] > 0)
        (void)buf_printf(&text, "the same %s to the DNS, with the same answer%s; ",
                         count_words(f, counts[BLOCK_LOOKUP], "question", "questions"),
                         counts[BLOCK_LOOKUP] == 1 ? "" : "s");
    size_t dialogues = counts[BLOCK_CONNECTION] + counts[BLOCK_DIALOG] - failed;
    if (failed > 0)
        (void)buf_printf(&text, "%s, with the same result; ",
                         count_words(f, failed, "one more attempt to connect", "more attempts to connect"));
    if (dialogues > 0)
        (void)buf_printf(&text, "%s; ",
                         count_words(f, dialogues, "one more connection, with the same dialogue as before",
                                     "more connections, with the same dialogue as before"));
    text.len -= text.len >= 2 ? 2 : 0;
    if (f->telling->blocks[to - 1].open_ns - f->telling->blocks[from].open_ns >= NS_PER_S)
        (void)buf_printf(&text, ", until %s", clock_words(f->telling->blocks[to - 1].open_ns, clock));
    const char *kept = arena_strdup(f->telling->arena, buf_cstr(&text));
    buf_fini(&text);
    return kept;
}

static void put_blocks(struct folding *f, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        const struct block *blocks = f->telling->blocks;
        size_t end = i;
        while (end < to && !f->whole && !blocks[end].is_end && was_told(f, end))
            end++;
        if (end == i) {
            int64_t gap = i > from ? blocks[i].open_ns - blocks[i - 1].close_ns : 0;
            if (gap >= GAP_SHOWN_NS && !blocks[i].is_end)
                put_gap(f, blocks[i].open_ns, gap, "", NULL);
            f->told[i] = true;
            put_block(f, &blocks[i++]);
            continue;
        }
        size_t fold = put_fold(f, blocks[i].open_ns), first = i;
        for (; i < end; i++)
            put_steps(f, blocks[i].from, blocks[i].to);
        end_fold(f, fold, name_blocks(f, first, end));
    }
}

/* ---- episodes ---- */

struct episode {
    size_t from, to; /* blocks */
    int64_t open_ns, close_ns, gap_ns;
    char *shape;
};

static char *join_shapes(const struct folding *f, size_t from, size_t to)
{
    struct buf all;
    buf_init(&all, 16 * SHAPE_MAX);
    for (size_t i = from; i < to; i++)
        (void)buf_add_cstr(&all, f->shapes[i]);
    char *copy = mem_strdup(buf_cstr(&all));
    buf_fini(&all);
    return copy;
}

static size_t find_episodes(const struct folding *f, struct episode *out)
{
    const struct telling *t = f->telling;
    size_t count = 0;
    for (size_t i = 0; i < t->block_count; i++) {
        const struct block *block = &t->blocks[i];
        struct episode *last = count > 0 ? &out[count - 1] : NULL;
        if (last == NULL || block->is_end || (!block->goes_on && block->open_ns - last->close_ns >= GAP_EPISODE_NS)) {
            int64_t gap = last == NULL ? block->open_ns : block->open_ns - last->close_ns;
            if (last != NULL && last->close_ns - last->open_ns <= IDLE_NS)
                gap = block->open_ns - last->open_ns;
            if (block->is_end)
                gap = 0;
            out[count++] = (struct episode){i, i + 1, block->open_ns, block->close_ns, gap, NULL};
            continue;
        }
        last->to = i + 1;
        last->close_ns = block->close_ns > last->close_ns ? block->close_ns : last->close_ns;
    }
    for (size_t i = 0; i < count; i++)
        out[i].shape = join_shapes(f, out[i].from, out[i].to);
    return count;
}

static void put_episode_gap(struct folding *f, const struct episode *e)
{
    bool waits = f->telling->blocks[e->from].waits;
    if (e->gap_ns >= GAP_SHOWN_NS)
        put_gap(f, e->open_ns, e->gap_ns, "", waits ? "waits" : NULL);
}

/* How many episodes from i on have the shape of one before i. */
static size_t episodes_alike(const struct episode *episodes, size_t count, size_t i)
{
    size_t n = 0;
    bool known = false;
    for (size_t k = 0; k < i; k++)
        known = known || strcmp(episodes[k].shape, episodes[i].shape) == 0;
    while (known && i + n < count && strcmp(episodes[i + n].shape, episodes[i].shape) == 0)
        n++;
    return n;
}

static const char *name_episodes(struct folding *f, const struct episode *episodes, size_t n)
{
    char clock[DURATION_TEXT_MAX];
    struct buf text;
    buf_init(&text, 4096);
    (void)buf_printf(&text, "The same happens %zu more times, at", n);
    for (size_t i = 0; i < n; i++) {
        if (i >= TIMES_NAMED && i + 1 < n)
            continue;
        (void)buf_printf(&text, "%s %s",
                         i == 0       ? ""
                         : i + 1 == n ? n > TIMES_NAMED + 1 ? ", …, and" : " and"
                                      : ",",
                         clock_words(episodes[i].open_ns, clock));
    }
    const char *kept = arena_strdup(f->telling->arena, buf_cstr(&text));
    buf_fini(&text);
    return kept;
}

static void put_episodes(struct folding *f, const struct episode *episodes, size_t count)
{
    for (size_t i = 0; i < count;) {
        size_t alike = f->whole ? 0 : episodes_alike(episodes, count, i);
        if (alike < 2) {
            put_episode_gap(f, &episodes[i]);
            put_blocks(f, episodes[i].from, episodes[i].to);
            i++;
            continue;
        }
        size_t fold = put_fold(f, episodes[i].open_ns);
        for (size_t k = i; k < i + alike; k++) {
            put_episode_gap(f, &episodes[k]);
            for (size_t b = episodes[k].from; b < episodes[k].to; b++)
                put_steps(f, f->telling->blocks[b].from, f->telling->blocks[b].to);
        }
        end_fold(f, fold, name_episodes(f, &episodes[i], alike));
        i += alike;
    }
}

void telling_fold(struct telling *telling, bool whole, bool preamble)
{
    struct folding f = {.telling = telling, .old = telling->steps, .whole = whole, .preamble = preamble};
    struct episode *episodes = mem_zalloc((telling->block_count + 1) * sizeof *episodes);
    f.shapes = mem_zalloc((telling->block_count + 1) * sizeof *f.shapes);
    f.told = mem_zalloc(telling->block_count + 1);
    for (size_t i = 0; i < telling->block_count; i++)
        f.shapes[i] = shape_of(f.old, telling->blocks[i].from, telling->blocks[i].to);
    telling->steps = NULL;
    telling->count = 0;
    size_t count = find_episodes(&f, episodes);
    put_episodes(&f, episodes, count);
    for (size_t i = 0; i < count; i++)
        free(episodes[i].shape);
    for (size_t i = 0; i < telling->block_count; i++)
        free(f.shapes[i]);
    free(f.preamble_told);
    free(f.shapes);
    free(f.told);
    free(episodes);
    free(f.old);
}
