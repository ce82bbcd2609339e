/*
 * The threads of the process tree below this process, as the kernel has them: whether all of them sleep with nothing
 * that would wake them by itself.
 *
 * One look reads /proc/PID/task/TID/syscall of every thread through descriptors that are kept open, as is everything
 * that is read of a thread: the kernel drops the file names of a process that ends only once no other process uses
 * them, and busy-waits until then; open descriptors hold no such names. It is a look at one instant when no other
 * process ran meanwhile: the whole tree is kept on the CPU of this process, so it is enough that this process was not
 * switched away from, and that no packet was on its way (probe.h). New threads show by the kernel's last process
 * number, ended ones by their files; then the tree is walked again.
 *
 * Limits: WARP_THREADS threads, three descriptors each. Errors: none; what cannot be read counts as busy.
 */
#ifndef RL_WARP_TREE_H
#define RL_WARP_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "warp/shm.h"

#define TREE_THREADS WARP_THREADS

enum tree_state {
    TREE_IDLE, /* all sleep until a deadline */
    TREE_BUSY, /* some thread runs */
    TREE_HELD, /* some thread waits with a time limit of the kernel's */
    TREE_EMPTY,
};

enum tree_file {
    TREE_CALL,     /* syscall */
    TREE_STAT,     /* stat */
    TREE_CHILDREN, /* children */
    TREE_FILES,
};

struct tree_thread {
    pid_t pid, tid;               /* as /proc has them */
    int32_t inner_pid, inner_tid; /* as the thread itself has them, inside a PID namespace */
    int files[TREE_FILES];        /* those of /proc/PID/task/TID; -1 = none */
    long call;                    /* at the last look; -1 = none */
};

struct tree {
    struct tree_thread *threads;
    size_t count;
    char last_number[32];             /* of the process that was made last, when the tree was walked */
    bool too_many;                    /* there are more than fit, or more than there are descriptors for */
    bool certain;                     /* no other process ran during the last walk, so it has them all */
    size_t busy;                      /* index of the one that was busy last */
    const struct tree_thread *holder; /* what kept the last look from being TREE_IDLE; NULL = unknown */
};

void tree_init(struct tree *tree);
void tree_fini(struct tree *tree);
enum tree_state tree_look(struct tree *tree);
/* Lists the threads again, which tree_look does by itself when there are new ones. */
void tree_walk(struct tree *tree);

/* Whether a thread of this number, as the thread itself has it, was there at the last walk. */
const struct tree_thread *tree_find(const struct tree *tree, int32_t inner_tid);
/* Whether a thread of this process runs, or is ready to. */
bool tree_runs(const struct tree *tree, int32_t inner_pid);
/* The system call in which it is now, as "ppoll" or "number 412"; "?" when it is in none. */
void tree_call(const struct tree_thread *thread, char *out, size_t size);
/* The name of a process's program, as "smtpd": any octets but control characters, which become `?`. */
void tree_program(const struct tree_thread *thread, char *out, size_t size);

#endif
