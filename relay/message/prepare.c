#include "relay/message/prepare.h"

#include <stdio.h>
#include <time.h>

#define NS_PER_S    INT64_C(1000000000)
#define WRITTEN_MAX ((size_t)2 * HEADER_BYTES_MAX) /* what the stages add: a mailbox's line is among it */

bool draft_open(struct draft *draft, struct slice message)
{
    struct draft opened = {0};
    if (!header_parse(message, &opened.header, &opened.body))
        return false;
    opened.arena = arena_new(WRITTEN_MAX);
    *draft = opened;
    return true;
}

void draft_close(struct draft *draft)
{
    header_fini(&draft->header);
    arena_free(draft->arena);
    *draft = (struct draft){0};
}

static bool begins_with_empty_line(struct slice body)
{
    return slice_istarts(body, "\r\n");
}

struct slice draft_text(const struct draft *draft)
{
    return begins_with_empty_line(draft->body) ? slice_from(draft->body, 2) : draft->body;
}

bool draft_write(const struct draft *draft, struct buf *out)
{
    (void)header_write(&draft->header, out);
    if (draft->body.len > 0 && !begins_with_empty_line(draft->body))
        (void)buf_add_cstr(out, "\r\n"); /* what follows is text */
    return !out->overflow;
}

size_t draft_head_size(const struct draft *draft)
{
    return header_size(&draft->header) + 2;
}

struct slice draft_text_of_field(struct draft *draft, const struct buf *field)
{
    return slice_make(arena_slice_dup(draft->arena, buf_slice(field)), field->len);
}

const char *prepare_date(int64_t wall_ns, char out[PREPARE_DATE_MAX])
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(wall_ns / NS_PER_S);
    struct tm tm;
    (void)gmtime_r(&seconds, &tm);
    (void)snprintf(out, PREPARE_DATE_MAX, "%s, %d %s %d %02d:%02d:%02d +0000", days[tm.tm_wday], tm.tm_mday,
                   months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    return out;
}
