/* The steps of one block, with their folds. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/explain/fold_work.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define RUN_MIN      4  /* equal lines, or pairs of lines, that are folded */
#define PERIOD_MAX   12 /* lines of one refused or accepted message */
#define GROUPS_MIN   3  /* equal groups of more than two lines, that are folded */
#define PREAMBLE_MIN 3
#define SHAPE_MAX    ((size_t)1024 * 1024)

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
char *fold_shape_of(const struct step *steps, size_t from, size_t to)
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

void fold_put_gap(struct folding *f, int64_t t_ns, int64_t length_ns, const char *what, const char *key)
{
    char span[SPAN_TEXT_MAX];
    struct step gap = {.kind = STEP_GAP, .t_ns = t_ns, .key = key};
    (void)span_words(length_ns, span);
    bool one = strncmp(span, "1 ", 2) == 0 && strchr(span + 2, ' ') == NULL;
    gap.text = arena_printf(f->telling->arena, "%s pass%s%s.", span, one ? "es" : "", what);
    (void)put(f, &gap);
}

/* A fold, whose text is set when it is known what it hides; its place in the list. */
size_t fold_begin(struct folding *f, int64_t t_ns)
{
    struct step fold = {.kind = STEP_FOLD, .t_ns = t_ns, .text = ""};
    (void)put(f, &fold);
    return f->telling->count - 1;
}

void fold_end(struct folding *f, size_t at, const char *text)
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
        fold_put_gap(f, f->old[i].t_ns, gap, ", and the connection stays open", NULL);
    (void)put(f, &f->old[i]);
}

void fold_put_steps(struct folding *f, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        put_one(f, i, from);
}

static bool are_alike(const struct step *steps, size_t a, size_t b, size_t count)
{
    char *x = fold_shape_of(steps, a, a + count), *y = fold_shape_of(steps, b, b + count);
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

/* Groups of lines, such as those of one refused message: the first stays. */
static size_t put_groups(struct folding *f, size_t i, size_t to)
{
    for (size_t period = 3; period <= PERIOD_MAX; period++) {
        size_t count = repeats(f->old, i, to, period);
        if (count < GROUPS_MIN)
            continue;
        fold_put_steps(f, i, i + period);
        size_t fold = fold_begin(f, f->old[i + period].t_ns);
        fold_put_steps(f, i + period, i + count * period);
        fold_end(f, fold, arena_printf(f->telling->arena, "the same %zu lines %zu more times", period, count - 1));
        return count * period;
    }
    return 0;
}

/* Lines, with runs of equal ones folded: the first two and the last stay. */
static void put_lines(struct folding *f, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        size_t period = 1, count = repeats(f->old, i, to, 1);
        if (count < RUN_MIN)
            count = repeats(f->old, i, to, period = 2);
        if (count < RUN_MIN || f->view->whole) {
            size_t grouped = f->view->whole ? 0 : put_groups(f, i, to);
            if (grouped == 0)
                put_one(f, i, from);
            i += grouped > 0 ? grouped : 1;
            continue;
        }
        fold_put_steps(f, i, i + 2 * period);
        size_t fold = fold_begin(f, f->old[i + 2 * period].t_ns);
        fold_put_steps(f, i + 2 * period, i + (count - 1) * period);
        fold_end(f, fold, arena_printf(f->telling->arena, "and %zu more lines like these", (count - 3) * period));
        fold_put_steps(f, i + (count - 1) * period, i + count * period);
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

static bool has(const struct folding *f, size_t from, size_t to, const char *verb)
{
    for (size_t i = from; i < to; i++)
        if (f->old[i].verb != NULL && strcmp(f->old[i].verb, verb) == 0)
            return true;
    return false;
}

static bool has_trouble(const struct folding *f, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (f->old[i].trouble)
            return true;
    return false;
}

/* Whatever the host is called; the caller's. */
static char *preamble_shape(const struct folding *f, const struct block *block, size_t end)
{
    char *shape = fold_shape_of(f->old, block->from + 1, end);
    size_t len = block->server != NULL ? strlen(block->server) : 0;
    for (char *at = shape; len > 0 && (at = strstr(at, block->server)) != NULL;)
        memmove(at, at + len, strlen(at + len) + 1);
    return shape;
}

/* How this beginning compares with the last one. */
static const char *compare_preambles(const struct preamble *last, const struct preamble *now)
{
    if (last->shape == NULL)
        return "";
    if (strcmp(last->shape, now->shape) == 0)
        return ", as before";
    if (last->tls && !now->tls)
        return last->lost ? ", without TLS this time: the last session under TLS was lost" : ", without TLS this time";
    return now->tls && !last->tls ? ", with TLS this time" : ", not the same as before";
}

static const char *name_preamble(struct folding *f, size_t from, size_t to, const struct preamble *now)
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
                                    compare_preambles(&f->last, now));
    buf_fini(&names);
    return text;
}

/* ---- what earlier lessons taught ---- */

/* Without parameters that ask for something: SIZE and BODY only describe the message. */
static bool is_plain(const char *line)
{
    for (const char *at = strchr(line, '>'); at != NULL && (at = strchr(at, ' ')) != NULL; at++)
        if (strncasecmp(at, " SIZE=", 6) != 0 && strncasecmp(at, " BODY=", 6) != 0)
            return false;
    return true;
}

/* Mail with a sender, without wishes, which the server takes; or the QUIT that ends the connection. */
static bool is_known_mail(const struct folding *f, size_t from, size_t to)
{
    if (has_trouble(f, from, to) || has(f, from, to, "MAIL <>"))
        return false;
    for (size_t i = from; i < to; i++)
        if (f->old[i].kind == STEP_EVENT || f->old[i].kind == STEP_FIELD ||
            (f->old[i].kind == STEP_CLIENT && !is_plain(f->old[i].text)))
            return false;
    return has(f, from, to, "QUIT") || has(f, from, to, "eod");
}

static const char *name_commands(struct folding *f, size_t from, size_t to)
{
    struct buf names;
    buf_init(&names, 4096);
    for (size_t i = from; i < to; i++)
        if (f->old[i].kind == STEP_CLIENT)
            (void)buf_printf(&names, "%s%s", names.len > 0 ? ", " : "",
                             strcmp(f->old[i].verb, "eod") == 0 ? "the message" : f->old[i].verb);
    bool ends = strcmp(buf_cstr(&names), "QUIT") == 0, other = f->old[from].kind == STEP_NOTE;
    const char *text =
        arena_printf(f->telling->arena, "%s%s%s: %zu lines", other ? f->old[from].text : "", other ? " " : "",
                     ends ? "QUIT, and the connection ends" : buf_cstr(&names), to - from);
    buf_fini(&names);
    return text;
}

static void put_known(struct folding *f, size_t from, size_t to)
{
    if (to - from < 2) {
        fold_put_steps(f, from, to);
        return;
    }
    size_t fold = fold_begin(f, f->old[from].t_ns);
    fold_put_steps(f, from, to);
    fold_end(f, fold, name_commands(f, from, to));
}

/* The reply to each message stays: with it the responsibility passes. */
static void put_known_mail(struct folding *f, size_t from, size_t to)
{
    size_t open = from;
    for (size_t i = from; i < to; i++) {
        if (f->old[i].kind != STEP_SERVER || strcmp(f->old[i].verb, "eod") != 0)
            continue;
        put_known(f, open, i);
        fold_put_steps(f, i, i + 1);
        open = i + 1;
    }
    put_known(f, open, to);
}

/* The step after the transaction or the QUIT that begins at `from`. */
static size_t end_of_part(const struct folding *f, size_t from, size_t to)
{
    size_t i = from + 1;
    while (i < to && !f->old[i].ends_preamble && (f->old[i].kind != STEP_CLIENT || strcmp(f->old[i].verb, "QUIT") != 0))
        i++;
    return i;
}

static bool was_refused_alike(const struct folding *f, size_t from, size_t to)
{
    char *shape = fold_shape_of(f->old, from, to);
    bool alike = false;
    for (size_t i = 0; i < f->refusal_count && !alike; i++)
        alike = strcmp(f->refusals[i], shape) == 0;
    free(shape);
    return alike;
}

/* Transactions that go as one before did, from `from` on. */
static size_t put_alike(struct folding *f, size_t from, size_t to)
{
    size_t count = 0, i = from;
    size_t fold = fold_begin(f, f->old[from].t_ns);
    for (size_t end; i < to && was_refused_alike(f, i, end = end_of_part(f, i, to)); i = end)
        count++;
    fold_put_steps(f, from, i);
    fold_end(f, fold,
             arena_printf(f->telling->arena, "%zu more message%s, with the same lines as one before: %zu lines", count,
                          count > 1 ? "s" : "", i - from));
    return i;
}

/* For a reader who knows mail that goes well: what does not, and that once. */
static void put_transactions(struct folding *f, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        size_t end = end_of_part(f, i, to);
        if (is_known_mail(f, i, end))
            put_known_mail(f, i, end);
        else if (was_refused_alike(f, i, end))
            end = put_alike(f, i, to);
        else {
            f->refusals = mem_realloc(f->refusals, f->refusal_count + 1, sizeof *f->refusals);
            f->refusals[f->refusal_count++] = fold_shape_of(f->old, i, end);
            put_lines(f, i, end);
        }
        i = end;
    }
}

static bool is_known_lookup(const struct folding *f, const struct block *block)
{
    if (!f->view->known_dns || f->view->whole || block->kind != BLOCK_LOOKUP)
        return false;
    for (size_t i = block->from; i < block->to; i++)
        if (f->old[i].trouble || strcmp(f->old[i].text, "no records") == 0)
            return false;
    return true;
}

/* Lookups that found what they asked for: "DNS: MX 10 mx1.dest.example., A 192.0.2.10: 4 lines". */
size_t fold_known_lookups(struct folding *f, size_t from, size_t to)
{
    struct buf names;
    size_t end = from, lines = 0;
    const struct block *blocks = f->telling->blocks;
    while (end < to && is_known_lookup(f, &blocks[end]))
        end++;
    if (end == from)
        return from;
    buf_init(&names, 4096);
    size_t fold = fold_begin(f, blocks[from].open_ns);
    for (size_t i = from; i < end; i++) {
        f->told[i] = true;
        lines += blocks[i].to - blocks[i].from;
        fold_put_steps(f, blocks[i].from, blocks[i].to);
        (void)buf_printf(&names, "%s%s", i > from ? ", " : "DNS: ", f->old[blocks[i].to - 1].text);
    }
    fold_end(f, fold, arena_printf(f->telling->arena, "%s: %zu lines", buf_cstr(&names), lines));
    buf_fini(&names);
    return end;
}

/* ---- connections ---- */

static void put_connection(struct folding *f, const struct block *block)
{
    size_t from = block->from + 1, end = end_of_preamble(f, from, block->to);
    bool is_preamble = block->kind == BLOCK_CONNECTION && end < block->to && end - from >= PREAMBLE_MIN;
    struct preamble now = {.shape = is_preamble ? preamble_shape(f, block, end) : NULL,
                           .tls = has(f, from, end, "TLS"),
                           .lost = has_trouble(f, end, block->to)};
    bool again = now.shape != NULL && f->last.shape != NULL && strcmp(now.shape, f->last.shape) == 0;
    fold_put_steps(f, block->from, from);
    if (is_preamble && !f->view->whole && (again || !f->view->preamble)) {
        size_t fold = fold_begin(f, f->old[from].t_ns);
        fold_put_steps(f, from, end);
        fold_end(f, fold, name_preamble(f, from, end, &now));
        from = end;
    }
    if (now.shape != NULL) {
        free(f->last.shape);
        f->last = now;
    }
    if (f->view->known_mail && !f->view->whole && block->kind == BLOCK_CONNECTION)
        put_transactions(f, from, block->to);
    else
        put_lines(f, from, block->to);
}

void fold_put_block(struct folding *f, const struct block *block)
{
    if (block->from == block->to)
        return;
    if (block->goes_on && f->view->known_mail && !f->view->whole && is_known_mail(f, block->from, block->to)) {
        put_known(f, block->from, block->to);
        return;
    }
    if (block->kind == BLOCK_CONNECTION || block->kind == BLOCK_DIALOG)
        put_connection(f, block);
    else
        put_lines(f, block->from, block->to);
}
