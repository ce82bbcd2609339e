/* One line for a suite of one test case: SUITE(slice, test_a, test_b, …) defines slice_suite(). */
#ifndef RL_TESTING_SUITE_H
#define RL_TESTING_SUITE_H

#include <check.h>

#define SUITE(name, ...)                                                                                               \
    Suite *name##_suite(void);                                                                                         \
    Suite *name##_suite(void)                                                                                          \
    {                                                                                                                  \
        const TTest *const tests[] = {__VA_ARGS__};                                                                    \
        Suite *suite = suite_create(#name);                                                                            \
        TCase *tcase = tcase_create(#name);                                                                            \
        tcase_set_timeout(tcase, 60);                                                                                  \
        for (unsigned i = 0; i < sizeof tests / sizeof tests[0]; i++)                                                  \
            tcase_add_test(tcase, tests[i]);                                                                           \
        suite_add_tcase(suite, tcase);                                                                                 \
        return suite;                                                                                                  \
    }

#endif
