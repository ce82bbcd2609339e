/*
 * html: what the page is about: the targets with their versions, what made the report, when, and with which command.
 * From what the records say of their suite (harness/suite/heading.h); what they do not say is left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/html/page.h"
#include "lib/base/mem.h"

#define DISTINCT_MAX 24 /* of one kind; others are left out */
#define WORDS_MAX    8192

static const char *suite_str(const struct json *record, const char *key)
{
    return json_get_str(json_get(record, "suite"), key, "");
}

/* ---- what all records say, each once ---- */

static void write_target(struct buf *out, const struct json *record)
{
    const char *version = suite_str(record, "target_version");
    html_put(out, "<strong>%s</strong>", json_get_str(record, "target", ""));
    if (version[0] != '\0')
        html_put(out, " %s", version);
}

/* "Relaylab 0.1 (aaf121c)" */
static void write_program(struct buf *out, const struct json *record)
{
    const char *version = suite_str(record, "relaylab"), *commit = suite_str(record, "commit");
    if (version[0] != '\0')
        html_put(out, "Relaylab %s", version);
    if (version[0] != '\0' && commit[0] != '\0')
        html_put(out, " (%s)", commit);
}

static void write_baseline(struct buf *out, const struct json *record)
{
    const char *baseline = suite_str(record, "baseline");
    if (json_get(record, "suite") != NULL)
        html_put(out, "%s", baseline[0] != '\0' ? baseline : "none");
}

static void write_command(struct buf *out, const struct json *record)
{
    const char *command = suite_str(record, "command");
    if (command[0] != '\0')
        html_put(out, "<code>%s</code>", command);
}

static void write_seed(struct buf *out, const struct json *record)
{
    if (json_get(record, "seed") != NULL)
        html_put(out, "%zu", (size_t)json_get_int(record, "seed", 0));
}

struct distinct {
    char *words[DISTINCT_MAX];
    size_t count;
};

static bool has(const struct distinct *all, const char *words)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->words[i], words) == 0)
            return true;
    return false;
}

static void gather(struct distinct *all, const struct json *records,
                   void (*write)(struct buf *out, const struct json *record))
{
    struct buf words;
    *all = (struct distinct){0};
    buf_init(&words, WORDS_MAX);
    for (size_t i = 0; i < json_count(records) && all->count < DISTINCT_MAX; i++) {
        buf_reset(&words);
        write(&words, json_at(records, i));
        if (words.len > 0 && !has(all, buf_cstr(&words)))
            all->words[all->count++] = mem_strdup(buf_cstr(&words));
    }
    buf_fini(&words);
}

static void put_each(struct buf *out, const char *before, const struct distinct *all, const char *between)
{
    for (size_t i = 0; i < all->count; i++) {
        (void)buf_add_cstr(out, i == 0 ? before : between);
        (void)buf_add_cstr(out, all->words[i]); /* escaped when it was written */
    }
}

static void free_all(struct distinct *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->words[i]);
}

static size_t put(struct buf *out, const char *before, const struct json *records,
                  void (*write)(struct buf *out, const struct json *record), const char *between)
{
    struct distinct all;
    gather(&all, records, write);
    put_each(out, before, &all, between);
    free_all(&all);
    return all.count;
}

/* ---- numbers ---- */

/* The earliest: shards of one run begin one after the other. */
static void put_began(struct buf *out, const struct json *records)
{
    const char *first = "";
    char words[64];
    for (size_t i = 0; i < json_count(records); i++) {
        const char *began = suite_str(json_at(records, i), "began");
        if (began[0] != '\0' && (first[0] == '\0' || strcmp(began, first) < 0))
            first = began;
    }
    if (strlen(first) != strlen("2026-11-30T12:00:00Z"))
        return;
    (void)snprintf(words, sizeof words, "%.10s %.5s UTC", first, first + strlen("2026-11-30T"));
    html_put(out, " · <time datetime=\"%s\">%s</time>", first, words);
}

static void put_seed(struct buf *out, const struct json *records)
{
    struct distinct all;
    gather(&all, records, write_seed);
    if (all.count == 1)
        put_each(out, " · seed ", &all, "");
    else if (all.count > 1)
        (void)buf_add_cstr(out, " · several seeds");
    free_all(&all);
}

/* Of all runs, in virtual time. */
static void put_length(struct buf *out, const struct json *records)
{
    double virtual_s = 0;
    for (size_t i = 0; i < json_count(records); i++)
        if (json_get(json_at(records, i), "verdicts") != NULL)
            virtual_s += (double)json_get_int(json_at(records, i), "virtual_s", 0);
    html_put(out, " · %zu run%s · ", json_count(records), json_count(records) == 1 ? "" : "s");
    html_length(out, virtual_s);
    (void)buf_add_cstr(out, " of mail");
}

void html_about(struct buf *out, const struct json *records)
{
    (void)put(out, "<p class=\"about\">", records, write_target, ", ");
    (void)put(out, " · ", records, write_program, ", ");
    put_began(out, records);
    put_seed(out, records);
    put_length(out, records);
    (void)put(out, " · baseline: ", records, write_baseline, ", ");
    (void)buf_add_cstr(out, "</p>\n");
    if (put(out, "<p class=\"about\">", records, write_command, " ") > 0)
        (void)buf_add_cstr(out, "</p>\n");
}
