#include "harness/suite/starts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "lib/base/open.h"
#include "sim/trace/reader.h"

#define LOG_BYTES                                                                                                      \
    16384 /* of the target's log, from its beginning: the first reason is what later lines follow from                 \
           */
#define WORD_MAX   200
#define REASON_MAX 500

/* ---- the first reason ---- */

static bool has_word(struct slice line, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= line.len; i++)
        if (strncasecmp(line.ptr + i, word, len) == 0)
            return true;
    return false;
}

static bool is_reason(struct slice line)
{
    static const char *const words[] = {"fatal",   "error",     "denied", "cannot",  "can't",   "could not", "failed",
                                        "no such", "not found", "in use", "missing", "invalid", "unknown",   "panic"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (has_word(line, words[i]))
            return true;
    return false;
}

/* The first line that gives a reason, else the last one that is not empty. */
static struct slice reason_in(struct slice log)
{
    struct slice last = slice_make("", 0);
    while (log.len > 0) {
        struct slice line = slice_trim(slice_cut(&log, '\n'));
        if (line.len > REASON_MAX)
            line.len = REASON_MAX;
        if (is_reason(line))
            return line;
        if (line.len > 0)
            last = line;
    }
    return last;
}

/* Words with digits differ from run to run (times, process numbers, names of folders), and so does the run's folder. */
static void add_alike(struct buf *out, struct slice text, const char *folder)
{
    size_t folder_len = folder != NULL ? strlen(folder) : 0;
    while (text.len > 0) {
        struct slice word = slice_cut(&text, ' ');
        bool digits =
            folder_len > 0 && word.len >= folder_len && memmem(word.ptr, word.len, folder, folder_len) != NULL;
        for (size_t i = 0; i < word.len; i++)
            digits = digits || isdigit((unsigned char)word.ptr[i]);
        if (digits)
            (void)buf_add_cstr(out, "# ");
        else
            (void)buf_printf(out, "%.*s ", (int)(word.len < WORD_MAX ? word.len : WORD_MAX), word.ptr);
    }
}

static size_t read_log(const char *folder, char *bytes, size_t size)
{
    char *path = mem_printf("%s/target.log", folder);
    FILE *file = NULL;
    size_t len = open_input(path, &file, NULL) == ERR_OK ? fread(bytes, 1, size, file) : 0;
    if (file != NULL)
        (void)fclose(file);
    free(path);
    return len;
}

/* ---- of one run ---- */

/* The story begins when the target listens on all its ports; the first event shows that. */
static bool has_started(const struct run *run)
{
    struct trace_log log;
    char *path = mem_printf("%s/trace.jsonl", run->folder);
    bool some = false;
    if (trace_read(&log, path, NULL) == ERR_OK) {
        for (size_t i = 0; i < log.count; i++)
            some = some || log.events[i].kind == TRACE_TARGET_START;
        trace_log_fini(&log);
    }
    free(path);
    return some;
}

static struct json *way_of(const char *what, bool by_target, struct slice says, const char *folder)
{
    struct json *json = json_new_object();
    struct buf way;
    char *text = slice_dup(says);
    buf_init(&way, 8192);
    (void)buf_printf(&way, "%s\n", what);
    add_alike(&way, says, folder);
    json_set_str(json, "way", buf_cstr(&way));
    json_set_bool(json, "by_target", by_target);
    json_set_str(json, "says", text);
    buf_fini(&way);
    free(text);
    return json;
}

struct json *starts_way(const struct run *run)
{
    char log[LOG_BYTES];
    if (run->state == RUN_PLAYED || run->state == RUN_INTERRUPTED || has_started(run))
        return NULL;
    size_t len = read_log(run->folder, log, sizeof log);
    return way_of(run->what, run->state == RUN_TARGET_TROUBLE, reason_in(slice_make(log, len)), run->folder);
}

struct json *starts_way_of_problem(const char *problem)
{
    return way_of(problem, false, slice_make("", 0), NULL);
}

/* ---- of all ---- */

void starts_take(struct starts *starts, const struct json *way)
{
    const char *text = json_get_str(way, "way", "");
    if (way == NULL) {
        starts->some = true;
        starts->alike = 0;
        return;
    }
    bool same = starts->alike > 0 && strcmp(starts->way, text) == 0;
    starts->alike = same ? starts->alike + 1 : 1;
    starts->by_target = json_get_bool(way, "by_target", false);
    if (!same) {
        free(starts->way);
        free(starts->says);
        starts->way = mem_strdup(text);
        starts->says = mem_strdup(json_get_str(way, "says", ""));
    }
    starts->stopped = starts->stopped || (!starts->some && starts->alike == STARTS_MAX);
}

void starts_fini(struct starts *starts)
{
    free(starts->way);
    free(starts->says);
    *starts = (struct starts){0};
}

char *starts_words(const struct starts *starts, const char *target)
{
    return mem_printf("%s %s: %d runs in a row ended the same way", starts->by_target ? target : "the harness",
                      starts->by_target ? "did not start" : "could not play a run", STARTS_MAX);
}

const char *starts_hint(const struct starts *starts)
{
    /* Both words occur in the target's reason or in what the harness saw; the first row that matches wins. */
    static const struct {
        const char *word, *also, *hint;
    } hints[] = {
        {"permission denied", "/var/",
         "a file below /var belongs to another user, perhaps because this host has the same mail server installed; "
         "configure a folder of the run instead"},
        {"permission denied", "",
         "a file cannot be read, written or executed by the user that the target runs as; check its owner and mode"},
        {"address already in use", "",
         "two processes listen on one port; name each port once in the target's "
         "configuration, and start the target once"},
        {"cannot assign requested address", "",
         "the target listens on an address that does not exist in the run; use ${target.addr}"},
        {"error while loading shared libraries", "",
         "a library is missing; install the package that has it, or set "
         "LD_LIBRARY_PATH in the adapter's env"},
        {"exec format error", "", "the program is for another machine, or a script without a #! line"},
        {"command not found", "", "a program is not in PATH; install it, or use an absolute path in the adapter"},
        {"not found", "", "a program or file is missing; check the paths in the target's target.yaml"},
        {"no such file or directory", "", "a program or file is missing; check the paths in the target's target.yaml"},
        {"no space left on device", "", "the disk is full; each run needs 64 MiB in $TMPDIR, /dev/shm or /tmp"},
        {"operation not permitted", "",
         "the target needs a privilege that the run does not have; run as root, or "
         "configure it to keep its user"},
        {"must be run as root", "", "run relaylab as root"},
        {"unrecognized option", "", "this version of the program does not know an option of the adapter's `start`"},
        {"invalid option", "", "this version of the program does not know an option of the adapter's `start`"},
        {"does not listen on port", "",
         "the ports in target.yaml differ from those that the target listens on, or it "
         "listens on another address than ${target.addr}"},
        {"exited with status 0", "",
         "the target went into the background or ended; `start` has to stay in the "
         "foreground (an option such as -F or --foreground)"}};
    for (size_t i = 0; starts->way != NULL && i < sizeof hints / sizeof hints[0]; i++) {
        char *all = mem_printf("%s %s", starts->way, starts->says);
        bool fits = has_word(slice_cstr(all), hints[i].word) && has_word(slice_cstr(all), hints[i].also);
        free(all);
        if (fits)
            return hints[i].hint;
    }
    return NULL;
}
