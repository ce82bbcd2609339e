/* The look at a process tree, with children of this process for a tree. */
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/testing/suite.h"
#include "warp/tree.h"

static pid_t start_sleeper(void)
{
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        for (;;)
            (void)pause();
    return pid;
}

static void end_sleeper(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}

static bool is_in_list(const struct tree *tree, const struct tree_thread *thread)
{
    for (size_t i = 0; i < tree->count; i++)
        if (thread == &tree->threads[i])
            return true;
    return false;
}

START_TEST(the_holder_of_a_look_is_in_the_list_or_unknown)
{
    struct tree tree;
    tree_init(&tree);
    for (int round = 0; round < 20; round++) { /* a process that others make meanwhile hides the case */
        pid_t stays = start_sleeper(), goes = start_sleeper();
        tree_walk(&tree);
        ck_assert_uint_eq(tree.count, 2);
        end_sleeper(goes);
        for (int looks = 0; looks < 1000000; looks++) { /* the one that stays may not have come to its pause() yet */
            enum tree_state state = tree_look(&tree);
            ck_assert(tree.holder == NULL || is_in_list(&tree, tree.holder));
            if (state == TREE_IDLE)
                break;
        }
        ck_assert_ptr_null(tree_find(&tree, goes));
        ck_assert_ptr_nonnull(tree_find(&tree, stays));
        end_sleeper(stays);
    }
    tree_fini(&tree);
}
END_TEST

START_TEST(without_children_the_tree_is_empty)
{
    struct tree tree;
    tree_init(&tree);
    enum tree_state state = TREE_BUSY;
    for (int looks = 0; looks < 1000000 && state == TREE_BUSY; looks++) /* others may run meanwhile */
        state = tree_look(&tree);
    ck_assert_int_eq(state, TREE_EMPTY);
    tree_fini(&tree);
}
END_TEST

START_TEST(the_system_call_in_which_a_thread_sleeps_has_a_name)
{
    struct tree tree;
    char name[16] = "?";
    tree_init(&tree);
    pid_t pid = start_sleeper();
    tree_walk(&tree);
    for (int looks = 0; looks < 1000000 && strcmp(name, "?") == 0;
         looks++) /* it may not have come to its pause() yet */
        tree_call(tree_find(&tree, pid), name, sizeof name);
    ck_assert_str_eq(name, "pause");
    end_sleeper(pid);
    tree_call(tree_find(&tree, pid), name, sizeof name);
    ck_assert_str_eq(name, "?");
    tree_fini(&tree);
}
END_TEST

START_TEST(a_thread_that_is_ready_to_run_counts_as_running)
{
    struct tree tree;
    tree_init(&tree);
    pid_t sleeps = start_sleeper(), spins = fork();
    while (spins == 0)
        continue;
    tree_walk(&tree);
    ck_assert(tree_runs(&tree, spins));
    bool runs = true;
    for (int looks = 0; looks < 1000000 && runs; looks++) /* it may not have come to its pause() yet */
        runs = tree_runs(&tree, sleeps);
    ck_assert(!runs);
    end_sleeper(spins);
    end_sleeper(sleeps);
    tree_fini(&tree);
}
END_TEST

START_TEST(a_thread_that_has_ended_and_waits_for_its_parent_sleeps)
{
    struct tree tree;
    siginfo_t info;
    char name[16] = "";
    tree_init(&tree);
    pid_t goes = start_sleeper();
    tree_walk(&tree);
    (void)kill(goes, SIGKILL);
    ck_assert_int_eq(waitid(P_PID, (id_t)goes, &info, WEXITED | WNOWAIT), 0);
    enum tree_state state = TREE_BUSY;
    for (int looks = 0; looks < 1000000 && state == TREE_BUSY; looks++) /* others may run meanwhile */
        state = tree_look(&tree);
    ck_assert_int_eq(state, TREE_IDLE);
    tree_program(tree_find(&tree, goes), name, sizeof name);
    ck_assert_str_eq(name, "warp_test");
    (void)waitpid(goes, NULL, 0);
    tree_fini(&tree);
}
END_TEST

static pid_t start_named(const char *name)
{
    int ready[2];
    char octet;
    ck_assert_int_eq(pipe(ready), 0);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        (void)prctl(PR_SET_NAME, name);
        (void)close(ready[1]);
        for (;;)
            (void)pause();
    }
    (void)close(ready[1]);
    ck_assert_int_eq(read(ready[0], &octet, 1), 0);
    (void)close(ready[0]);
    return pid;
}

START_TEST(a_program_s_name_is_not_taken_for_its_number_and_controls_no_terminal)
{
    static const char *const names[] = {"NStgid:\t77", "NSpid:\t78", "x\nNSpid:\t79", "b) S 1 (c", "\033[2J\xc2\x9b\n"};
    static const char *const shown[] = {"NStgid:?77", "NSpid:?78", "x?NSpid:?79", "b) S 1 (c", "?[2J???"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct tree tree;
        char name[16] = "";
        tree_init(&tree);
        pid_t pid = start_named(names[i]);
        tree_walk(&tree);
        const struct tree_thread *thread = tree_find(&tree, pid);
        ck_assert_ptr_nonnull(thread);
        ck_assert_int_eq(thread->inner_pid, pid);
        tree_program(thread, name, sizeof name);
        ck_assert_str_eq(name, shown[i]);
        end_sleeper(pid);
        tree_fini(&tree);
    }
}
END_TEST

SUITE(tree, a_program_s_name_is_not_taken_for_its_number_and_controls_no_terminal,
      the_holder_of_a_look_is_in_the_list_or_unknown, without_children_the_tree_is_empty,
      a_thread_that_has_ended_and_waits_for_its_parent_sleeps, a_thread_that_is_ready_to_run_counts_as_running,
      the_system_call_in_which_a_thread_sleeps_has_a_name)
