/* Any bytes from a host: every recipient gets a verdict, and none counts as delivered without a 2yz to the dot. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/smtp/client.h"

static void check_verdicts(const struct client_recipient *recipients)
{
    for (size_t i = 0; i < 2; i++) {
        const struct client_verdict *v = &recipients[i].verdict;
        rl_assert(v->cause != CLIENT_NO_CAUSE);
        if (v->cause == CLIENT_REPLIED && v->stage == CLIENT_AT_EOD && v->code / 100 == 2)
            rl_assert(recipients[i].accepted);
    }
}

static const char body[] = "Subject: x\r\n\r\n.y\r\n";

/* A few messages on one session. */
static void go_on(struct client *client, const struct client_transaction *txn, unsigned *transactions)
{
    check_verdicts(txn->recipients);
    if (++*transactions > 3) {
        client_quit(client, 0);
        return;
    }
    for (size_t i = 0; i < txn->recipient_count; i++)
        txn->recipients[i] = (struct client_recipient){.to = txn->recipients[i].to};
    client_next(client, txn, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct envelope_mail mail = {.reverse_path = "s@r.example"};
    static const struct envelope_recipient to[2] = {{.address = "a@d.example"}, {.address = "b@d.example"}};
    struct client_recipient recipients[2] = {{.to = &to[0]}, {.to = &to[1]}};
    struct client_settings settings = {.hostname = "relay.example",
                                       .tls = size > 0 ? (enum client_tls)(data[0] % 3) : CLIENT_TLS_NEVER,
                                       .user = size > 0 && (data[0] & 8) != 0 ? "u" : NULL,
                                       .password = "p"};
    struct client_transaction txn = {
        .mail = &mail, .recipients = recipients, .recipient_count = 2, .body_size = sizeof body - 1};
    unsigned transactions = 1;
    struct client client;
    struct buf in, out;
    buf_init(&in, 65536);
    buf_init(&out, 65536);
    client_init(&client, &settings, &txn, 0);
    enum client_event event = CLIENT_NOTHING;
    for (size_t at = 1, piece; at < size && event != CLIENT_OVER; at += piece) {
        piece = 1 + data[at] % 64;
        piece = piece > size - at ? size - at : piece;
        (void)buf_add(&in, data + at, piece);
        while ((event = client_feed(&client, &in, 0)) != CLIENT_NOTHING && event != CLIENT_OVER)
            if (event == CLIENT_START_TLS)
                (void)client_tls_started(&client, 0);
            else if (event == CLIENT_IDLE)
                go_on(&client, &txn, &transactions);
        buf_reset(&out);
        if (client_wants_body(&client))
            client_give_body(&client, slice_make(body + client.body_sent, 1));
        client_pull(&client, &out, 65536, 0);
    }
    if (event != CLIENT_OVER)
        while ((event = client_end(&client, CLIENT_LOST, "lost")) != CLIENT_OVER)
            continue;
    check_verdicts(recipients);
    client_fini(&client);
    buf_fini(&in);
    buf_fini(&out);
    return 0;
}
