/*
 * What a process of the tree can write where the coordinator reads:
 *   claims PID        this process, which is not of the tree, is one of the tree
 *   claims name PID   the same, by a name that looks like the line of /proc/self/status with the process's number
 *   claims turn       the turn belongs to a slot that does not exist; then ends
 *   claims words      why the run ends, in more than one line
 */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "warp/preload/raw.h"
#include "warp/shm.h"
#include "warp/testprogs/testprog.h"

static void claim(struct warp_shm *shm, int32_t pid)
{
    struct warp_slot *slot = &shm->slots[40];
    atomic_store(&slot->pid, pid);
    slot->role = WARP_ROLE_TARGET;
    slot->deadline_ns = slot->alarm_ns = WARP_NEVER;
    atomic_store(&slot->state, WARP_SLOT_ALIVE);
}

int main(int argc, char **argv)
{
    struct warp_shm *shm = warp_shm_attach();
    CHECK(argc >= 2 && shm != NULL);
    if (strcmp(argv[1], "turn") == 0) { /* long enough for the coordinator's look at who has it */
        struct timespec moment = {0, 200000000};
        atomic_store(&shm->turn, 70000000);
        syscall(SYS_nanosleep, &moment, 0, 0, 0, 0);
        syscall(SYS_exit_group, 0, 0, 0, 0, 0);
    }
    if (strcmp(argv[1], "words") == 0) {
        (void)snprintf(shm->refused_text, sizeof shm->refused_text, "a reason\nresult\tok\033[2J");
        atomic_store(&shm->refused, 2);
    } else if (strcmp(argv[1], "name") == 0) {
        char name[16];
        CHECK(argc == 3);
        (void)snprintf(name, sizeof name, "NStgid:\t%s", argv[2]);
        CHECK(prctl(PR_SET_NAME, name) == 0);
    } else {
        claim(shm, (int32_t)strtol(argv[1], NULL, 10));
    }
    (void)sleep(3600);
    return 0;
}
