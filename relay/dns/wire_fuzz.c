/* Any bytes from a DNS server: at most the allowed number of records, and only valid names. */
#include <string.h>

#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/dns/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire_answer answer;
    if (size == 0 || size > 65535)
        return 0;
    struct arena *arena = arena_new(8 * 1024 * 1024);
    static const enum wire_type types[] = {WIRE_A, WIRE_MX, WIRE_TXT, WIRE_AAAA};
    enum wire_type type = types[data[0] & 3];
    wire_read(slice_make(data + 1, size - 1), "d.example", type, arena, &answer);
    rl_assert(answer.count <= WIRE_RECORDS_MAX);
    for (size_t i = 0; type == WIRE_MX && i < answer.count; i++)
        rl_assert(strlen(answer.records[i].host) < 1024);
    for (size_t i = 0; type == WIRE_TXT && i < answer.count; i++)
        rl_assert(answer.records[i].text.len < size);
    arena_free(arena);
    return 0;
}
