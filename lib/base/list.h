/*
 * An intrusive doubly linked list. The link is inside the member; the list owns nothing.
 *
 *     struct job { struct list_link link; ... };
 *     LIST_EACH(struct job, link, it, &jobs) { ... }   // it must not be removed in the body
 *     LIST_EACH_SAFE(struct job, link, it, tmp, &jobs) { list_remove(&jobs, &it->link); free(it); }
 */
#ifndef RL_BASE_LIST_H
#define RL_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list_link {
    struct list_link *prev;
    struct list_link *next;
};

struct list {
    struct list_link head;
    size_t count;
};

#define LIST_ITEM(type, member, ptr) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#define LIST_EACH(type, member, it, list)                                                                              \
    for (type *it = LIST_ITEM(type, member, (list)->head.next); &it->member != &(list)->head;                          \
         it = LIST_ITEM(type, member, it->member.next))

#define LIST_EACH_SAFE(type, member, it, tmp, list)                                                                    \
    for (type *it = LIST_ITEM(type, member, (list)->head.next), *tmp = LIST_ITEM(type, member, it->member.next);       \
         &it->member != &(list)->head; it = tmp, tmp = LIST_ITEM(type, member, tmp->member.next))

/* First member or NULL. */
#define LIST_FIRST(type, member, list) ((list)->count > 0 ? LIST_ITEM(type, member, (list)->head.next) : NULL)

static inline void list_init(struct list *list)
{
    list->head.prev = list->head.next = &list->head;
    list->count = 0;
}

static inline void list_insert_before(struct list *list, struct list_link *at, struct list_link *link)
{
    link->prev = at->prev;
    link->next = at;
    at->prev->next = link;
    at->prev = link;
    list->count++;
}

static inline void list_append(struct list *list, struct list_link *link)
{
    list_insert_before(list, &list->head, link);
}

static inline void list_remove(struct list *list, struct list_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->prev = link->next = NULL;
    list->count--;
}

static inline bool list_linked(const struct list_link *link)
{
    return link->next != NULL;
}

#endif
