#include "warp/image.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADERS_MAX   64
#define NOTE_MAX      4096
#define PRELOAD_MAX   4096
#define INTERPRETERS  4 /* a script's interpreter may be a script */
#define SCRIPT_HEAD   256
#define GO_BUILD_NOTE 4 /* type of the note "Go" */

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

/* "#!/bin/sh -e" -> "/bin/sh"; false when it is no script. */
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
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd >= 0 ? pread(fd, head.text, SCRIPT_HEAD, 0) : -1;
        enum image_kind kind = IMAGE_GOOD;
        bool elf = n >= (ssize_t)sizeof head.elf && memcmp(head.elf.e_ident, ELFMAG, SELFMAG) == 0;
        if (elf)
            kind = look_at_elf(fd, &head.elf);
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
    return kind == IMAGE_GO ? "is written in Go, whose programs read the clock past libc"
                            : "is a static program, which never loads libwarp";
}
