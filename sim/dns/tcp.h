/*
 * The TCP side of the world's DNS server (RFC 7766): several questions on one connection, each answered as soon as it
 * can be, in whatever order. Limits: 64 connections at a time, more are closed at once; a connection without a question
 * for 10 s is closed (§6.2.3); 256 KiB of answers that the peer does not read.
 */
#ifndef RL_SIM_DNS_TCP_H
#define RL_SIM_DNS_TCP_H

#include "lib/base/err.h"
#include "lib/base/ip.h"
#include "sim/context.h"
#include "sim/dns/book.h"

struct dns_tcp;

/* conn names the connection for dns_tcp_send. */
typedef void dns_tcp_fn(void *arg, struct slice question, unsigned conn, struct ip peer);

int dns_tcp_start(struct dns_tcp **out, struct sim *sim, struct ip_port at, dns_tcp_fn *on_question, void *arg,
                  struct err *err);
void dns_tcp_stop(struct dns_tcp *tcp);

/* Sends the reply, or as much of it as its ending says, and ends the connection so. Nothing happens when it is gone. */
void dns_tcp_send(struct dns_tcp *tcp, unsigned conn, const struct dns_reply *reply);

#endif
