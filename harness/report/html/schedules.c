/*
 * schedules: one page that compares how targets retry, from the runs in which a host never recovers. All numbers are
 * measured attempts of the records; the page knows no rule of any target. Each kind of host has a section with a static
 * picture and tables; the script (schedules.js) shows one at a time, and makes the line of the picture movable.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/html/assets.h"
#include "harness/report/html/frame.h"
#include "harness/report/html/page.h"
#include "harness/report/html/schedules.h"
#include "harness/report/list.h"
#include "lib/base/mem.h"

#define BACK_S  11400.0 /* where the line stands at first: 3h10m */
#define UNIT_S  120.0
#define END_S   (6 * 86400.0)
#define PERCENT 100.0

static const struct {
    const char *scenario, *id, *says;
} hosts[] = {{"bounce/deferred-for-days", "answers-451", "answers 451"},
             {"bounce/five-days-then-give-up", "never-answers", "never answers"}};

#define HOSTS (sizeof hosts / sizeof hosts[0])

static void gather(struct schedules *all, const struct json *records, const char *scenario)
{
    double end = END_S;
    all->count = 0;
    for (size_t i = 0; i < json_count(records) && all->count < SCHEDULES_MAX; i++) {
        struct schedule *one = &all->list[all->count];
        if (strcmp(json_get_str(json_at(records, i), "scenario", ""), scenario) != 0 ||
            !schedule_read(one, json_at(records, i)))
            continue;
        double last = one->at[one->count - 1];
        end = last > end ? last : end;
        all->count++;
    }
    time_scale_init(&all->scale, 3 * UNIT_S, end, 0, PERCENT);
}

static void put_words(struct buf *out, const struct schedules *all)
{
    struct buf words;
    (void)buf_add_cstr(
        out, "<div class=\"panel\"><h3>In words</h3><div class=\"wide\"><table class=\"words\"><thead><tr><th "
             "scope=\"col\">relay</th><th scope=\"col\">waits</th><th scope=\"col\">tries</th><th "
             "scope=\"col\">notices of delay</th><th scope=\"col\">gives up after</th><th "
             "scope=\"col\">and the sender gets</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < all->count; i++) {
        const struct schedule *one = &all->list[i];
        buf_init(&words, 4096);
        schedule_rule(one, &words);
        html_put(out, "<tr class=\"r%zu\"><th scope=\"row\">", i % 6);
        schedules_sample(out, i);
        html_put(out, " %s <span class=\"version\">%s</span></th><td data-label=\"waits\">%s", one->target,
                 one->version, buf_cstr(&words));
        if (one->count < one->all)
            html_put(out, " <span class=\"cut\">(the record holds the first %zu of %zu attempts)</span>", one->count,
                     one->all);
        html_put(out,
                 "</td><td class=\"time\" data-label=\"tries\">%zu</td><td class=\"time\" data-label=\"notices of "
                 "delay\">%zu</td><td class=\"time\" data-label=\"gives up after\">",
                 one->all, one->notices);
        if (one->gave_up >= 0)
            html_length(out, round(one->gave_up));
        else
            (void)buf_add_cstr(out, "–");
        html_put(out, "</td><td data-label=\"and the sender gets\">%s</td></tr>\n", schedule_end_words(one->end));
        buf_fini(&words);
    }
    (void)buf_add_cstr(out, "</tbody></table></div></div>\n");
}

static void put_all_waits(struct buf *out, const struct schedules *all)
{
    struct buf words;
    (void)buf_add_cstr(out, "<details class=\"panel\"><summary>Every wait</summary><dl>\n");
    for (size_t i = 0; i < all->count; i++) {
        buf_init(&words, 1024 * 1024);
        schedule_list(&all->list[i], SIZE_MAX, &words);
        html_put(out, "<dt>%s</dt><dd>%s</dd>\n", all->list[i].target, buf_cstr(&words));
        buf_fini(&words);
    }
    (void)buf_add_cstr(out, "</dl></details>\n");
}

static void put_host(struct buf *out, const struct json *records, size_t host)
{
    struct schedules *all = mem_zalloc(sizeof *all);
    gather(all, records, hosts[host].scenario);
    html_put(out, "<section class=\"host\" id=\"%s\"><h2>The host %s</h2>\n", hosts[host].id, hosts[host].says);
    if (all->count > 0) {
        schedules_rugs(out, all, BACK_S);
        (void)buf_add_cstr(out, "<div class=\"pair\">");
        schedules_waits(out, all);
        put_words(out, all);
        (void)buf_add_cstr(out, "</div>\n");
        put_all_waits(out, all);
    } else {
        html_put(out, "<p>No run of %s is among these records.</p>\n", hosts[host].scenario);
    }
    html_put(out,
             "<p class=\"about\">To see all attempts of a target: <code>relaylab run --target NAME --timeline "
             "%s</code></p></section>\n",
             hosts[host].scenario);
    for (size_t i = 0; i < all->count; i++)
        schedule_fini(&all->list[i]);
    free(all);
}

static void put_intro(struct buf *out)
{
    (void)buf_add_cstr(
        out,
        "<h1>How relays retry</h1>\n<p class=\"about\">One message for a host that stays down, and eight days of "
        "virtual time; each relay has its default schedule. The line asks: if the host were back at that time, when "
        "would the message arrive, and after how many attempts? The first attempt that begins at or after that time "
        "counts. <strong class=\"moves\">Drag the line, or use the arrow keys.</strong> All times are measured "
        "attempts, counted from the moment at which the relay got the message.</p>\n<fieldset class=\"chips "
        "hosts\" hidden=\"hidden\"><legend class=\"unseen\">The host</legend>\n");
    for (size_t i = 0; i < HOSTS; i++)
        html_put(out, "<label class=\"chip\"><input type=\"radio\" name=\"host\" value=\"%s\"/> the host %s</label>\n",
                 hosts[i].id, hosts[i].says);
    (void)buf_add_cstr(out, "</fieldset>\n");
}

bool report_schedules(const struct json *records, struct buf *out)
{
    frame_begin(out, "How relays retry · Relaylab", assets_schedules_css(), "schedules", "To the schedules");
    (void)buf_add_cstr(out, "<main id=\"schedules\" tabindex=\"-1\">\n");
    put_intro(out);
    for (size_t i = 0; i < HOSTS; i++)
        put_host(out, records, i);
    (void)buf_add_cstr(out, "</main>\n");
    frame_end(out, assets_schedules_js());
    return !out->overflow;
}
