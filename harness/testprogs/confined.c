/*
 * confined COMMAND…: runs it as the default profile of a container would: no namespaces, and no way to get
 * privileges. Kernels that forbid user namespaces, and Docker, answer with EPERM.
 * confined --unnamed COMMAND…: with namespaces, but none of their machines may be named.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAMESPACES                                                                                                     \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define LOAD(member)       BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define IF(op, k, yes, no) BPF_JUMP(BPF_JMP | (op) | BPF_K, (k), (yes), (no))
#define ANSWER(what)       BPF_STMT(BPF_RET | BPF_K, (what))

/* clone3 has its flags in memory, where no filter can look: libc uses clone when there is no clone3. */
static struct sock_filter no_namespaces[] = {
    LOAD(nr),
    IF(BPF_JEQ, SYS_clone3, 4, 0),
    IF(BPF_JEQ, SYS_clone, 1, 0),
    IF(BPF_JEQ, SYS_unshare, 0, 3),
    LOAD(args[0]),
    IF(BPF_JSET, NAMESPACES, 2, 1),
    ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
    ANSWER(SECCOMP_RET_ALLOW),
    ANSWER(SECCOMP_RET_ERRNO | EPERM),
};

static struct sock_filter no_name[] = {
    LOAD(nr),
    IF(BPF_JEQ, SYS_sethostname, 0, 1),
    ANSWER(SECCOMP_RET_ERRNO | EPERM),
    ANSWER(SECCOMP_RET_ALLOW),
};

#define PROGRAM(filter)                                                                                                \
    {                                                                                                                  \
        sizeof(filter) / sizeof(filter)[0], (filter)                                                                   \
    }

int main(int argc, char **argv)
{
    bool unnamed = argc > 1 && strcmp(argv[1], "--unnamed") == 0;
    struct sock_fprog programs[] = {PROGRAM(no_namespaces), PROGRAM(no_name)};
    argc -= unnamed;
    argv += unnamed;
    if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &programs[unnamed]) != 0) {
        perror("confined");
        return 125;
    }
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
