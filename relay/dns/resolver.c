#include "relay/dns/resolver.h"

#include <ares.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/list.h"
#include "lib/base/mem.h"

#define ANSWER_ARENA (1024 * 1024)

struct question {
    struct resolver *resolver;
    uint64_t id;
    char *name;
    enum wire_type type;
    resolver_fn *on_answer; /* NULL = forgotten */
    void *arg;
    /* the answer, until the loop tells it */
    bool answered;
    int status;
    char *bytes;
    size_t len;
    struct list_link link;
};

struct ares_socket {
    struct resolver *resolver;
    struct watch watch;
    struct list_link link;
};

struct resolver {
    struct loop *loop;
    ares_channel channel;
    struct prng prng;
    struct list questions; /* in the order in which they were asked */
    struct list sockets;
    struct timer timeout; /* c-ares' own */
    struct timer tell;    /* answers that are ready */
    uint64_t next_id;
    bool closing;
};

/* c-ares' next deadline; to be set again after every call into it. */
static void arm(struct resolver *resolver)
{
    struct timeval tv;
    if (resolver->closing)
        return;
    if (ares_timeout(resolver->channel, NULL, &tv) == NULL) {
        timer_stop(&resolver->timeout);
        return;
    }
    timer_set_after(&resolver->timeout, (int64_t)tv.tv_sec * 1000000000 + (int64_t)tv.tv_usec * 1000);
}

static void on_timeout(void *arg)
{
    struct resolver *resolver = arg;
    ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    arm(resolver);
}

static void on_socket_ready(void *arg, unsigned ready)
{
    struct ares_socket *socket = arg;
    struct resolver *resolver = socket->resolver;
    int fd = socket->watch.fd; /* the socket may be gone after the call */
    ares_process_fd(resolver->channel, (ready & LOOP_READ) != 0 ? fd : ARES_SOCKET_BAD,
                    (ready & LOOP_WRITE) != 0 ? fd : ARES_SOCKET_BAD);
    arm(resolver);
}

static struct ares_socket *find_socket(struct resolver *resolver, int fd)
{
    LIST_EACH(struct ares_socket, link, socket, &resolver->sockets)
    if (socket->watch.fd == fd)
        return socket;
    return NULL;
}

static void on_socket_state(void *arg, ares_socket_t fd, int readable, int writable)
{
    struct resolver *resolver = arg;
    struct ares_socket *socket = find_socket(resolver, fd);
    if (!readable && !writable) {
        if (socket != NULL) {
            watch_stop(&socket->watch);
            list_remove(&resolver->sockets, &socket->link);
            free(socket);
        }
        return;
    }
    if (socket == NULL) {
        socket = mem_zalloc(sizeof *socket);
        socket->resolver = resolver;
        watch_init(&socket->watch, resolver->loop, fd, on_socket_ready, socket);
        list_append(&resolver->sockets, &socket->link);
    }
    watch_set(&socket->watch, (readable ? LOOP_READ : 0u) | (writable ? LOOP_WRITE : 0u));
}

static void drop_question(struct question *question)
{
    list_remove(&question->resolver->questions, &question->link);
    free(question->name);
    free(question->bytes);
    free(question);
}

/* Called by c-ares, perhaps from inside ares_send: the answer is told later, from the loop. */
static void on_ares_answer(void *arg, int status, int timeouts, unsigned char *bytes, int len)
{
    struct question *question = arg;
    (void)timeouts;
    question->answered = true;
    question->status = status;
    if (bytes != NULL && len > 0) {
        question->bytes = mem_strndup((const char *)bytes, (size_t)len);
        question->len = (size_t)len;
    }
    if (!question->resolver->closing)
        timer_set_after(&question->resolver->tell, 0);
}

static void tell(struct question *question)
{
    struct wire_answer answer = {.result = WIRE_TEMPORARY};
    struct arena *arena = arena_new(ANSWER_ARENA);
    if (question->bytes != NULL)
        wire_read(slice_make(question->bytes, question->len), question->name, question->type, arena, &answer);
    else
        answer.why = ares_strerror(question->status);
    resolver_fn *on_answer = question->on_answer;
    void *to = question->arg;
    drop_question(question);
    if (on_answer != NULL)
        on_answer(to, &answer);
    arena_free(arena);
}

static void on_tell(void *arg)
{
    struct resolver *resolver = arg;
    bool found;
    do { /* telling may ask again, so the list is walked anew each time */
        found = false;
        LIST_EACH_SAFE(struct question, link, question, next, &resolver->questions)
        {
            if (!question->answered)
                continue;
            found = true;
            tell(question);
            break;
        }
    } while (found);
}

static int set_servers(struct resolver *resolver, const struct config *config, struct err *err)
{
    const struct config_server *servers = config->resolver.servers.items;
    struct buf text;
    buf_init(&text, 1024);
    for (size_t i = 0; i < config->resolver.servers.count; i++) {
        char address[INET_ADDRSTRLEN];
        (void)inet_ntop(AF_INET, &servers[i].address, address, sizeof address);
        (void)buf_printf(&text, "%s%s:%u", i > 0 ? "," : "", address, servers[i].port);
    }
    int status = ARES_SUCCESS;
    if (text.len > 0)
        status = ares_set_servers_ports_csv(resolver->channel, buf_cstr(&text));
    buf_fini(&text);
    return status == ARES_SUCCESS ? ERR_OK : err_set(err, ERR_SYSTEM, "DNS servers: %s", ares_strerror(status));
}

int resolver_new(struct resolver **out, const struct config *config, struct loop *loop, const struct prng *prng,
                 struct err *err)
{
    struct resolver *resolver = mem_zalloc(sizeof *resolver);
    resolver->loop = loop;
    resolver->next_id = 1;
    prng_fork(&resolver->prng, prng, "dns");
    list_init(&resolver->questions);
    list_init(&resolver->sockets);
    timer_init(&resolver->timeout, loop, on_timeout, resolver);
    timer_init(&resolver->tell, loop, on_tell, resolver);
    struct ares_options options = {.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP |
                                            ARES_FLAG_EDNS,
                                   .timeout = (int)(config->resolver.timeout_ns / 1000000),
                                   .tries = (int)config->resolver.tries,
                                   .lookups = (char[]){"b"},
                                   .sock_state_cb = on_socket_state,
                                   .sock_state_cb_data = resolver};
    int status = ares_init_options(&resolver->channel, &options,
                                   ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                                       ARES_OPT_SOCK_STATE_CB);
    if (status != ARES_SUCCESS) {
        free(resolver);
        return err_set(err, ERR_SYSTEM, "cannot start the resolver: %s", ares_strerror(status));
    }
    int rc = set_servers(resolver, config, err);
    if (rc != ERR_OK) {
        resolver_free(resolver);
        return rc;
    }
    *out = resolver;
    return ERR_OK;
}

void resolver_free(struct resolver *resolver)
{
    if (resolver == NULL)
        return;
    resolver->closing = true;
    timer_stop(&resolver->timeout);
    timer_stop(&resolver->tell);
    ares_destroy(resolver->channel);
    LIST_EACH_SAFE(struct question, link, question, next, &resolver->questions)
    drop_question(question);
    LIST_EACH_SAFE(struct ares_socket, link, socket, next_socket, &resolver->sockets)
    {
        watch_stop(&socket->watch);
        list_remove(&resolver->sockets, &socket->link);
        free(socket);
    }
    free(resolver);
}

uint64_t resolver_ask(struct resolver *resolver, const char *name, enum wire_type type, resolver_fn *on_answer,
                      void *arg)
{
    uint8_t packet[WIRE_QUERY_MAX];
    struct question *question = mem_zalloc(sizeof *question);
    *question = (struct question){.resolver = resolver,
                                  .id = resolver->next_id++,
                                  .name = mem_strdup(name),
                                  .type = type,
                                  .on_answer = on_answer,
                                  .arg = arg};
    list_append(&resolver->questions, &question->link);
    uint64_t id = question->id;
    size_t len = wire_query(name, type, (uint16_t)prng_below(&resolver->prng, 65536), packet);
    if (len > 0)
        ares_send(resolver->channel, packet, (int)len, on_ares_answer, question);
    else
        on_ares_answer(question, ARES_EBADNAME, 0, NULL, 0);
    arm(resolver);
    return id;
}

void resolver_forget(struct resolver *resolver, uint64_t id)
{
    LIST_EACH(struct question, link, question, &resolver->questions)
    if (question->id == id)
        question->on_answer = NULL;
}
