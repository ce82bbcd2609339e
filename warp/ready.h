/* Whether a target is ready: it listens on all ports of its adapter. Pure. */
#ifndef RL_WARP_READY_H
#define RL_WARP_READY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* port_count is not trusted: every process of the tree can write there. False: *missing is the first that is missing.
 */
bool ready_on_all(const uint16_t *wanted, size_t wanted_count, const _Atomic uint16_t *ports, uint32_t port_count,
                  uint16_t *missing);

#endif
