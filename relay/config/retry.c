/* One retry schedule out of what the configuration says: a preset, or first, steps and then, or the two clocks. */
#include <string.h>

#include "lib/base/duration.h"
#include "relay/config/config.h"
#include "relay/config/presets.h"

#define DAY (INT64_C(86400) * NS_PER_S)

static void take_preset(struct config *config, const struct preset *preset)
{
    int64_t *waits = arena_alloc(config->doc.arena, preset->count * sizeof *waits);
    for (size_t i = 0; i < preset->count; i++)
        waits[i] = preset->waits_s[i] * NS_PER_S;
    config->retry.waits = (struct yaml_list){waits, preset->count};
    config->retry.then_ns = preset->then_s * NS_PER_S;
    if (config->retry.lifetime_ns == 0)
        config->retry.lifetime_ns = preset->lifetime_s * NS_PER_S;
    if (config->retry.bounce_lifetime_ns == 0)
        config->retry.bounce_lifetime_ns = preset->bounce_lifetime_s * NS_PER_S;
    if (!config->retry.warn_seen)
        config->retry.warn_ns = preset->warn_s * NS_PER_S;
}

static void take_steps(struct config *config)
{
    const struct yaml_list *steps = &config->retry.steps;
    int64_t *waits = arena_alloc(config->doc.arena, (steps->count + 1) * sizeof *waits);
    waits[0] = config->retry.first_ns;
    if (steps->count > 0)
        memcpy(waits + 1, steps->items, steps->count * sizeof *waits);
    config->retry.waits = (struct yaml_list){waits, steps->count + 1};
}

/* A host that cannot be used rests for the first wait, so that no message comes later than its schedule says. */
static void rest_hosts_briefly(struct config *config)
{
    int64_t first = *(const int64_t *)config->retry.waits.items;
    config->retry.host.closed_ns = config->retry.host.unreachable_ns = config->retry.host.max_ns = first;
}

void config_settle_retry(struct config *config)
{
    bool own = config->retry.first_ns != 0 || config->retry.then_ns != 0 || config->retry.steps.count > 0;
    struct yaml_mark at = config->doc.root->at;
    if (own && config->retry.preset != NULL)
        yaml_error(&config->doc, at, "retry", "a schedule is either a preset, or first, steps and then");
    else if (own && (config->retry.first_ns == 0 || config->retry.then_ns == 0))
        yaml_error(&config->doc, at, "retry", "a schedule has first and then, and may have steps between");
    else if (config->retry.preset != NULL)
        take_preset(config, config->retry.preset);
    else if (own)
        take_steps(config);
    if (config->retry.lifetime_ns == 0)
        config->retry.lifetime_ns = 5 * DAY;
    if (config->retry.bounce_lifetime_ns == 0)
        config->retry.bounce_lifetime_ns = 2 * DAY;
    if (config->retry.waits.count > 0)
        rest_hosts_briefly(config);
}
