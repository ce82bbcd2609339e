#include "sim/target/listing.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

static void push(struct json *entries, const char *from, const char *rcpt)
{
    struct json *one = json_new_object();
    json_set_str(one, "from", from);
    json_set_str(one, "rcpt", rcpt);
    json_push(entries, one);
}

/* ---- JSON ---- */

static bool is_listing(const struct json *queue)
{
    const struct json *messages = json_get(queue, "messages");
    bool good = json_is_list(messages);
    for (size_t i = 0; good && i < json_count(messages); i++) {
        const struct json *recipients = json_get(json_at(messages, i), "recipients");
        good = json_get_str(json_at(messages, i), "from", NULL) != NULL && json_is_list(recipients);
        for (size_t k = 0; good && k < json_count(recipients); k++)
            good = json_get_str(json_at(recipients, k), "rcpt", NULL) != NULL;
    }
    return good;
}

int listing_read_json(struct slice text, struct json **out, struct err *err)
{
    struct json *queue = NULL;
    int rc = json_parse(text, &queue, err);
    if (rc != ERR_OK)
        return rc;
    if (!is_listing(queue)) {
        json_free(queue);
        return err_set(err, ERR_INVALID,
                       "the target's queue command printed something else than "
                       "{\"messages\":[{\"from\",\"recipients\":[{\"rcpt\"}]}]}");
    }
    *out = json_new_array();
    const struct json *messages = json_get(queue, "messages");
    for (size_t i = 0; i < json_count(messages); i++) {
        const struct json *recipients = json_get(json_at(messages, i), "recipients");
        for (size_t k = 0; k < json_count(recipients); k++)
            push(*out, json_get_str(json_at(messages, i), "from", ""),
                 json_get_str(json_at(recipients, k), "rcpt", ""));
    }
    json_free(queue);
    return ERR_OK;
}

/* ---- lines ---- */

struct reader {
    regex_t message, recipient;
    char *from; /* of the message that the lines are about */
    struct json *entries;
};

#define GROUPS 4 /* the whole, and three (…) */

/* What the last (…) took, or all of it; "MAILER-DAEMON" and "<>" are how listings show the null sender. */
static char *taken(const char *line, const regmatch_t match[GROUPS])
{
    const regmatch_t *part = &match[0];
    for (size_t i = 1; i < GROUPS; i++)
        if (match[i].rm_so >= 0)
            part = &match[i];
    char *text = slice_dup(slice_make(line + part->rm_so, (size_t)(part->rm_eo - part->rm_so)));
    if (strcmp(text, "MAILER-DAEMON") == 0 || strcmp(text, "<>") == 0)
        text[0] = '\0';
    return text;
}

static void read_line(struct reader *r, const char *line)
{
    regmatch_t match[GROUPS];
    if (regexec(&r->message, line, GROUPS, match, 0) == 0) {
        free(r->from);
        r->from = taken(line, match);
    }
    const char *rest = line;
    while (r->from != NULL && *rest != '\0' &&
           regexec(&r->recipient, rest, GROUPS, match, rest == line ? 0 : REG_NOTBOL) == 0) {
        char *rcpt = taken(rest, match);
        push(r->entries, r->from, rcpt);
        free(rcpt);
        rest += match[0].rm_eo > 0 ? match[0].rm_eo : 1;
    }
}

static int compile(regex_t *out, const char *expression, struct err *err)
{
    char why[128];
    int rc = regcomp(out, expression, REG_EXTENDED);
    if (rc == 0)
        return ERR_OK;
    (void)regerror(rc, out, why, sizeof why);
    return err_set(err, ERR_INVALID, "the adapter's regular expression `%s` for the queue is invalid: %s", expression,
                   why);
}

static int read_all(struct reader *r, struct slice text, struct err *err)
{
    while (text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        if (line.len > LISTING_LINE_MAX)
            return err_set(err, ERR_TOO_BIG, "a line of the target's listing is longer than %d octets",
                           LISTING_LINE_MAX);
        char *copy = slice_dup(line);
        read_line(r, copy);
        free(copy);
    }
    return ERR_OK;
}

int listing_read_lines(struct slice text, const char *message, const char *recipient, struct json **out,
                       struct err *err)
{
    struct reader r = {.from = NULL};
    int rc = compile(&r.message, message, err);
    if (rc != ERR_OK)
        return rc;
    rc = compile(&r.recipient, recipient, err);
    if (rc != ERR_OK) {
        regfree(&r.message);
        return rc;
    }
    r.entries = json_new_array();
    rc = read_all(&r, text, err);
    free(r.from);
    regfree(&r.message);
    regfree(&r.recipient);
    if (rc == ERR_OK)
        *out = r.entries;
    else
        json_free(r.entries);
    return rc;
}
