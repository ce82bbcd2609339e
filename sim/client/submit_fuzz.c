/* Any octets from a target: the submitting client goes on or gives up, and reports each thing once. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "sim/client/submit.h"

static const char *to[] = {"bob@d.example", "ann@d.example"};
static const struct submission submission = {
    .id = "m1", .n = 1, .from = "alice@s.example", .to = to, .to_count = 2, .manner = {.ret = "full", .envid = "a+b"}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct submit submit;
    struct buf in;
    unsigned count[SUBMIT_OVER + 1] = {0};
    buf_init(&in, 1024 * 1024);
    submit_init(&submit, &submission, "client.example", "alice", "secret", SLICE_LIT("Subject: x\r\n\r\n.y\r\n"), 0);
    (void)buf_add(&in, data, size);
    for (enum submit_event event = submit_feed(&submit, &in, 0); event != SUBMIT_NOTHING;
         event = event == SUBMIT_START_TLS ? submit_tls_started(&submit, 0) : submit_feed(&submit, &in, 0)) {
        count[event]++;
        if (event == SUBMIT_OVER)
            break;
    }
    count[submit_lost(&submit, "gone")]++;
    rl_assert(count[SUBMIT_ACCEPTED] + count[SUBMIT_REFUSED] == 1 && count[SUBMIT_HANDED] <= 1);
    rl_assert(count[SUBMIT_ACCEPTED] <= count[SUBMIT_HANDED] && count[SUBMIT_REFUSED_RCPT] <= submission.to_count);
    submit_fini(&submit);
    buf_fini(&in);
    return 0;
}
