/* What the queue's database keeps for other modules. */
#include "relay/queue/internal.h"

void queue_put_record(struct queue *queue, const char *kind, const char *name, const char *value)
{
    struct err err = {0};
    if (!queue->failed && store_put_record(queue->store, kind, name, value, &err) != ERR_OK)
        queue_give_up(queue, &err);
}

void queue_delete_record(struct queue *queue, const char *kind, const char *name)
{
    struct err err = {0};
    if (!queue->failed && store_delete_record(queue->store, kind, name, &err) != ERR_OK)
        queue_give_up(queue, &err);
}

int queue_each_record(struct queue *queue, const char *kind, void (*each)(void *, const char *, const char *),
                      void *arg, struct err *err)
{
    return store_each_record(queue->store, kind, each, arg, err);
}
