#include "warp/loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_BLOCK 0x7f400000u /* 127.64.0.0: clear of 127.0.0.1, 127.0.0.53 and 127.0.1.1 */
#define BLOCK_SIZE  (WARP_BLOCK_NETS * 256u)
#define BLOCKS      2048u

/* Below the ports that the kernel gives to sockets that ask for any. */
static const uint16_t shifts[] = {20000, 22000, 24000, 26000, 28000, 30000};

static bool is_localhost6(const struct warp_net *net)
{
    return net->family == 6 && net->bits == 128 && memcmp(net->addr, &in6addr_loopback, sizeof net->addr) == 0;
}

static int check_world(const struct plan *plan, struct err *err)
{
    for (size_t i = 0; i < plan->world_count; i++)
        if (plan->world[i].family == 4 ? plan->world[i].bits != 24 : !is_localhost6(&plan->world[i]))
            return err_set(err, ERR_INVALID,
                           "network %zu of the world fits in no block of loopback: only an IPv4 /24 and ::1/128 do",
                           i + 1);
    if (plan->world_count == 0 || plan->world_count > WARP_BLOCK_NETS)
        return err_set(err, ERR_INVALID, "a block of loopback holds one to %d networks; the world has %zu",
                       WARP_BLOCK_NETS, plan->world_count);
    return ERR_OK;
}

/* 1 when this run has it now, 0 when another run has it. */
static int take(int fd, unsigned block, struct err *err)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int len = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "relaylab/loopback/%u", block);
    if (bind(fd, (struct sockaddr *)&name, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len)) == 0)
        return 1;
    return errno == EADDRINUSE ? 0 : err_errno(err, "cannot claim a block of loopback addresses");
}

/* From the process's number on: so one block is used again late, when nothing of its last run lingers. */
static int take_any(struct plan *plan, int *claim, struct err *err)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), got = 0;
    if (fd < 0)
        return err_errno(err, "cannot claim a block of loopback addresses");
    for (unsigned i = 0; i < BLOCKS && got == 0; i++) {
        unsigned block = ((unsigned)getpid() + i) % BLOCKS;
        got = take(fd, block, err);
        plan->block = FIRST_BLOCK + block * BLOCK_SIZE;
    }
    if (got == 1) {
        *claim = fd;
        return ERR_OK;
    }
    close(fd);
    return got < 0 ? got : err_set(err, ERR_SYSTEM, "all %u blocks of loopback addresses are taken by runs", BLOCKS);
}

static bool is_free(uint32_t addr, int type, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(addr)}, .sin_port = htons(port)};
    int on = 1, fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    if (type == SOCK_STREAM)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool free = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
    if (fd >= 0)
        close(fd);
    return free;
}

/* The first port that another program uses, on all addresses of this machine for instance; 0 when there is none. */
static uint16_t find_taken(const struct plan *plan, uint16_t shift)
{
    for (size_t r = 0; r < plan->role_count; r++)
        for (size_t i = 0; i < plan->roles[r].port_count; i++) {
            uint16_t port = plan->roles[r].ports[i], real = (uint16_t)(port + (port < 1024 ? shift : 0));
            if (!is_free(plan->block + 1, SOCK_STREAM, real) || !is_free(plan->block + 1, SOCK_DGRAM, real))
                return real;
        }
    return 0;
}

static int choose_shift(struct plan *plan, struct err *err)
{
    uint16_t taken = 0;
    for (size_t i = 0; i < sizeof shifts / sizeof shifts[0]; i++) {
        taken = find_taken(plan, shifts[i]);
        if (taken == 0) {
            plan->port_shift = shifts[i];
            return ERR_OK;
        }
    }
    return err_set(err, ERR_SYSTEM,
                   "the ports of the simulated internet are in use on this machine: another program listens on port "
                   "%u of all addresses, and on others instead of it (see `ss -lntu`)",
                   taken);
}

int loopback_claim(struct plan *plan, int *claim, struct err *err)
{
    int fd = -1, rc = check_world(plan, err);
    if (rc == ERR_OK)
        rc = take_any(plan, &fd, err);
    if (rc == ERR_OK)
        rc = choose_shift(plan, err);
    if (rc == ERR_OK)
        *claim = fd;
    else if (fd >= 0)
        close(fd);
    return rc;
}
