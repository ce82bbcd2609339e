/*
 * Which addresses mail from the DNS, or from an address literal, is delivered to. Not to ourselves (RFC 5321 §5.1):
 * where one of our listeners answers, or config own_addresses. Not to addresses that mean nothing on the Internet (RFC
 * 6890: private, loopback, link-local, multicast and their like), which a foreign MX record could otherwise use to
 * reach hosts inside our network, unless config allow_destinations names them. A smarthost is named by the
 * administrator, and needs no permission.
 */
#ifndef RL_RELAY_DESTINATION_H
#define RL_RELAY_DESTINATION_H

#include "relay/config/config.h"

enum destination {
    DESTINATION_GOOD,
    DESTINATION_OURSELVES,
    DESTINATION_REFUSED,
};

enum destination destination_of(const struct config *config, struct ip address);
/* Our hostname, or one of config own_names; without case. */
bool destination_is_own_name(const struct config *config, const char *name);

#endif
