/* A DNS for tests: rows of name, type and text. Other names do not exist; "?" does not answer. */
#ifndef RL_RELAY_SENDING_TESTING_H
#define RL_RELAY_SENDING_TESTING_H

#include <string.h>
#include <strings.h>

#include "relay/operator/sending/spf.h"

#define ZONE_ANSWERS_MAX 64
#define ZONE_RECORDS_MAX 16

struct zone_row {
    const char *name, *type, *text; /* name NULL ends the table */
};

static struct wire_record zone_records[ZONE_ANSWERS_MAX][ZONE_RECORDS_MAX];
static size_t zone_asked;

static inline void zone_ask(void *rows, const char *name, enum wire_type type, struct wire_answer *out)
{
    const char *wanted = type == WIRE_A ? "A" : type == WIRE_AAAA ? "AAAA" : type == WIRE_MX ? "MX" : "TXT";
    struct wire_record *records = zone_records[zone_asked++ % ZONE_ANSWERS_MAX];
    *out = (struct wire_answer){.result = WIRE_NXDOMAIN, .records = records};
    for (const struct zone_row *row = rows; row->name != NULL; row++) {
        if (strcasecmp(row->name, name) != 0)
            continue;
        if (row->text[0] == '?')
            *out = (struct wire_answer){.result = WIRE_TEMPORARY, .why = "SERVFAIL"};
        if (out->result == WIRE_TEMPORARY)
            return;
        out->result = WIRE_OK;
        if (strcmp(row->type, wanted) != 0 || out->count == ZONE_RECORDS_MAX)
            continue;
        struct wire_record *record = &records[out->count++];
        *record = (struct wire_record){.host = row->text, .text = slice_cstr(row->text)};
        if (type == WIRE_A || type == WIRE_AAAA)
            record->address = ip_of(row->text);
    }
}

#endif
