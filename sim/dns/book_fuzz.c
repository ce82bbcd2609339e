/* Any octets from a resolver, over TCP and as a datagram: answered or not, and within bounds. */
#include <string.h>

#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "sim/dns/framing.h"

static const struct zone_fault faults[] = {{.as = FAULT_GARBAGE, .type = ZONE_TXT},
                                           {.as = FAULT_LOOP, .type = ZONE_PTR},
                                           {.as = FAULT_LAME, .type = ZONE_TLSA},
                                           {.as = FAULT_WRONG_ID, .type = ZONE_AAAA}};
static const char *mx[] = {"10 mx.d.example", "0 ."};
static struct zone zones[] = {{.name = "d.example", .mx = {mx, 2}, .fail = {(void *)(uintptr_t)faults, 4}},
                              {.name = "c.example", .cname = "d.example"},
                              {.name = "r.example", .cname = "r.example"}};
static struct host hosts[] = {{.name = "mx.d.example"}};
static const struct scenario scenario = {.zones = zones, .zone_count = 3, .hosts = hosts, .host_count = 1};

static void ask(struct dns_book *book, struct slice question, enum dns_transport transport)
{
    struct dns_reply reply;
    if (!dns_book_answer(book, question, transport, 0, &reply))
        return;
    rl_assert(reply.len <= (transport == DNS_TCP ? DNS_TCP_ANSWER_MAX : DNS_UDP_ANSWER_MAX));
    rl_assert(strlen(reply.qname) < DNS_NAME_MAX && json_count(reply.answers) <= 16);
    dns_reply_fini(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dns_book *book;
    struct err err;
    struct buf in;
    char question[DNS_QUESTION_MAX];
    size_t len = 0;
    if (book == NULL)
        rl_assert(dns_book_new(&book, &scenario, &err) == ERR_OK);
    ask(book, slice_make(data, size), DNS_UDP);
    buf_init(&in, 65536);
    (void)buf_add(&in, data, size);
    while (framing_take(&in, question, &len) == FRAMING_QUESTION)
        ask(book, slice_make(question, len), DNS_TCP);
    buf_fini(&in);
    return 0;
}
