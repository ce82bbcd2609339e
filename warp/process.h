/* Starting the processes of a plan inside virtual time, and how much they work. */
#ifndef RL_WARP_PROCESS_H
#define RL_WARP_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/err.h"
#include "warp/enter.h"
#include "warp/image.h"
#include "warp/plan.h"

struct process_setup {
    const char *libwarp;
    int control_fd;      /* the director's end, or -1 */
    struct enter enter;  /* its root */
    bool with_all_files; /* it inherits every descriptor of the caller, as a command does; else 0, 1, 2, those of
                            libwarp and control_fd */
};

/*
 * Forks a child that waits, without a turn, until `release` is written to; the caller gives it a slot between.
 * The child then executes the command; when that fails it prints why on its stderr and exits with 127.
 * *image: what the program is, as the child sees it. Only a good one leaves a child. ERR_SYSTEM otherwise.
 */
int process_fork(const struct plan_command *command, const struct process_setup *setup, pid_t *pid, int *release_fd,
                 enum image_kind *image, struct err *err);

/* One file of /proc and more is kept open for each thread. The programs that are started get the limit that was. */
void process_raise_file_limit(void);

/* CPU time that the process has used, in ns; -1 when it is gone. */
int64_t process_cpu_ns(pid_t pid);

#endif
