#include "relay/message/octets.h"

#include "relay/message/prepare.h"

unsigned octets_of(struct slice message)
{
    struct slice header = prepare_header(message);
    return (slice_is_ascii(header) ? 0u : OCTETS_8BIT_HEADER) |
           (slice_is_ascii(slice_from(message, header.len)) ? 0u : OCTETS_8BIT_BODY);
}
