#include "relay/queue/warnings.h"

#include <string.h>

static bool is_older(const void *a, const void *b)
{
    const struct queue_message *x = a, *y = b;
    return x->created_ns != y->created_ns ? x->created_ns < y->created_ns : strcmp(x->id, y->id) < 0;
}

static size_t *position_of(void *item)
{
    return &((struct queue_message *)item)->warning_position;
}

void warnings_init(struct warnings *warnings, int64_t after_ns)
{
    heap_init(&warnings->waiting, is_older, position_of);
    warnings->after_ns = after_ns;
}

void warnings_fini(struct warnings *warnings)
{
    heap_fini(&warnings->waiting);
}

void warnings_add(struct warnings *warnings, struct queue_message *message)
{
    if (warnings->after_ns > 0 && message->mail.reverse_path[0] != '\0')
        heap_add(&warnings->waiting, message);
}

void warnings_remove(struct warnings *warnings, struct queue_message *message)
{
    if (message->warning_position != HEAP_NOWHERE)
        heap_remove(&warnings->waiting, message);
}

int64_t warnings_due_ns(const struct warnings *warnings)
{
    const struct queue_message *first = heap_first(&warnings->waiting);
    return first != NULL ? first->created_ns + warnings->after_ns : INT64_MAX;
}

static bool is_being_tried(const struct queue_message *message)
{
    LIST_EACH (struct queue_recipient, link, r, &message->recipients)
        if (r->busy)
            return true;
    return false;
}

struct queue_message *warnings_take(struct warnings *warnings, int64_t now_ns)
{
    while (warnings_due_ns(warnings) <= now_ns) {
        struct queue_message *message = heap_first(&warnings->waiting);
        heap_remove(&warnings->waiting, message);
        message->warning_waits = is_being_tried(message);
        if (!message->warning_waits && message->recipient_count > 0) /* with none it ends with this turn */
            return message;
    }
    return NULL;
}

bool warnings_was_waiting(struct queue_message *message)
{
    if (!message->warning_waits || is_being_tried(message))
        return false;
    message->warning_waits = false;
    return true;
}
