/*
 * The addresses that programs see, and those that the kernel sees, when a run does not have its own network.
 *
 *     program:  192.0.2.10:25  203.0.113.129:53  127.0.0.1:8080      world[2], world[4], world[0]
 *     kernel:   127.B.b+2.10:20025  127.B.b+4.129:20053  127.B.b.1:8080
 *
 * An IPv6 socket has these as IPv4-mapped addresses (::ffff:192.0.2.10, RFC 4291 §2.5.5.2), in the program and in the
 * kernel; the program's ::1 is the host 1 of its network of the block, which is IPv4-mapped in the kernel too.
 *
 * The block is the run's alone (warp/loopback.h), localhost is in it, too: so no program reaches another run or a
 * service of this machine by chance. Applies to all threads, since none may use the real addresses.
 */
#include "warp/preload/preload.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NET_SIZE         256u
#define PRIVILEGED_PORTS 1024u
#define LOCALHOST_HOST   1u /* of ::1 in its network of the block */

/* How many octets of an IP address matter here; 0 for anything else. */
static socklen_t ip_size(const struct sockaddr *at, socklen_t size)
{
    if (at == NULL || size < sizeof at->sa_family)
        return 0;
    if (at->sa_family == AF_INET && size >= sizeof(struct sockaddr_in))
        return sizeof(struct sockaddr_in);
    if (at->sa_family == AF_INET6 && size >= SIN6_LEAST_SIZE)
        return SIN6_LEAST_SIZE;
    return 0;
}

bool ip_copy(const struct sockaddr *at, socklen_t size, union ip_address *out)
{
    *out = (union ip_address){0};
    if (ip_size(at, size) == 0)
        return false;
    memcpy(out, at, size < sizeof *out ? size : sizeof *out);
    return true;
}

bool ip_has_ipv4(const union ip_address *at, uint32_t *addr)
{
    if (at->any.sa_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(&at->in6.sin6_addr))
        return false;
    *addr = ntohl(at->any.sa_family == AF_INET ? at->in.sin_addr.s_addr : at->in6.sin6_addr.s6_addr32[3]);
    return true;
}

void ip_set_ipv4(union ip_address *at, uint32_t addr)
{
    struct in6_addr mapped = {.s6_addr32 = {0, 0, htonl(0xffff), htonl(addr)}};
    if (at->any.sa_family == AF_INET)
        at->in.sin_addr.s_addr = htonl(addr);
    else
        at->in6.sin6_addr = mapped;
}

static uint32_t net_address(uint32_t i)
{
    const uint8_t *a = warp->world[i].addr;
    return (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8;
}

/* The index of the world's network; world_count when it is in none. A block has /24s and ::1 (loopback_claim). */
static uint32_t find_net(const union ip_address *at)
{
    uint32_t i = 0, addr = 0;
    bool ipv4 = ip_has_ipv4(at, &addr);
    if (!ipv4 && !IN6_IS_ADDR_LOOPBACK(&at->in6.sin6_addr))
        return warp->world_count;
    for (; i < warp->world_count; i++) {
        bool same_family = warp->world[i].family == (ipv4 ? 4 : 6);
        if (same_family && (!ipv4 || net_address(i) == (addr & ~(NET_SIZE - 1))))
            break;
    }
    return i;
}

static bool is_shifted(uint16_t port)
{
    return port >= warp->port_shift && port < warp->port_shift + PRIVILEGED_PORTS;
}

bool to_real(const struct sockaddr *at, socklen_t len, struct real_address *out)
{
    out->at = at;
    out->len = len;
    if (warp == NULL || warp->block == 0 || !ip_copy(at, len, &out->space))
        return true;
    uint32_t addr = LOCALHOST_HOST, net = find_net(&out->space);
    uint16_t port = ntohs(out->space.in.sin_port);
    if (net == warp->world_count)
        return true;
    if (is_shifted(port))
        return false;
    (void)ip_has_ipv4(&out->space, &addr);
    ip_set_ipv4(&out->space, warp->block + net * NET_SIZE + addr % NET_SIZE);
    if (port != 0 && port < PRIVILEGED_PORTS)
        out->space.in.sin_port = htons((uint16_t)(port + warp->port_shift));
    out->at = &out->space.any;
    out->len = len < sizeof out->space ? len : sizeof out->space;
    return true;
}

static bool in_block(const union ip_address *at, uint32_t *addr)
{
    return ip_has_ipv4(at, addr) && *addr >= warp->block && *addr < warp->block + WARP_BLOCK_NETS * NET_SIZE;
}

/* Translates what a system call filled in: an IP address that may be of the block. */
static bool take_real(const struct sockaddr *at, socklen_t size, const socklen_t *len, union ip_address *out)
{
    return warp != NULL && warp->block != 0 && ip_copy(at, room(len) < size ? room(len) : size, out);
}

void to_world(struct sockaddr *at, socklen_t size, const socklen_t *len)
{
    union ip_address seen;
    uint32_t addr;
    if (!take_real(at, size, len, &seen) || !in_block(&seen, &addr))
        return;
    uint32_t net = (addr - warp->block) / NET_SIZE;
    if (net < warp->world_count && warp->world[net].family == 6)
        seen.in6.sin6_addr = in6addr_loopback;
    else
        ip_set_ipv4(&seen, net_address(net) + addr % NET_SIZE);
    if (is_shifted(ntohs(seen.in.sin_port)))
        seen.in.sin_port = htons((uint16_t)(ntohs(seen.in.sin_port) - warp->port_shift));
    memcpy(at, &seen, ip_size(at, size));
}

bool is_stranger(const struct sockaddr *at, socklen_t size, const socklen_t *len)
{
    union ip_address seen;
    uint32_t addr;
    return take_real(at, size, len, &seen) && !in_block(&seen, &addr);
}

bool is_ipv6_only(int fd)
{
    int only = 0;
    socklen_t len = sizeof only;
    return syscall(SYS_getsockopt, fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &len) == 0 && only != 0;
}

void allow_mapped(int fd, const union ip_address *at)
{
    int off = 0;
    if (warp->block != 0 && at->any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&at->in6.sin6_addr))
        syscall(SYS_setsockopt, fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
}

static bool is_unbound(const union ip_address *own)
{
    uint32_t addr;
    if (own->in.sin_port != 0)
        return false;
    return ip_has_ipv4(own, &addr) ? addr == 0 : IN6_IS_ADDR_UNSPECIFIED(&own->in6.sin6_addr);
}

/* The source that the kernel would choose by its routes, if the world had its own: localhost to itself, home to all
 * others. */
static void choose_source(union ip_address *source, const union ip_address *to)
{
    uint32_t addr = 0;
    bool ipv4 = to == NULL || ip_has_ipv4(to, &addr);
    if (ipv4)
        ip_set_ipv4(source, addr >> 24 == 127 || warp->home == 0 ? INADDR_LOOPBACK : warp->home);
    else if (source->any.sa_family == AF_INET6)
        source->in6.sin6_addr = in6addr_loopback;
}

void bind_source(int fd, const struct sockaddr *to, socklen_t to_len)
{
    struct sockaddr_storage own = {0};
    union ip_address source, peer;
    socklen_t len = sizeof own;
    if (warp == NULL || warp->block == 0 || syscall(SYS_getsockname, fd, &own, &len) != 0 ||
        !ip_copy((struct sockaddr *)&own, len, &source) || !is_unbound(&source))
        return;
    bool known = ip_copy(to, to_len, &peer);
    if (!known && is_ipv6_only(fd)) {
        peer = (union ip_address){.in6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback}};
        known = true;
    }
    choose_source(&source, known ? &peer : NULL);
    allow_mapped(fd, &source);
    struct real_address real;
    int on = 1; /* the port is chosen at connect, as for a socket without an address */
    syscall(SYS_setsockopt, fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (to_real(&source.any, len, &real) && real.at != &source.any)
        syscall(SYS_bind, fd, real.at, real.len);
}
