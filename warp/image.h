/*
 * Whether a program file can run in virtual time: it must be a dynamically linked 64-bit one, since others never load
 * libwarp, and not written in Go, whose runtime asks the kernel for the time itself even then. Nor may its start give
 * it privileges that the process lacks: then the dynamic linker ignores LD_PRELOAD (ld.so(8), secure-execution mode),
 * and only /etc/ld.so.preload brings libwarp. Scripts are followed to their interpreter. Uses system calls only, so
 * that it works inside any process, between fork and exec too.
 */
#ifndef RL_WARP_IMAGE_H
#define RL_WARP_IMAGE_H

#include <stdbool.h>

enum image_kind {
    IMAGE_GOOD, /* or not a program at all: exec will say so */
    IMAGE_STATIC,
    IMAGE_GO,
    IMAGE_32_BIT,
    IMAGE_SECURE, /* as it would be started by this process now */
};

/* path: as for execve. */
enum image_kind image_look(const char *path);
/* As for execvp: a name without a slash is looked for in PATH. */
enum image_kind image_look_for(const char *file);

/* Whether /etc/ld.so.preload brings libwarp into every program, whatever its environment and its rights. */
bool image_preloaded(void);

/* "is a static program, which never loads libwarp" */
const char *image_reason(enum image_kind kind);

#endif
