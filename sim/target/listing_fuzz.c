/* Any octets from a queue command: a list of recipients, or an error. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "sim/target/listing.h"

static void check(int rc, struct json *entries)
{
    for (size_t i = 0; rc == ERR_OK && i < json_count(entries); i++)
        rl_assert(json_get_str(json_at(entries, i), "from", NULL) != NULL &&
                  json_get_str(json_at(entries, i), "rcpt", NULL) != NULL);
    if (rc == ERR_OK)
        json_free(entries);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_make(data, size < 65536 ? size : 65536);
    struct json *entries = NULL;
    struct err err;
    int rc = listing_read_json(text, &entries, &err);
    check(rc, entries);
    rc = listing_read_lines(text, "^[0-9A-F]+ .* <?([^ >]*)>?$", "^ +([^ ]+@[^ ]+)$", &entries, &err);
    check(rc, entries);
    return 0;
}
