/*
 * How a process of the target enters its own root (harness/run/root.h): it joins the mount namespace, and the user
 * namespace when there is one, and loses every capability except those that mail servers need. What it cannot do then:
 * mount, trace or look into processes of the harness, open files by handle, make devices, load modules, set clocks.
 */
#ifndef RL_WARP_ENTER_H
#define RL_WARP_ENTER_H

#include <stdbool.h>

struct enter {
    int mounts_fd; /* the mount namespace; -1 = the process stays where it is */
    int user_fd;   /* the user namespace; -1 = none */
};

/* In the child, before exec. False and errno when it cannot. */
bool enter_root(const struct enter *enter);

#endif
