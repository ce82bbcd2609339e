/*
 * A reply that refuses a command, as what decides hands it to the server session (server.h): 4xx or 5xx (RFC 5321
 * §4.2.1), with an enhanced status code (RFC 3463) of the same class. Its texts are constants.
 */
#ifndef RL_RELAY_REFUSAL_H
#define RL_RELAY_REFUSAL_H

struct refusal {
    unsigned code;
    const char *status, *text;
};

#endif
