#include "harness/report/matrix/words.h"

#include <math.h>
#include <string.h>

#include "harness/report/record/record.h"
#include "lib/base/duration.h"

#define SECONDS_MAX (100.0 * 365 * 86400)

void words_add_length(struct buf *out, double s)
{
    char text[DURATION_TEXT_MAX];
    double bounded = s > 0 ? fmin(s, SECONDS_MAX) : 0;
    int64_t whole = bounded < 86400 ? llround(bounded) : (int64_t)(bounded / 60) * 60;
    (void)buf_add_cstr(out, duration_format(whole * NS_PER_S, text));
}

void words_add_when(struct buf *out, double s)
{
    if (s < 1) {
        (void)buf_add_cstr(out, "at once");
        return;
    }
    (void)buf_add_cstr(out, "after ");
    words_add_length(out, s);
}

/* The verdict of an expectation; NULL = the record has none. */
static const struct json *verdict_of(const struct json *record, const char *id)
{
    const struct json *verdicts = json_get(record, "verdicts");
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (strcmp(json_get_str(json_at(verdicts, i), "id", ""), id) == 0)
            return json_at(verdicts, i);
    return NULL;
}

/* ---- of all messages ---- */

struct outcomes {
    size_t delivered, all;
    double last; /* when the last of them was delivered */
};

static struct outcomes outcomes_of(const struct json *messages)
{
    struct outcomes outcomes = {.all = json_count(messages)};
    for (size_t i = 0; i < outcomes.all; i++) {
        const struct json *message = json_at(messages, i);
        if (strcmp(json_get_str(message, "outcome", ""), "delivered") != 0)
            continue;
        outcomes.delivered++;
        outcomes.last = fmax(outcomes.last, json_get_real(message, "after", 0));
    }
    return outcomes;
}

static const struct json *messages_of(const struct json *record)
{
    return json_get(json_get(record, "behaviour"), "messages");
}

void words_time(const struct json *record, struct buf *out)
{
    const struct json *messages = messages_of(record);
    struct outcomes outcomes = outcomes_of(messages);
    if (outcomes.all == 0)
        return;
    if (outcomes.all > 1) {
        (void)buf_printf(out, "%zu of %zu delivered", outcomes.delivered, outcomes.all);
        if (outcomes.delivered > 0) {
            (void)buf_add_cstr(out, ", the last ");
            words_add_when(out, outcomes.last);
        }
        return;
    }
    (void)buf_add_cstr(out, json_get_str(json_at(messages, 0), "outcome", ""));
    if (json_get(json_at(messages, 0), "after") == NULL)
        return;
    (void)buf_add_char(out, ' ');
    words_add_when(out, json_get_real(json_at(messages, 0), "after", 0));
}

void words_all(const struct json *record, const char *about, struct cell *cell)
{
    struct outcomes outcomes = outcomes_of(messages_of(record));
    (void)about;
    if (outcomes.all == 0)
        return;
    if (outcomes.delivered == outcomes.all)
        (void)buf_printf(&cell->words, "all %zu delivered", outcomes.all);
    else
        (void)buf_printf(&cell->words, "%zu of %zu delivered", outcomes.delivered, outcomes.all);
    if (outcomes.delivered == 0)
        return;
    (void)buf_add_cstr(&cell->more, "the last ");
    words_add_when(&cell->more, outcomes.last);
}

/* The host of the scenario that had most connections: another one takes the bounces. */
static const struct json *busiest_host(const struct json *record)
{
    const struct json *hosts = json_get(json_get(record, "behaviour"), "hosts"), *busiest = NULL;
    for (size_t i = 0; i < json_count(hosts); i++)
        if (json_get_int(json_at(hosts, i), "connections", 0) > json_get_int(busiest, "connections", 0))
            busiest = json_at(hosts, i);
    return busiest;
}

void words_connections(const struct json *record, const char *about, struct cell *cell)
{
    const struct json *host = busiest_host(record);
    struct outcomes outcomes = outcomes_of(messages_of(record));
    (void)about;
    if (host == NULL)
        return;
    int64_t count = json_get_int(host, "connections", 0), most = json_get_int(host, "messages_max", 0);
    int64_t at_once = json_get_int(host, "concurrent_max", 0);
    (void)buf_printf(&cell->words, "%lld connection%s, ", (long long)count, count == 1 ? "" : "s");
    if (count == 1)
        (void)buf_printf(&cell->words, "%lld message%s", (long long)most, most == 1 ? "" : "s");
    else if (most == 0)
        (void)buf_add_cstr(&cell->words, "no message delivered");
    else
        (void)buf_printf(&cell->words, "at most %lld message%s on each", (long long)most, most == 1 ? "" : "s");
    if (count > 1)
        (void)buf_printf(&cell->more, "up to %lld open at once; ", (long long)at_once);
    (void)buf_printf(&cell->more, "%zu of %zu delivered", outcomes.delivered, outcomes.all);
    if (outcomes.delivered > 0)
        (void)buf_add_cstr(&cell->more, ", the last ");
    if (outcomes.delivered > 0)
        words_add_when(&cell->more, outcomes.last);
}

/* ---- of an expectation ---- */

/* "mx2a.dest.example 54 %, mx2b.dest.example 45 % (of 64, 64 seeds)": the numbers before each "%", at most `max`. */
static size_t read_shares(const char *text, unsigned long *shares, size_t max)
{
    size_t count = 0;
    struct slice rest = slice_cstr(text);
    while (count < max && slice_find(rest, '%') < rest.len) {
        struct slice part = slice_trim(slice_cut(&rest, '%'));
        size_t from = part.len;
        uint64_t share;
        while (from > 0 && part.ptr[from - 1] >= '0' && part.ptr[from - 1] <= '9')
            from--;
        if (!slice_to_u64(slice_from(part, from), 100, &share))
            return 0;
        shares[count++] = (unsigned long)share;
    }
    return count;
}

void words_share(const struct json *record, const char *about, struct cell *cell)
{
    const struct json *verdict = verdict_of(record, about);
    unsigned long shares[2];
    if (verdict == NULL || read_shares(json_get_str(verdict, "seen", ""), shares, 2) != 2)
        return;
    bool even = record_is(verdict, RESULT_PASS), one = shares[0] == 0 || shares[1] == 0;
    (void)buf_printf(&cell->words, "%s%lu : %lu",
                     even  ? "random, "
                     : one ? "always the same host, "
                           : "not evenly, ",
                     shares[0], shares[1]);
}

static bool starts_with_code(const char *text)
{
    for (size_t i = 0; i < 3; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return text[3] == ' ' || text[3] == '\0' || text[3] == '-';
}

/* The reply in `seen`; for a may, it stands in "does (250 OK)". NULL = there was none. */
static const char *reply_of(const char *seen)
{
    static const char *const before[] = {"does (", "does not ("};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        if (strncmp(seen, before[i], strlen(before[i])) == 0)
            seen += strlen(before[i]);
    return starts_with_code(seen) ? seen : NULL;
}

/* The text of a reply: its first line, without the code, and without the parenthesis that closes "does (…". */
static void add_reply_text(struct buf *out, const char *reply, bool in_parentheses)
{
    struct slice text = slice_from(slice_head(slice_cstr(reply), strcspn(reply, "\n")), 3);
    if (in_parentheses && text.len > 0 && text.ptr[text.len - 1] == ')')
        text.len--;
    (void)buf_add_slice(out, slice_trim(text));
}

void words_reply(const struct json *record, const char *about, struct cell *cell)
{
    const struct json *verdict = verdict_of(record, about);
    const char *seen = json_get_str(verdict, "seen", ""), *reply = reply_of(seen);
    if (reply == NULL)
        return;
    (void)buf_printf(&cell->words, "%s, %.3s", reply[0] == '2' ? "accepts it" : "refuses it", reply);
    add_reply_text(&cell->more, reply, reply != seen);
}

void words_ends(const struct json *record, const char *about, struct cell *cell)
{
    const struct json *verdict = verdict_of(record, about), *smuggled = verdict_of(record, "nothing-is-smuggled");
    const char *seen = json_get_str(verdict, "seen", ""), *reply = reply_of(seen);
    if (strcmp(seen, "silence") == 0) {
        (void)buf_add_cstr(&cell->words, "does not end the message");
        const char *end = reply_of(json_get_str(verdict_of(record, "the-real-end-is-answered"), "seen", ""));
        if (end != NULL && end[0] != '2')
            (void)buf_printf(&cell->more, "refuses the message at its end, %.3s", end);
    } else if (reply != NULL && reply[0] == '2') {
        (void)buf_add_cstr(&cell->words, "ends the message");
        if (smuggled != NULL)
            (void)buf_add_cstr(&cell->more, record_is(smuggled, RESULT_FAIL) ? "a second message is smuggled"
                                                                             : "no message is smuggled");
    } else if (reply != NULL) {
        (void)buf_printf(&cell->words, "refuses the message, %.3s", reply);
    }
}

void words_octets(const struct json *record, const char *about, struct cell *cell)
{
    static const char does[] = "does (";
    const struct json *broken = verdict_of(record, "no-octet-above-127-is-sent-where-8bitmime-is-not-offered");
    const char *back = json_get_str(verdict_of(record, "the-message-is-given-back-to-its-sender"), "seen", "");
    const char *converted = json_get_str(verdict_of(record, "the-message-is-converted-to-7-bits"), "seen", "");
    (void)about;
    if (broken != NULL && record_is(broken, RESULT_FAIL))
        (void)buf_add_cstr(&cell->words, "sends them unchanged");
    else if (strncmp(back, does, sizeof does - 1) == 0)
        (void)buf_add_cstr(&cell->words, "bounces the message");
    else if (strncmp(converted, does, sizeof does - 1) == 0)
        (void)buf_add_cstr(&cell->words, "converts the message");
}
