#include "relay/message/check_header.h"

bool check_header_loops(const struct header *header, size_t received_max)
{
    return header_count(header, "Received") >= received_max;
}
