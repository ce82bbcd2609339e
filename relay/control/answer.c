#include "relay/control/answer.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/mem.h"
#include "lib/text/json.h"
#include "relay/message/header.h"

#define NS_PER_S      INT64_C(1000000000)
#define CONTENT_BYTES ((size_t)30 * 1024)       /* of a line, before base64 */
#define HEADER_MAX    ((size_t)4 * 1024 * 1024) /* longer header sections are shown up to here */

struct answer {
    struct queue *queue;
    struct access *access;
    struct control_request request;
    struct queue_filter filter;
    enum { LISTING, CONTENT, END, REFUSED, OVER } phase;
    struct queue_cursor cursor;
    uint64_t told;       /* sequence of the message whose line was given last */
    int64_t next_number; /* of its recipients, the first that was not sent */
    uint64_t content_at, content_end;
    size_t messages, recipients;
    struct queue_counts counts;
    /* CONTROL_ACCESS: */
    struct control_cursor item;
    size_t items;
    struct json *done; /* what a change has done; NULL = it was refused */
    struct err refusal;
};

/* ---- one line each ---- */

static void add_line(struct buf *out, const char *name, struct json *value)
{
    struct json *line = json_new_object();
    json_set(line, name, value);
    (void)(json_write(line, out) && buf_add_char(out, '\n'));
    json_free(line);
}

void answer_error(struct buf *out, const char *words)
{
    add_line(out, "error", json_new_str(words));
}

static void add_message(struct buf *out, const struct queue_message *message)
{
    struct json *m = json_new_object();
    json_set_str(m, "id", message->id);
    json_set_str(m, "from", message->mail.reverse_path);
    json_set_int(m, "created", message->created_ns / NS_PER_S);
    json_set_int(m, "size", (int64_t)message->size);
    if (message->damage != NULL)
        json_set_str(m, "damage", message->damage);
    add_line(out, "message", m);
}

static const char *state_of(const struct queue_recipient *r)
{
    if (r->busy)
        return "active";
    if (r->message->damage != NULL)
        return "damaged";
    if (r->held)
        return "held";
    if (list_linked(&r->ready_link))
        return "ready";
    return r->attempts > 0 ? "deferred" : "waiting";
}

static void add_recipient(struct buf *out, const struct queue_recipient *r)
{
    struct json *one = json_new_object();
    json_set_str(one, "rcpt", r->to.address);
    json_set_str(one, "state", state_of(r));
    json_set_int(one, "attempts", r->attempts);
    json_set_int(one, "last", r->last_ns / NS_PER_S);
    json_set_int(one, "next", r->next_ns / NS_PER_S);
    json_set_str(one, "status", r->status);
    json_set_str(one, "reply", r->diagnostic);
    json_set_str(one, "host", r->remote_mta);
    add_line(out, "recipient", one);
}

static void add_end(const struct answer *answer, struct buf *out)
{
    struct json *end = answer->done != NULL ? json_dup(answer->done) : json_new_object();
    if (answer->request.verb == CONTROL_ACCESS) {
        if (answer->request.access->item != NULL)
            json_set_int(end, "items", (int64_t)answer->items);
    } else if (answer_is_change(answer)) {
        json_set_int(end, "matched", (int64_t)answer->counts.matched);
        json_set_int(end, "changed", (int64_t)answer->counts.changed);
        json_set_int(end, "busy", (int64_t)answer->counts.busy);
    } else {
        json_set_int(end, "messages", (int64_t)answer->messages);
        json_set_int(end, "recipients", (int64_t)answer->recipients);
    }
    add_line(out, "end", end);
}

/* ---- listings ---- */

static const struct queue_recipient *next_recipient(const struct answer *answer, const struct queue_message *message)
{
    LIST_EACH (const struct queue_recipient, link, r, &message->recipients)
        if (r->number >= answer->next_number && queue_matches(&answer->filter, r))
            return r;
    return NULL;
}

/* Moves on until there is a line to give. A message may go at any time: then the cursor is at the next. */
static void list_next(struct answer *answer, struct buf *out)
{
    const struct queue_message *message;
    for (; (message = queue_cursor_at(&answer->cursor)) != NULL; queue_cursor_step(&answer->cursor, answer->queue)) {
        bool is_new = message->sequence != answer->told;
        if (is_new)
            answer->next_number = 0;
        const struct queue_recipient *r = next_recipient(answer, message);
        if (r == NULL)
            continue;
        answer->told = message->sequence;
        answer->messages += is_new;
        answer->recipients += !is_new;
        answer->next_number = is_new ? 0 : r->number + 1;
        is_new ? add_message(out, message) : add_recipient(out, r);
        return;
    }
    answer->phase = answer->request.verb == CONTROL_SHOW ? CONTENT : END;
}

/* ---- contents ---- */

static uint64_t section_size(struct queue *queue, const struct queue_message *message)
{
    struct buf start;
    buf_init(&start, HEADER_MAX);
    for (size_t before = SIZE_MAX; start.len != before && start.len < start.max && start.len < message->size;) {
        before = start.len;
        if (queue_read_body(queue, message, before, start.max - before, &start, NULL) != ERR_OK)
            break;
    }
    uint64_t size = header_section(buf_slice(&start)).len;
    buf_fini(&start);
    return size;
}

static void begin_content(struct answer *answer, const struct queue_message *message)
{
    if (answer->request.content == CONTROL_ALL)
        answer->content_end = message->size;
    else if (answer->request.content == CONTROL_HEADER)
        answer->content_end = section_size(answer->queue, message);
}

static void content_next(struct answer *answer, struct buf *out)
{
    const struct queue_message *message = queue_find(answer->queue, answer->request.id);
    struct buf octets, text;
    if (answer->content_at == answer->content_end || message == NULL) {
        answer->phase = END; /* it may have been delivered meanwhile */
        return;
    }
    uint64_t left = answer->content_end - answer->content_at;
    buf_init(&octets, CONTENT_BYTES);
    buf_init(&text, 2 * CONTENT_BYTES);
    (void)queue_read_body(answer->queue, message, answer->content_at, left < CONTENT_BYTES ? left : CONTENT_BYTES,
                          &octets, NULL);
    answer->content_at = octets.len > 0 ? answer->content_at + octets.len : answer->content_end;
    (void)base64_encode(buf_slice(&octets), &text);
    add_line(out, "content", json_new_str(buf_cstr(&text)));
    buf_fini(&text);
    buf_fini(&octets);
}

/* ---- accounts, API keys and bans ---- */

static void begin_access(struct answer *answer)
{
    const struct control_access *verb = answer->request.access;
    if (verb->item != NULL)
        return;
    struct json *done = json_new_object();
    answer->phase = END;
    if (verb->change(answer->access, answer->request.json, done, &answer->refusal) == ERR_OK) {
        answer->done = done;
        return;
    }
    json_free(done);
    answer->phase = REFUSED;
}

static void item_next(struct answer *answer, struct buf *out)
{
    const struct control_access *verb = answer->request.access;
    struct json *item = verb->next(answer->access, answer->request.json, &answer->item);
    answer->phase = item != NULL ? LISTING : END;
    answer->items += item != NULL;
    if (item != NULL)
        add_line(out, verb->item, item);
}

/* ---- life ---- */

static void change(struct answer *answer)
{
    answer->phase = END;
    answer->counts = queue_operate(answer->queue, answer->request.action, &answer->filter);
}

static void show(struct answer *answer)
{
    const struct queue_message *message = queue_find(answer->queue, answer->request.id);
    if (message != NULL)
        begin_content(answer, message);
}

struct answer *answer_new(struct queue *queue, struct access *access, struct control_request *request)
{
    struct answer *answer = mem_zalloc(sizeof *answer);
    answer->queue = queue;
    answer->access = access;
    answer->told = UINT64_MAX;
    answer->request = *request;
    *request = (struct control_request){0};
    answer->filter = (struct queue_filter){answer->request.id, answer->request.sender, answer->request.recipient};
    queue_cursor_open(&answer->cursor, queue);
    if (answer->request.verb == CONTROL_ACCESS)
        begin_access(answer);
    else if (answer_is_change(answer))
        change(answer);
    else if (answer->request.verb == CONTROL_SHOW)
        show(answer);
    return answer;
}

void answer_free(struct answer *answer)
{
    if (answer == NULL)
        return;
    queue_cursor_close(&answer->cursor, answer->queue);
    control_cursor_fini(&answer->item);
    json_free(answer->done);
    control_request_fini(&answer->request);
    free(answer);
}

bool answer_is_change(const struct answer *answer)
{
    const struct control_request *request = &answer->request;
    return request->verb == CONTROL_CHANGE || (request->verb == CONTROL_ACCESS && request->access->item == NULL);
}

bool answer_next(struct answer *answer, struct buf *out)
{
    size_t before = out->len;
    bool failed = answer->phase != OVER && answer_is_change(answer) && !queue_committed(answer->queue);
    while (answer->phase != OVER && out->len == before) {
        if (failed || answer->phase == END) {
            answer->phase = OVER;
            failed ? answer_error(out, "the queue could not be written; the relay stops") : add_end(answer, out);
        } else if (answer->phase == REFUSED) {
            answer->phase = OVER;
            answer_error(out, answer->refusal.text);
        } else if (answer->request.verb == CONTROL_ACCESS) {
            item_next(answer, out);
        } else if (answer->phase == LISTING) {
            list_next(answer, out);
        } else {
            content_next(answer, out);
        }
    }
    return out->len > before;
}
