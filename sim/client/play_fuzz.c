/* Any octets from a target in a dialog: it is played to an end, in steps that are bounded, with one verdict a line. */
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/testing/fuzz.h"
#include "sim/client/play.h"

#define LINES     8
#define STEPS_MAX 64 /* more than the lines can use: each may wait, and get the end */

static const char *has[] = {"*STARTTLS*"}, *lacks[] = {"*AUTH*"};
static struct reply_pattern any[] = {{.code = "2??"}, {.code = "5??", .text = "5.7.*"}};
static struct reply_pattern words[] = {{.code = "250", .has = {has, 1}, .lacks = {lacks, 1}}};
static struct script_line lines[LINES] = {
    {.verb = SCRIPT_EXPECT, .replies = any, .reply_count = 2, .times = 1, .length_ns = 300 * NS_PER_S},
    {.verb = SCRIPT_SEND, .octets = {"EHLO c.example\r\n", 16}, .times = 2},
    {.verb = SCRIPT_EXPECT, .replies = words, .reply_count = 1, .times = 2, .length_ns = NS_PER_S, .sentence = "x"},
    {.verb = SCRIPT_STARTTLS},
    {.verb = SCRIPT_QUIET, .replies = any, .reply_count = 2, .length_ns = NS_PER_S, .sentence = "x"},
    {.verb = SCRIPT_WAIT, .length_ns = NS_PER_S},
    {.verb = SCRIPT_EXPECT, .closed = true, .times = 1, .length_ns = NS_PER_S, .sentence = "x"},
    {.verb = SCRIPT_CLOSE},
};
static const struct script script = {.n = 1, .lines = lines, .line_count = LINES};

static void record(void *arg, const char *event, int code, struct json *extra)
{
    unsigned *verdicts = arg;
    (void)code;
    *verdicts += strcmp(event, "dialog.expect") == 0;
    json_free(extra);
}

static void answer(struct play *play, enum play_event event, int64_t *now_ns)
{
    if (event == PLAY_START_TLS)
        play_tls(play, "TLSv1.3");
    else if (event == PLAY_NOTHING && play->deadline_ns != INT64_MAX && play->deadline_ns > *now_ns)
        *now_ns = play->deadline_ns;
    else
        play_lost(play, "gone");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct play play;
    struct buf in;
    int64_t now_ns = 0;
    unsigned verdicts = 0, steps = 0;
    buf_init(&in, 1024 * 1024);
    (void)buf_add(&in, data, size);
    play_init(&play, &script, record, &verdicts);
    for (; !play.over && steps < STEPS_MAX; steps++)
        answer(&play, play_go(&play, &in, now_ns), &now_ns);
    rl_assert(steps < STEPS_MAX && verdicts <= LINES);
    play_fini(&play);
    buf_fini(&in);
    return 0;
}
