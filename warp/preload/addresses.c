/*
 * The addresses that programs see, and those that the kernel sees, when a run has no network of its own.
 *
 *     program:  192.0.2.10:25  203.0.113.129:53  127.0.0.1:8080      world[2], world[4], world[0]
 *     kernel:   127.B.b+2.10:20025  127.B.b+4.129:20053  127.B.b.1:8080
 *
 * The block is the run's alone (warp/loopback.h), localhost is in it too: so neither another run nor a service of
 * this machine can be met by chance. Applies to all threads, since none may speak to the real addresses.
 */
#include "warp/preload/preload.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NET_SIZE         256u
#define PRIVILEGED_PORTS 1024u

static bool is_ipv4(const struct sockaddr *at, socklen_t size)
{
    return at != NULL && size >= sizeof(struct sockaddr_in) && at->sa_family == AF_INET;
}

static uint32_t address_of(const struct sockaddr *at)
{
    return ntohl(((const struct sockaddr_in *)(const void *)at)->sin_addr.s_addr);
}

static uint32_t net_address(uint32_t i)
{
    const uint8_t *a = warp->world[i].addr;
    return (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8;
}

/* The index of the world's network; world_count when it is in none. Those of a block are all /24 (loopback_claim). */
static uint32_t find_net(uint32_t addr)
{
    uint32_t i = 0;
    while (i < warp->world_count && (warp->world[i].family != 4 || net_address(i) != (addr & ~(NET_SIZE - 1))))
        i++;
    return i;
}

static bool is_shifted(uint16_t port)
{
    return port >= warp->port_shift && port < warp->port_shift + PRIVILEGED_PORTS;
}

bool to_real(const struct sockaddr *at, socklen_t len, struct real_address *out)
{
    out->at = at;
    if (warp == NULL || warp->block == 0 || !is_ipv4(at, len))
        return true;
    memcpy(&out->space, at, sizeof out->space);
    uint32_t addr = address_of(at), net = find_net(addr);
    uint16_t port = ntohs(out->space.sin_port);
    if (net == warp->world_count)
        return true;
    if (is_shifted(port))
        return false;
    out->space.sin_addr.s_addr = htonl(warp->block + net * NET_SIZE + addr % NET_SIZE);
    if (port != 0 && port < PRIVILEGED_PORTS)
        out->space.sin_port = htons((uint16_t)(port + warp->port_shift));
    out->at = (const struct sockaddr *)&out->space;
    return true;
}

static bool in_block(uint32_t addr)
{
    return addr >= warp->block && addr < warp->block + WARP_BLOCK_NETS * NET_SIZE;
}

/* Whether a system call filled in an IPv4 address that may be of the block. */
static bool is_real_ipv4(const struct sockaddr *at, socklen_t size, const socklen_t *len)
{
    return warp != NULL && warp->block != 0 && is_ipv4(at, room(len) < size ? room(len) : size);
}

void to_world(struct sockaddr *at, socklen_t size, const socklen_t *len)
{
    struct sockaddr_in *in = (struct sockaddr_in *)at;
    if (!is_real_ipv4(at, size, len) || !in_block(address_of(at)))
        return;
    uint32_t offset = address_of(at) - warp->block;
    in->sin_addr.s_addr = htonl(net_address(offset / NET_SIZE) + offset % NET_SIZE);
    if (is_shifted(ntohs(in->sin_port)))
        in->sin_port = htons((uint16_t)(ntohs(in->sin_port) - warp->port_shift));
}

bool is_stranger(const struct sockaddr *at, socklen_t size, const socklen_t *len)
{
    return is_real_ipv4(at, size, len) && !in_block(address_of(at));
}

/* Whom the kernel would choose by its routes, had the world its own: localhost to itself, home to all others. */
void bind_source(int fd, const struct sockaddr *to)
{
    struct sockaddr_in own = {0};
    socklen_t len = sizeof own;
    if (warp == NULL || warp->block == 0 || syscall(SYS_getsockname, fd, &own, &len) != 0 ||
        own.sin_family != AF_INET || own.sin_addr.s_addr != 0 || own.sin_port != 0)
        return;
    bool local = to != NULL && address_of(to) >> 24 == 127;
    struct sockaddr_in source = {.sin_family = AF_INET,
                                 .sin_addr = {htonl(local || warp->home == 0 ? INADDR_LOOPBACK : warp->home)}};
    struct real_address real;
    int on = 1; /* the port is chosen at connect, as for a socket without an address */
    syscall(SYS_setsockopt, fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (to_real((struct sockaddr *)&source, sizeof source, &real))
        syscall(SYS_bind, fd, real.at, sizeof real.space);
}
