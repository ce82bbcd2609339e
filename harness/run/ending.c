#include "harness/run/ending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/base/open.h"
#include "sim/trace/reader.h"

static void read_report(struct run *out, char result[64], char detail[512])
{
    char *path = mem_printf("%s/warp.report", out->folder), line[1024];
    FILE *file = NULL;
    (void)open_input(path, &file, NULL);
    free(path);
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        struct slice value = slice_cstr(line), key = slice_cut(&value, '\t');
        if (value.len > 0)
            value.len--; /* the line's end */
        uint64_t n = 0;
        if (slice_eq_cstr(key, "result"))
            (void)snprintf(result, 64, "%.*s", SLICE_ARG(value));
        else if (slice_eq_cstr(key, "detail"))
            (void)snprintf(detail, 512, "%.*s", SLICE_ARG(value));
        else if (slice_eq_cstr(key, "virtual_ns") && slice_to_u64(value, INT64_MAX, &n))
            out->virtual_ns = (int64_t)n;
        else if (slice_eq_cstr(key, "note") && out->note_count < RUN_NOTES)
            (void)snprintf(out->notes[out->note_count++], sizeof out->notes[0], "%.*s", SLICE_ARG(value));
    }
    if (file != NULL)
        (void)fclose(file);
}

/* The last event of a whole trace says why the sim ended. */
static void read_end_reason(struct run *out, char reason[64], char silent[256])
{
    char *path = mem_printf("%s/trace.jsonl", out->folder);
    struct trace_log log;
    if (trace_read(&log, path, NULL) == ERR_OK) {
        for (size_t i = 0; i < log.count; i++) {
            const struct json *json = log.events[i].json;
            char clock[DURATION_TEXT_MAX];
            if (log.events[i].kind == TRACE_RUN_END)
                (void)snprintf(reason, 64, "%s", trace_str(json, FIELD_REASON, ""));
            if (log.events[i].kind != TRACE_TARGET_SILENT)
                continue;
            (void)duration_clock(log.events[i].t_ns, clock);
            if (trace_int(json, FIELD_PORT, 0) == 0)
                (void)snprintf(silent, 256, "%s, by virtual time %s", trace_str(json, FIELD_TEXT, "?"), clock);
            else
                (void)snprintf(silent, 256, "no answer to %s on port %d, by virtual time %s (RFC 5321 §4.5.3.2)",
                               trace_str(json, FIELD_VERB, "?"), (int)trace_int(json, FIELD_PORT, 0), clock);
        }
        trace_log_fini(&log);
    }
    free(path);
}

void ending_read(struct run *out)
{
    char result[64] = "", detail[512] = "", reason[64] = "", silent[256] = "";
    read_report(out, result, detail);
    read_end_reason(out, reason, silent);
    if (strcmp(result, "ok") == 0 && strcmp(reason, "until") == 0) {
        out->state = RUN_PLAYED;
    } else if (strcmp(reason, "target-silent") == 0) {
        out->state = RUN_TARGET_TROUBLE;
        (void)snprintf(out->what, sizeof out->what, "target-silent: %s", silent);
    } else if (strncmp(result, "target-", 7) == 0 || strcmp(result, "not-started") == 0) {
        out->state = RUN_TARGET_TROUBLE;
        (void)snprintf(out->what, sizeof out->what, "%s: %s", result, detail);
    } else {
        out->state = RUN_TROUBLE;
        (void)snprintf(out->what, sizeof out->what, "%s%s%s",
                       result[0] != '\0' ? result : "relaylab-warp wrote no report", detail[0] != '\0' ? ": " : "",
                       detail);
    }
}
