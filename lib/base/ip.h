/*
 * Internet addresses: one type for IPv4 and IPv6, with a port, or as a network. An IPv4-mapped IPv6 address
 * (::ffff:192.0.2.1, RFC 4291 §2.5.5.2) is the IPv4 address: it compares equal, is in the same networks, and is printed
 * as 192.0.2.1. So one host has one value, whatever the family of the socket, record or text that named it.
 *
 * Everything else in the program compares, keeps and passes these values, and does not know of address families. Pure.
 * A zone (fe80::1%eth0, RFC 4007) is neither read nor kept. A zeroed struct ip is `::`.
 */
#ifndef RL_BASE_IP_H
#define RL_BASE_IP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "lib/base/slice.h"

struct ip {
    uint8_t octets[16]; /* network order; IPv4 is mapped */
};

struct ip_port {
    struct ip ip;
    uint16_t port;
};

struct ip_net {
    struct ip ip;  /* the bits of a host do not count */
    unsigned bits; /* 0..32 of an IPv4 address, 0..128 of an IPv6 address */
};

struct ip ip_v4(uint32_t number); /* 0xc0000201 is 192.0.2.1 */

struct ip ip_of(const char *text); /* of the program itself: that it is an address is asserted */

bool ip_is_v4(struct ip ip);
bool ip_is_any(struct ip ip); /* 0.0.0.0 or ::, where a listener listens on all addresses */
bool ip_eq(struct ip a, struct ip b);

/* ---- text; on failure, *out is untouched ---- */

bool ip_parse(struct slice text, struct ip *out);    /* either form, without brackets */
bool ip_parse_v4(struct slice text, struct ip *out); /* four decimal numbers, without leading zeros */
bool ip_parse_v6(struct slice text, struct ip *out); /* RFC 4291 §2.2 */
/* An address literal without its brackets: 192.0.2.1, or IPv6: and the address (RFC 5321 §4.1.3). */
bool ip_parse_literal(struct slice text, struct ip *out);
bool ip_port_parse(struct slice text, struct ip_port *out); /* 192.0.2.1:25 or [2001:db8::1]:25; not port 0 */
/* 192.0.2.0/24 or 2001:db8::/32. Not an IPv4-mapped network, whose prefix would count other bits than that of IPv4. */
bool ip_net_parse(struct slice text, struct ip_net *out);

#define IP_TEXT_MAX 46 /* with its NUL */

/* 192.0.2.1, or IPv6 as RFC 5952 §4 has it: lower case, the longest run of zeros as `::`. Returns out. */
const char *ip_format(struct ip ip, char out[IP_TEXT_MAX]);

/* ---- networks ---- */

/* A network has only addresses of its own family: 0.0.0.0/0 is all of IPv4, and ::/0 all of IPv6. */
bool ip_net_has(const struct ip_net *net, struct ip ip);

/* ---- for sockets, and other interfaces that take a family and octets ---- */

int ip_family(struct ip ip);
struct slice ip_bytes(const struct ip *ip); /* 4 or 16 octets of *ip, in network order */
bool ip_from_bytes(struct slice bytes, struct ip *out);

socklen_t ip_to_sockaddr(struct ip_port at, struct sockaddr_storage *out); /* returns the length of what it wrote */
bool ip_from_sockaddr(const struct sockaddr *from, struct ip_port *out);   /* false: another family; *out untouched */

#endif
