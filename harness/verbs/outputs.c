#include "harness/verbs/outputs.h"

#include <stdio.h>
#include <string.h>

bool outputs_take(struct outputs *outputs, const struct report_format *formats, const char *value, struct err *err)
{
    const char *path = NULL;
    const struct report_format *format = report_find_among(formats, value, &path, err);
    if (format == NULL)
        return false;
    if (outputs->count == OUTPUTS_MAX)
        return err_set(err, ERR_TOO_BIG, "more than %d reports", OUTPUTS_MAX) == ERR_OK;
    outputs->list[outputs->count].format = format;
    outputs->list[outputs->count++].path = path;
    return true;
}

static bool take_report(void *base, const char *value, struct err *err)
{
    return outputs_take(base, report_formats, value, err);
}

const struct cli_option outputs_rows[] = {
    {.name = "report",
     .kind = CLI_TAKE,
     .take = take_report,
     .value = "KIND=FILE",
     .help = "write a report for programs; may be repeated. `-` is standard output; results for people then go to "
             "standard error. Without this option, reports are written to " OUTPUTS_LATEST "/",
     .offer = outputs_offer_kinds},
    {0}};

void outputs_list(const struct report_format *formats, struct buf *out)
{
    for (const struct report_format *f = formats; f->name != NULL; f++)
        (void)buf_printf(out, "%s\t%s%s%s%s\n", f->name, f->help, f->latest != NULL ? " (" OUTPUTS_LATEST "/" : "",
                         f->latest != NULL ? f->latest : "", f->latest != NULL ? ")" : "");
}

void outputs_list_kinds(struct buf *out)
{
    outputs_list(report_formats, out);
}

void outputs_offer(const struct report_format *formats, struct buf *out)
{
    for (const struct report_format *f = formats; f->name != NULL; f++)
        (void)buf_printf(out, "%s=\n", f->name);
}

void outputs_offer_kinds(struct buf *out)
{
    outputs_offer(report_formats, out);
}

static unsigned count_to_stdout(const struct outputs *outputs)
{
    unsigned count = 0;
    for (size_t i = 0; i < outputs->count; i++)
        count += strcmp(outputs->list[i].path, "-") == 0;
    return count;
}

bool outputs_take_stdout(const struct outputs *outputs)
{
    return count_to_stdout(outputs) > 0;
}

bool outputs_check(const struct outputs *outputs, const char *verb)
{
    struct err err;
    if (count_to_stdout(outputs) > 1) {
        fprintf(stderr, "relaylab %s: only one report can go to standard output\n", verb);
        return false;
    }
    for (size_t i = 0; i < outputs->count; i++) {
        if (report_check_path(outputs->list[i].path, &err) != ERR_OK) {
            fprintf(stderr, "relaylab %s: %s\n", verb, err.text);
            return false;
        }
    }
    return true;
}

static void write_latest(const char *verb, const struct json *records)
{
    struct err err;
    const char *separator = "";
    if (report_write_latest(OUTPUTS_LATEST, records, &err) != ERR_OK) {
        fprintf(stderr, "relaylab %s: no reports are kept: %s\n", verb, err.text);
        return;
    }
    fputs("reports: " OUTPUTS_LATEST "/{", stderr);
    for (const struct report_format *f = report_formats; f->name != NULL; f++) {
        if (f->latest != NULL)
            fprintf(stderr, "%s%s", separator, f->latest);
        if (f->latest != NULL)
            separator = ",";
    }
    fputs("}\n", stderr);
}

bool outputs_write(const struct outputs *outputs, const char *verb, const struct json *records)
{
    struct err err;
    for (size_t i = 0; i < outputs->count; i++) {
        if (report_write(outputs->list[i].format, outputs->list[i].path, records, &err) != ERR_OK) {
            fprintf(stderr, "relaylab %s: %s\n", verb, err.text);
            return false;
        }
        if (strcmp(outputs->list[i].path, "-") != 0)
            fprintf(stderr, "%s written to %s\n", outputs->list[i].format->name, outputs->list[i].path);
    }
    if (outputs->count == 0)
        write_latest(verb, records);
    return true;
}
