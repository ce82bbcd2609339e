/*
 * libwarp, the preload half: what its files share. Every interposed function uses raw system calls underneath,
 * so nothing here needs dlsym, malloc or a lock, and clocks can be read before the process has an environment.
 *
 * A process is attached once its constructor found the shared memory. Threads other than the first are not
 * participants: their waits go to the kernel (a lockstep program has one thread; the coordinator names one
 * that blocks outside libwarp).
 */
#ifndef RL_WARP_PRELOAD_H
#define RL_WARP_PRELOAD_H

#include <dlfcn.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#include "warp/preload/raw.h"
#include "warp/shm.h"

#define EXPORT     __attribute__((visibility("default")))
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name)) /* libc's own, where virtual time is not involved */

extern struct warp_shm *warp; /* NULL until attached */
extern uint32_t warp_slot;    /* this process's slot */

static inline struct warp_slot *my_slot(void)
{
    return &warp->slots[warp_slot];
}

bool participant(void); /* lockstep: attached, and on the first thread */

/* Whether waits with a time limit are parked here: lockstep on the first thread, tolerant on every one. */
bool covered(void);

static inline bool tolerant(void)
{
    return warp != NULL && warp->mode == WARP_TOLERANT;
}

static inline int64_t now_ns(void)
{
    return warp_shm_now_ns(warp);
}

/* now + a length of time, without overflow; negative lengths mean no limit where the call says so. */
int64_t deadline_after(int64_t length_ns);
/* An instant of a clock as a deadline. */
int64_t deadline_at(clockid_t clock, const struct timespec *instant);
bool timespec_valid(const struct timespec *ts);
int64_t timespec_ns(const struct timespec *ts); /* WARP_NEVER when it does not fit */

/*
 * What is waited for. `ask` returns 0 for "nothing yet"; anything else ends the wait and is its result. `block` is
 * the same question as a system call that waits in the kernel without a time limit, under this signal mask.
 */
struct wait_op {
    int (*ask)(void *arg);
    int (*block)(void *arg, const sigset_t *mask);
    char name[WARP_CALL_SIZE]; /* of the call, in notes about programs that wake often; empty = not counted */
};

extern const struct wait_op look_again_op; /* a wait of libwarp's own between two looks; tolerant mode */

/*
 * Parks until the operation (NULL: only time) has a result, the deadline is reached, or a signal handler ran. Returns 0
 * at the deadline, -1 with errno EINTR after a handler.
 * mask: during the wait, as ppoll and sigsuspend have it; NULL = the present one.
 */
int park(const struct wait_op *op, void *arg, int64_t deadline_ns, const sigset_t *mask);
int park_lockstep(const struct wait_op *op, void *arg, int64_t deadline_ns, const sigset_t *mask);
int park_tolerant(const struct wait_op *op, void *arg, int64_t deadline_ns, const sigset_t *mask);

/* For system calls that have no mask of their own: what `block` does under the wait's. Both keep errno. */
void mask_enter(const sigset_t *mask, sigset_t *before);
void mask_leave(const sigset_t *before);

/* For operations that take the wake-up signal themselves, as sigtimedwait does: it counts as a wake-up. */
void note_wake(void);

/* The entry of the calling process, for its alarm and its random numbers; tolerant mode. */
struct warp_thread *my_process(void);
/* The kernel's own form of sigaction, for the wake-up signal, whose action libwarp protects from all other code. */
struct kernel_sigaction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};
long sigaction_call(const long a[6]); /* rt_sigaction by number */
void tolerant_attach(void);           /* once an image: the handler of the wake-up signal */

/* Parks until fd has one of the poll events, when fd is in blocking mode. 0, or -1 with errno EINTR, or EAGAIN at the
 * socket's own limit. In tolerant mode only a socket with a limit is waited for: the call itself may block. */
int park_for_fd(int fd, short events);
/* The same until a deadline, in either mode: 0 with EAGAIN never; -1 with errno ETIMEDOUT then. */
int park_for_connect(int fd, int64_t deadline_ns);

uint8_t my_role(void);
int64_t limit_deadline(int fd, short events); /* of SO_RCVTIMEO (POLLIN) or SO_SNDTIMEO (POLLOUT), from now */
void limits_forget_fd(int fd);

/*
 * Addresses (addresses.c). A run without its own network has its world in a block of 127.0.0.0/8: programs see the
 * scenario's addresses and ports, the kernel the block's. Without a block all of these change nothing.
 */
union ip_address {
    struct sockaddr any;
    struct sockaddr_in in; /* its port is where that of in6 is */
    struct sockaddr_in6 in6;
};
#define SIN6_LEAST_SIZE offsetof(struct sockaddr_in6, sin6_scope_id) /* also valid: no scope */

bool ip_copy(const struct sockaddr *at, socklen_t size, union ip_address *out); /* false for anything else */
/* The IPv4 address, in host order, of an address of either family; false for an IPv6 address that maps none. */
bool ip_has_ipv4(const union ip_address *at, uint32_t *addr);
void ip_set_ipv4(union ip_address *at, uint32_t addr); /* in the family that it has */

struct real_address {
    const struct sockaddr *at; /* what the kernel gets: the caller's own address, or `space` */
    socklen_t len;
    union ip_address space;
};
/* False for a port that stands for a privileged one: no program can have it. */
bool to_real(const struct sockaddr *at, socklen_t len, struct real_address *out);
/* For what a system call gave back: `at` had room for `size` octets, of which it filled *len. */
void to_world(struct sockaddr *at, socklen_t size, const socklen_t *len);
/* Whether it is an IP address beyond the block: of a program that has no part in the run. */
bool is_stranger(const struct sockaddr *at, socklen_t size, const socklen_t *len);
static inline socklen_t room(const socklen_t *len)
{
    return len != NULL ? *len : 0;
}
/* A socket without an address gets the one from which a speaker to `to` (NULL = a listener) is seen. */
void bind_source(int fd, const struct sockaddr *to, socklen_t to_len);
bool is_ipv6_only(int fd);
/* Before a call with this address: where ::1 is an IPv4-mapped address, a socket for IPv6 alone could not have it. */
void allow_mapped(int fd, const union ip_address *at);

void attach_child(uint32_t slot); /* after fork, in the child: waits for the first turn */
uint32_t reserve_slot(void);      /* 0 when the table is full */
void release_slot(uint32_t slot);
void announce_child(uint32_t slot, int32_t pid);

/* Before a call that changes what is on disk: does not return when it is the one to crash at (crash.c). */
void crash_point(enum warp_crash_operation operation, int fd);

void stamp_file(int fd); /* after it was made safe, or emptied: its time is virtual (file_times.c) */

/*
 * An environment to exec with: the caller's, with what brings libwarp into the program put back where it is missing and
 * /etc/ld.so.preload does not bring it (environment.c). Makes no use of malloc: it is called between fork and exec.
 */
struct environment {
    char *const *vars;
    void *memory; /* NULL = these are the caller's own */
    size_t size;
};
int environment_make(struct environment *out, char *const vars[]); /* -1 with errno ENOMEM */
void environment_free(struct environment *e);                      /* after an exec that failed; keeps errno */

void check_spawn(const char *path, bool search); /* ends the process when this program cannot run in virtual time */
void timers_forget_fd(int fd);                   /* a descriptor was closed */

_Noreturn void die(const char *why); /* the coordinator reports the exit status 121 */

#endif
