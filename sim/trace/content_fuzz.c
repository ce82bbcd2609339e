/* Any message is described within the limits. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "sim/trace/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json *out = json_new_object();
    content_write(slice_make(data, size), out);
    rl_assert(json_count(json_get(out, "header")) <= CONTENT_FIELDS_MAX + 1);
    rl_assert(json_get_int(json_get(out, "body"), "octets", -1) <= (int64_t)size);
    json_free(out);
    return 0;
}
