/*
 * A target adapter: a folder with a target.yaml that says how to configure and start one relay, and how to list its
 * queue. Nothing in the harness knows a relay by name.
 *
 *     target: 1 · name · about · clock: lockstep|tolerant · ports {smtp, submission, submissions} · capabilities [...]
 *     files {template: path in the run's target folder} · start [argv] · queue [argv] · flush [argv]
 *     reload [argv], or the name of a signal · submit [argv]: reads a message on its standard input
 *
 * ${variables} in templates and commands (template.h): dir (the target's folder in the run), adapter (the adapter's
 * own), bin (where relaylab's programs are), target.name, target.addr, dns.addr, dns.port, ca, cert, key,
 * client.network, and those of the scenario's `given` (given.h). A setting that no template uses cannot be configured.
 */
#ifndef RL_HARNESS_TARGET_H
#define RL_HARNESS_TARGET_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/text/schema.h"
#include "lib/text/yaml.h"
#include "sim/scenario/model.h"

/* Which waits between attempts the target can be configured with. */
enum target_waits {
    TARGET_WAITS_LIST,     /* any */
    TARGET_WAITS_DOUBLING, /* it doubles them itself, from `first` up to `then` */
    TARGET_WAITS_AGE,      /* it waits as long as the message is old, at least `first`, at most `then` */
};

/* How its time is virtual. */
enum target_clock {
    TARGET_LOCKSTEP, /* one process at a time; a run repeats byte for byte */
    TARGET_TOLERANT, /* any processes and threads, as the kernel runs them */
};

struct target {
    const char *folder; /* of the adapter */
    const char *name, *about;
    int clock; /* enum target_clock */
    struct {
        struct yaml_list debian, npm; /* const char *, packages; fetch.h */
    } fetch;
    struct {
        struct yaml_list users, groups; /* const char *, that only the run knows */
    } accounts;
    bool needs_root; /* it becomes other users */
    struct {
        struct yaml_list read, write; /* const char *, of this machine, that its root has (harness/run/root.h) */
    } paths;
    struct {
        int64_t smtp, submission, submissions; /* 0 = does not listen there */
    } ports;
    struct yaml_list capabilities; /* const char * */
    struct {
        int waits;                           /* enum target_waits */
        const char *tls[GIVEN_TLS_DANE + 1]; /* its words for the levels; NULL = cannot be configured */
    } given;
    struct yaml_map files; /* template -> const char * */
    struct {
        const char *message, *recipient; /* extended regular expressions; NULL = the queue is listed as JSON */
    } queue_lines;
    struct yaml_list start, submit, queue, flush, reload; /* const char *; empty = cannot */
    int reload_signal;                                    /* instead of a command; 0 = none */
    struct yaml_doc doc;
};

/* Where adapters ship (harness/shipped): a folder for each, and the script that fetches packages. */
#define TARGETS "fixtures/targets"

/*
 * where: a folder, or the name of an adapter that ships with the programs. Problems are appended to *report.
 * ERR_NOT_FOUND: neither; the error lists the places.
 */
int target_load(struct target **out, const char *where, const char *bin_folder, struct buf *report, struct err *err);
void target_free(struct target *target);

/* Whether it runs with files laid over /etc, /usr and /var. */
bool target_is_layered(const struct target *target);

bool target_can(const struct target *target, const char *capability);

/* What this case of the scenario needs and the target does not have, in words; NULL when it can be played. */
const char *target_lacks(const struct target *target, const struct scenario *scenario);

/* What one run fills in. */
struct target_values {
    const char *dir, *bin, *pki;
    const char *root;                /* of what was fetched; NULL = nothing was */
    const char *given;               /* the layer for files with absolute names; NULL = none is made */
    const struct scenario *scenario; /* NULL = nothing is given */
    uint64_t seed;
    bool in_submit;       /* the envelope has names too: ${from}, ${rcpt}, which the sim fills in */
    unsigned *configured; /* collects what was written; NULL = no matter */
};

/*
 * Whether the target can be configured with everything that the scenario gives; *reason names what not
 * ("given.tls.verify"), or is "". An error only when the adapter's templates themselves are wrong.
 */
int target_missing_settings(const struct target *target, const struct scenario *scenario, uint64_t seed,
                            struct buf *reason, struct err *err);

/* The unchanged text of one of the adapter's templates. */
int target_read_template(const struct target *target, const char *name, struct buf *text, struct err *err);
/* Writes the files from their templates. */
int target_write_files(const struct target *target, const struct target_values *values, struct err *err);
/* Replaces ${variables}; the result is the caller's. NULL and err when one is not known. */
char *target_expand(const struct target *target, const struct target_values *values, const char *text, struct err *err);

extern const struct schema target_schema; /* the keys of target.yaml, as lib/text/schema.h prints them */

#endif
