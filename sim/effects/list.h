/*
 * The effects of rules, one row each: X(ID, name, help). The name is the key in a rule, the file of this folder that
 * defines the effect, and the word in the trace; the help is one sentence for the schema.
 *
 * The order is that in which the effects of one rule are asked whether they trigger, and then act; `rule.fired` names
 * the first. So a greylist and a rate limit precede the reply that they give, and a chance follows what it permits.
 */
#ifndef RL_SIM_EFFECTS_LIST_H
#define RL_SIM_EFFECTS_LIST_H

#define EFFECTS(X)                                                                                                     \
    X(REFUSE, refuse, "connect: the host refuses the connection")                                                      \
    X(BLACKHOLE, blackhole, "connect: SYN packets are dropped; later: the host sends nothing more")                    \
    X(GREYLIST, greylist, "acts until the client retries late enough")                                                 \
    X(RATE_LIMIT, rate_limit, "acts when the rate is exceeded")                                                        \
    X(REPLY, reply, "reply that the host sends")                                                                       \
    X(RAW, raw, "octets that the host sends instead of a reply")                                                       \
    X(TLS_FAIL, tls_fail, "handshake: how it fails")                                                                   \
    X(DRIP, drip, "the reply arrives a few octets at a time")                                                          \
    X(ANNOUNCE, announce, "ehlo: keywords to offer, instead of the host's")                                            \
    X(INJECT, inject, "starttls: unencrypted octets after the 220")                                                    \
    X(DELAY, delay, "time before the reply; idle: how long the client sends nothing")                                  \
    X(KEEP, keep, "whether the host keeps the message, independently of its reply")                                    \
    X(THEN, then, "what happens after the reply")                                                                      \
    X(CHANCE, chance, "probability that the rule acts; depends on the scenario's seed")

enum effect_id {
#define ID(id, name, help) EFFECT_##id,
    EFFECTS(ID)
#undef ID
        EFFECT_COUNT
};

#endif
