/*
 * IPv6 sockets that speak IPv4: ::ffff:a.b.c.d is the IPv4 address a.b.c.d, in what a program asks for and in what it
 * sees. Usage: mapped HOME HOST: the address that means "any", and another one of the world, which has ::1 too.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "warp/preload/raw.h"
#include "warp/testprogs/testprog.h"

#define BEYOND "240.0.0.1" /* in no network of the world */

static const char *home, *host;

static struct sockaddr_in6 ipv6(const char *text, in_port_t port)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = port};
    CHECK(inet_pton(AF_INET6, text, &at.sin6_addr) == 1);
    return at;
}

static struct sockaddr_in6 mapped(const char *text, in_port_t port)
{
    char whole[INET6_ADDRSTRLEN];
    (void)snprintf(whole, sizeof whole, "::ffff:%s", text);
    return ipv6(whole, port);
}

static bool is(const struct sockaddr_in6 *at, struct sockaddr_in6 wanted)
{
    char seen[INET6_ADDRSTRLEN];
    if (at->sin6_family == AF_INET6 && memcmp(&at->sin6_addr, &wanted.sin6_addr, sizeof wanted.sin6_addr) == 0)
        return true;
    fprintf(stderr, "family %d, %s\n", at->sin6_family, inet_ntop(AF_INET6, &at->sin6_addr, seen, sizeof seen));
    return false;
}

static int open6(int type, int only)
{
    int fd = socket(AF_INET6, type, 0);
    CHECK(fd >= 0 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) == 0);
    return fd;
}

static int bound6(int type, int only, struct sockaddr_in6 at)
{
    int fd = open6(type, only);
    CHECK(bind(fd, (struct sockaddr *)&at, sizeof at) == 0);
    return fd;
}

static int bound4(int type, const char *text)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    int fd = socket(AF_INET, type, 0);
    CHECK(inet_pton(AF_INET, text, &at.sin_addr) == 1 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0);
    return fd;
}

static int listening(int fd)
{
    CHECK(listen(fd, 8) == 0);
    return fd;
}

static in_port_t port_of(int fd)
{
    struct sockaddr_in6 at;
    socklen_t len = sizeof at;
    CHECK(getsockname(fd, (struct sockaddr *)&at, &len) == 0);
    return at.sin6_port; /* where sin_port is */
}

static bool dials(int fd, struct sockaddr_in6 to)
{
    return connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
}

static bool dials4(const char *text, in_port_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = port};
    CHECK(inet_pton(AF_INET, text, &to.sin_addr) == 1);
    return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof to) == 0;
}

static struct sockaddr_in6 own_address(int fd)
{
    struct sockaddr_in6 at;
    socklen_t len = sizeof at;
    CHECK(getsockname(fd, (struct sockaddr *)&at, &len) == 0 && len == sizeof at);
    return at;
}

static struct sockaddr_in6 peer_of(int fd)
{
    struct sockaddr_in6 at;
    socklen_t len = sizeof at;
    CHECK(getpeername(fd, (struct sockaddr *)&at, &len) == 0 && len == sizeof at);
    return at;
}

static struct sockaddr_in6 taken_peer(int fd)
{
    struct sockaddr_in6 at;
    socklen_t len = sizeof at;
    int taken = accept(fd, (struct sockaddr *)&at, &len);
    CHECK(taken >= 0 && len == sizeof at);
    close(taken);
    return at;
}

static void an_ipv4_host_is_reached(void)
{
    int server = listening(bound4(SOCK_STREAM, host)), fd = open6(SOCK_STREAM, 0);
    in_port_t port = port_of(server);
    struct sockaddr_in from;
    socklen_t len = sizeof from;
    CHECK(dials(fd, mapped(host, port)));
    struct sockaddr_in6 peer = peer_of(fd), own = own_address(fd);
    CHECK(is(&peer, mapped(host, 0)) && peer.sin6_port == port && is(&own, mapped(home, 0)));
    CHECK(accept(server, (struct sockaddr *)&from, &len) >= 0 && from.sin_family == AF_INET);
    CHECK(from.sin_addr.s_addr == own.sin6_addr.s6_addr32[3] && from.sin_port == own.sin6_port);
    CHECK(dials(bound6(SOCK_STREAM, 0, mapped(home, 0)), mapped(host, port))); /* from where it is bound, too */
    CHECK(dials(bound6(SOCK_STREAM, 0, ipv6("::", 0)), mapped(host, port)));
    close(fd);
    close(server);
    CHECK(!dials(open6(SOCK_STREAM, 0), mapped(host, port)) && errno == ECONNREFUSED);
}

static void a_listener_of_both_kinds_hears_ipv4(void)
{
    int any = listening(bound6(SOCK_STREAM, 0, ipv6("::", 0)));
    int at_host = listening(bound6(SOCK_STREAM, 0, mapped(host, port_of(any)))); /* it is not in the way of others */
    struct sockaddr_in6 own = own_address(any), peer;
    CHECK(is(&own, mapped(home, 0)) && dials4(home, own.sin6_port));
    peer = taken_peer(any);
    CHECK(is(&peer, mapped(home, 0)) && dials4(host, own.sin6_port));
    peer = taken_peer(at_host);
    CHECK(is(&peer, mapped(home, 0)));
    close(at_host);
    CHECK(!dials4(host, own.sin6_port) && errno == ECONNREFUSED);
    close(any);
}

static void datagrams_come_and_go(void)
{
    int server = bound4(SOCK_DGRAM, host), fd = open6(SOCK_DGRAM, 0);
    struct sockaddr_in6 to = mapped(host, port_of(server)), from;
    struct sockaddr_in client;
    socklen_t len = sizeof client;
    char byte = 'q';
    CHECK(sendto(fd, &byte, 1, 0, (struct sockaddr *)&to, sizeof to) == 1);
    CHECK(recvfrom(server, &byte, 1, 0, (struct sockaddr *)&client, &len) == 1 && client.sin_family == AF_INET);
    struct sockaddr_in6 own = own_address(fd);
    CHECK(client.sin_port == own.sin6_port);
    for (int i = 0; i < 3; i++)
        CHECK(sendto(server, &"abc"[i], 1, 0, (struct sockaddr *)&client, len) == 1);
    struct iovec part = {&byte, 1};
    struct msghdr in = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1};
    struct mmsghdr many_in = {.msg_hdr = in};
    len = sizeof from;
    CHECK(recvfrom(fd, &byte, 1, 0, (struct sockaddr *)&from, &len) == 1 && len == sizeof from && byte == 'a');
    CHECK(is(&from, mapped(host, 0)) && from.sin6_port == to.sin6_port);
    CHECK(recvmsg(fd, &in, 0) == 1 && is(&from, mapped(host, 0)) && byte == 'b');
    CHECK(recvmmsg(fd, &many_in, 1, 0, NULL) == 1 && is(&from, mapped(host, 0)) && byte == 'c');
    struct msghdr out = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1};
    struct mmsghdr many_out = {.msg_hdr = out};
    CHECK(sendmsg(fd, &out, 0) == 1 && sendmmsg(fd, &many_out, 1, 0) == 1 && is(&to, mapped(host, 0)));
    CHECK(recv(server, &byte, 1, 0) == 1 && recv(server, &byte, 1, 0) == 1);
    CHECK(dials(fd, to) && send(fd, &byte, 1, 0) == 1 && recv(server, &byte, 1, 0) == 1);
    close(fd);
    close(server);
}

static void what_is_beyond_cannot_be_reached(void)
{
    struct sockaddr_in6 beyond[] = {mapped(BEYOND, htons(25)),       mapped("0.0.0.0", htons(25)),
                                    ipv6("2001:db8::1", htons(25)),  ipv6("::", htons(25)),
                                    ipv6("::192.0.2.10", htons(25)), ipv6("64:ff9b::192.0.2.10", htons(25))};
    int tcp = open6(SOCK_STREAM, 0), udp = open6(SOCK_DGRAM, 0);
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        struct iovec part = {(char[]){'q'}, 1};
        struct msghdr out = {&beyond[i], sizeof beyond[i], &part, 1, NULL, 0, 0};
        CHECK(!dials(tcp, beyond[i]) && errno == ENETUNREACH);
        CHECK(sendto(udp, "q", 1, 0, (struct sockaddr *)&beyond[i], sizeof beyond[i]) < 0 && errno == ENETUNREACH);
        CHECK(sendmsg(udp, &out, 0) < 0 && errno == ENETUNREACH);
        CHECK(sendmmsg(udp, &(struct mmsghdr){.msg_hdr = out}, 1, 0) < 0 && errno == ENETUNREACH);
    }
    CHECK(bind(tcp, (struct sockaddr *)&beyond[0], sizeof beyond[0]) < 0 && errno == EADDRNOTAVAIL);
    CHECK(bind(tcp, (struct sockaddr *)&beyond[2], sizeof beyond[2]) < 0 && errno == EADDRNOTAVAIL);
    close(tcp);
    close(udp);
}

static void localhost_of_ipv6_is_a_place_of_its_own(void)
{
    struct sockaddr_in6 localhost = ipv6("::1", 0), any = ipv6("::", 0), seen;
    for (int i = 0; i < 2; i++) {
        int server = listening(bound6(SOCK_STREAM, i, i == 0 ? localhost : any)), fd = open6(SOCK_STREAM, i);
        localhost.sin6_port = port_of(server);
        CHECK(dials(fd, localhost));
        seen = peer_of(fd);
        CHECK(is(&seen, localhost) && seen.sin6_port == localhost.sin6_port);
        seen = own_address(fd);
        CHECK(is(&seen, localhost));
        seen = taken_peer(server);
        CHECK(is(&seen, localhost));
        CHECK(!dials4("127.0.0.1", localhost.sin6_port) && errno == ECONNREFUSED);
        close(fd);
        close(server);
        localhost.sin6_port = 0;
    }
}

static void a_socket_for_ipv6_alone_has_no_ipv4(void)
{
    int server = listening(bound4(SOCK_STREAM, host)), fd = open6(SOCK_STREAM, 1);
    struct sockaddr_in6 at = mapped(home, 0);
    CHECK(!dials(fd, mapped(host, port_of(server))) && errno == ENETUNREACH);
    CHECK(bind(fd, (struct sockaddr *)&at, sizeof at) < 0 && errno == EINVAL);
    close(fd);
    close(server);
}

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    home = argv[1];
    host = argv[2];
    if (syscall(SYS_socket, AF_INET6, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT)
        return 0; /* this machine's kernel has no IPv6 */
    an_ipv4_host_is_reached();
    a_listener_of_both_kinds_hears_ipv4();
    datagrams_come_and_go();
    what_is_beyond_cannot_be_reached();
    localhost_of_ipv6_is_a_place_of_its_own();
    a_socket_for_ipv6_alone_has_no_ipv4();
    return 0;
}
