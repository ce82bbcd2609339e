/*
 * Submission by the target's own command, as `sendmail` accepts mail: the envelope in its arguments, the message on its
 * standard input. The coordinator runs it (warp/request.h); this writes the request, and reads the output.
 *
 *     DIR/submit/N.words, N.in    what the N-th submission brings; N.out what its command said
 *
 * The words are templates: ${from} is the reverse-path, and a word with ${rcpt} is repeated for each recipient. No
 * shell reads them. Lines of the message end as those of the host's files do, with a line feed.
 */
#ifndef RL_SIM_COMMAND_H
#define RL_SIM_COMMAND_H

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "sim/scenario/model.h"

struct command {
    const char *dir;
    const char *const *words; /* after the program; NULL = the target has no such command */
    size_t count;
};

/* Appends them, each with a NUL after it. Pure. */
void command_words(const struct command *command, const struct submission *submission, struct buf *out);

int command_write(const struct command *command, unsigned n, const struct submission *submission, struct slice message,
                  struct err *err);

/* The last line that it said, or "". Always terminated. */
void command_last_words(const struct command *command, unsigned n, char *out, size_t size);

#endif
