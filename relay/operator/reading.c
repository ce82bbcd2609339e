#include "relay/operator/reading.h"

void reading_init(struct reading *reading, void (*on_line)(void *arg, const struct json *line), void *arg)
{
    *reading = (struct reading){.on_line = on_line, .arg = arg};
    buf_init(&reading->in, READING_LINE_MAX);
}

void reading_fini(struct reading *reading)
{
    buf_fini(&reading->in);
    json_free(reading->end);
    reading->end = NULL;
}

static int take_line(struct reading *reading, struct slice line, struct err *err)
{
    struct json *json;
    int rc = json_parse(line, &json, err);
    if (rc != ERR_OK)
        return err_set(err, ERR_PROTOCOL, "the relay's answer is not understood; is it of another version?");
    const char *error = json_get_str(json, "error", NULL);
    if (error != NULL)
        rc = err_set(err, ERR_PROTOCOL, "%s", error);
    else if (json_get(json, "end") != NULL)
        reading->end = json_dup(json_get(json, "end"));
    else
        reading->on_line(reading->arg, json);
    json_free(json);
    return rc;
}

int reading_feed(struct reading *reading, struct err *err)
{
    struct slice rest = buf_slice(&reading->in);
    int rc = ERR_OK;
    while (rc == ERR_OK && reading->end == NULL && slice_find(rest, '\n') < rest.len)
        rc = take_line(reading, slice_cut(&rest, '\n'), err);
    buf_consume(&reading->in, reading->in.len - rest.len);
    if (rc == ERR_OK && reading->end == NULL && reading->in.len == reading->in.max)
        rc = err_set(err, ERR_PROTOCOL, "the relay's answer has a line of more than %zu octets", READING_LINE_MAX);
    return rc;
}
