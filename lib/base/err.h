/*
 * Errors of the environment: a negative code for the program, one sentence for a person. Functions
 * return 0 or a code below; the text says what was wrong, where, and what to do. Outputs are
 * untouched on failure. Protocol outcomes (a 550 reply) are values, never errors. A NULL `struct
 * err *` is allowed everywhere: then the caller wants only the code.
 */
#ifndef RL_BASE_ERR_H
#define RL_BASE_ERR_H

enum err_code {
    ERR_OK = 0,
    ERR_INVALID = -1,   /* bad input: configuration, YAML, arguments */
    ERR_TOO_BIG = -2,   /* a limit was reached */
    ERR_SYSTEM = -3,    /* a system call failed; the text has strerror */
    ERR_NOT_FOUND = -4, /* the named thing does not exist */
    ERR_TLS = -5,       /* OpenSSL refused */
    ERR_STORE = -6,     /* the database refused */
    ERR_AGAIN = -7,     /* not now; the caller may try later */
    ERR_PROTOCOL = -8,  /* malformed bytes from a peer, where that is not a normal outcome */
};

#define ERR_TEXT_MAX 1024

struct err {
    enum err_code code;
    char text[ERR_TEXT_MAX];
};

/* Fills *err (may be NULL) and returns code, so that `return err_set(...)` reads well. Long texts
 * are cut. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* As err_set with ERR_SYSTEM, and ": strerror(errno)" after the text. */
int err_errno(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "context: " before the text that is already there; returns the code it had. */
int err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
