/*
 * A world without a network of its own: every call shows the scenario's addresses, while the kernel has others.
 * Runs with the world 127.0.0.0/24, 192.0.2.0/24, 203.0.113.0/24, the home 203.0.113.1, and `network loopback`.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "warp/preload/raw.h"
#include "warp/testprogs/testprog.h"

#define HOME   "203.0.113.1"
#define MX     "192.0.2.10"
#define DNS    "203.0.113.129"
#define CLIENT "203.0.113.200"

static struct sockaddr_in address(const char *text, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    CHECK(inet_pton(AF_INET, text, &at.sin_addr) == 1);
    return at;
}

static bool is(const struct sockaddr_in *at, const char *text)
{
    char seen[INET_ADDRSTRLEN];
    if (strcmp(inet_ntop(AF_INET, &at->sin_addr, seen, sizeof seen), text) == 0)
        return true;
    fprintf(stderr, "%s, not %s\n", seen, text);
    return false;
}

static int bound(int type, const char *text, uint16_t port)
{
    struct sockaddr_in at = address(text, port);
    int fd = socket(AF_INET, type, 0);
    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0);
    return fd;
}

static int listener(const char *text, uint16_t port)
{
    int fd = bound(SOCK_STREAM | SOCK_NONBLOCK, text, port);
    CHECK(listen(fd, 8) == 0);
    return fd;
}

static int dial(int fd, const char *text, uint16_t port)
{
    struct sockaddr_in to = address(text, port);
    return connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? fd : -1;
}

static struct sockaddr_in own_address(int fd)
{
    struct sockaddr_in at;
    socklen_t len = sizeof at;
    CHECK(getsockname(fd, (struct sockaddr *)&at, &len) == 0 && len == sizeof at);
    return at;
}

/* What the kernel has, past libwarp. */
static struct sockaddr_in real_address(int fd)
{
    struct sockaddr_in at;
    socklen_t len = sizeof at;
    CHECK(syscall(SYS_getsockname, fd, &at, &len) == 0);
    return at;
}

static struct sockaddr_in taken_peer(int listening)
{
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    int fd = accept4(listening, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC);
    CHECK(fd >= 0 && len == sizeof peer);
    close(fd);
    return peer;
}

static void privileged_ports_can_be_had(void)
{
    int fd = bound(SOCK_STREAM, MX, 25);
    struct sockaddr_in seen = own_address(fd), real = real_address(fd);
    CHECK(is(&seen, MX) && ntohs(seen.sin_port) == 25);
    CHECK(ntohl(real.sin_addr.s_addr) >> 24 == 127 && ntohs(real.sin_port) >= 1024);
    close(fd);
}

static void peers_have_the_world_s_addresses(void)
{
    int listening = listener(MX, 25), fd = dial(socket(AF_INET, SOCK_STREAM, 0), MX, 25);
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    CHECK(fd >= 0);
    CHECK(getpeername(fd, (struct sockaddr *)&peer, &len) == 0 && is(&peer, MX) && ntohs(peer.sin_port) == 25);
    struct sockaddr_in own = own_address(fd), taken = taken_peer(listening);
    CHECK(is(&own, HOME) && is(&taken, HOME)); /* an unbound socket sends from home */
    CHECK(taken.sin_port == own.sin_port);
    close(fd);
    fd = dial(bound(SOCK_STREAM, CLIENT, 0), MX, 25);
    taken = taken_peer(listening);
    CHECK(fd >= 0 && is(&taken, CLIENT)); /* a bound one from where it was bound */
    close(fd);
    fd = dial(socket(AF_INET, SOCK_STREAM, 0), MX, 25);
    len = sizeof taken;
    int other = accept(listening, (struct sockaddr *)&taken, &len);
    CHECK(other >= 0 && is(&taken, HOME));
    close(other);
    close(fd);
    close(listening);
    CHECK(dial(socket(AF_INET, SOCK_STREAM, 0), MX, 25) < 0 && errno == ECONNREFUSED);
}

ssize_t __recvfrom_chk(int fd, void *to, size_t len, size_t size, int flags, __SOCKADDR_ARG from, socklen_t *from_len);

static void datagrams_have_the_world_s_addresses(void)
{
    int server = bound(SOCK_DGRAM, DNS, 53), fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = address(DNS, 53), from;
    socklen_t len = sizeof from;
    char byte;
    CHECK(sendto(fd, "q", 1, 0, (struct sockaddr *)&to, sizeof to) == 1);
    CHECK(recvfrom(server, &byte, 1, 0, (struct sockaddr *)&from, &len) == 1 && is(&from, HOME));
    CHECK(sendto(server, "a", 1, 0, (struct sockaddr *)&from, sizeof from) == 1);
    CHECK(sendto(server, "b", 1, 0, (struct sockaddr *)&from, sizeof from) == 1);
    CHECK(recvfrom(fd, &byte, 1, 0, (struct sockaddr *)&from, &len) == 1);
    CHECK(is(&from, DNS) && ntohs(from.sin_port) == 53);
    from = address("0.0.0.0", 0);
    CHECK(__recvfrom_chk(fd, &byte, 1, 1, 0, (struct sockaddr *)&from, &len) == 1 && is(&from, DNS));
    close(fd);
    close(server);
}

static struct msghdr message(struct iovec *part, struct sockaddr_in *at)
{
    return (struct msghdr){.msg_name = at, .msg_namelen = sizeof *at, .msg_iov = part, .msg_iovlen = 1};
}

static void messages_have_the_world_s_addresses(void)
{
    int server = bound(SOCK_DGRAM, DNS, 53), fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = address(DNS, 53), from;
    char byte = 'q';
    struct iovec part = {&byte, 1};
    struct msghdr out = message(&part, &to), in = message(&part, &from);
    struct mmsghdr many_out = {.msg_hdr = out}, many_in = {.msg_hdr = in};
    CHECK(sendmsg(fd, &out, 0) == 1 && is(&to, DNS)); /* what the caller holds stays as it was */
    CHECK(recvmsg(server, &in, 0) == 1 && is(&from, HOME));
    CHECK(sendmmsg(fd, &many_out, 1, 0) == 1 && many_out.msg_len == 1);
    CHECK(recvmmsg(server, &many_in, 1, 0, NULL) == 1 && is(&from, HOME));
    close(fd);
    close(server);
}

static void any_address_is_home(void)
{
    int any = listener("0.0.0.0", 25), mx = listener(MX, 25); /* it is not in the way of other hosts */
    struct sockaddr_in seen = own_address(any), real = real_address(any);
    CHECK(is(&seen, HOME) && real.sin_addr.s_addr != 0);
    CHECK(dial(socket(AF_INET, SOCK_STREAM, 0), HOME, 25) >= 0);
    CHECK(dial(socket(AF_INET, SOCK_STREAM, 0), "192.0.2.11", 25) < 0 && errno == ECONNREFUSED);
    close(any);
    close(mx);
    any = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(listen(any, 1) == 0);
    seen = own_address(any);
    CHECK(is(&seen, HOME) && seen.sin_port != 0);
    close(any);
}

static void localhost_is_the_run_s_own(void)
{
    int listening = listener("127.0.0.1", 10025), fd = dial(socket(AF_INET, SOCK_STREAM, 0), "127.0.0.1", 10025);
    struct sockaddr_in real = real_address(listening), own = own_address(fd), taken = taken_peer(listening);
    CHECK(ntohl(real.sin_addr.s_addr) != INADDR_LOOPBACK);
    CHECK(is(&own, "127.0.0.1") && is(&taken, "127.0.0.1"));
    close(fd);
    close(listening);
}

static void what_is_beyond_cannot_be_reached(void)
{
    static const char *const beyond[] = {"240.0.0.1", "127.0.0.53", "127.64.0.1", "0.0.0.0"};
    struct sockaddr_in at = address("127.64.0.1", 25);
    struct msghdr out = message(&(struct iovec){(char[]){'q'}, 1}, &at);
    int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(bind(tcp, (struct sockaddr *)&at, sizeof at) < 0 && errno == EADDRNOTAVAIL);
    CHECK(dial(tcp, beyond[0], 25) < 0 && errno == ENETUNREACH);
    CHECK(dial(tcp, beyond[1], 53) < 0 && errno == ECONNREFUSED); /* this machine's own resolver, perhaps */
    CHECK(dial(tcp, beyond[2], 25) < 0 && errno == ENETUNREACH);
    CHECK(dial(tcp, beyond[3], 25) < 0 && errno == ENETUNREACH);
    CHECK(sendto(udp, "q", 1, 0, (struct sockaddr *)&at, sizeof at) < 0 && errno == ENETUNREACH);
    CHECK(sendmsg(udp, &out, 0) < 0 && errno == ENETUNREACH);
    CHECK(sendmmsg(udp, &(struct mmsghdr){.msg_hdr = out}, 1, 0) < 0 && errno == ENETUNREACH);
    close(tcp);
    close(udp);
}

/* No program can have the ports that stand for the privileged ones. */
static void hidden_ports_are_told(void)
{
    int fd = bound(SOCK_STREAM, MX, 25);
    struct sockaddr_in at = address(MX, ntohs(real_address(fd).sin_port));
    int other = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(other, (struct sockaddr *)&at, sizeof at) < 0 && errno == EADDRINUSE);
    CHECK(listen(fd, 1) == 0);
    CHECK(connect(other, (struct sockaddr *)&at, sizeof at) < 0 && errno == ECONNREFUSED);
    close(fd);
    close(other);
}

/* Another program of the machine, played by calls past libwarp. */
static void strangers_are_not_heard(void)
{
    int listening = listener(MX, 25), server = bound(SOCK_DGRAM, DNS, 53), fd;
    struct sockaddr_in to = real_address(listening), to_dns = real_address(server), own = address("127.0.0.1", 0), from;
    socklen_t len = sizeof from;
    char byte;
    CHECK((fd = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0)) >= 0);
    CHECK(syscall(SYS_bind, fd, &own, sizeof own) == 0 && syscall(SYS_connect, fd, &to, sizeof to) == 0);
    CHECK(accept(listening, NULL, NULL) < 0 && errno == EAGAIN);
    CHECK(read(fd, &byte, 1) <= 0); /* and it was notified */
    close(fd);
    CHECK((fd = (int)syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0)) >= 0);
    CHECK(syscall(SYS_sendto, fd, "q", 1, 0, &to_dns, sizeof to_dns) == 1);
    CHECK(recvfrom(server, &byte, 1, MSG_DONTWAIT, (struct sockaddr *)&from, &len) < 0 && errno == EAGAIN);
    struct msghdr in = message(&(struct iovec){&byte, 1}, &from);
    CHECK(syscall(SYS_sendto, fd, "q", 1, 0, &to_dns, sizeof to_dns) == 1);
    CHECK(recvmsg(server, &in, MSG_DONTWAIT) < 0 && errno == EAGAIN);
    close(fd);
    close(listening);
    close(server);
}

/* (syscall) is libc's function; without the parentheses it is raw.h's, which libwarp does not see. */
static void numbers_are_as_good_as_names(void)
{
    struct sockaddr_in at = address(MX, 25), beyond = address("240.0.0.1", 25), seen;
    socklen_t len = sizeof seen;
    int listening = (int)(syscall)(SYS_socket, AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK((syscall)(SYS_bind, listening, &at, sizeof at) == 0 && (syscall)(SYS_listen, listening, 1) == 0);
    CHECK((syscall)(SYS_getsockname, listening, &seen, &len) == 0 && is(&seen, MX));
    CHECK((syscall)(SYS_connect, fd, &beyond, sizeof beyond) < 0 && errno == ENETUNREACH);
    CHECK((syscall)(SYS_connect, fd, &at, sizeof at) == 0);
    CHECK((syscall)(SYS_getpeername, fd, &seen, &len) == 0 && is(&seen, MX));
    CHECK((syscall)(SYS_accept4, listening, &seen, &len, 0) >= 0 && is(&seen, HOME));
    close(fd);
    close(listening);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK((syscall)(SYS_sendto, fd, "q", 1, 0, &beyond, sizeof beyond) < 0 && errno == ENETUNREACH);
    close(fd);
}

static void a_full_backlog_is_a_black_hole(void)
{
    int listening = bound(SOCK_STREAM, MX, 25), fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    CHECK(listen(listening, 0) == 0 && dial(socket(AF_INET, SOCK_STREAM, 0), MX, 25) >= 0);
    CHECK(dial(fd, MX, 25) < 0 && errno == EINPROGRESS);
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 && info.tcpi_state == TCP_SYN_SENT);
    close(fd);
    close(listening);
}

static void bytes_in_flight_are_visible_at_once(void)
{
    static const int families[] = {AF_INET, AF_INET6};
    for (size_t i = 0; i < 2; i++) {
        int fd = socket(families[i], SOCK_STREAM, 0), on = 0;
        socklen_t len = sizeof on;
        if (fd < 0 && errno == EAFNOSUPPORT)
            continue; /* this machine's kernel has no IPv6 */
        CHECK(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &len) == 0 && on != 0);
        close(fd);
    }
}

static void segments_are_small_against_the_buffers(void)
{
    int listening = listener(MX, 25), from = dial(socket(AF_INET, SOCK_STREAM, 0), MX, 25), segment, buffer;
    int to = accept(listening, NULL, NULL);
    socklen_t len = sizeof(int);
    CHECK(from >= 0 && to >= 0);
    CHECK(getsockopt(from, IPPROTO_TCP, TCP_MAXSEG, &segment, &len) == 0);
    CHECK(getsockopt(to, SOL_SOCKET, SO_RCVBUF, &buffer, &len) == 0 && segment <= buffer / 8);
    close(from);
    close(to);
    close(listening);
}

int main(void)
{
    bytes_in_flight_are_visible_at_once();
    segments_are_small_against_the_buffers();
    privileged_ports_can_be_had();
    peers_have_the_world_s_addresses();
    datagrams_have_the_world_s_addresses();
    messages_have_the_world_s_addresses();
    any_address_is_home();
    localhost_is_the_run_s_own();
    what_is_beyond_cannot_be_reached();
    hidden_ports_are_told();
    strangers_are_not_heard();
    numbers_are_as_good_as_names();
    a_full_backlog_is_a_black_hole();
    return 0;
}
