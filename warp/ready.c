#include "warp/ready.h"

#include "warp/shm.h"

static bool is_open(uint16_t port, const _Atomic uint16_t *ports, uint32_t port_count)
{
    for (uint32_t i = 0; i < port_count && i < WARP_PORTS; i++)
        if (atomic_load(&ports[i]) == port)
            return true;
    return false;
}

bool ready_on_all(const uint16_t *wanted, size_t wanted_count, const _Atomic uint16_t *ports, uint32_t port_count,
                  uint16_t *missing)
{
    for (size_t i = 0; i < wanted_count; i++)
        if (!is_open(wanted[i], ports, port_count)) {
            *missing = wanted[i];
            return false;
        }
    return true;
}
