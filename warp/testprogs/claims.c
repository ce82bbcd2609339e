/*
 * What a process of the tree can write where the coordinator keeps processes: `claims PID` says that this process,
 * which is somebody else's, is one of the tree; `claims turn` gives the turn to a slot that there is not, and goes.
 */
#include <stdlib.h>
#include <string.h>
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
    CHECK(argc == 2 && shm != NULL);
    if (strcmp(argv[1], "turn") == 0) { /* long enough for the coordinator's look at who has it */
        struct timespec moment = {0, 200000000};
        atomic_store(&shm->turn, 70000000);
        syscall(SYS_nanosleep, &moment, 0, 0, 0, 0);
        syscall(SYS_exit_group, 0, 0, 0, 0, 0);
    }
    claim(shm, (int32_t)strtol(argv[1], NULL, 10));
    (void)sleep(3600);
    return 0;
}
