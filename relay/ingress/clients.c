#include "relay/ingress/clients.h"

#include <stdlib.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

void clients_init(struct clients *clients)
{
    *clients = (struct clients){0};
    list_init(&clients->all);
}

void clients_set_limits(struct clients *clients, uint64_t receiving_size, uint64_t message_size)
{
    clients->budget.max = receiving_size;
    clients->share_max = receiving_size / 2 > message_size ? receiving_size / 2 : message_size;
    LIST_EACH (struct client, link, client, &clients->all)
        client->budget.max = clients->share_max;
}

static struct client *find(const struct clients *clients, struct ip address)
{
    LIST_EACH (struct client, link, client, &clients->all)
        if (ip_eq(client->address, address))
            return client;
    return NULL;
}

static struct client *add(struct clients *clients, struct ip address)
{
    struct client *client = mem_zalloc(sizeof *client);
    client->address = address;
    client->budget = (struct server_budget){.max = clients->share_max, .whole = &clients->budget};
    list_append(&clients->all, &client->link);
    return client;
}

struct client *clients_join(struct clients *clients, struct ip address)
{
    struct client *client = find(clients, address);
    if (client == NULL)
        client = add(clients, address);
    client->sessions++;
    return client;
}

void clients_leave(struct clients *clients, struct client *client)
{
    if (--client->sessions > 0)
        return;
    rl_assert(client->budget.used == 0);
    list_remove(&clients->all, &client->link);
    free(client);
}
