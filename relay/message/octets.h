/*
 * Which octets a message has (RFC 6152): what decides whether it may go to a host without 8BITMIME. A client's BODY
 * parameter is a declaration that may be wrong in both directions.
 */
#ifndef RL_RELAY_OCTETS_H
#define RL_RELAY_OCTETS_H

/* A sum of these is stored with each message: never renumber them. */
enum octets {
    OCTETS_7BIT = 0,
    OCTETS_8BIT_HEADER = 1, /* an octet above 127 in the header section */
    OCTETS_8BIT_BODY = 2,   /* and in the body */
};

#endif
