/*
 * Any text as SPF, DMARC and DKIM records: each question for TXT gets the next line. An evaluation ends within its
 * limits, and its words can be printed.
 */
#include <string.h>

#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/dkim/record.h"
#include "relay/dkim/testing.h"
#include "relay/operator/sending/dmarc.h"

#define QUESTIONS_MAX 200

struct lines {
    struct slice rest;
    struct wire_record record;
    unsigned asked;
};

static void ask(void *arg, const char *name, enum wire_type type, struct wire_answer *out)
{
    struct lines *lines = arg;
    rl_assert(++lines->asked < QUESTIONS_MAX && strlen(name) < 300);
    lines->record = (struct wire_record){.host = "mx.example", .address = ip_of("192.0.2.1")};
    if (type == WIRE_TXT)
        lines->record.text = slice_cut(&lines->rest, '\n');
    bool found = type != WIRE_TXT || lines->record.text.len > 0;
    *out = (struct wire_answer){
        .result = found ? WIRE_OK : WIRE_NXDOMAIN, .records = &lines->record, .count = found ? 1 : 0};
}

static void check_words(const char *words)
{
    for (; *words != '\0'; words++)
        rl_assert(*words >= ' ' && *words <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const addresses[] = {"192.0.2.1", "198.51.100.9", "2001:db8::1"};
    static struct dkim_key *key;
    struct slice text = slice_make(data, size < 65536 ? size : 65536);
    struct err err;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct lines lines = {.rest = text};
        struct spf_dns dns = {ask, &lines};
        struct spf_verdict verdict;
        spf_evaluate(&dns, "d.example", ip_of(addresses[i]), &verdict);
        rl_assert(verdict.lookups <= SPF_LOOKUPS_MAX + 1);
        check_words(verdict.words);
    }
    struct lines lines = {.rest = text};
    struct dmarc dmarc;
    dmarc_find(&(struct spf_dns){ask, &lines}, "a.b.c.d.example", &dmarc);
    check_words(dmarc.words);
    check_words(dmarc.policy);
    if (key == NULL)
        rl_assert(dkim_key_read(&key, slice_cstr(testing_ed25519), NULL) == ERR_OK);
    if (record_check(text, key, &err) != ERR_OK)
        check_words(err.text);
    return 0;
}
