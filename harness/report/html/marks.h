/*
 * What the timeline of a page draws, before it is drawn: a mark for each contact, event of the story, bounce and answer
 * of the DNS, each in its lane. From the record, which must outlive it.
 */
#ifndef RL_HARNESS_HTML_MARKS_H
#define RL_HARNESS_HTML_MARKS_H

#include "harness/report/html/time_scale.h"
#include "lib/text/json.h"

#define HOSTS_MAX 12

/* Kinds of marks differ by shape too, not by colour alone. */
enum mark_kind { KIND_GOOD, KIND_LATER, KIND_BAD, KIND_NO_CONNECTION, KIND_STORY, KIND_BOUNCE, KIND_DNS, KIND_DNS_BAD };

struct mark {
    double t;
    size_t lane;
    enum mark_kind kind;
    int64_t conn;   /* to lead to; 0 = none */
    size_t attempt; /* of its recipient, from 1; 0 = none */
    char *title;    /* "": a row of a table has the words */
};

struct lanes {
    const char *hosts[HOSTS_MAX];
    size_t host_count;
};

#define LANE_STORY 0
#define LANE_DNS   1
#define LANE_HOSTS 2

struct drawing {
    const struct json *record;
    const char *id; /* of the run */
    struct lanes lanes;
    struct mark *marks;
    size_t count, room;
    struct time_scale scale;
    bool too_many_hosts;
};

/* Gathers the marks of d->record, sorted by lane and time. Each lane's hosts are in the order of their first contact.
 */
void marks_gather(struct drawing *d);
void marks_free(struct drawing *d);

/* What the times of a message or a bounce count from; records of earlier versions have the submission alone. */
double marks_zero_of(const struct json *message_or_dsn);

#endif
