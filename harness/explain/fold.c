/*
 * What a reader does not need to see twice. The steps are copied in their order into a new list, with the gaps in time
 * between them, and with folds in front of what is hidden:
 *
 *     an episode (blocks without a long gap) with the shape of an earlier one, several times    "28 more times"
 *     a block with the shape of one that was shown                                              "as before"
 *     the beginning of a connection, up to MAIL                                                 "greeting, EHLO …"
 *     lines of one block that repeat                                                            "and 96 more lines"
 *     what went well, and earlier lessons taught: lookups, mail up to its reply, QUIT           "MAIL, RCPT, DATA …"
 *
 * A shape is the text of the steps without what differs from message to message: numbers in addresses and sizes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explain/fold_work.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define GAP_EPISODE_NS (60 * NS_PER_S)
#define IDLE_NS        (10 * NS_PER_S) /* a connection that stays open a little longer does not shorten the gap */
#define TIMES_NAMED    3
#define SHAPES_MAX     ((size_t)16 * 1024 * 1024)

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
    if (text.len == 0)
        (void)buf_printf(&text, "the connection ends, as before; ");
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
        while (end < to && !f->view->whole && !blocks[end].is_end && was_told(f, end))
            end++;
        if (end == i) {
            int64_t gap = i > from ? blocks[i].open_ns - blocks[i - 1].close_ns : 0;
            if (gap >= GAP_SHOWN_NS && !blocks[i].is_end)
                fold_put_gap(f, blocks[i].open_ns, gap, "", NULL);
            size_t known = fold_known_lookups(f, i, to);
            if (known == i) {
                f->told[i] = true;
                fold_put_block(f, &blocks[i++]);
            }
            i = known > i ? known : i;
            continue;
        }
        size_t fold = fold_begin(f, blocks[i].open_ns), first = i;
        for (; i < end; i++)
            fold_put_steps(f, blocks[i].from, blocks[i].to);
        fold_end(f, fold, name_blocks(f, first, end));
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
    buf_init(&all, SHAPES_MAX);
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
        fold_put_gap(f, e->open_ns, e->gap_ns, "", waits ? "waits" : NULL);
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
        size_t alike = f->view->whole ? 0 : episodes_alike(episodes, count, i);
        if (alike < 2) {
            put_episode_gap(f, &episodes[i]);
            put_blocks(f, episodes[i].from, episodes[i].to);
            i++;
            continue;
        }
        size_t fold = fold_begin(f, episodes[i].open_ns);
        for (size_t k = i; k < i + alike; k++) {
            put_episode_gap(f, &episodes[k]);
            for (size_t b = episodes[k].from; b < episodes[k].to; b++)
                fold_put_steps(f, f->telling->blocks[b].from, f->telling->blocks[b].to);
        }
        fold_end(f, fold, name_episodes(f, &episodes[i], alike));
        i += alike;
    }
}

void telling_fold(struct telling *telling, const struct telling_view *view)
{
    struct folding f = {.telling = telling, .old = telling->steps, .view = view};
    struct episode *episodes = mem_zalloc((telling->block_count + 1) * sizeof *episodes);
    f.shapes = mem_zalloc((telling->block_count + 1) * sizeof *f.shapes);
    f.told = mem_zalloc(telling->block_count + 1);
    for (size_t i = 0; i < telling->block_count; i++)
        f.shapes[i] = fold_shape_of(f.old, telling->blocks[i].from, telling->blocks[i].to);
    telling->steps = NULL;
    telling->count = 0;
    size_t count = find_episodes(&f, episodes);
    put_episodes(&f, episodes, count);
    for (size_t i = 0; i < count; i++)
        free(episodes[i].shape);
    for (size_t i = 0; i < telling->block_count; i++)
        free(f.shapes[i]);
    for (size_t i = 0; i < f.refusal_count; i++)
        free(f.refusals[i]);
    free(f.refusals);
    free(f.last.shape);
    free(f.shapes);
    free(f.told);
    free(episodes);
    free(f.old);
}
