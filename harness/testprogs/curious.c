/*
 * A program that looks round, and then becomes another one: curious SECRET [PATH…] -- COMMAND…
 * It writes to standard error which descriptors it has in addition to the usual three, which of the paths it sees and
 * where it can make files, whether it can look into the run's first process, and each file outside /usr, /proc and /sys
 * that contains the secret. SECRET has a `_` where the secret has none, so that the word itself occurs only in the
 * secret.
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char secret[256];

static void list_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char to[4096] = "";
        int fd = (int)strtol(entry->d_name, NULL, 10);
        if (fd > 2 && fd != dirfd(folder) && readlinkat(dirfd(folder), entry->d_name, to, sizeof to - 1) > 0)
            fprintf(stderr, "curious: descriptor %d is %s\n", fd, to);
    }
    if (folder != NULL)
        closedir(folder);
}

static void try_path(const char *path)
{
    char name[4096];
    fprintf(stderr, "curious: %s %s\n", access(path, F_OK) == 0 ? "sees" : "misses", path);
    snprintf(name, sizeof name, "%s/by-curious", path);
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return;
    fprintf(stderr, "curious: writes to %s\n", path);
    close(fd);
}

static int search(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    static char text[1 << 20];
    static const char *const skipped[] = {"/usr", "/proc", "/sys"};
    for (size_t i = 0; i < sizeof skipped / sizeof *skipped; i++)
        if (strcmp(path, skipped[i]) == 0)
            return FTW_SKIP_SUBTREE;
    (void)where;
    int fd = kind == FTW_F && S_ISREG(info->st_mode) ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text) : -1;
    if (n > 0 && memmem(text, (size_t)n, secret, strlen(secret)) != NULL)
        fprintf(stderr, "curious: the secret is in %s\n", path);
    if (fd >= 0)
        close(fd);
    return FTW_CONTINUE;
}

/* By /proc: the first process of a PID namespace is the harness's. */
static void look_into_first_process(void)
{
    static const char *const doors[] = {"/proc/1/root/proc", "/proc/1/fd/0", "/proc/1/mem"};
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        int fd = open(doors[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd >= 0) {
            fprintf(stderr, "curious: opens %s\n", doors[i]);
            close(fd);
        }
    }
}

int main(int argc, char **argv)
{
    int at = 2;
    if (argc < 2)
        return 2;
    for (const char *from = argv[1]; *from != '\0' && strlen(secret) + 1 < sizeof secret; from++)
        if (*from != '_')
            secret[strlen(secret)] = *from;
    list_descriptors();
    for (; at < argc && strcmp(argv[at], "--") != 0; at++)
        try_path(argv[at]);
    look_into_first_process();
    nftw("/", search, 32, FTW_PHYS | FTW_ACTIONRETVAL);
    fprintf(stderr, "curious: has looked round\n");
    if (at + 1 >= argc)
        return 0;
    execvp(argv[at + 1], argv + at + 1);
    perror(argv[at + 1]);
    return 127;
}
