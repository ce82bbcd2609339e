/* check: whether receivers find the public half of each key. */
#include <stdio.h>

#include "relay/dkim/record.h"
#include "relay/operator/sending/lookup.h"
#include "relay/operator/sending/published.h"
#include "relay/operator/sending/sending.h"

#define LOOKED_MAX 512

struct check {
    struct lookup *lookup;
    struct err err; /* why there is none */
    bool bad, unknown;
};

static void open_lookup(void *arg, const struct config *config)
{
    struct check *check = arg;
    lookup_close(check->lookup);
    check->lookup = NULL;
    if (config != NULL)
        (void)lookup_open(&check->lookup, config, &check->err);
}

static void print_record(const struct sending_key *key)
{
    struct buf line;
    buf_init(&line, 2 * RECORD_MAX);
    (void)record_write_zone(key->domain, key->selector, key->key, &line);
    printf("    the record has to be:\n    %s", buf_cstr(&line));
    buf_fini(&line);
}

static void look(void *arg, const struct sending_key *key)
{
    struct check *check = arg;
    struct wire_answer answer = {.result = WIRE_TEMPORARY, .why = check->err.text};
    struct err words = {0};
    char name[LOOKED_MAX];
    (void)snprintf(name, sizeof name, "%s._domainkey.%s", key->selector, key->domain);
    if (check->lookup == NULL)
        (void)lookup_open(&check->lookup, NULL, &check->err);
    if (check->lookup != NULL)
        lookup_ask(check->lookup, name, WIRE_TXT, &answer);
    switch (published_look(&answer, key->key, &words)) {
    case PUBLISHED_GOOD:
        printf("%s: good\n", name);
        break;
    case PUBLISHED_TEST:
        printf("%s: good, but t=y says that it is a test: remove that when receivers accept the signatures\n", name);
        break;
    case PUBLISHED_BAD:
        printf("%s: %s\n", name, words.text);
        print_record(key);
        check->bad = true;
        break;
    case PUBLISHED_UNKNOWN:
        printf("%s: %s\n", name, words.text);
        check->unknown = true;
        break;
    }
}

static int run(struct cli_call *call)
{
    struct check check = {0};
    int status = sending_each_key(call, look, &check, open_lookup);
    lookup_close(check.lookup);
    if (status != SENDING_GOOD)
        return status;
    return check.bad ? SENDING_NOT_GOOD : check.unknown ? SENDING_UNKNOWN : SENDING_GOOD;
}

static const struct cli_group groups[] = {{"Keys", sending_key_rows, 0}, {0}};
const struct cli_command sending_check = {
    .name = "check",
    .summary = "check that the DNS has the record of each key",
    .synopsis = SENDING_KEYS,
    .about = "Asks the DNS for the record of each key, and reports whether receivers can verify its signatures: the "
             "record exists, is the only one, and has this public key.\n",
    .groups = groups,
    .sections = sending_key_sections,
    .arguments = "DOMAIN [SELECTOR]",
    .arguments_max = 2,
    .run = run};
