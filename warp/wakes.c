#include "warp/wakes.h"

#include <stdio.h>
#include <string.h>

uint32_t wakes_program(struct wakes *wakes, const char *name)
{
    char cut[WAKES_NAME_SIZE];
    (void)snprintf(cut, sizeof cut, "%s", name);
    for (uint32_t i = 0; i < wakes->count; i++)
        if (strcmp(wakes->programs[i].name, cut) == 0)
            return i + 1;
    if (wakes->count == WAKES_PROGRAMS)
        return 0;
    memcpy(wakes->programs[wakes->count].name, cut, sizeof cut);
    return ++wakes->count;
}

/* The text is in reach of every target: what does not look like a name of a call is "?". */
static void clean_name(const char call[WARP_CALL_SIZE], char out[WARP_CALL_SIZE])
{
    size_t len = strnlen(call, WARP_CALL_SIZE);
    bool good = len > 0 && len < WARP_CALL_SIZE;
    for (size_t i = 0; good && i < len; i++)
        good = (call[i] >= 'a' && call[i] <= 'z') || (call[i] >= '0' && call[i] <= '9') || call[i] == '_';
    (void)snprintf(out, WARP_CALL_SIZE, "%.*s", good ? (int)len : 1, good ? call : "?");
}

static struct wakes_call *find_call(struct wakes_program *program, const char call[WARP_CALL_SIZE], int64_t now_ns)
{
    char name[WARP_CALL_SIZE];
    clean_name(call, name);
    for (size_t i = 0; i < WAKES_CALLS; i++) {
        struct wakes_call *one = &program->calls[i];
        if (one->name[0] == '\0') {
            memcpy(one->name, name, sizeof name);
            one->began_ns = now_ns;
        }
        if (strcmp(one->name, name) == 0)
            return one;
    }
    return NULL;
}

static void describe(const struct wakes_program *program, const struct wakes_call *call, int32_t pid, int64_t now_ns,
                     char *out, size_t size)
{
    char span[DURATION_TEXT_MAX], rate[32] = "all at one instant";
    int64_t length_ns = now_ns - call->began_ns;
    int64_t rounded_ns = (length_ns + NS_PER_S / 2) / NS_PER_S * NS_PER_S;
    if (length_ns > 0)
        (void)snprintf(rate, sizeof rate, "%.0f a second", call->count / ((double)length_ns / 1e9));
    (void)snprintf(out, size,
                   "%s (process %d) woke %u times in %s of virtual time, %s (%s); each wake-up is a step of the clock, "
                   "which makes long runs slow: wait for longer, or for events (docs/TARGETS.md, Programs that wake "
                   "often)",
                   program->name, (int)pid, call->count, duration_format(rounded_ns, span), rate, call->name);
}

bool wakes_count(struct wakes *wakes, uint32_t number, const char call[WARP_CALL_SIZE], int32_t pid, int64_t now_ns,
                 char *out, size_t size)
{
    bool counted = number > 0 && number <= wakes->count && call[0] != '\0';
    struct wakes_program *program = counted ? &wakes->programs[number - 1] : NULL;
    struct wakes_call *one = program != NULL && !program->reported ? find_call(program, call, now_ns) : NULL;
    if (one == NULL)
        return false;
    if (now_ns - one->began_ns > WAKES_WITHIN_NS) {
        one->began_ns = now_ns;
        one->count = 0;
    }
    if (++one->count < WAKES_MANY)
        return false;
    program->reported = true;
    describe(program, one, pid, now_ns, out, size);
    return true;
}
