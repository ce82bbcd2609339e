/*
 * Where the packets of a run go.
 *
 *   namespace  network, PID, UTS and IPC namespaces of the run, in a user namespace when not root: the kernel keeps all
 *              of it in
 *   loopback   needs nothing: libwarp sees to it that the world is in a block of 127.0.0.0/8 that is the run's alone,
 *              and that no call of libc leaves it (warp/loopback.h)
 */
#ifndef RL_HARNESS_NETWORK_H
#define RL_HARNESS_NETWORK_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/base/err.h"

enum network { NETWORK_AUTO, NETWORK_NAMESPACE, NETWORK_LOOPBACK };

bool network_find(const char *name, enum network *out);
/* Whether this process may make namespaces without a user namespace: CAP_SYS_ADMIN and CAP_NET_ADMIN. */
bool network_has_powers(void);

/* Replaces auto with the first that works here; *err then says why that is not a namespace. ERR_SYSTEM when the caller
 * asks for a namespace and none can be made. */
int network_choose(enum network *network, struct err *err);

/*
 * Like fork(): in the child *pid is 0, and the code says whether its network is set up; the child dies with the parent.
 * In the parent ERR_SYSTEM when no namespaces can be made. Not for NETWORK_AUTO.
 */
int network_fork(enum network network, pid_t *pid, struct err *err);

#endif
