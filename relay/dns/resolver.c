#include "relay/dns/resolver.h"

#include <ares.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/list.h"
#include "lib/base/mem.h"

#define ANSWER_ARENA (8 * 1024 * 1024) /* 64 KiB of records with names as text */
#define SERVERS_MAX  16
#define REASON_MAX   128

/* How a question is put: one way a round. */
static const struct way {
    bool edns, tcp;
} ways[] = {{.edns = true}, {0}, {.tcp = true}};

struct question {
    struct resolver *resolver;
    uint64_t id;
    char *name; /* as asked, or the target of the last alias */
    enum wire_type type;
    resolver_fn *on_answer;
    void *arg;
    size_t step; /* of rounds * servers */
    int aliases;
    char reason[REASON_MAX]; /* of the first step that failed */
    /* the packet under way */
    ares_channel channel; /* NULL = none */
    struct list sockets;
    struct timer timer; /* c-ares' own deadline; at once, when there is an answer to look at */
    bool answered, closing;
    int status;
    char *bytes;
    size_t len;
    struct list_link link;
};

struct ares_socket {
    struct question *question;
    struct watch watch;
    struct list_link link;
};

struct resolver {
    struct loop *loop;
    const struct config *config;
    struct prng prng;
    struct ares_addr_port_node servers[SERVERS_MAX];
    size_t server_count, server_first;
    struct list questions; /* in the order in which they were asked */
    uint64_t next_id;
};

/* ---- c-ares: one channel a packet ---- */

/* c-ares' next deadline; to be set again after every call into it. */
static void arm(struct question *question)
{
    struct timeval tv;
    if (question->answered)
        timer_set_after(&question->timer, 0);
    else if (ares_timeout(question->channel, NULL, &tv) == NULL)
        timer_stop(&question->timer);
    else
        timer_set_after(&question->timer, (int64_t)tv.tv_sec * 1000000000 + (int64_t)tv.tv_usec * 1000);
}

static void on_socket_ready(void *arg, unsigned ready)
{
    struct ares_socket *socket = arg;
    struct question *question = socket->question;
    int fd = socket->watch.fd; /* the socket may be gone after the call */
    ares_process_fd(question->channel, (ready & LOOP_READ) != 0 ? fd : ARES_SOCKET_BAD,
                    (ready & LOOP_WRITE) != 0 ? fd : ARES_SOCKET_BAD);
    arm(question);
}

static struct ares_socket *find_socket(struct question *question, int fd)
{
    LIST_EACH (struct ares_socket, link, socket, &question->sockets)
        if (socket->watch.fd == fd)
            return socket;
    return NULL;
}

static void drop_socket(struct ares_socket *socket)
{
    watch_stop(&socket->watch);
    list_remove(&socket->question->sockets, &socket->link);
    free(socket);
}

static void on_socket_state(void *arg, ares_socket_t fd, int readable, int writable)
{
    struct question *question = arg;
    struct ares_socket *socket = find_socket(question, fd);
    if (!readable && !writable) {
        if (socket != NULL)
            drop_socket(socket);
        return;
    }
    if (socket == NULL) {
        socket = mem_zalloc(sizeof *socket);
        socket->question = question;
        watch_init(&socket->watch, question->resolver->loop, fd, on_socket_ready, socket);
        list_append(&question->sockets, &socket->link);
    }
    watch_set(&socket->watch, (readable ? LOOP_READ : 0u) | (writable ? LOOP_WRITE : 0u));
}

/* Called by c-ares, perhaps from inside ares_send: the answer is looked at later, from the loop. */
static void on_ares_answer(void *arg, int status, int timeouts, unsigned char *bytes, int len)
{
    struct question *question = arg;
    (void)timeouts;
    if (question->closing)
        return;
    question->answered = true;
    question->status = status;
    if (bytes != NULL && len > 0) {
        question->bytes = mem_strndup((const char *)bytes, (size_t)len);
        question->len = (size_t)len;
    }
}

/* Never from inside a callback of c-ares. */
static void close_channel(struct question *question)
{
    question->closing = true;
    timer_stop(&question->timer);
    if (question->channel != NULL)
        ares_destroy(question->channel);
    question->channel = NULL;
    LIST_EACH_SAFE (struct ares_socket, link, socket, next, &question->sockets)
        drop_socket(socket);
    free(question->bytes);
    question->bytes = NULL;
    question->len = 0;
    question->answered = question->closing = false;
}

static int open_channel(struct question *question, const struct way *way)
{
    const struct config *config = question->resolver->config;
    /* With EDNS c-ares accepts more than 512 octets over UDP. */
    int flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP | (way->edns ? ARES_FLAG_EDNS : 0) |
                (way->tcp ? ARES_FLAG_USEVC : 0);
    struct ares_options options = {.flags = flags,
                                   .timeout = (int)(config->resolver.timeout_ns / 1000000),
                                   .tries = 1,
                                   .lookups = (char[]){"b"},
                                   .sock_state_cb = on_socket_state,
                                   .sock_state_cb_data = question};
    return ares_init_options(&question->channel, &options,
                             ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                                 ARES_OPT_SOCK_STATE_CB | ARES_OPT_DOMAINS);
}

/* ---- one question: step after step ---- */

static void send_packet(struct question *question)
{
    struct resolver *resolver = question->resolver;
    uint8_t packet[WIRE_QUERY_MAX];
    size_t round = question->step / resolver->server_count;
    const struct way *way = &ways[round % (sizeof ways / sizeof ways[0])];
    struct ares_addr_port_node server =
        resolver->servers[(resolver->server_first + question->step) % resolver->server_count];
    uint16_t id = (uint16_t)prng_below(&resolver->prng, 65536);
    size_t len = wire_query(question->name, question->type, id, way->edns, packet);
    int status = len > 0 ? open_channel(question, way) : ARES_EBADNAME;
    if (status == ARES_SUCCESS)
        status = ares_set_servers_ports(question->channel, &server);
    if (status == ARES_SUCCESS)
        ares_send(question->channel, packet, (int)len, on_ares_answer, question);
    else
        on_ares_answer(question, status, 0, NULL, 0);
    arm(question);
}

static void drop_question(struct question *question)
{
    close_channel(question);
    list_remove(&question->resolver->questions, &question->link);
    free(question->name);
    free(question);
}

static void read_answer(const struct question *question, struct arena *arena, struct wire_answer *answer)
{
    if (question->bytes != NULL)
        wire_read(slice_make(question->bytes, question->len), question->name, question->type, arena, answer);
    else
        *answer = (struct wire_answer){.result = WIRE_TEMPORARY, .why = ares_strerror(question->status)};
}

static void follow_alias(struct question *question, const char *alias)
{
    char *name = mem_strdup(alias);
    close_channel(question);
    free(question->name);
    question->name = name;
    question->aliases++;
    question->step = 0;
    send_packet(question);
}

/* Another server, or another way; false when all were tried. */
static bool ask_again(struct question *question, const char *why)
{
    struct resolver *resolver = question->resolver;
    if (question->reason[0] == '\0')
        (void)snprintf(question->reason, sizeof question->reason, "%s", why);
    if (question->status == ARES_EBADNAME ||
        question->step + 1 >= resolver->server_count * (size_t)resolver->config->resolver.tries)
        return false;
    close_channel(question);
    question->step++;
    send_packet(question);
    return true;
}

static void look_at_answer(struct question *question)
{
    struct resolver *resolver = question->resolver;
    struct wire_answer answer = {0};
    struct arena *arena = arena_new(ANSWER_ARENA);
    read_answer(question, arena, &answer);
    if (answer.result == WIRE_ALIAS && question->aliases < WIRE_CHAIN_MAX) {
        follow_alias(question, answer.alias);
    } else if (answer.result == WIRE_TEMPORARY && ask_again(question, answer.why)) {
        arena_free(arena);
        return;
    } else {
        if (answer.result == WIRE_ALIAS)
            answer = (struct wire_answer){.result = WIRE_TEMPORARY, .why = "an alias chain that is too long"};
        else if (answer.result == WIRE_TEMPORARY)
            answer.why = arena_strdup(arena, question->reason);
        else
            resolver->server_first = (resolver->server_first + question->step) % resolver->server_count;
        resolver_fn *on_answer = question->on_answer;
        void *to = question->arg;
        drop_question(question);
        on_answer(to, &answer);
    }
    arena_free(arena);
}

static void on_timer(void *arg)
{
    struct question *question = arg;
    if (!question->answered) {
        ares_process_fd(question->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        arm(question);
        return;
    }
    look_at_answer(question);
}

/* ---- servers ---- */

static void add_server(struct resolver *resolver, const struct ares_addr_port_node *server)
{
    if (resolver->server_count == SERVERS_MAX)
        return;
    struct ares_addr_port_node *copy = &resolver->servers[resolver->server_count++];
    *copy = *server;
    copy->next = NULL;
}

/* Those of /etc/resolv.conf, as c-ares reads it; 127.0.0.1 without one. */
static int find_servers(struct resolver *resolver, struct err *err)
{
    ares_channel channel;
    struct ares_addr_port_node *found = NULL;
    int status = ares_init(&channel);
    if (status != ARES_SUCCESS)
        return err_set(err, ERR_SYSTEM, "cannot start the resolver: %s", ares_strerror(status));
    status = ares_get_servers_ports(channel, &found);
    for (const struct ares_addr_port_node *server = found; server != NULL; server = server->next)
        add_server(resolver, server);
    ares_free_data(found);
    ares_destroy(channel);
    if (resolver->server_count == 0)
        return err_set(err, ERR_SYSTEM, "no DNS server is configured: add one to resolver.servers (%s)",
                       ares_strerror(status));
    return ERR_OK;
}

static void take_servers(struct resolver *resolver)
{
    const struct yaml_list *list = &resolver->config->resolver.servers;
    const struct ip_port *servers = list->items;
    for (size_t i = 0; i < list->count; i++) {
        struct ares_addr_port_node server = {
            .family = ip_family(servers[i].ip), .udp_port = servers[i].port, .tcp_port = servers[i].port};
        struct slice octets = ip_bytes(&servers[i].ip);
        memcpy(&server.addr, octets.ptr, octets.len);
        add_server(resolver, &server);
    }
}

/* ---- life ---- */

int resolver_new(struct resolver **out, const struct config *config, struct loop *loop, const struct prng *prng,
                 struct err *err)
{
    struct resolver *resolver = mem_zalloc(sizeof *resolver);
    int rc = ERR_OK;
    resolver->loop = loop;
    resolver->config = config_ref(config);
    resolver->next_id = 1;
    prng_fork(&resolver->prng, prng, "dns");
    list_init(&resolver->questions);
    take_servers(resolver);
    if (resolver->server_count == 0)
        rc = find_servers(resolver, err);
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
    LIST_EACH_SAFE (struct question, link, question, next, &resolver->questions)
        drop_question(question);
    config_free((struct config *)resolver->config);
    free(resolver);
}

struct loop *resolver_loop(const struct resolver *resolver)
{
    return resolver->loop;
}

uint64_t resolver_ask(struct resolver *resolver, const char *name, enum wire_type type, resolver_fn *on_answer,
                      void *arg)
{
    struct question *question = mem_zalloc(sizeof *question);
    *question = (struct question){.resolver = resolver,
                                  .id = resolver->next_id++,
                                  .name = mem_strdup(name),
                                  .type = type,
                                  .on_answer = on_answer,
                                  .arg = arg};
    list_init(&question->sockets);
    timer_init(&question->timer, resolver->loop, on_timer, question);
    list_append(&resolver->questions, &question->link);
    send_packet(question);
    return question->id;
}

void resolver_forget(struct resolver *resolver, uint64_t id)
{
    LIST_EACH_SAFE (struct question, link, question, next, &resolver->questions)
        if (question->id == id)
            drop_question(question);
}
