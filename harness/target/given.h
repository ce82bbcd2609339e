/*
 * What a scenario's `given` is called in an adapter's templates:
 *
 *     given.retry.first  .then  .lifetime  .warn      lengths of time
 *     given.retry.step   .step.at                     each step: the wait, and the time of the attempt after it (items)
 *     given.retry.steps  .waits                       all steps, and all waits up to the lifetime: "10m, 20m"
 *     given.tls.domain   .level                       each domain, and the adapter's word for its level (items)
 *     given.tls                                       whether there are any; for ${given.tls?}
 *     given.user.name    .password  .crypt            each user; crypt is a crypt(3) hash, SHA-512 (items)
 *     given.limits.size  .rcpts
 *     given.smarthost.host  .port  .user  .password
 *     given.dkim.domain  .selector  .key
 */
#ifndef RL_HARNESS_GIVEN_H
#define RL_HARNESS_GIVEN_H

#include "harness/target/target.h"
#include "harness/target/template.h"

/* The code of an error that is not the adapter's fault: a value that cannot be written as its target needs it. */
#define GIVEN_CANNOT ERR_NOT_FOUND

enum template_answer given_look_up(const struct target *target, const struct target_values *values, struct slice name,
                                   struct slice format, size_t item, struct buf *out, struct err *err);

/* The settings that no template used, in the scenario's words; nothing when all were used. */
void given_missing_settings(const struct target *target, const struct given *given, unsigned configured,
                            struct buf *reason);

#endif
