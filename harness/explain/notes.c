/* The glosses of each step: once in full, then in short. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/explain/telling_work.h"
#include "lib/base/mem.h"

#define PARAMS_MAX 4

/* Sentences about what is not on the wire. */
static const struct {
    const char *key, *text, *clause;
} sentences[] = {
    {"handed", "This is the submission. Here the client is a mail program; how it logs in is lesson 12.", ""},
    {"submitted unasked",
     "250 is a promise: from now on the relay must deliver the message. Its sender wants no report of a failure, so "
     "none is sent.",
     "RFC5321 §6.1"},
    {"submitted", "250 is a promise: from now on the relay must deliver the message, or report that it could not.",
     "RFC5321 §6.1"},
    {"report", "It is a delivery status notification (DSN): a text for people, and these fields for programs.",
     "RFC3464 §2"},
    {"message", "The envelope is gone with the dialogue; this is what it carried, as a letter in it.",
     "RFC5321 §2.3.1"},
    {"text", "It is a text for people, without the fields that programs can read (RFC 3464).", "RFC5321 §6.1"},
    {"waits", "The message waits on the relay's disk. It must not be tried again at once.", "RFC5321 §4.5.4.1"},
    {"kept", "The client got no 250 for it, so it will send it again: a second copy cannot be ruled out.", "RFC1047"},
};

/* What was explained already. */
struct reader {
    struct telling *telling;
    bool *knows; /* of each row of the table */
    bool said[sizeof sentences / sizeof sentences[0]];
    bool knows_pipelining;
    bool knows_idle;
    bool in_fold;
    bool refused;     /* the last reply was a refusal */
    int rcpt_code;    /* of the transaction: the reply to RCPT that was a refusal; 0 = none */
    bool null_sender; /* of the transaction */
    bool failed;      /* the last Action field of a report was `failed` */
};

static size_t row_of(const struct gloss *gloss)
{
    size_t count;
    return (size_t)(gloss - gloss_all(&count));
}

static bool is_new(struct reader *r, const struct gloss *gloss)
{
    size_t row = row_of(gloss);
    bool was = r->knows[row];
    r->knows[row] = true;
    return !was;
}

static struct note *add_note(struct step *step)
{
    static struct note spare;
    if (step->note_count == STEP_NOTES_MAX)
        return &spare;
    struct note *note = &step->notes[step->note_count++];
    *note = (struct note){.column = SIZE_MAX, .more = "", .clause = "", .text = ""};
    return note;
}

/* What is not in the table is a hole in it, which a test looks for. */
static void add_unknown(struct reader *r, struct step *step, const char *what)
{
    add_note(step)->text = arena_printf(r->telling->arena, "(no explanation of %s yet)", what);
}

/* Of the whole step: again and again, with more the first time. */
static void explain(struct reader *r, struct step *step, enum gloss_kind kind, const char *key)
{
    const struct gloss *gloss = gloss_find(kind, key);
    if (gloss == NULL) {
        add_unknown(r, step, key);
        return;
    }
    bool first = is_new(r, gloss);
    struct note *note = add_note(step);
    note->text = gloss->text;
    note->more = first ? gloss->more : "";
    note->clause = first ? gloss->clause : "";
}

/* Of a part of the text, the first time alone. */
static void explain_part(struct reader *r, struct step *step, enum gloss_kind kind, const char *key, size_t column,
                         const char *label)
{
    const struct gloss *gloss = gloss_find(kind, key);
    if (gloss != NULL && !is_new(r, gloss))
        return;
    struct note *note = add_note(step);
    note->column = column;
    note->label = arena_strdup(r->telling->arena, label);
    note->text = gloss != NULL ? gloss->text : "a value of its own, which no RFC defines";
    note->more = gloss != NULL ? gloss->more : "";
    note->clause = gloss != NULL ? gloss->clause : "";
}

/* ---- replies ---- */

static void explain_code(struct reader *r, struct step *step)
{
    char key[8], label[8];
    if (step->code < 200 || step->code > 599) {
        add_note(step)->text = "This is not a reply code: the first digit is 2 to 5.";
        return;
    }
    (void)snprintf(key, sizeof key, "%d", step->code / 100);
    (void)snprintf(label, sizeof label, "%d__", step->code / 100);
    explain_part(r, step, GLOSS_CLASS, key, 0, label);
    (void)snprintf(key, sizeof key, "%d", step->code / 10 % 10);
    (void)snprintf(label, sizeof label, "_%d_", step->code / 10 % 10);
    if (step->code / 10 % 10 <= 5)
        explain_part(r, step, GLOSS_SECOND, key, 1, label);
    (void)snprintf(key, sizeof key, "%d", step->code);
    explain_part(r, step, GLOSS_CODE, key, 2, key);
}

static void explain_status(struct reader *r, struct step *step)
{
    struct gloss_status status;
    char label[16];
    if (strlen(step->text) < 5 || gloss_read_status(step->text + 4, &status) == 0)
        return;
    size_t column = 4 + 2;
    (void)snprintf(label, sizeof label, ".%s.", status.subject);
    explain_part(r, step, GLOSS_SUBJECT, status.subject, column, label);
    (void)snprintf(label, sizeof label, ".%s", status.detail);
    size_t count = step->note_count;
    explain_part(r, step, GLOSS_DETAIL, status.detail, column + strlen(status.subject) + 1, label);
    bool says = step->note_count > count && gloss_find(GLOSS_DETAIL, status.detail) != NULL &&
                strchr(status.detail, '.')[1] != '0';
    if (says && status.class[0] == '4')
        step->notes[count].text = arena_printf(r->telling->arena, "%s (for now)", step->notes[count].text);
}

/* A keyword of EHLO: "SIZE 52428800", "AUTH=LOGIN". */
static void explain_keyword(struct reader *r, struct step *step)
{
    char word[64];
    const char *text = step->text + 4;
    size_t len = strcspn(text, " =");
    (void)snprintf(word, sizeof word, "%.*s", (int)(len < 60 ? len : 60), text);
    const struct gloss *gloss = gloss_find(GLOSS_EHLO, word);
    if (gloss == NULL && strncasecmp(word, "X-", 2) == 0)
        gloss = gloss_find(GLOSS_EHLO, "X-");
    if (gloss == NULL)
        add_note(step)->text = "A keyword that no RFC defines. A client ignores what it does not know.";
    else if (!r->knows[row_of(gloss)] || r->in_fold) /* the second EHLO, after TLS, has the same list */
        explain(r, step, GLOSS_EHLO, gloss->key);
}

/* The row that fits best: "452 RCPT", "5 RCPT <>" of a report, "5 DATA later" after a 4yz to RCPT, "4 banner", "421 *",
 * "4 RCPT"; NULL = none. */
static const struct gloss *find_answer(const struct reader *r, const struct step *step)
{
    char keys[4][80];
    const struct gloss *gloss = NULL;
    bool to_greeting = strcmp(step->verb, "banner") == 0 || strcmp(step->verb, "EHLO") == 0 ||
                       strcmp(step->verb, "HELO") == 0 || strcmp(step->verb, "idle") == 0;
    (void)snprintf(keys[0], sizeof keys[0], "%d %s", step->code, step->verb);
    const char *whose = r->null_sender ? " <>" : step->unasked ? " unasked" : "";
    if (strcmp(step->verb, "DATA") == 0 && r->rcpt_code / 100 == 4)
        whose = " later";
    (void)snprintf(keys[1], sizeof keys[1], "%d %s%s", step->code / 100, step->verb, whose);
    (void)snprintf(keys[2], sizeof keys[2], "%d *", step->code);
    (void)snprintf(keys[3], sizeof keys[3], "%d %s", step->code / 100, step->verb);
    for (size_t i = 0; i < 4 && gloss == NULL; i++)
        if ((i != 1 || whose[0] != '\0') && (i != 2 || !to_greeting))
            gloss = gloss_find(GLOSS_ANSWER, keys[i]);
    return gloss;
}

/* What the client does now; without a row, what the class says. */
static void explain_answer(struct reader *r, struct step *step)
{
    char key[8];
    const struct gloss *gloss = find_answer(r, step);
    if (gloss != NULL)
        explain(r, step, GLOSS_ANSWER, gloss->key);
    else if (step->note_count == 0) {
        (void)snprintf(key, sizeof key, "%d", step->code / 100);
        explain(r, step, GLOSS_CLASS, key);
    }
}

static void explain_server(struct reader *r, struct step *step)
{
    bool is_ehlo = strcmp(step->verb, "EHLO") == 0 && step->code / 100 == 2;
    if (is_ehlo && step->line > 0) {
        explain_keyword(r, step);
        return;
    }
    if (step->line > 0)
        return;
    explain_code(r, step);
    if (step->code < 200 || step->code > 599)
        return;
    if (!is_ehlo)
        explain_status(r, step);
    explain_answer(r, step);
}

/* ---- commands ---- */

/* The parameters of MAIL and RCPT: " SIZE=454 BODY=8BITMIME"; at: NULL = none. */
static void explain_params(struct reader *r, struct step *step, const char *at)
{
    for (int i = 0; at != NULL && i < PARAMS_MAX && (at = strchr(at, ' ')) != NULL; i++) {
        char word[64];
        size_t len = strcspn(++at, " =");
        (void)snprintf(word, sizeof word, "%.*s", (int)(len < 60 ? len : 60), at);
        const struct gloss *gloss = gloss_find(GLOSS_PARAM, word);
        if (gloss != NULL && is_new(r, gloss)) {
            struct note *note = add_note(step);
            note->text = gloss->text;
            note->clause = gloss->clause;
        }
    }
}

/* The next command of the same connection, or NULL. */
static const struct step *next_command(const struct reader *r, const struct step *step)
{
    const struct step *end = r->telling->steps + r->telling->count;
    for (const struct step *next = step + 1; next < end && next->block == step->block; next++)
        if (next->kind == STEP_CLIENT)
            return next;
    return NULL;
}

/* What is not in the words: that it was sent with others, or late. */
static void explain_manner(struct reader *r, struct step *step)
{
    const struct step *next = next_command(r, step);
    if (next != NULL && next->pipelined && !r->knows_pipelining) {
        struct note *note = add_note(step);
        note->text = "The client sends the next command too, without waiting for the reply to this one (pipelining).";
        note->clause = "RFC2920 §3.1";
        r->knows_pipelining = true;
    }
    if (step->late && !r->knows_idle) {
        add_note(step)->text =
            "The client kept the connection open for a moment, in case another message for this host came.";
        r->knows_idle = true;
    }
}

static void explain_client(struct reader *r, struct step *step)
{
    explain(r, step, GLOSS_VERB, step->verb);
    if (step->ends_preamble) {
        r->null_sender = strcmp(step->verb, "MAIL <>") == 0;
        r->rcpt_code = 0;
    }
    if (strncmp(step->verb, "MAIL", 4) == 0 || strcmp(step->verb, "RCPT") == 0)
        explain_params(r, step, strchr(step->text, '>'));
    if (step->pipelined && r->refused && strcmp(step->verb, "DATA") == 0)
        add_note(step)->text =
            "It was sent together with the command before it, so the client did not know of the refusal.";
    explain_manner(r, step);
}

/* ---- the rest ---- */

static void explain_answer_of_dns(struct reader *r, struct step *step)
{
    if (step->key != NULL && step->key[0] != '\0')
        explain(r, step, step->verb != NULL && strcmp(step->verb, "fault") == 0 ? GLOSS_FAULT : GLOSS_RCODE, step->key);
    if (step->verb != NULL && strcmp(step->verb, "CNAME") == 0)
        explain(r, step, GLOSS_TYPE, "CNAME");
}

static void explain_field(struct reader *r, struct step *step)
{
    struct gloss_status status;
    const struct gloss *header = step->is_header ? gloss_find(GLOSS_HEADER, step->key) : NULL;
    if (step->is_header) {
        if (header != NULL)
            explain(r, step, GLOSS_HEADER, header->key);
        return;
    }
    explain(r, step, GLOSS_FIELD, step->key);
    if (strcmp(step->key, "Action") == 0) {
        r->failed = strcmp(step->verb, "failed") == 0;
        explain(r, step, GLOSS_ACTION, step->verb);
    }
    if (strcmp(step->key, "Status") != 0 || gloss_read_status(step->verb, &status) == 0)
        return;
    const struct gloss *subject = gloss_find(GLOSS_SUBJECT, status.subject);
    const struct gloss *detail = gloss_find(GLOSS_DETAIL, status.detail);
    struct note *note = add_note(step);
    note->text = arena_printf(r->telling->arena, "%s: %s. It is about %s: %s.", status.class,
                              status.class[0] == '5' ? "a permanent failure"
                              : r->failed            ? "a temporary failure, which lasted too long"
                                                     : "a temporary failure",
                              subject != NULL ? subject->text : "something new",
                              detail != NULL ? detail->text : "a value of its own, which no RFC defines");
    note->clause = detail != NULL ? detail->clause : "";
}

static void explain_event(struct reader *r, struct step *step)
{
    for (size_t i = 0; step->key != NULL && i < sizeof sentences / sizeof sentences[0]; i++) {
        if (strcmp(sentences[i].key, step->key) != 0 || r->said[i])
            continue;
        struct note *note = add_note(step);
        note->text = sentences[i].text;
        note->clause = sentences[i].clause;
        r->said[i] = true;
    }
    if (step->kind != STEP_EVENT || step->key == NULL || strcmp(step->key, "handed") != 0)
        return;
    explain_params(r, step, step->verb);
    if (step->unasked)
        add_note(step)->text = "It asks for no report of a failure.";
}

static void explain_wire(struct reader *r, struct step *step)
{
    bool tls = step->verb != NULL && strcmp(step->verb, "TLS") == 0;
    const struct gloss *gloss = tls ? gloss_within(GLOSS_TLS, step->key) : gloss_find(GLOSS_WIRE, step->key);
    if (gloss == NULL)
        add_unknown(r, step, step->key);
    else
        explain(r, step, gloss->kind, gloss->key);
}

static void explain_step(struct reader *r, struct step *step)
{
    switch (step->kind) {
    case STEP_CLIENT:
        explain_client(r, step);
        break;
    case STEP_SERVER:
        r->refused = step->trouble;
        if (strcmp(step->verb, "RCPT") == 0 && step->trouble)
            r->rcpt_code = step->code;
        explain_server(r, step);
        break;
    case STEP_QUESTION:
        explain(r, step, GLOSS_TYPE, step->verb);
        break;
    case STEP_ANSWER:
        explain_answer_of_dns(r, step);
        break;
    case STEP_FIELD:
        explain_field(r, step);
        break;
    case STEP_CONNECT:
    case STEP_NOTE:
        if (step->verb != NULL)
            explain_wire(r, step);
        else
            explain_event(r, step);
        break;
    case STEP_EVENT:
    case STEP_GAP:
        explain_event(r, step);
        break;
    case STEP_FOLD:
        break;
    }
}

/* With what its reader knows, who learns nothing from it: without unfolding it, the rest is explained too. */
static void explain_hidden(struct reader *r, size_t rows, size_t from, size_t count)
{
    struct reader other = *r;
    other.in_fold = true;
    other.knows = mem_zalloc(rows * sizeof(bool));
    memcpy(other.knows, r->knows, rows * sizeof(bool));
    for (size_t i = from; i < from + count; i++)
        explain_step(&other, &r->telling->steps[i]);
    free(other.knows);
    r->null_sender = other.null_sender;
    r->refused = other.refused;
    r->rcpt_code = other.rcpt_code;
}

/* The commands and replies of mail that goes well, which earlier lessons explained. */
static void learn_basics(struct reader *r)
{
    static const struct {
        enum gloss_kind kind;
        const char *keys;
    } known[] = {{GLOSS_VERB, " EHLO MAIL RCPT DATA eod QUIT "},
                 {GLOSS_PARAM, " SIZE "},
                 {GLOSS_CLASS, " 2 3 "},
                 {GLOSS_SECOND, " 0 1 2 5 "},
                 {GLOSS_CODE, " 220 221 250 354 "},
                 {GLOSS_SUBJECT, " 0 1 "},
                 {GLOSS_DETAIL, " 0.0 1.0 1.5 "},
                 {GLOSS_WIRE, " ok "}};
    size_t count;
    const struct gloss *rows = gloss_all(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            char *key = mem_printf(" %s ", rows[i].key);
            r->knows[i] = r->knows[i] || (rows[i].kind == known[k].kind && strstr(known[k].keys, key) != NULL);
            free(key);
        }
    for (size_t i = 0; i < count; i++)
        r->knows[i] = r->knows[i] || (rows[i].kind == GLOSS_ANSWER && strchr("23", rows[i].key[0]) != NULL);
    r->knows_pipelining = r->knows_idle = true;
    r->said[0] = true; /* of the submission */
}

void telling_explain(struct telling *telling, bool brief)
{
    size_t count;
    (void)gloss_all(&count);
    struct reader r = {.telling = telling, .knows = mem_zalloc(count * sizeof(bool))};
    if (brief)
        learn_basics(&r);
    for (size_t i = 0; i < telling->count; i++) {
        if (telling->steps[i].kind == STEP_FOLD) {
            explain_hidden(&r, count, i + 1, telling->steps[i].hides);
            i += telling->steps[i].hides;
        } else {
            explain_step(&r, &telling->steps[i]);
        }
    }
    free(r.knows);
}
