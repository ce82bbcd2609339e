/* Any bytes as JSON: what is read is written, and reads the same. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "lib/text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json *first, *second;
    struct buf once, twice;
    struct err err;
    if (json_parse(slice_make(data, size), &first, &err) != ERR_OK)
        return 0;
    buf_init(&once, 16 * 1024 * 1024);
    buf_init(&twice, 16 * 1024 * 1024);
    if (json_write(first, &once)) {
        rl_assert(json_parse(buf_slice(&once), &second, &err) == ERR_OK);
        rl_assert(json_write(second, &twice) && slice_eq(buf_slice(&once), buf_slice(&twice)));
        json_free(second);
    }
    json_free(first);
    buf_fini(&once);
    buf_fini(&twice);
    return 0;
}
