/*
 * TCP and UDP sockets at an Internet address of either family. They are non-blocking, and closed when a program is
 * executed. On failure: -1 and errno.
 */
#ifndef RL_IO_SOCKET_H
#define RL_IO_SOCKET_H

#include <sys/socket.h>

#include "lib/base/ip.h"

/* A socket of this type (SOCK_STREAM or SOCK_DGRAM), bound there. That of a stream may take over the port of
 * connections that have ended. */
int socket_bind(int type, struct ip_port at);
/* The next connection of a listening socket, and who made it. */
int socket_accept(int fd, struct ip_port *peer);

#endif
