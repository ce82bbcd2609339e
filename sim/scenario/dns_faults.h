/*
 * How an answer of the DNS goes wrong, one row each: X(ID, name, help). The name is the word in a scenario and in the
 * trace, the help one sentence for the schema. sim/dns/faults.c has the other half of each row: what is done.
 */
#ifndef RL_SIM_SCENARIO_DNS_FAULTS_H
#define RL_SIM_SCENARIO_DNS_FAULTS_H

#define DNS_FAULTS(X)                                                                                                  \
    X(SERVFAIL, servfail, "RCODE 2")                                                                                   \
    X(NXDOMAIN, nxdomain, "the name does not exist")                                                                   \
    X(NODATA, nodata, "the name exists, but has no records of the type")                                               \
    X(REFUSED, refused, "RCODE 5")                                                                                     \
    X(FORMERR, formerr, "RCODE 1")                                                                                     \
    X(NOTIMP, notimp, "RCODE 4")                                                                                       \
    X(BADVERS, badvers, "extended RCODE 16")                                                                           \
    X(HEADER_ONLY, header_only, "RCODE 1, in a header without the question")                                           \
    X(TIMEOUT, timeout, "no answer")                                                                                   \
    X(TRUNCATED, truncated, "TC is set, and there are no records")                                                     \
    X(LAME, lame, "a referral to the root")                                                                            \
    X(REFERRAL, referral, "a referral to other servers of the zone")                                                   \
    X(ALIAS_ONLY, alias_only, "the CNAME without the records of its target")                                           \
    X(UNRELATED, unrelated, "only records of other names")                                                             \
    X(NOT_AUTHORITATIVE, not_authoritative, "the correct answer, with AA clear")                                       \
    X(NO_RECURSION, no_recursion, "the correct answer, with RA clear")                                                 \
    X(LOOP, loop, "CNAME records that form a loop")                                                                    \
    X(WRONG_ID, wrong_id, "the correct answer, with a wrong ID")                                                       \
    X(WRONG_QUESTION, wrong_question, "the correct answer, but it repeats a different question")                       \
    X(CUT, cut, "the answer ends halfway")                                                                             \
    X(CLOSE, close, "the TCP connection is closed without an answer")                                                  \
    X(RESET, reset, "the TCP connection is reset without an answer")                                                   \
    X(GARBAGE, garbage, "octets that do not parse as records")

enum zone_fault_kind {
    FAULT_NONE, /* the right answer, but late */
#define ID(id, name, help) FAULT_##id,
    DNS_FAULTS(ID)
#undef ID
};

#endif
