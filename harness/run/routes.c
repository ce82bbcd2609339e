#include "harness/run/routes.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/ip.h"
#include "lib/base/mem.h"
#include "sim/scenario/model.h"

#define LOOPBACK_INDEX 1
#define REQUEST_MAX    256

struct request {
    struct nlmsghdr head;
    union {
        struct ifinfomsg link;
        struct rtmsg route;
        struct ifaddrmsg address;
    } body;
    char attributes[REQUEST_MAX];
};

static void add_attribute(struct nlmsghdr *head, unsigned short type, const void *data, size_t len)
{
    struct rtattr *attribute = (struct rtattr *)(void *)((char *)head + NLMSG_ALIGN(head->nlmsg_len));
    attribute->rta_type = type;
    attribute->rta_len = (unsigned short)RTA_LENGTH(len);
    memcpy(RTA_DATA(attribute), data, len);
    head->nlmsg_len = NLMSG_ALIGN(head->nlmsg_len) + RTA_LENGTH(len);
}

static void add_ip(struct nlmsghdr *head, unsigned short type, const struct ip *ip)
{
    struct slice octets = ip_bytes(ip);
    add_attribute(head, type, octets.ptr, octets.len);
}

/* Sends one request and waits for the kernel's word on it. */
static int ask(int fd, struct request *request, const char *what, struct err *err)
{
    struct {
        struct nlmsghdr head;
        struct nlmsgerr body;
        char rest[512];
    } answer;
    request->head.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    if (send(fd, request, request->head.nlmsg_len, 0) < 0 || recv(fd, &answer, sizeof answer, 0) < 0)
        return err_errno(err, "cannot %s", what);
    errno = answer.head.nlmsg_type == NLMSG_ERROR ? -answer.body.error : 0;
    return errno == 0 ? ERR_OK : err_errno(err, "cannot %s", what);
}

static int bring_up_loopback(int fd, struct err *err)
{
    struct request request = {.head = {.nlmsg_type = RTM_NEWLINK, .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg))}};
    request.body.link = (struct ifinfomsg){
        .ifi_family = AF_UNSPEC, .ifi_index = LOOPBACK_INDEX, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
    return ask(fd, &request, "bring up the loopback interface", err);
}

static int add_route(int fd, const char *net, unsigned char bits, const char *src, struct err *err)
{
    struct request request = {.head = {.nlmsg_type = RTM_NEWROUTE,
                                       .nlmsg_flags = NLM_F_CREATE | NLM_F_REPLACE,
                                       .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg))}};
    struct ip to = ip_of(net), from = ip_of(src);
    int index = LOOPBACK_INDEX;
    request.body.route = (struct rtmsg){.rtm_family = (unsigned char)ip_family(to),
                                        .rtm_dst_len = bits,
                                        .rtm_table = RT_TABLE_LOCAL,
                                        .rtm_protocol = RTPROT_BOOT,
                                        .rtm_scope = RT_SCOPE_HOST,
                                        .rtm_type = RTN_LOCAL};
    add_ip(&request.head, RTA_DST, &to);
    add_attribute(&request.head, RTA_OIF, &index, sizeof index);
    add_ip(&request.head, RTA_PREFSRC, &from);
    return ask(fd, &request, "add a route", err);
}

/* The target's own: relays that list their interfaces find themselves there, and no other host. */
static int add_address(int fd, const char *text, struct err *err)
{
    struct request request = {.head = {.nlmsg_type = RTM_NEWADDR,
                                       .nlmsg_flags = NLM_F_CREATE | NLM_F_REPLACE,
                                       .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifaddrmsg))}};
    struct ip ip = ip_of(text);
    request.body.address = (struct ifaddrmsg){.ifa_family = (unsigned char)ip_family(ip),
                                              .ifa_prefixlen = (unsigned char)(8 * ip_bytes(&ip).len),
                                              .ifa_scope = RT_SCOPE_UNIVERSE,
                                              .ifa_index = LOOPBACK_INDEX};
    add_ip(&request.head, IFA_LOCAL, &ip);
    add_ip(&request.head, IFA_ADDRESS, &ip);
    return ask(fd, &request, "add the target's address", err);
}

int routes_set_up(struct err *err)
{
    static const struct {
        const char *net;
        unsigned char bits;
        const char *src;
    } routes[] = {{"192.0.2.0", 24, WORLD_TARGET_ADDR},
                  {"198.51.100.0", 24, WORLD_TARGET_ADDR},
                  {"203.0.113.0", 24, WORLD_TARGET_ADDR}};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0)
        return err_errno(err, "cannot configure routes (netlink)");
    int rc = bring_up_loopback(fd, err);
    if (rc == ERR_OK)
        rc = add_address(fd, WORLD_TARGET_ADDR, err);
    for (size_t i = 0; i < sizeof routes / sizeof routes[0] && rc == ERR_OK; i++)
        rc = add_route(fd, routes[i].net, routes[i].bits, routes[i].src, err);
    close(fd);
    return rc;
}
