#include "relay/operator/sending/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/io/loop.h"
#include "relay/dns/resolver.h"

#define ANSWERS_MAX ((size_t)64 * 1024 * 1024)

struct lookup {
    struct config own; /* when there is no other */
    struct loop *loop;
    struct resolver *resolver;
    struct arena *arena;
    struct wire_answer *answer; /* of the question that is open */
};

int lookup_open(struct lookup **out, const struct config *config, struct err *err)
{
    struct prng prng;
    struct lookup *lookup = mem_zalloc(sizeof *lookup);
    lookup->own.resolver.timeout_ns = 5 * NS_PER_S;
    lookup->own.resolver.tries = 3;
    lookup->arena = arena_new(ANSWERS_MAX);
    int rc = loop_new(&lookup->loop, err);
    if (rc == ERR_OK && prng_init_system(&prng) != ERR_OK)
        rc = err_errno(err, "no random numbers");
    if (rc == ERR_OK)
        rc = resolver_new(&lookup->resolver, config != NULL ? config : &lookup->own, lookup->loop, &prng, err);
    if (rc != ERR_OK) {
        lookup_close(lookup);
        return rc;
    }
    *out = lookup;
    return ERR_OK;
}

void lookup_close(struct lookup *lookup)
{
    if (lookup == NULL)
        return;
    resolver_free(lookup->resolver);
    if (lookup->loop != NULL)
        loop_free(lookup->loop);
    arena_free(lookup->arena);
    free(lookup);
}

static void on_answer(void *arg, const struct wire_answer *answer)
{
    struct lookup *lookup = arg;
    struct wire_answer *out = lookup->answer;
    *out = *answer;
    out->why = answer->why != NULL ? arena_strdup(lookup->arena, answer->why) : NULL;
    out->records = arena_alloc(lookup->arena, answer->count * sizeof *out->records);
    for (size_t i = 0; i < answer->count; i++) {
        struct wire_record *record = &out->records[i];
        *record = answer->records[i];
        if (record->host != NULL)
            record->host = arena_strdup(lookup->arena, record->host);
        record->text = slice_make(arena_slice_dup(lookup->arena, record->text), record->text.len);
    }
    lookup->answer = NULL;
    loop_stop(lookup->loop);
}

void lookup_ask(void *arg, const char *name, enum wire_type type, struct wire_answer *out)
{
    struct lookup *lookup = arg;
    struct err err = {0};
    lookup->answer = out;
    uint64_t id = resolver_ask(lookup->resolver, name, type, on_answer, lookup);
    if (loop_run(lookup->loop, &err) == ERR_OK && lookup->answer == NULL)
        return;
    resolver_forget(lookup->resolver, id);
    *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = arena_strdup(lookup->arena, err.text)};
    lookup->answer = NULL;
}
