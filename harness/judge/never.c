/* never: no event fits the pattern, perhaps only after or before another one. */
#include <string.h>

#include "harness/judge/judge.h"
#include "harness/judge/pattern.h"
#include "lib/base/duration.h"

static size_t first_of(const struct facts *facts, const struct pattern *pattern)
{
    for (size_t i = 0; i < facts->log->count; i++)
        if (pattern_fits(pattern, &facts->log->events[i]))
            return i;
    return facts->log->count;
}

static bool is_excepted(const struct check_never *check, const struct trace_event *event)
{
    for (size_t i = 0; i < check->except_count; i++)
        if (pattern_fits(&check->except[i], event))
            return true;
    return false;
}

static void want(const struct check_never *check, struct finding *out)
{
    char words[PATTERN_WORDS_MAX];
    finding_want(out, "no event %s", pattern_words(words, &check->pattern));
    if (check->after != NULL)
        finding_want_also(out, " after %s", pattern_words(words, check->after));
    if (check->before != NULL)
        finding_want_also(out, " before %s", pattern_words(words, check->before));
    for (size_t i = 0; i < check->except_count; i++)
        finding_want_also(out, "%s %s", i > 0 ? " or" : ", except", pattern_words(words, &check->except[i]));
}

/* "smtp.command at 00:05:00.000, mx1.dest.example: RCPT" */
static void find_event(const struct check_never *check, const struct trace_event *event, struct finding *out)
{
    char clock[DURATION_TEXT_MAX], words[PATTERN_WORDS_MAX];
    const char *host = trace_str(event->json, FIELD_HOST, ""), *verb = trace_str(event->json, FIELD_VERB, "");
    finding_set(out, BROKEN, "%s at %s%s%.100s%s%.100s", event->event, duration_clock(event->t_ns, clock),
                host[0] != '\0' ? ", host " : "", host, verb[0] != '\0' ? ", verb " : "", verb);
    (void)finding_because(out, "an event matches %s", pattern_words(words, &check->pattern));
}

/* Of a pattern that readers have a word for; NULL = of no such one. */
static const char *event_words(const char *pattern)
{
    static const struct {
        const char *pattern, *words;
    } known[] = {{"{event: tls.done}", "TLS handshake"},
                 {"{event: tcp.connect}", "connection"},
                 {"{event: dsn.seen}", "report"},
                 {"{event: msg.delivered}", "delivery"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].pattern, pattern) == 0)
            return known[i].words;
    return NULL;
}

void judge_never(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_never *check = expect->check;
    size_t from = 0, to = facts->log->count;
    char words[PATTERN_WORDS_MAX];
    want(check, out);
    if (check->after != NULL) {
        from = first_of(facts, check->after);
        if (from == facts->log->count) {
            const char *pattern = pattern_words(words, check->after), *known = event_words(pattern);
            finding_set(out, CANNOT_TELL, "there was no %s%s, so nothing could follow it",
                        known != NULL ? "" : "event ", known != NULL ? known : pattern);
            return;
        }
        from++;
    }
    if (check->before != NULL)
        to = first_of(facts, check->before);
    for (size_t i = from; i < to; i++) {
        const struct trace_event *event = &facts->log->events[i];
        if (!pattern_fits(&check->pattern, event) || is_excepted(check, event))
            continue;
        out->at = i;
        find_event(check, event, out);
        return;
    }
    finding_set(out, HOLDS, "none");
}
