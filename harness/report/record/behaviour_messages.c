/* The behaviour report's messages: each recipient's attempts, and how it ended. */
#include <string.h>

#include "harness/report/record/behaviour_json.h"
#include "lib/base/duration.h"

#define RECIPIENTS_MAX 2000
#define ATTEMPTS_MAX   2000 /* more than one every five minutes for five days, as dma makes them */
#define WORDS_MAX      700  /* a reply line of 512 octets, and what precedes it */

static void set_seconds(struct json *json, const char *key, int64_t ns)
{
    json_set(json, key, json_new_real((double)ns / 1e9));
}

static struct json *contact_json(const struct contact *contact, int64_t zero_ns)
{
    struct json *json = json_new_object();
    char what[WORDS_MAX];
    set_seconds(json, "t", contact->t_ns - zero_ns);
    json_set_str(json, "host", contact->host);
    if (contact->conn != 0)
        json_set_int(json, "conn", contact->conn);
    json_set_str(json, "what", contact_words(contact, what, sizeof what));
    json_set_str(json, "stage", contact->stage);
    if (contact->code != 0)
        json_set_int(json, "code", contact->code);
    if (contact->text[0] != '\0')
        json_set_str(json, "text", contact->text);
    if (contact->failure != NULL)
        json_set_str(json, "failure", contact->failure);
    if (contact->waited_ns > 0)
        set_seconds(json, "waited", contact->waited_ns);
    if (contact->conn != 0)
        json_set_bool(json, "encrypted", contact->encrypted);
    return json;
}

static struct json *attempt_json(const struct history *history, size_t i)
{
    const struct attempt *attempt = &history->attempts[i];
    int64_t zero_ns = history->of->handed_ns;
    char reason[64];
    struct json *json = json_new_object(), *hosts = json_new_array();
    set_seconds(json, "t", attempt->open_ns - zero_ns);
    if (i > 0)
        set_seconds(json, "gap", attempt->open_ns - history->attempts[i - 1].open_ns);
    for (size_t k = 0; k < attempt->count; k++)
        json_push(hosts, contact_json(&attempt->contacts[k], zero_ns));
    json_set(json, "hosts", hosts);
    if (attempt->count == 0 && attempt->question != NULL) {
        json_set_str(json, "question", attempt->question);
        json_set_str(json, "answer", attempt->rcode);
    }
    if (attempt->shared_by > 0)
        json_set_int(json, "shared_by", attempt->shared_by);
    json_set_str(json, "taken", taken_name(attempt->taken));
    if (attempt->taken != TAKEN_DELIVERED) {
        json_set_str(json, "reason", attempt_reason(attempt, reason, sizeof reason));
        json_set_str(json, "class", attempt_class(attempt));
    }
    return json;
}

static struct json *history_json(const struct history *history)
{
    const struct rounds_of *of = history->of;
    struct json *json = json_new_object(), *attempts = json_new_array();
    json_set_str(json, "of", of->submission->id);
    json_set_int(json, "n", of->submission->n);
    json_set_str(json, "from", of->submission->from);
    json_set_str(json, "rcpt", of->rcpt);
    json_set_str(json, "outcome", outcome_name(history->outcome));
    json_set_int(json, "copies", history->copies);
    if (of->handed_ns != INT64_MAX) {
        set_seconds(json, "handed", of->handed_ns);
        if (of->submitted_ns != INT64_MAX)
            set_seconds(json, "submitted", of->submitted_ns);
        if (history->outcome == OUTCOME_DELIVERED || history->outcome == OUTCOME_BOUNCED)
            set_seconds(json, "after", history->outcome_ns - of->handed_ns);
        for (size_t i = 0; i < history->count && i < ATTEMPTS_MAX; i++)
            json_push(attempts, attempt_json(history, i));
    }
    json_set_int(json, "attempt_count", (int64_t)history->count);
    json_set(json, "attempts", attempts);
    return json;
}

struct json *behaviour_messages(const struct behaviour *behaviour)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < behaviour->count && i < RECIPIENTS_MAX; i++)
        json_push(list, history_json(&behaviour->histories[i]));
    return list;
}
