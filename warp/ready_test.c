#include "warp/ready.h"

#include "lib/testing/suite.h"
#include "warp/shm.h"

static const struct {
    uint16_t wanted[3];
    size_t wanted_count;
    uint16_t ports[3];
    uint32_t port_count;
    uint16_t missing; /* 0: it is ready */
} cases[] = {
    {{0}, 0, {0}, 0, 0},
    {{25}, 1, {0}, 0, 25},
    {{25}, 1, {25}, 1, 0},
    {{25, 587, 465}, 3, {465, 25, 587}, 3, 0},
    {{25, 587, 465}, 3, {465, 25}, 2, 587},
    {{25, 587}, 2, {25, 587}, 1, 587},    /* what is past the count does not count */
    {{25, 587}, 2, {9, 8, 7}, 3, 25},     /* the first that is missing */
    {{25}, 1, {0, 0, 25}, UINT32_MAX, 0}, /* a count that a target made up */
    {{26}, 1, {0, 0, 25}, UINT32_MAX, 26},
};

START_TEST(a_target_is_ready_when_it_listens_on_all_of_its_ports)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        _Atomic uint16_t ports[WARP_PORTS] = {0};
        uint16_t missing = 0;
        for (size_t k = 0; k < 3; k++)
            ports[k] = cases[i].ports[k];
        bool ready = ready_on_all(cases[i].wanted, cases[i].wanted_count, ports, cases[i].port_count, &missing);
        ck_assert_msg(ready == (cases[i].missing == 0) && missing == cases[i].missing, "%zu: missing %u", i, missing);
    }
}
END_TEST

SUITE(ready, a_target_is_ready_when_it_listens_on_all_of_its_ports)
