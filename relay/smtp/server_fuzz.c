/* Any bytes from a client, whole and in pieces: the session must survive, stay within its bounds, and end. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/sasl/testing.h"
#include "relay/smtp/server.h"

#define RECIPIENTS 3

static void answer(struct server *server, enum server_event event)
{
    static const struct refusal later = {452, "4.5.3", "Too many recipients"}, never = {550, "5.7.1", "No"};
    const struct server_transaction *txn = &server->txn;
    if (event == SERVER_START_TLS)
        server_tls_started(server);
    else if (event == SERVER_FIND_KEYS)
        server_auth_keys(server, &pencil);
    else if (event == SERVER_CHECK_AUTH)
        server_auth_result(server, server->sasl.user[0] == 'a');
    else if (event == SERVER_MAIL)
        server_mail_result(server, txn->size > server_room(server) ? &later : NULL);
    else if (event == SERVER_RCPT)
        server_rcpt_result(server, txn->asked.address[0] == 'x'                  ? &never
                                   : txn->envelope.recipient_count >= RECIPIENTS ? &later
                                                                                 : NULL);
    else if (event == SERVER_MESSAGE)
        server_message_result(server, server->data_over_budget ? &later : NULL, "q1");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct server_budget budget = {.max = 3000};
    struct server_settings settings = {.hostname = "relay.example",
                                       .budget = &budget,
                                       .submission = size > 0 && (data[0] & 1) != 0,
                                       .tls_available = true,
                                       .has_keys = true,
                                       .size_max = 4096,
                                       .recipients_max = RECIPIENTS,
                                       .errors_max = 20,
                                       .idle_commands_max = 20};
    struct server server;
    struct buf in;
    buf_init(&in, 65536);
    server_init(&server, &settings);
    server_greet(&server);
    for (size_t at = 1, piece; at < size; at += piece) {
        piece = 1 + data[at] % 64;
        piece = piece > size - at ? size - at : piece;
        if (!buf_add(&in, data + at, piece))
            break;
        enum server_event event;
        while ((event = server_feed(&server, &in)) != SERVER_NOTHING && event != SERVER_CLOSE)
            answer(&server, event);
        rl_assert(server.txn.envelope.recipient_count <= RECIPIENTS && server.txn.body.len == budget.used);
        rl_assert(budget.used <= budget.max);
        buf_reset(&server.out);
        if (event == SERVER_CLOSE)
            break;
    }
    server_fini(&server);
    rl_assert(budget.used == 0);
    buf_fini(&in);
    return 0;
}
