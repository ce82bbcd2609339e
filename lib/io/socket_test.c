#include "lib/io/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "lib/testing/suite.h"

static struct ip_port own_of(int fd)
{
    struct sockaddr_storage at;
    struct ip_port own;
    socklen_t len = sizeof at;
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    ck_assert(ip_from_sockaddr((struct sockaddr *)&at, &own));
    return own;
}

static void expect_flags(int fd)
{
    ck_assert_int_ne(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
}

static int connect_to(struct ip_port to)
{
    struct sockaddr_storage at;
    socklen_t len = ip_to_sockaddr(to, &at);
    int fd = socket(ip_family(to.ip), SOCK_STREAM, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, len), 0);
    return fd;
}

static int wait_and_accept(int listening, struct ip_port *peer)
{
    struct pollfd ready = {.fd = listening, .events = POLLIN};
    ck_assert_int_eq(poll(&ready, 1, -1), 1);
    return socket_accept(listening, peer);
}

START_TEST(an_accepted_connection_names_its_peer)
{
    static const char *const addresses[] = {"127.0.0.1", "::1"};
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct ip_port peer;
        int listening = socket_bind(SOCK_STREAM, (struct ip_port){.ip = ip_of(addresses[i])});
        if (listening < 0 && i == 1)
            continue; /* a host without IPv6 */
        ck_assert_int_ge(listening, 0);
        expect_flags(listening);
        ck_assert_int_eq(listen(listening, 1), 0);
        ck_assert(socket_accept(listening, &peer) == -1 && errno == EAGAIN);
        int client = connect_to(own_of(listening)), accepted = wait_and_accept(listening, &peer);
        ck_assert_int_ge(accepted, 0);
        expect_flags(accepted);
        ck_assert(ip_eq(peer.ip, ip_of(addresses[i])));
        ck_assert_uint_eq(peer.port, own_of(client).port);
        (void)close(accepted);
        (void)close(client);
        (void)close(listening);
    }
}
END_TEST

START_TEST(a_port_that_is_listened_on_is_not_bound_again)
{
    int first = socket_bind(SOCK_STREAM, (struct ip_port){.ip = ip_of("127.0.0.1")});
    ck_assert(first >= 0 && listen(first, 1) == 0);
    struct ip_port at = own_of(first);
    ck_assert(socket_bind(SOCK_STREAM, at) == -1 && errno == EADDRINUSE);
    int datagrams = socket_bind(SOCK_DGRAM, at);
    ck_assert_int_ge(datagrams, 0);
    ck_assert(socket_bind(SOCK_DGRAM, at) == -1 && errno == EADDRINUSE);
    (void)close(datagrams);
    (void)close(first);
}
END_TEST

/* The server closes first, so its port is in TIME_WAIT. */
START_TEST(a_port_whose_connections_have_ended_is_bound_again)
{
    struct ip_port peer;
    int listening = socket_bind(SOCK_STREAM, (struct ip_port){.ip = ip_of("127.0.0.1")});
    ck_assert(listening >= 0 && listen(listening, 1) == 0);
    struct ip_port at = own_of(listening);
    int client = connect_to(at);
    (void)close(wait_and_accept(listening, &peer));
    (void)close(client);
    (void)close(listening);
    listening = socket_bind(SOCK_STREAM, at);
    ck_assert_int_ge(listening, 0);
    (void)close(listening);
}
END_TEST

SUITE(socket, an_accepted_connection_names_its_peer, a_port_that_is_listened_on_is_not_bound_again,
      a_port_whose_connections_have_ended_is_bound_again)
