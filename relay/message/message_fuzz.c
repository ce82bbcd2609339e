/*
 * Any octets as a message, and as what a host said of it. What is queued keeps the body, and shows no hidden recipient;
 * the report on it is seven bits in lines that are not too long.
 */
#include <string.h>

#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/message/dsn.h"
#include "relay/message/mend.h"
#include "relay/message/trace.h"

static void check_field_line(struct slice line)
{
    static const char *const names[] = {"Bcc", "Resent-Bcc", "Return-Path"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!slice_istarts(line, names[i]))
            continue;
        struct slice rest = slice_trim(slice_from(line, strlen(names[i])));
        rl_assert(rest.len == 0 || rest.ptr[0] != ':');
    }
}

static void prepare(struct slice message, bool submission)
{
    struct prepare_info info = {.hostname = "relay.example",
                                .queue_id = "q1",
                                .helo = "x y",
                                .client_address = "192.0.2.1",
                                .submission = submission,
                                .wall_ns = 1};
    struct draft draft;
    struct buf head;
    if (!draft_open(&draft, message))
        return;
    mend(&draft, &info);
    trace_add(&draft, &info);
    buf_init(&head, draft_head_size(&draft));
    rl_assert(draft_write(&draft, &head));
    struct slice body = draft.body;
    draft_close(&draft);
    rl_assert(body.len <= message.len && (body.len == 0 || body.ptr + body.len == message.ptr + message.len));
    struct slice fields = header_section(buf_slice(&head)), rest = slice_from(buf_slice(&head), fields.len);
    rl_assert(rest.len == 0 || slice_eq_cstr(rest, "\r\n"));
    rl_assert(rest.len > 0 || body.len == 0 || slice_istarts(body, "\r\n"));
    while (fields.len > 0)
        check_field_line(slice_cut(&fields, '\n'));
    buf_fini(&head);
}

static void report(struct slice original, const char *words)
{
    struct dsn_recipient recipient = {.address = "bob@d.example",
                                      .orcpt = words,
                                      .status = "5.0.0",
                                      .diagnostic = words,
                                      .from_host = true,
                                      .remote_mta = words,
                                      .last_attempt_ns = 1};
    struct dsn dsn = {.hostname = "relay.example",
                      .queue_id = "q2",
                      .original_id = "q1",
                      .sender = "alice@s.example",
                      .envid = words,
                      .boundary = "b0undary",
                      .recipients = &recipient,
                      .recipient_count = 1,
                      .original = original};
    struct buf out;
    buf_init(&out, 128 * 1024);
    rl_assert(dsn_write(&dsn, &out));
    for (struct slice rest = buf_slice(&out); rest.len > 0;) {
        struct slice line = slice_cut(&rest, '\n');
        rl_assert(line.len <= 998 + 1 && slice_is_ascii(line));
        rl_assert(slice_find(line, '\0') == line.len);
    }
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice message = slice_make(data, size < 65536 ? size : 65536);
    char words[4096];
    size_t len = message.len < sizeof words ? message.len : sizeof words - 1;
    if (len > 0)
        memcpy(words, message.ptr, len);
    words[len] = '\0';
    prepare(message, true);
    prepare(message, false);
    report(message, words);
    return 0;
}
