#include "harness/run/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

/* CPU time without a wait. An interpreter reads all its modules before it waits for the first time. */
#define SPIN_LIMIT_S          10
#define TOLERANT_SPIN_LIMIT_S 60

/* A tab ends a word of the plan, a line end its line. */
static int check_text(const char *what, const char *text, struct err *err)
{
    if (text == NULL || strpbrk(text, "\t\n") == NULL)
        return ERR_OK;
    return err_set(err, ERR_INVALID, "%s contains a tab or a line end, which is not supported: %s", what, text);
}

/* All that is written as it is, and not by write_word. */
static int check_texts(const struct run_settings *s, const char *folder, struct err *err)
{
    const struct {
        const char *what, *text;
    } texts[] = {
        {"the path of the run's folder (TMPDIR)", folder},
        {"the path of relaylab's programs", s->bin},
        {"the path of the scenario", s->scenario->file},
        {"the name of the case", s->scenario->case_name},
        {"the target's name", s->target->name},
        {"queue_lines.message of target.yaml ([[:blank:]] stands for a tab)", s->target->queue_lines.message},
        {"queue_lines.recipient of target.yaml ([[:blank:]] stands for a tab)", s->target->queue_lines.recipient}};
    int rc = ERR_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && rc == ERR_OK; i++)
        rc = check_text(texts[i].what, texts[i].text, err);
    return rc;
}

static int write_word(FILE *plan, const char *before, const struct target *target, const struct target_values *values,
                      const char *text, struct err *err)
{
    char *word = target_expand(target, values, text, err);
    if (word == NULL)
        return ERR_INVALID;
    int rc = check_text("a command's word in target.yaml", word, err);
    if (word[0] != '\0') /* its line may have gone with a variable that has no value */
        fprintf(plan, "%s\t%s", before, word);
    free(word);
    return rc;
}

static int write_words(FILE *plan, const char *directive, const struct target *target,
                       const struct target_values *values, const struct yaml_list *words, struct err *err)
{
    int rc = ERR_OK;
    fputs(directive, plan);
    for (size_t i = 0; i < words->count && rc == ERR_OK; i++)
        rc = write_word(plan, "", target, values, ((const char **)words->items)[i], err);
    fputc('\n', plan);
    return rc;
}

/* The ranges of documentation, and localhost. */
static const char *const world[] = {"127.0.0.0/24",    "127.0.1.0/24",   "192.0.2.0/24",
                                    "198.51.100.0/24", "203.0.113.0/24", "::1/128"};

static void write_head(FILE *plan, const struct run_settings *s, const char *folder)
{
    char start[32];
    struct tm utc;
    time_t at = (time_t)(s->scenario->clock.start_ns / NS_PER_S);
    (void)gmtime_r(&at, &utc);
    (void)strftime(start, sizeof start, "%Y-%m-%dT%H:%M:%SZ", &utc);
    fprintf(plan, "start\t%s\nseed\t%" PRIu64 "\nreport\t%s/warp.report\nspin-limit\t%d\n", start, s->seed, folder,
            s->target->clock == TARGET_TOLERANT ? TOLERANT_SPIN_LIMIT_S : SPIN_LIMIT_S);
    fprintf(plan, "mode\t%s\n", s->target->clock == TARGET_TOLERANT ? "tolerant" : "lockstep");
    if (s->root != ROOT_HOST)
        fprintf(plan, "root\t%d", ROOT_MOUNTS_FD);
    if (s->root == ROOT_OWN_AS_USER)
        fprintf(plan, "\t%d", ROOT_USER_FD);
    if (s->root != ROOT_HOST)
        fputc('\n', plan);
    if (s->root != ROOT_HOST && s->target->clock == TARGET_TOLERANT)
        fprintf(plan, "syslog\t%s/target.log\t%s/files/dev/log\n", folder, folder);
    fprintf(plan, "home\t%s\nnetwork\t%s\n", WORLD_TARGET_ADDR, s->network == NETWORK_LOOPBACK ? "loopback" : "own");
    for (size_t i = 0; i < sizeof world / sizeof world[0]; i++)
        fprintf(plan, "world\t%s\n", world[i]);
}

/* A target without a submission port accepts mail from a trusted address. */
static int way_in(const struct target *target)
{
    return (int)(target->ports.submission > 0 ? target->ports.submission : target->ports.smtp);
}

/* The program is the plan's, its words come with each message. */
static int write_submit_words(FILE *plan, const struct run_settings *s, const struct target_values *values,
                              struct err *err)
{
    struct target_values with_envelope = *values;
    int rc = ERR_OK;
    with_envelope.in_submit = true;
    for (size_t i = 1; i < s->target->submit.count && rc == ERR_OK; i++)
        rc =
            write_word(plan, "\t--submit", s->target, &with_envelope, ((const char **)s->target->submit.items)[i], err);
    return rc;
}

static void write_sim_ports(FILE *plan, const struct target *target)
{
    const struct {
        const char *name;
        int port;
    } ports[] = {{"submission", way_in(target)},
                 {"smtp", (int)target->ports.smtp},
                 {"submissions", (int)target->ports.submissions}};
    const char *before = "";
    fputs("\t--ports\t", plan);
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        if (ports[i].port == 0)
            continue;
        fprintf(plan, "%s%s=%d", before, ports[i].name, ports[i].port);
        before = ",";
    }
}

static int write_sim(FILE *plan, const struct run_settings *s, const char *folder, const struct target_values *values,
                     struct err *err)
{
    const struct given_smarthost *smart = s->scenario->given.smarthost;
    fprintf(plan, "role\tsim\nlog\t%s/sim.log\nenv\tEVENT_NOEPOLL=1\nports\t%d\t%d", folder, WORLD_SMTP_PORT,
            WORLD_DNS_PORT);
    if (smart != NULL && smart->port != WORLD_SMTP_PORT)
        fprintf(plan, "\t%d", (int)smart->port);
    fputc('\n', plan);
    fprintf(plan, "argv\t%s/relaylab-sim\t--scenario\t%s\t--seed\t%" PRIu64 "\t--dir\t%s\t--target\t%s", s->bin,
            s->scenario->file, s->seed, folder, s->target->name);
    write_sim_ports(plan, s->target);
    int rc = write_submit_words(plan, s, values, err);
    if (s->target->queue_lines.message != NULL)
        fprintf(plan, "\t--queue-message\t%s\t--queue-recipient\t%s", s->target->queue_lines.message,
                s->target->queue_lines.recipient);
    if (s->scenario->case_name != NULL)
        fprintf(plan, "\t--case\t%s", s->scenario->case_name);
    fprintf(plan, "%s\n", s->target->queue.count > 0 ? "\t--queue" : "");
    return rc;
}

static void write_target_ports(FILE *plan, const struct target *target)
{
    const int ports[] = {way_in(target), target->ports.submission > 0 ? (int)target->ports.smtp : 0,
                         (int)target->ports.submissions};
    const char *before = "ports";
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        if (ports[i] == 0)
            continue;
        fprintf(plan, "%s\t%d", before, ports[i]);
        before = "";
    }
    fputs(before[0] == '\0' ? "\n" : "", plan);
}

static int write_target(FILE *plan, const struct run_settings *s, const char *folder,
                        const struct target_values *values, struct err *err)
{
    fprintf(plan, "role\ttarget\nlog\t%s/target.log\ncwd\t%s\nenv\tEVENT_NOEPOLL=1\n", folder, values->dir);
    write_target_ports(plan, s->target);
    return write_words(plan, "argv", s->target, values, &s->target->start, err);
}

/* Without a command of the adapter there is no action. */
static int write_actions(FILE *plan, const struct run_settings *s, const char *folder,
                         const struct target_values *values, struct err *err)
{
    const struct {
        const char *name;
        const struct yaml_list *words;
    } actions[] = {{"queue", &s->target->queue}, {"flush", &s->target->flush}, {"reload", &s->target->reload}};
    const struct yaml_list program = {s->target->submit.items, 1};
    int rc = ERR_OK;
    for (size_t i = 0; i < sizeof actions / sizeof actions[0] && rc == ERR_OK; i++) {
        if (actions[i].words->count == 0)
            continue;
        fprintf(plan, "action\t%s\nlog\t%s/target.log\ncwd\t%s\n", actions[i].name, folder, values->dir);
        if (actions[i].words == &s->target->queue)
            fprintf(plan, "out\t%s/queue.json\n", folder);
        if (actions[i].words == &s->target->reload && s->target->reload_signal != 0)
            fprintf(plan, "signal\t%d\n", s->target->reload_signal);
        else
            rc = write_words(plan, "argv", s->target, values, actions[i].words, err);
    }
    if (rc == ERR_OK && s->target->submit.count > 0) {
        fprintf(plan, "action\tsubmit\nrequests\t%s/submit\ncwd\t%s\n", folder, values->dir);
        rc = write_words(plan, "argv", s->target, values, &program, err);
    }
    return rc;
}

int plan_write(const struct run_settings *s, const char *folder, const struct target_values *values, struct err *err)
{
    int rc = check_texts(s, folder, err);
    if (rc != ERR_OK)
        return rc;
    char *path = mem_printf("%s/warp.plan", folder);
    FILE *plan = fopen(path, "we");
    rc = plan == NULL ? err_errno(err, "cannot write %s", path) : ERR_OK;
    if (rc == ERR_OK) {
        write_head(plan, s, folder);
        rc = write_sim(plan, s, folder, values, err);
        if (rc == ERR_OK)
            rc = write_target(plan, s, folder, values, err);
        if (rc == ERR_OK)
            rc = write_actions(plan, s, folder, values, err);
        if (fclose(plan) != 0 && rc == ERR_OK)
            rc = err_errno(err, "cannot write %s", path);
    }
    free(path);
    return rc;
}
