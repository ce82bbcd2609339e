#include "warp/image.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#define HEADERS_MAX   64
#define NOTE_MAX      4096
#define PRELOAD_MAX   4096
#define INTERPRETERS  4 /* a script's interpreter may be a script */
#define SCRIPT_HEAD   256
#define GO_BUILD_NOTE 4     /* type of the note "Go" */
#define NOBODY        65534 /* users unknown to a user namespace are shown as this one */
#define SETGID        (S_ISGID | S_IXGRP)

static bool is_go_note(int fd, const Elf64_Phdr *header)
{
    char note[NOTE_MAX];
    size_t size = header->p_filesz < sizeof note ? header->p_filesz : sizeof note;
    ssize_t n = pread(fd, note, size, (off_t)header->p_offset);
    for (size_t at = 0; n > 0 && at + sizeof(Elf64_Nhdr) + 4 <= (size_t)n;) {
        Elf64_Nhdr head;
        memcpy(&head, note + at, sizeof head);
        if (head.n_type == GO_BUILD_NOTE && head.n_namesz == 4 && memcmp(note + at + sizeof head, "Go\0\0", 4) == 0)
            return true;
        at += sizeof head + (((size_t)head.n_namesz + 3) & ~(size_t)3) + (((size_t)head.n_descsz + 3) & ~(size_t)3);
    }
    return false;
}

static enum image_kind look_at_elf(int fd, const Elf64_Ehdr *elf)
{
    bool dynamic = false, go = false;
    if (elf->e_ident[EI_CLASS] == ELFCLASS32)
        return IMAGE_32_BIT;
    if (elf->e_ident[EI_CLASS] != ELFCLASS64 || elf->e_phentsize != sizeof(Elf64_Phdr))
        return IMAGE_GOOD;
    for (unsigned i = 0; i < elf->e_phnum && i < HEADERS_MAX; i++) {
        Elf64_Phdr header;
        if (pread(fd, &header, sizeof header, (off_t)(elf->e_phoff + i * sizeof header)) != (ssize_t)sizeof header)
            break;
        dynamic = dynamic || header.p_type == PT_INTERP;
        go = go || (header.p_type == PT_NOTE && is_go_note(fd, &header));
    }
    return go ? IMAGE_GO : dynamic ? IMAGE_GOOD : IMAGE_STATIC;
}

/* Capabilities of a file count for a user other than root, also with no_new_privs. */
static bool gives_capabilities(const char *path)
{
    struct vfs_ns_cap_data given = {0};
    if (getuid() == 0 || getxattr(path, "security.capability", &given, sizeof given) < 0)
        return false;
    return (given.magic_etc & VFS_CAP_FLAGS_EFFECTIVE) != 0 || given.data[0].permitted != 0 ||
           given.data[1].permitted != 0;
}

/* Whether the kernel would set AT_SECURE. It ignores set-user-ID bits whose owner the user namespace does not have. */
static bool starts_secure(const char *path)
{
    struct stat info;
    struct statvfs mount;
    if (stat(path, &info) != 0 || statvfs(path, &mount) != 0)
        return false;
    bool trusted = (mount.f_flag & ST_NOSUID) == 0;
    bool ids = trusted && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 && info.st_uid != NOBODY && info.st_gid != NOBODY;
    uid_t user = ids && (info.st_mode & S_ISUID) != 0 ? info.st_uid : geteuid();
    gid_t group = ids && (info.st_mode & SETGID) == SETGID ? info.st_gid : getegid();
    return user != getuid() || group != getgid() || (trusted && gives_capabilities(path));
}

/* "#!/bin/sh -e" -> "/bin/sh"; false when it is not a script. */
static bool interpreter_of(char *head, ssize_t len, char out[SCRIPT_HEAD])
{
    if (len < 3 || head[0] != '#' || head[1] != '!')
        return false;
    head[len] = '\0';
    const char *at = head + 2 + strspn(head + 2, " \t");
    size_t size = strcspn(at, " \t\r\n");
    memcpy(out, at, size);
    out[size] = '\0';
    return size > 0;
}

enum image_kind image_look(const char *path)
{
    char next[SCRIPT_HEAD];
    for (int depth = 0; depth < INTERPRETERS; depth++) {
        union {
            char text[SCRIPT_HEAD + 1];
            Elf64_Ehdr elf;
        } head;
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO is not waited for, nor can pread read one */
        ssize_t n = fd >= 0 ? pread(fd, head.text, SCRIPT_HEAD, 0) : -1;
        enum image_kind kind = IMAGE_GOOD;
        bool elf = n >= (ssize_t)sizeof head.elf && memcmp(head.elf.e_ident, ELFMAG, SELFMAG) == 0;
        if (elf)
            kind = look_at_elf(fd, &head.elf);
        if (kind == IMAGE_GOOD && (elf || fd < 0) && starts_secure(path) && !image_preloaded())
            kind = IMAGE_SECURE;
        if (fd >= 0)
            close(fd);
        if (elf || n < 0 || !interpreter_of(head.text, n, next))
            return kind;
        path = next;
    }
    return IMAGE_GOOD;
}

enum image_kind image_look_for(const char *file)
{
    const char *path = getenv("PATH");
    char full[PATH_MAX];
    if (strchr(file, '/') != NULL)
        return image_look(file);
    for (path = path != NULL ? path : "/bin:/usr/bin"; *path != '\0';) {
        size_t len = strcspn(path, ":"), name = strlen(file);
        if (len + name + 2 <= sizeof full) {
            memcpy(full, path, len);
            full[len] = '/';
            memcpy(full + len + 1, file, name + 1);
            if (access(full, X_OK) == 0)
                return image_look(full);
        }
        path += len + (path[len] == ':');
    }
    return IMAGE_GOOD;
}

bool image_preloaded(void)
{
    char list[PRELOAD_MAX + 1];
    int fd = open("/etc/ld.so.preload", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? pread(fd, list, sizeof list - 1, 0) : -1;
    if (fd >= 0)
        close(fd);
    list[n > 0 ? n : 0] = '\0';
    return strstr(list, "libwarp.so") != NULL;
}

const char *image_reason(enum image_kind kind)
{
    static const char *const reasons[] = {
        [IMAGE_GOOD] = "can run",
        [IMAGE_STATIC] = "is a static program, which never loads libwarp",
        [IMAGE_GO] = "is written in Go, whose programs read the clock past libc",
        [IMAGE_32_BIT] = "is a 32-bit program, which cannot load libwarp",
        [IMAGE_SECURE] =
            "starts with other rights than its caller's (setuid, setgid or capabilities), so it loads no libwarp",
    };
    return reasons[kind];
}
