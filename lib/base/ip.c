#include "lib/base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "lib/base/check.h"

#define V4_BYTES 4
#define V6_BYTES 16
#define V4_AT    (V6_BYTES - V4_BYTES)

static const uint8_t mapped[V4_AT] = {[10] = 0xff, [11] = 0xff};

struct ip ip_v4(uint32_t number)
{
    uint32_t octets = htonl(number);
    struct ip ip;
    (void)ip_from_bytes(slice_make(&octets, sizeof octets), &ip);
    return ip;
}

bool ip_is_v4(struct ip ip)
{
    return memcmp(ip.octets, mapped, sizeof mapped) == 0;
}

bool ip_eq(struct ip a, struct ip b)
{
    return memcmp(a.octets, b.octets, sizeof a.octets) == 0;
}

bool ip_is_any(struct ip ip)
{
    return ip_eq(ip, ip_v4(0)) || ip_eq(ip, (struct ip){0});
}

/* ---- text ---- */

static bool parse(int family, struct slice text, size_t bytes, struct ip *out)
{
    char copy[IP_TEXT_MAX];
    uint8_t octets[V6_BYTES];
    if (text.len == 0 || text.len >= sizeof copy || slice_find(text, '\0') < text.len)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return inet_pton(family, copy, octets) == 1 && ip_from_bytes(slice_make(octets, bytes), out);
}

bool ip_parse_v4(struct slice text, struct ip *out)
{
    return parse(AF_INET, text, V4_BYTES, out);
}

bool ip_parse_v6(struct slice text, struct ip *out)
{
    return parse(AF_INET6, text, V6_BYTES, out);
}

bool ip_parse(struct slice text, struct ip *out)
{
    return ip_parse_v4(text, out) || ip_parse_v6(text, out);
}

struct ip ip_of(const char *text)
{
    struct ip ip;
    rl_assert(ip_parse(slice_cstr(text), &ip));
    return ip;
}

bool ip_parse_literal(struct slice text, struct ip *out)
{
    static const char tag[] = "IPv6:";
    return slice_istarts(text, tag) ? ip_parse_v6(slice_from(text, sizeof tag - 1), out) : ip_parse_v4(text, out);
}

bool ip_port_parse(struct slice text, struct ip_port *out)
{
    struct ip_port at;
    uint64_t port;
    struct slice rest = text;
    bool v6 = text.len > 0 && text.ptr[0] == '[';
    if (v6)
        rest = slice_from(text, 1);
    struct slice address = slice_cut(&rest, v6 ? ']' : ':');
    if (v6 && (rest.len == 0 || rest.ptr[0] != ':'))
        return false;
    if (v6)
        rest = slice_from(rest, 1);
    if (!(v6 ? ip_parse_v6(address, &at.ip) : ip_parse_v4(address, &at.ip)) || !slice_to_u64(rest, UINT16_MAX, &port) ||
        port == 0)
        return false;
    at.port = (uint16_t)port;
    *out = at;
    return true;
}

bool ip_net_parse(struct slice text, struct ip_net *out)
{
    struct ip_net net;
    uint64_t bits;
    struct slice rest = text, address = slice_cut(&rest, '/');
    bool v4 = ip_parse_v4(address, &net.ip);
    if (!v4 && (!ip_parse_v6(address, &net.ip) || ip_is_v4(net.ip)))
        return false;
    if (!slice_to_u64(rest, v4 ? 8 * V4_BYTES : 8 * V6_BYTES, &bits))
        return false;
    net.bits = (unsigned)bits;
    *out = net;
    return true;
}

const char *ip_format(struct ip ip, char out[IP_TEXT_MAX])
{
    return inet_ntop(ip_family(ip), ip_bytes(&ip).ptr, out, IP_TEXT_MAX);
}

/* ---- networks ---- */

bool ip_net_has(const struct ip_net *net, struct ip ip)
{
    if (ip_is_v4(net->ip) != ip_is_v4(ip))
        return false;
    unsigned bits = ip_is_v4(ip) ? 8 * V4_AT + net->bits : net->bits;
    unsigned whole = bits / 8, part = bits % 8;
    if (memcmp(ip.octets, net->ip.octets, whole) != 0)
        return false;
    return part == 0 || (ip.octets[whole] ^ net->ip.octets[whole]) >> (8 - part) == 0;
}

/* ---- sockets ---- */

int ip_family(struct ip ip)
{
    return ip_is_v4(ip) ? AF_INET : AF_INET6;
}

struct slice ip_bytes(const struct ip *ip)
{
    size_t at = ip_is_v4(*ip) ? V4_AT : 0;
    return slice_make(ip->octets + at, sizeof ip->octets - at);
}

bool ip_from_bytes(struct slice bytes, struct ip *out)
{
    if (bytes.len != V4_BYTES && bytes.len != V6_BYTES)
        return false;
    memcpy(out->octets, mapped, sizeof mapped);
    memcpy(out->octets + V6_BYTES - bytes.len, bytes.ptr, bytes.len);
    return true;
}

socklen_t ip_to_sockaddr(struct ip_port at, struct sockaddr_storage *out)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(at.port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(at.port)};
    struct slice octets = ip_bytes(&at.ip);
    *out = (struct sockaddr_storage){0};
    if (ip_is_v4(at.ip)) {
        memcpy(&v4.sin_addr, octets.ptr, octets.len);
        memcpy(out, &v4, sizeof v4);
        return sizeof v4;
    }
    memcpy(&v6.sin6_addr, octets.ptr, octets.len);
    memcpy(out, &v6, sizeof v6);
    return sizeof v6;
}

bool ip_from_sockaddr(const struct sockaddr *from, struct ip_port *out)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    switch (from->sa_family) {
    case AF_INET:
        memcpy(&v4, from, sizeof v4);
        out->port = ntohs(v4.sin_port);
        return ip_from_bytes(slice_make(&v4.sin_addr, sizeof v4.sin_addr), &out->ip);
    case AF_INET6:
        memcpy(&v6, from, sizeof v6);
        out->port = ntohs(v6.sin6_port);
        return ip_from_bytes(slice_make(&v6.sin6_addr, sizeof v6.sin6_addr), &out->ip);
    default:
        return false;
    }
}
