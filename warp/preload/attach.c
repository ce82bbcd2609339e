/* Joining the tree at process start, and leaving it at its end. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "warp/turn.h"

struct warp_shm *warp;
uint32_t warp_slot;
static int32_t main_thread;

_Noreturn void die(const char *why)
{
    static const char head[] = "libwarp: ";
    (void)!syscall(SYS_write, 2, head, sizeof head - 1);
    (void)!syscall(SYS_write, 2, why, strlen(why));
    (void)!syscall(SYS_write, 2, "\n", 1);
    syscall(SYS_exit_group, 121);
    __builtin_unreachable();
}

bool participant(void)
{
    return warp != NULL && warp->mode == WARP_LOCKSTEP && main_thread == (int32_t)syscall(SYS_gettid);
}

bool covered(void)
{
    return tolerant() || participant();
}

/* In tolerant mode only the director is distinguished from the others. */
uint8_t my_role(void)
{
    if (!tolerant())
        return my_slot()->role;
    return atomic_load(&warp->director_pid) == (int32_t)syscall(SYS_getpid) ? WARP_ROLE_DIRECTOR : WARP_ROLE_TARGET;
}

static uint32_t find_slot(int32_t pid)
{
    for (uint32_t i = 1; i < WARP_SLOTS; i++) {
        uint32_t state = atomic_load(&warp->slots[i].state);
        if (state == WARP_SLOT_ALIVE && atomic_load(&warp->slots[i].pid) == pid)
            return i;
    }
    return 0;
}

uint32_t reserve_slot(void)
{
    for (uint32_t i = 1; i < WARP_SLOTS; i++) {
        uint32_t expected = WARP_SLOT_FREE;
        if (atomic_compare_exchange_strong(&warp->slots[i].state, &expected, WARP_SLOT_RESERVED)) {
            struct warp_slot *slot = &warp->slots[i];
            atomic_store(&slot->go, 0);
            slot->parent_slot = (int32_t)warp_slot;
            slot->role = my_slot()->role;
            slot->deadline_ns = slot->alarm_ns = WARP_NEVER;
            slot->alarm_interval_ns = 0;
            return i;
        }
    }
    atomic_store(&warp->crowded, 1);
    return 0;
}

void release_slot(uint32_t slot)
{
    atomic_store(&warp->slots[slot].state, WARP_SLOT_FREE);
}

void announce_child(uint32_t slot, int32_t pid)
{
    atomic_store(&warp->slots[slot].pid, pid);
    atomic_store(&warp->slots[slot].state, WARP_SLOT_ALIVE);
    warp->alive++;
    warp->idle = 0;
    atomic_store(&warp->wanted, 1); /* the coordinator watches every process for its death */
}

void attach_child(uint32_t slot)
{
    warp_slot = slot;
    main_thread = (int32_t)syscall(SYS_gettid);
    while (turn_await(my_slot(), INT64_C(3600) * 1000000000) != 0)
        continue;
}

/* A program that was started past our fork (posix_spawn inside libc) waits here for its parent to announce it. */
static uint32_t await_announcement(int32_t pid)
{
    for (long tries = 0; tries < 2000000; tries++) {
        uint32_t slot = find_slot(pid);
        if (slot != 0)
            return slot;
        sched_yield();
    }
    die("this process was started in a way that virtual time does not cover");
}

/* The state is a memfd, of its own size at least: nothing else is mapped by mistake. */
static bool has_state(void)
{
    const char *named = getenv(WARP_ENV);
    struct stat info;
    int fd = named != NULL ? (int)strtol(named, NULL, 10) : WARP_FD;
    return syscall(SYS_fstat, fd, &info) == 0 && info.st_size >= (off_t)sizeof(struct warp_shm);
}

__attribute__((constructor(101))) static void attach(void)
{
    warp = has_state() ? warp_shm_attach() : NULL;
    if (warp == NULL) /* never in another time by chance */
        die("the shared state of relaylab-warp cannot be opened (was its descriptor closed?)");
    int32_t pid = (int32_t)syscall(SYS_getpid);
    warp_slot = find_slot(pid);
    if (tolerant()) {
        tolerant_attach();
        return;
    }
    main_thread = (int32_t)syscall(SYS_gettid);
    if (warp_slot == 0)
        warp_slot = await_announcement(pid);
    while (turn_await(my_slot(), INT64_C(3600) * 1000000000) != 0)
        continue;
}

/* The turn stays with the dying process until the coordinator has seen its end, so what follows is in order. */
static void leave(void)
{
    if (!participant() || atomic_load(&my_slot()->state) != WARP_SLOT_ALIVE)
        return;
    if (atomic_load(&my_slot()->pid) != (int32_t)syscall(SYS_getpid))
        return;
    atomic_store(&my_slot()->state, WARP_SLOT_EXITING);
    atomic_store(&warp->slots[0].go, 1);
    turn_futex_wake(&warp->slots[0].go);
}

__attribute__((destructor(101))) static void on_exit_of_process(void)
{
    leave();
}

EXPORT void _exit(int status)
{
    leave();
    syscall(SYS_exit_group, status);
    __builtin_unreachable();
}

EXPORT void _Exit(int status)
{
    _exit(status);
}

/* The state's descriptor is not the program's to close: programs close "all others" before an exec. */
EXPORT int close_range(unsigned first, unsigned last, int flags)
{
    if (warp == NULL || first > WARP_FD || last < WARP_PROBE_FD)
        return (int)syscall(SYS_close_range, first, last, flags);
    if (first < WARP_PROBE_FD && syscall(SYS_close_range, first, WARP_PROBE_FD - 1, flags) != 0)
        return -1;
    if (last > WARP_FD)
        return (int)syscall(SYS_close_range, WARP_FD + 1, last, flags);
    return 0;
}

EXPORT void closefrom(int first)
{
    (void)close_range(first < 0 ? 0 : (unsigned)first, ~0u, 0);
}
