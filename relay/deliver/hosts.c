#include "relay/deliver/hosts.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "relay/queue/schedule.h"

struct host {
    struct ip address;
    unsigned failures;
    int64_t failed_ns; /* start of the attempt that failed last */
    int64_t rest_until_ns;
};

struct hosts {
    struct host *list; /* hosts that failed last; in no order */
    size_t count, room;
};

struct hosts *hosts_new(void)
{
    return mem_zalloc(sizeof(struct hosts));
}

void hosts_free(struct hosts *hosts)
{
    if (hosts == NULL)
        return;
    free(hosts->list);
    free(hosts);
}

static struct host *find(const struct hosts *hosts, struct ip address)
{
    for (size_t i = 0; i < hosts->count; i++)
        if (ip_eq(hosts->list[i].address, address))
            return &hosts->list[i];
    return NULL;
}

int64_t hosts_rest_until_ns(const struct hosts *hosts, struct ip address)
{
    const struct host *host = find(hosts, address);
    return host != NULL ? host->rest_until_ns : 0;
}

int64_t hosts_failed_ns(const struct hosts *hosts, struct ip address)
{
    const struct host *host = find(hosts, address);
    return host != NULL ? host->failed_ns : 0;
}

static void forget(struct hosts *hosts, struct host *host)
{
    *host = hosts->list[--hosts->count];
}

static void make_room(struct hosts *hosts)
{
    if (hosts->count == HOSTS_MAX) {
        struct host *first = &hosts->list[0];
        for (size_t i = 1; i < hosts->count; i++)
            if (hosts->list[i].rest_until_ns < first->rest_until_ns)
                first = &hosts->list[i];
        forget(hosts, first);
    }
    if (hosts->count == hosts->room) {
        hosts->room = hosts->room > 0 ? 2 * hosts->room : 16;
        hosts->list = mem_realloc(hosts->list, hosts->room, sizeof *hosts->list);
    }
}

void hosts_failed(struct hosts *hosts, struct ip address, int64_t started_ns, int64_t first_ns, int64_t max_ns)
{
    struct host *host = find(hosts, address);
    if (host == NULL) {
        make_room(hosts);
        host = &hosts->list[hosts->count++];
        *host = (struct host){.address = address};
    }
    if (host->rest_until_ns > started_ns)
        return; /* another attempt of the same time has told already */
    host->failed_ns = started_ns;
    host->rest_until_ns = started_ns + schedule_step(first_ns, max_ns, ++host->failures);
}

void hosts_succeeded(struct hosts *hosts, struct ip address, int64_t opened_ns)
{
    struct host *host = find(hosts, address);
    if (host != NULL && opened_ns > host->failed_ns)
        forget(hosts, host);
}
