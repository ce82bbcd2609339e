#include "sim/story/story.h"

#include <stdlib.h>

#include "lib/base/mem.h"

struct story {
    struct sim *sim;
    struct target_link *target;
    struct dialogs *dialogs;
    size_t next; /* of the scenario's events */
    struct timer timer;
};

static struct json *names_of(const struct yaml_map *map)
{
    struct json *names = json_new_array();
    for (size_t i = 0; i < map->count; i++)
        json_push(names, json_new_str(map->entries[i].key));
    return names;
}

/* The world knows its times by itself: this is for readers of the trace. */
static void record_change(struct sim *sim, const struct world_change *change)
{
    struct json *extra = json_new_object();
    json_set(extra, "hosts", names_of(&change->hosts));
    json_set(extra, "zones", names_of(&change->dns));
    trace_emit(sim->trace, TRACE_WORLD_CHANGE, &(struct trace_fields){0}, extra);
}

static void play(struct story *story, const struct story_event *event)
{
    switch (event->kind) {
    case STORY_TARGET:
        if (story->target != NULL)
            target_link_act(story->target, event->action);
        break;
    case STORY_CHANGE:
        record_change(story->sim, &event->change);
        break;
    case STORY_SCRIPT:
        dialogs_start(story->dialogs, &event->script);
        break;
    }
}

static void play_due(void *arg)
{
    struct story *story = arg;
    const struct scenario *scenario = story->sim->scenario;
    for (; story->next < scenario->event_count; story->next++) {
        const struct story_event *event = &scenario->events[story->next];
        int64_t wait = event->t_ns - sim_t_ns(story->sim);
        if (wait > 0) {
            timer_set_after(&story->timer, wait);
            return;
        }
        play(story, event);
    }
}

struct story *story_new(struct sim *sim, struct target_link *target)
{
    struct story *story = mem_zalloc(sizeof *story);
    story->sim = sim;
    story->target = target;
    timer_init(&story->timer, sim->loop, play_due, story);
    return story;
}

void story_start(struct story *story, struct dialogs *dialogs)
{
    story->dialogs = dialogs;
    play_due(story);
}

void story_free(struct story *story)
{
    if (story == NULL)
        return;
    timer_stop(&story->timer);
    free(story);
}
