/* Virtual time, seen from outside: each program of testprogs/ under relaylab-warp, and what its summary says. */
#include <linux/capability.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lib/testing/suite.h"
#include "warp/loopback.h"

static char build[512], said[8192];

/* build/MODE, from build/MODE/tests/warp_test. */
static const char *build_folder(void)
{
    ssize_t len = readlink("/proc/self/exe", build, sizeof build - 1);
    build[len > 0 ? len : 0] = '\0';
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(build, '/');
        if (slash != NULL)
            *slash = '\0';
    }
    return build;
}

/* %B replaced by the build folder. */
static void expand(const char *text, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (const char *c = text; *c != '\0' && at + 1 < size; c++) {
        bool folder = c[0] == '%' && c[1] == 'B';
        at += (size_t)snprintf(out + at, size - at, folder ? "%s" : "%.1s", folder ? build_folder() : c);
        c += folder;
    }
    ck_assert_uint_lt(at, size);
}

/* And the file is gone. */
static void read_said(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = read(fd, said, sizeof said - 1);
    said[len > 0 ? len : 0] = '\0';
    close(fd);
    (void)unlink(path);
}

/* The exit status of `relaylab-warp ARGUMENTS`, expanded; `said` has both outputs. */
static int warp(const char *arguments)
{
    char expanded[1024], command[2048], path[] = "/tmp/relaylab-warp-XXXXXX";
    int fd = mkstemp(path);
    expand(arguments, expanded, sizeof expanded);
    (void)snprintf(command, sizeof command, "%s/relaylab-warp %s >%s 2>&1 </dev/null", build_folder(), expanded, path);
    int status = system(command);
    close(fd);
    read_said(path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void expect(const char *arguments, int status, const char *words)
{
    int got = warp(arguments);
    ck_assert_msg(got == status, "%s: exit status %d, wanted %d\n%s", arguments, got, status, said);
    ck_assert_msg(strstr(said, words) != NULL, "%s: lacks `%s`:\n%s", arguments, words, said);
}

/* The same for `relaylab-warp --plan` with this text. */
static void expect_plan(const char *text, int status, const char *words)
{
    char path[] = "/tmp/relaylab-plan-XXXXXX", arguments[64], plan[1024];
    int fd = mkstemp(path);
    expand(text, plan, sizeof plan);
    ck_assert_int_eq(write(fd, plan, strlen(plan)), (ssize_t)strlen(plan));
    close(fd);
    (void)snprintf(arguments, sizeof arguments, "--plan %s", path);
    expect(arguments, status, words);
    (void)unlink(path);
}

#define LOOPBACK "network\tloopback\nhome\t203.0.113.1\n"
#define WORLD    "world\t127.0.0.0/24\nworld\t192.0.2.0/24\nworld\t203.0.113.0/24\n"

START_TEST(a_world_without_its_own_network_looks_like_one)
{
#define ROLE "role\tcommand\nports\t25\t53\nargv\t%B/testprogs/loopback\n"
    expect_plan("mode\tlockstep\n" LOOPBACK WORLD ROLE, 0, "of virtual time");
    expect_plan("mode\ttolerant\n" LOOPBACK WORLD ROLE, 0, "of virtual time");
}
END_TEST

/* Where a machine's own 127.0.0.1 and 127.0.0.2 are the world, addresses are real. */
START_TEST(an_ipv4_mapped_address_is_the_ipv4_address)
{
    static const char *const modes[] = {"lockstep", "tolerant"};
    char plan[512];
    for (size_t m = 0; m < 2; m++) {
        (void)snprintf(plan, sizeof plan, "mode\t%s\n%s", modes[m],
                       LOOPBACK WORLD "world\t::1/128\nrole\tcommand\n"
                                      "argv\t%B/testprogs/mapped\t203.0.113.1\t192.0.2.10\n");
        expect_plan(plan, 0, "of virtual time");
        (void)snprintf(plan, sizeof plan, "mode\t%s\n%s", modes[m],
                       "home\t127.0.0.1\nworld\t127.0.0.0/24\nworld\t::1/128\nrole\tcommand\n"
                       "argv\t%B/testprogs/mapped\t127.0.0.1\t127.0.0.2\n");
        expect_plan(plan, 0, "of virtual time");
    }
}
END_TEST

START_TEST(a_world_that_fits_in_no_block_is_an_error)
{
    expect_plan(LOOPBACK "world\t10.0.0.0/8\nrole\tcommand\nargv\tx\n", 3, "network 1 of the world fits in no block");
    expect_plan(LOOPBACK "world\t192.0.2.0/24\nworld\t2001:db8::/32\nrole\tcommand\nargv\tx\n", 3,
                "network 2 of the world fits in no block");
    expect_plan(LOOPBACK "role\tcommand\nargv\tx\n", 3, "the world has 0");
}
END_TEST

/* Those of the second list need threads, or calls that lockstep does not take over. */
static const char *const programs[] = {
    "clocks",  "waits",     "alarms",   "children", "sockets",  "signals",   "bulk",    "execs",     "ticks",
    "limits",  "fortified", "queues",   "backlog",  "sigwaits", "files",     "threads", "timers",    "held",
    "numbers", "forks",     "resolver", "c11",      "spawns",   "sanitized", "deaths",  "scribbles", "emptied"};
#define LOCKSTEP_PROGRAMS 15
#define PROGRAMS          ((int)(sizeof programs / sizeof programs[0]))

static void run_program(const char *options, const char *program)
{
    char arguments[128];
    (void)snprintf(arguments, sizeof arguments, "%s -- %%B/testprogs/%s", options, program);
    expect(arguments, 0, "of virtual time in");
}

START_TEST(a_block_of_loopback_is_one_run_s_alone)
{
    struct plan a, b;
    struct err err = {0};
    int claim_a, claim_b;
    plan_init(&a);
    a.world[a.world_count++] = (struct warp_net){4, 24, {192, 0, 2}};
    b = a;
    ck_assert_msg(loopback_claim(&a, &claim_a, &err) == ERR_OK, "%s", err.text);
    ck_assert_msg(loopback_claim(&b, &claim_b, &err) == ERR_OK, "%s", err.text);
    ck_assert_uint_ne(a.block, b.block);
    ck_assert_uint_eq(a.block >> 24, 127);
    ck_assert_uint_ge(a.port_shift, 20000);
    uint32_t first = a.block;
    close(claim_a); /* as the kernel does it for a process that ends, however */
    ck_assert_msg(loopback_claim(&a, &claim_a, &err) == ERR_OK, "%s", err.text);
    ck_assert_uint_eq(a.block, first);
    close(claim_a);
    close(claim_b);
}
END_TEST

START_TEST(every_clock_and_every_wait_is_exact_in_lockstep)
{
    for (int i = 0; i < LOCKSTEP_PROGRAMS; i++)
        run_program("--lockstep", programs[i]);
    run_program("--lockstep", "spawns lockstep");
    run_program("--lockstep", "reaped");
    run_program("--lockstep", "emptied");
    run_program("--lockstep", "closes close");
}
END_TEST

START_TEST(every_clock_and_every_wait_is_exact)
{
    for (int i = 0; i < PROGRAMS; i++)
        run_program("", programs[i]);
    run_program("", "closes close_range");
    run_program("", "closes closefrom");
    run_program("", "affinity");
    run_program("", "bulk tolerant");
}
END_TEST

/* As root of a user namespace any user may choose resolv.conf; where no namespace can be made, a program gives libc's
 * resolver its own servers. */
START_TEST(a_silent_dns_server_lets_no_time_pass)
{
    run_program("", "resolver");
    if (system("unshare --map-root-user --mount true 2>/dev/null") != 0)
        return;
    char resolv[] = "/tmp/relaylab-resolv-XXXXXX", command[2048];
    const char text[] = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";
    int fd = mkstemp(resolv);
    ck_assert_int_eq(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(fd);
    (void)snprintf(command, sizeof command,
                   "unshare --map-root-user --mount sh -c 'mount --bind %s /etc/resolv.conf && "
                   "%s/relaylab-warp --net private -- %s/testprogs/lookup'",
                   resolv, build_folder(), build_folder());
    int status = system(command);
    (void)unlink(resolv);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_file_made_safe_has_a_virtual_time)
{
    expect("-- %B/testprogs/files tolerant", 0, "");
}
END_TEST

START_TEST(a_day_passes_at_once)
{
    expect("-- sleep 86400", 0, "relaylab-warp: 1d 00:00:00.000 of virtual time in ");
    ck_assert_ptr_nonnull(strstr(said, ", 1 jump"));
}
END_TEST

START_TEST(trees_of_processes_share_the_time)
{
    for (int i = 0; i < 20; i++) {
        expect("--lockstep -- sh -c 'sleep 3600 & sleep 1800; wait; date -u +%FT%TZ'", 0, "2030-01-01T01:00:00Z");
        expect("-- sh -c 'sleep 3600 & sleep 1800; wait; date -u +%FT%TZ'", 0, "2030-01-01T01:00:00Z");
    }
    expect("--start 2031-05-06T07:08:09Z -- date -u +%FT%TZ", 0, "2031-05-06T07:08:09Z");
}
END_TEST

START_TEST(an_emptied_environment_does_not_leave_virtual_time)
{
    expect("-- env -i date -u +%FT%TZ", 0, "2030-01-01T00:00:00Z");
    expect("--lockstep -- env -i sh -c 'env -i sleep 86400'", 0, "1d 00:00:00.000 of virtual time");
}
END_TEST

START_TEST(the_command_s_status_is_ours)
{
    expect("-- sh -c 'exit 7'", 7, "of virtual time");
    expect("-- sh -c 'kill -9 $$'", 137, "of virtual time");
    expect("-- /no/such/program", 127, "/no/such/program");
}
END_TEST

START_TEST(randomness_comes_from_the_seed)
{
    char first[64];
    expect("--lockstep --seed 5 -- %B/testprogs/entropy", 0, "\n");
    memcpy(first, said, 32);
    first[32] = '\0';
    expect("--lockstep --seed 5 -- %B/testprogs/entropy", 0, first);
    ck_assert_int_eq(warp("--lockstep --seed 6 -- %B/testprogs/entropy"), 0);
    ck_assert_ptr_null(strstr(said, first));
    expect("-- sh -c '%B/testprogs/entropy; exit $?'", 0, "\n"); /* not the first, which has a slot */
}
END_TEST

START_TEST(what_is_not_covered_is_named)
{
    expect("--lockstep -- %B/testprogs/timerfd", 121, "timerfd is not covered by lockstep");
}
END_TEST

START_TEST(what_cannot_run_is_refused_by_name)
{
    static const char *const arguments[] = {
        "-- %B/testprogs/static", "--lockstep -- %B/testprogs/static", "-- sh -c '%B/testprogs/static; echo went on'",
        "-- %B/testprogs/gopher", "--lockstep -- %B/testprogs/gopher", "-- sh -c '%B/testprogs/gopher; echo went on'"};
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        expect(arguments[i], 3, i < 3 ? "testprogs/static is a static program" : "testprogs/gopher is written in Go");
        ck_assert_ptr_null(strstr(said, "program ran"));
    }
}
END_TEST

/* As many as a machine that has other work can still look at between two of its turns. */
static void run_many(const char *many)
{
    char arguments[64];
    (void)snprintf(arguments, sizeof arguments, "-- %%B/testprogs/many %s", many);
    expect(arguments, 0, "00:00:05.000 of virtual time");
}

START_TEST(processes_many_generations_deep_share_the_time)
{
    run_many("chain 60");
}
END_TEST

START_TEST(many_children_share_the_time)
{
    run_many("children 100");
    expect("--lockstep -- %B/testprogs/many children 200", 0, "00:00:05.000 of virtual time");
}
END_TEST

START_TEST(more_processes_than_there_are_slots_for_are_reported)
{
    expect("--lockstep -- %B/testprogs/many children 300", 3, "crowded: a process could not be made");
}
END_TEST

START_TEST(many_threads_share_the_time)
{
    run_many("threads 200");
}
END_TEST

START_TEST(more_threads_than_there_are_descriptors_for_are_reported)
{
    struct rlimit few = {1050, 1100};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0); /* of this test's own process */
    expect("-- %B/testprogs/many threads 500", 3, "more than the limit on open files");
    expect("-- sh -c 'echo limit $(ulimit -n)'", 0, "limit 1050\n");
}
END_TEST

START_TEST(no_process_outside_the_tree_is_signalled)
{
    /* In lockstep the turn goes to the process that was claimed, and does not come back: the run ends as trouble. */
    static const struct {
        const char *option, *way;
        int status;
        const char *words;
    } rows[] = {{"", "", 0, "of virtual time"},
                {"", "name", 0, "of virtual time"},
                {"--lockstep", "", 3, "target-blocked"},
                {"--lockstep", "name", 0, "of virtual time"}};
    char arguments[96];
    pid_t stranger = fork();
    if (stranger == 0)
        for (;;)
            (void)pause();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)snprintf(arguments, sizeof arguments, "%s --until 5s -- %%B/testprogs/claims %s %d", rows[i].option,
                       rows[i].way, (int)stranger);
        expect(arguments, rows[i].status, rows[i].words);
        ck_assert_int_eq(waitpid(stranger, NULL, WNOHANG), 0);
    }
    (void)kill(stranger, SIGKILL);
    (void)waitpid(stranger, NULL, 0);
}
END_TEST

START_TEST(text_of_the_tree_is_one_line_and_controls_no_terminal)
{
    expect("-- %B/testprogs/claims words", 3, "a reason?result?ok?[2J");
}
END_TEST

START_TEST(a_turn_that_no_process_can_have_is_the_coordinator_s)
{
    expect("--lockstep -- %B/testprogs/claims turn", 0, "of virtual time");
}
END_TEST

/* Only the part of the ELF header that gives its class; no kernel need be able to run it. */
START_TEST(a_32_bit_program_is_refused_by_name)
{
    char path[] = "/tmp/relaylab-32-bit-XXXXXX", arguments[64];
    const char head[64] = {0x7f, 'E', 'L', 'F', 1, 1, 1};
    int fd = mkstemp(path);
    ck_assert_int_eq(write(fd, head, sizeof head), (ssize_t)sizeof head);
    ck_assert_int_eq(fchmod(fd, 0755), 0);
    close(fd);
    (void)snprintf(arguments, sizeof arguments, "-- %s", path);
    int status = warp(arguments);
    (void)unlink(path);
    ck_assert_int_eq(status, 3);
    ck_assert_msg(strstr(said, "is a 32-bit program") != NULL, "%s", said);
}
END_TEST

static void shell(const char *text)
{
    char command[1024];
    expand(text, command, sizeof command);
    ck_assert_msg(system(command) == 0, "%s", command);
}

static void give_capability(const char *file)
{
    char path[1024];
    const struct vfs_cap_data raw = {.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
                                     .data[0].permitted = 1 << CAP_NET_RAW};
    expand(file, path, sizeof path);
    ck_assert_int_eq(setxattr(path, "security.capability", &raw, sizeof raw, 0), 0);
}

/* The ids and the capabilities of another are root's to give. */
START_TEST(a_program_that_starts_with_other_rights_is_refused_by_name)
{
#define RIGHTS "%B/tests/warp_rights"
    char command[1024];
    if (geteuid() != 0)
        return;
    shell("cp %B/testprogs/clocks " RIGHTS " && chmod 755 " RIGHTS);
    static const char *const given[] = {"chown 1:0 " RIGHTS " && chmod 4755 " RIGHTS,
                                        "chown 0:1 " RIGHTS " && chmod 2755 " RIGHTS};
    for (size_t i = 0; i < 2; i++) {
        shell(given[i]);
        expect("-- " RIGHTS, 3, "warp_rights starts with other rights than its caller's");
        expect("-- env -i " RIGHTS, 3, "warp_rights starts with other rights than its caller's");
        expect("-- setpriv --no-new-privs " RIGHTS, 0, "of virtual time"); /* it gets none */
    }
    shell("chown 0:0 " RIGHTS " && chmod 6755 " RIGHTS);
    expect("-- " RIGHTS, 0, "of virtual time"); /* the caller's own */
    give_capability(RIGHTS);
    expect("-- " RIGHTS, 0, "of virtual time"); /* root has it */
#define AS_USER "setpriv --reuid 1 --regid 1 --clear-groups "
    expand(AS_USER "test -x " RIGHTS, command, sizeof command);
    if (system(command) == 0) /* the way there may be closed to it */
        expect("-- " AS_USER RIGHTS, 3, "warp_rights starts with other rights than its caller's");
    shell("rm " RIGHTS);
}
END_TEST

START_TEST(a_command_that_spins_is_ended)
{
    static const char *const modes[] = {"lockstep", "tolerant"};
    char plan[128];
    for (size_t m = 0; m < 2; m++) {
        (void)snprintf(plan, sizeof plan, "mode\t%s\nspin-limit\t1\nrole\tcommand\nargv\tsh\t-c\t%s\n", modes[m],
                       "while :; do :; done");
        expect_plan(plan, 3, "target-spun: sh");
        ck_assert_ptr_nonnull(strstr(said, "used 1 s of CPU without waiting for anything"));
    }
}
END_TEST

START_TEST(a_command_can_be_ended_by_the_clock)
{
    expect("--until 1h -- sh -c 'while :; do sleep 600; echo tick; done'", 0, "01:00:00.000 of virtual time");
    ck_assert_ptr_nonnull(strstr(said, "tick\ntick\ntick\ntick\ntick"));
    expect("--log %B/tests/warp_jumps -- sh -c 'sleep 90; cat %B/tests/warp_jumps'", 0, "90.000000 sleep ");
}
END_TEST

START_TEST(nothing_happens_after_the_limit)
{
    static const char *const commands[] = {"(while sleep 1; do date +tick-%s; done) & wait",
                                           "sleep 3; date +tick-%s; sleep 3; date +tick-%s",
                                           "trap \"\" TERM; while sleep 1; do date +tick-%s; done",
                                           "trap \"echo bye\" TERM; while :; do sleep 1; date +tick-%s; done",
                                           "trap \"\" TERM; sleep 1; date +tick-%s; sleep infinity"};
    char arguments[256];
    for (size_t i = 0; i < 10; i++) {
        (void)snprintf(arguments, sizeof arguments, "%s --until 5s -- sh -c '%s'", i < 5 ? "" : "--lockstep",
                       commands[i % 5]);
        expect(arguments, 0, "00:00:05.000 of virtual time");
        ck_assert_ptr_nonnull(strstr(said, "tick-189345600"));
        ck_assert_msg(strstr(said, "tick-1893456006") == NULL, "%s: %s", arguments, said);
        ck_assert_msg(i % 5 != 3 || strstr(said, "bye") != NULL, "%s: %s", arguments, said);
    }
}
END_TEST

/* The command's input is open until its user has read that line. */
START_TEST(a_command_that_waits_only_for_the_outside_world_is_reported)
{
    static const char *const modes[] = {"", "--lockstep"};
    char folder[] = "/tmp/relaylab-fifo-XXXXXX", command[2048];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (size_t m = 0; m < 2; m++) {
        (void)snprintf(command, sizeof command,
                       "mkfifo %s/in; timeout 20 %s/relaylab-warp %s -- sh -c 'sleep 60; cat <%s/in' 2>&1 |"
                       "{ exec 3>%s/in; read -r line; exec 3>&-; echo \"$line\"; cat; } >%s/out; rm %s/in",
                       folder, build_folder(), modes[m], folder, folder, folder, folder);
        ck_assert_int_eq(system(command), 0);
        (void)snprintf(command, sizeof command, "%s/out", folder);
        read_said(command);
        ck_assert_msg(strncmp(said, "relaylab-warp: all processes wait", 33) == 0, "%s", said);
        ck_assert_msg(strstr(said, "00:01:00.000 of virtual time") != NULL, "%s", said);
    }
    (void)rmdir(folder);
}
END_TEST

static bool stands(const char *folder, const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

/* Five steps: create, write, fsync, close, rename; a child would make another write an hour later. */
static void crash_at_step(const char *mode, const char *operation, unsigned number, bool has_one, bool has_other)
{
    char folder[] = "/tmp/relaylab-crash-XXXXXX", arguments[256], words[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(arguments, sizeof arguments,
                   "%s --crash-at %s:%u --crash-under %s -- %%B/testprogs/crashes steps %s", mode, operation, number,
                   folder, folder);
    (void)snprintf(words, sizeof words, "killed before call %u of %s under /tmp/", number, operation);
    expect(arguments, 137, words);
    ck_assert_ptr_nonnull(strstr(said, "00:01:00.000 of virtual time"));
    ck_assert_msg(stands(folder, "one") == has_one && stands(folder, "other") == has_other, "%s", arguments);
    (void)snprintf(arguments, sizeof arguments, "rm -r %s", folder);
    ck_assert_int_eq(system(arguments), 0);
}

START_TEST(every_step_can_be_crashed_at)
{
    static const char *const modes[] = {"", "--lockstep"};
    static const char *const steps[] = {"create", "write", "fsync", "close", "rename"};
    for (size_t m = 0; m < 2; m++)
        for (unsigned i = 0; i < 5; i++) {
            crash_at_step(modes[m], "any", i + 1, i > 0, false);
            crash_at_step(modes[m], steps[i], 1, i > 0, false);
        }
}
END_TEST

/* The director goes on, and its end is the run's. */
START_TEST(a_plan_can_crash_its_target_alone)
{
    static const char *const modes[] = {"lockstep", "tolerant"};
    char plan[512];
    for (size_t m = 0; m < 2; m++) {
        (void)snprintf(plan, sizeof plan,
                       "mode\t%s\ncrash-at\twrite:1\ncrash-under\t%%B/tests\n"
                       "role\tdirector\nargv\t%%B/testprogs/crashes\tlater\t%%B/tests\n"
                       "role\ttarget\nargv\t%%B/testprogs/crashes\tsteps\t%%B/tests\n",
                       modes[m]);
        expect_plan(plan, 0, "killed before call 1 of write");
        ck_assert_ptr_nonnull(strstr(said, "01:00:00.000 of virtual time"));
    }
}
END_TEST

START_TEST(a_crash_point_beyond_the_last_reports_how_many_there_are)
{
    static const char *const modes[] = {"", "--lockstep"};
    char arguments[128];
    for (size_t m = 0; m < 2; m++) {
        (void)snprintf(arguments, sizeof arguments, "%s --crash-at write:9 -- %%B/testprogs/crashes write %%B",
                       modes[m]);
        expect(arguments, 0, "relaylab-warp: 1 call of write\n");
        (void)snprintf(arguments, sizeof arguments, "%s --crash-at write:1 --crash-under %%B/tests -- %s", modes[m],
                       "%B/testprogs/crashes write %B");
        expect(arguments, 0, "relaylab-warp: 0 calls of write under /");
    }
    expect("--crash-at fsync -- true", 2, "fsync:3");
    expect("--crash-at fsync:0 -- true", 2, "`fsync:0`");
    expect("--crash-under /no/such/folder -- true", 2, "/no/such/folder");
}
END_TEST

START_TEST(no_process_is_left)
{
    expect("-- sh -c '(sleep 86400; echo late) & exec sleep 5'", 0, "00:00:05.000 of virtual time");
    ck_assert_ptr_null(strstr(said, "late"));
}
END_TEST

START_TEST(a_signal_to_us_ends_the_command_and_is_reported)
{
    static const char *const signals[] = {"HUP", "INT", "TERM"};
    static const int statuses[] = {129, 130, 143};
    static const char *const modes[] = {"", "--lockstep"};
    char arguments[128];
    for (size_t i = 0; i < 6; i++) {
        (void)snprintf(arguments, sizeof arguments, "%s -- sh -c 'kill -%s $PPID; sleep infinity'", modes[i / 3],
                       signals[i % 3]);
        expect(arguments, statuses[i % 3], "of virtual time in");
    }
}
END_TEST

START_TEST(a_start_that_no_clock_can_show_is_an_error)
{
    static const char *const bad[][2] = {
        {"2500-01-01T00:00:00Z", "the years 1970 to 2150"}, {"2151-01-01T00:00:00Z", "the years 1970 to 2150"},
        {"1500-01-01T00:00:00Z", "the years 1970 to 2150"}, {"1969-12-31T23:59:59Z", "the years 1970 to 2150"},
        {"2030-02-31T00:00:00Z", "in no calendar"},         {"2030-04-30T23:59:60Z", "in no calendar"}};
    char arguments[128];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(arguments, sizeof arguments, "--start %s -- true", bad[i][0]);
        expect(arguments, 2, bad[i][1]);
        ck_assert_ptr_nonnull(strstr(said, bad[i][0]));
    }
    expect("--start 1970-01-01T00:00:00Z -- date -u +%FT%TZ", 0, "1970-01-01T00:00:00Z");
    expect("--start 2150-12-31T23:59:59Z -- sh -c 'sleep 3153600000; date -u +%FT%TZ'", 0, "2250-12-07T23:59:59Z");
}
END_TEST

START_TEST(a_program_that_polls_is_named_once_with_its_count)
{
    expect("-- %B/testprogs/naps 50 25000", 0, "note: naps (process ");
    ck_assert_msg(strstr(said, ") woke 10000 times in 8m20s of virtual time, 20 a second (nanosleep); ") != NULL, "%s",
                  said);
    ck_assert_ptr_null(strstr(strstr(said, "note: ") + 1, "note: "));
    expect("-- sh -c 'exec %B/testprogs/naps 1 10000'", 0, "note: naps (process ");
    expect("-- %B/testprogs/naps 10000 10001", 0, "of virtual time");
    ck_assert_msg(strstr(said, "note: ") == NULL, "%s", said);
}
END_TEST

START_TEST(a_report_has_a_row_for_a_program_that_polls)
{
    char path[] = "/tmp/relaylab-report-XXXXXX", plan[512];
    close(mkstemp(path));
    (void)snprintf(plan, sizeof plan,
                   "mode\ttolerant\nreport\t%s\nrole\tcommand\nargv\t%%B/testprogs/naps\t50\t10000\n", path);
    expect_plan(plan, 0, "note: naps (process ");
    read_said(path);
    ck_assert_msg(strstr(said, "\nnote\tnaps (process ") != NULL, "%s", said);
}
END_TEST

START_TEST(wrong_usage_is_an_error)
{
    expect("--log -- true", 2, "--log needs a value (FILE), but `--` follows");
    expect("--until --lockstep -- true", 2, "--until needs a value (SPAN), but `--lockstep` follows");
    expect("--until soon -- true", 2, "--until");
    expect("--lockstep --log /dev/null -- true", 2, "--lockstep");
    expect("--log /no/such/folder/x -- true", 2, "/no/such/folder/x");
    expect("", 2, "missing command; write it after --");
    expect("--start yesterday -- true", 2, "yesterday");
    expect("--plan /no/such/plan", 2, "/no/such/plan");
}
END_TEST

SUITE(warp, nothing_happens_after_the_limit, a_command_that_waits_only_for_the_outside_world_is_reported,
      a_signal_to_us_ends_the_command_and_is_reported, a_start_that_no_clock_can_show_is_an_error,
      every_step_can_be_crashed_at, a_plan_can_crash_its_target_alone,
      a_crash_point_beyond_the_last_reports_how_many_there_are, a_silent_dns_server_lets_no_time_pass,
      every_clock_and_every_wait_is_exact_in_lockstep, every_clock_and_every_wait_is_exact,
      what_cannot_run_is_refused_by_name, a_32_bit_program_is_refused_by_name,
      a_program_that_starts_with_other_rights_is_refused_by_name, processes_many_generations_deep_share_the_time,
      many_children_share_the_time, more_processes_than_there_are_slots_for_are_reported, many_threads_share_the_time,
      more_threads_than_there_are_descriptors_for_are_reported, no_process_outside_the_tree_is_signalled,
      text_of_the_tree_is_one_line_and_controls_no_terminal, a_turn_that_no_process_can_have_is_the_coordinator_s,
      a_command_that_spins_is_ended, a_command_can_be_ended_by_the_clock, no_process_is_left, a_day_passes_at_once,
      a_file_made_safe_has_a_virtual_time, trees_of_processes_share_the_time,
      an_emptied_environment_does_not_leave_virtual_time, a_program_that_polls_is_named_once_with_its_count,
      a_report_has_a_row_for_a_program_that_polls, the_command_s_status_is_ours, randomness_comes_from_the_seed,
      what_is_not_covered_is_named, wrong_usage_is_an_error, a_block_of_loopback_is_one_run_s_alone,
      a_world_without_its_own_network_looks_like_one, an_ipv4_mapped_address_is_the_ipv4_address,
      a_world_that_fits_in_no_block_is_an_error)
