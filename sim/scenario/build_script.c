/* Dialogs of the model from those of the file; a line with a level becomes an expectation of the scenario. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "sim/scenario/raw.h"

#define SCRIPT_SENDS_MAX  ((size_t)16 * 1024 * 1024)
#define ARRAY(list, type) ((type *)(list).items)

static void take_sentence(struct scenario *s, const struct raw_line *raw, struct script_line *out)
{
    const char *const sentences[] = {raw->must, raw->should, raw->may};
    for (int level = 0; level < 3; level++) {
        if (sentences[level] == NULL)
            continue;
        if (out->sentence != NULL)
            yaml_error(&s->doc, raw->at, "story", "more than one sentence; write one of must, should and may");
        out->sentence = sentences[level];
        out->level = level;
    }
    out->spec = raw->spec;
    if (out->sentence == NULL && raw->spec.count > 0)
        yaml_error(&s->doc, raw->at, "story", "a clause without a sentence; write one of must, should and may");
}

static struct slice join_lines(struct scenario *s, const char *const *texts, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += strlen(texts[i]) + 2;
    char *octets = arena_alloc(s->doc.arena, len + 1), *at = octets;
    for (size_t i = 0; i < count; i++) {
        size_t text_len = strlen(texts[i]);
        memcpy(at, texts[i], text_len);
        memcpy(at + text_len, "\r\n", 2);
        at += text_len + 2;
    }
    return slice_make(octets, len);
}

/* "RCPT TO:<user{1..3}@d.example>" is three lines. */
static bool make_lines(struct scenario *s, const struct raw_line *raw, struct slice *out)
{
    const char **texts = mem_alloc(COPIES_MAX * sizeof *texts);
    size_t count = build_expand(s, raw->at, raw->send, 1, texts, COPIES_MAX);
    if (count > 0)
        *out = join_lines(s, texts, count);
    else
        yaml_error(&s->doc, raw->at, "story",
                   "`%.60s` has a {…} that is not a range like {1..25}, or that generates too many lines; `raw` sends "
                   "{…} unchanged",
                   raw->send);
    free(texts);
    return count > 0;
}

static const char *wanted(struct scenario *s, const struct raw_line *raw)
{
    if (raw->verb != SCRIPT_QUIET)
        return raw->expect.wanted;
    return raw->expect.count == 0 ? "silence" : arena_printf(s->doc.arena, "silence or %s", raw->expect.wanted);
}

static bool take_line(struct scenario *s, const struct raw_line *raw, struct script_line *out)
{
    *out = (struct script_line){.at = raw->at,
                                .verb = raw->verb,
                                .replies = raw->expect.list,
                                .reply_count = raw->expect.count,
                                .closed = raw->expect.closed,
                                .times = raw->times,
                                .length_ns = raw->length_ns,
                                .octets = raw->raw,
                                .close = (enum script_close)raw->close,
                                .wanted = wanted(s, raw),
                                .id = raw->id};
    take_sentence(s, raw, out);
    if (raw->send != NULL && !make_lines(s, raw, &out->octets))
        return false;
    if (out->octets.len <= SCRIPT_SENDS_MAX / (size_t)(out->times > 0 ? out->times : 1))
        return true;
    yaml_error(&s->doc, raw->at, "story", "the line sends more than 16 MiB at once; send less, or reduce `times`");
    return false;
}

bool build_script(struct scenario *s, const struct raw_script *raw, struct script *out)
{
    *out = (struct script){.port = (enum target_port)raw->port, .line_count = raw->lines.count};
    out->lines = arena_alloc(s->doc.arena, raw->lines.count * sizeof *out->lines);
    for (size_t i = 0; i < raw->lines.count; i++)
        if (!take_line(s, &ARRAY(raw->lines, const struct raw_line)[i], &out->lines[i]))
            return false;
    return true;
}

static size_t count_sentences(const struct scenario *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->event_count; i++)
        for (size_t k = 0; s->events[i].kind == STORY_SCRIPT && k < s->events[i].script.line_count; k++)
            count += s->events[i].script.lines[k].sentence != NULL;
    return count;
}

static void add_expects(struct scenario *s, const struct script *script)
{
    for (size_t i = 0; i < script->line_count; i++) {
        const struct script_line *line = &script->lines[i];
        if (line->sentence == NULL)
            continue;
        struct check_dialog *check = arena_alloc(s->doc.arena, sizeof *check);
        *check = (struct check_dialog){script->n, (unsigned)i + 1, line->wanted};
        s->expects[s->expect_count++] = (struct expect){.at = line->at,
                                                        .level = line->level,
                                                        .sentence = line->sentence,
                                                        .id = line->id,
                                                        .spec = line->spec,
                                                        .kind = CHECK_DIALOG,
                                                        .check = check};
    }
}

void build_script_expects(struct scenario *s)
{
    unsigned n = 0;
    struct expect *all = arena_alloc(s->doc.arena, (s->expect_count + count_sentences(s)) * sizeof *all);
    if (s->expect_count > 0)
        memcpy(all, s->expects, s->expect_count * sizeof *all);
    s->expects = all;
    for (size_t i = 0; i < s->event_count; i++) {
        if (s->events[i].kind != STORY_SCRIPT)
            continue;
        s->events[i].script.n = ++n;
        add_expects(s, &s->events[i].script);
    }
}
