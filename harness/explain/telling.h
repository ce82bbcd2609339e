/*
 * A run, told: the trace as a list of steps in the order in which a reader wants them, each with the glosses that
 * explain it. A pure function of the facts of the run; the terminal (tell.h) and the page (page.h) only show it.
 *
 *     trace --telling--> blocks --fold--> steps --notes--> glosses
 *
 * A block is what belongs together: a connection from its first line to its end, a DNS question with its answer, what
 * the story does. Blocks stand in the order of their beginning. What was shown before in the same words, and what is
 * not the point of the scenario, is hidden by a fold: a step that says what the next steps are, for readers who want to
 * see them anyway.
 *
 * Limits: STEPS_MAX steps, of which the first are kept; texts of TEXT_MAX octets. All lives in the arena until
 * telling_fini; texts are as the trace has them, so the code that shows them makes them visible (report/markup).
 */
#ifndef RL_HARNESS_TELLING_H
#define RL_HARNESS_TELLING_H

#include "harness/explain/gloss.h"
#include "harness/facts/facts.h"
#include "lib/base/arena.h"

#define STEPS_MAX      6000
#define STEP_TEXT_MAX  300
#define STEP_NOTES_MAX 12

enum step_kind {
    STEP_EVENT,    /* of the story: a message is handed over, a report arrives */
    STEP_GAP,      /* time passes */
    STEP_QUESTION, /* to the DNS */
    STEP_ANSWER,
    STEP_CONNECT, /* a client connects, or tries to */
    STEP_CLIENT,  /* a line of the client */
    STEP_SERVER,  /* a line of the server */
    STEP_NOTE,    /* what is not a line: TLS, the end of a connection */
    STEP_FIELD,   /* of a report */
    STEP_FOLD,    /* stands for the next `hides` steps */
};

/* An explanation of a step, or of the part of its text that begins at `column`. */
struct note {
    size_t column;           /* SIZE_MAX = of the whole step */
    const char *label;       /* "4__", ".7.": how the part is called; NULL = none */
    const char *text, *more; /* more: "" = nothing, or it was said before */
    const char *clause;      /* "" = none */
};

struct step {
    enum step_kind kind;
    int64_t t_ns;
    const char *text;
    size_t block;
    size_t hides;
    bool trouble;       /* something went wrong here: a refusal, a lost connection, a name that cannot be found */
    bool is_header;     /* a field of a message, not of a report */
    bool pipelined;     /* a command that did not wait for the reply to the one before it */
    bool late;          /* QUIT of a client that kept its connection open for a while */
    bool unasked;       /* of a message whose sender asked for no report of failures */
    bool ends_preamble; /* the first command about a message, on a connection */
    struct note notes[STEP_NOTES_MAX];
    size_t note_count;
    /* of the wire, for the glosses */
    const char *verb; /* of a server's line: what it answers; of a submission: its parameters */
    const char *key;  /* of events, notes, fields: their gloss */
    int code;
    unsigned line; /* of a reply, from 0 */
};

enum block_kind { BLOCK_EVENT, BLOCK_LOOKUP, BLOCK_CONNECTION, BLOCK_DIALOG };

struct block {
    enum block_kind kind;
    size_t from, to; /* its steps */
    int64_t open_ns, close_ns;
    int64_t conn;                /* number of a connection or dialog */
    bool goes_on;                /* part of what came before it, however long that lasts */
    bool is_end;                 /* the end of the run: the time before it is not a gap */
    bool waits;                  /* mail waits in the queue when it begins */
    const char *client, *server; /* "the relay", "mx1.dest.example"; NULL = neither */
};

struct telling {
    struct arena *arena;
    struct step *steps;
    size_t count;
    struct block *blocks;
    size_t block_count;
    bool cut; /* steps were left out at the end */
};

/* What is shown, and what its reader has seen in earlier lessons. */
struct telling_view {
    bool whole;                 /* nothing is folded */
    bool preamble;              /* greeting, EHLO and TLS of the first connection are the point, and not folded */
    bool message;               /* the header of the first message is shown */
    bool known_dns, known_mail; /* folded where all goes well: lookups; the lines from MAIL to QUIT */
    bool brief;                 /* the commands and replies of mail that goes well are explained in short */
};
void telling_make(struct telling *out, const struct facts *facts, const struct telling_view *view);
void telling_fini(struct telling *telling);

/* "5 minutes", "1 hour 30 minutes", "2 days": at most two units. */
#define SPAN_TEXT_MAX 64
const char *span_words(int64_t ns, char out[SPAN_TEXT_MAX]);

#endif
