/* A scenario's file, decoded by the tables of schema.c, before build.c makes the model from it. */
#ifndef RL_SIM_SCENARIO_RAW_H
#define RL_SIM_SCENARIO_RAW_H

#include "sim/scenario/model.h"

#define SCENARIO_CASES_MAX 256
#define SCENARIO_TEXT_MAX  ((size_t)1024 * 1024)          /* one text with its variables */
#define SCENARIO_MADE_MAX  ((size_t)32 * 1024 * 1024)     /* all that variables, {A..B} and `times` make */
#define MESSAGE_SIZE_MAX   (UINT64_C(64) * 1024 * 1024)   /* `size` of one submission */
#define STORY_SIZE_MAX     (UINT64_C(1024) * 1024 * 1024) /* and of all */
#define GIVEN_SIZE_MAX     (UINT64_C(256) * 1024 * 1024)  /* the largest message that a target is set up for */
#define EXPECTS_MAX        1000
#define RULES_MAX          1000 /* of one host */
#define HOSTS_MAX          1000
#define ZONES_MAX          5000
#define COPIES_MAX         10000 /* submissions of one item, and recipients of one */
#define ANSWER_MAX         60000 /* octets of one zone's records of one type: an answer has 65535 (RFC 1035 §4.2.2) */

struct raw_submission {
    struct yaml_mark at;
    int64_t t_ns;
    const char *submit, *from;
    struct yaml_list to;
    int64_t count, every_ns;
    uint64_t size;
    const char *message; /* a text with its lines, or the name of a file in fixtures/messages */
    struct manner manner;
    const char *only_case;
};

struct raw_action {
    struct yaml_mark at;
    int64_t t_ns;
    int action; /* enum target_action */
    const char *only_case;
};

struct raw_change {
    struct yaml_mark at;
    int64_t t_ns;
    struct {
        struct yaml_map hosts; /* struct raw_host_change */
        struct yaml_map dns;   /* const struct yaml_node *: the keys of a zone that become different */
    } change;
    const char *only_case;
};

struct raw_host_change {
    struct yaml_mark at;
    struct yaml_list rules; /* struct rule */
};

/* A line of a dialog; what a verb does not know is left empty. */
struct raw_line {
    struct yaml_mark at;
    enum script_verb verb;
    struct raw_replies {
        struct reply_pattern *list;
        size_t count;
        bool closed;
        const char *wanted;
    } expect;
    int64_t times, length_ns;
    const char *send; /* a line, perhaps with one {A..B} */
    struct slice raw;
    bool raw_seen;
    bool starttls;
    int close; /* enum script_close */
    const char *must, *should, *may, *id;
    struct yaml_list spec;
};

struct raw_script {
    struct yaml_mark at;
    int64_t t_ns;
    int port;               /* enum target_port */
    struct yaml_list lines; /* struct raw_line */
    const char *only_case;
};

/*
 * The items of a story, one row each: X(ID, key, type). The key that stands in an item says what it is; the type is
 * that of its value, in schema_story.c.
 */
#define STORY_ITEMS(X)                                                                                                 \
    X(SUBMISSION, submit, submission_type)                                                                             \
    X(ACTION, target, raw_action_type)                                                                                 \
    X(CHANGE, change, raw_change_type)                                                                                 \
    X(SCRIPT, dialog, schema_script)

enum raw_story_kind {
#define ID(id, key, type) RAW_##id,
    STORY_ITEMS(ID)
#undef ID
};

/* An item of the story. */
struct raw_story_item {
    struct yaml_mark at;
    enum raw_story_kind kind;
    void *value; /* struct raw_submission, raw_action, raw_change or raw_script */
};

struct raw_expect {
    struct yaml_mark at;
    const char *must, *should, *may;
    struct yaml_list spec, needs;
    const char *id, *only_case, *why;
    const void *checks[CHECK_DIALOG]; /* those that have a key */
};

struct raw_scenario {
    int64_t version;
    const char *id, *title;
    struct teach teach;
    struct yaml_list tags, needs;
    int64_t seed, seeds;
    struct {
        int64_t start_ns, until_ns;
    } clock;
    const struct yaml_node *cases;
    struct given given;
    struct {
        struct yaml_map dns, hosts;
    } world;
    struct yaml_list story, expect;
};

extern const struct yaml_type raw_scenario_type;

/* Counts what is made of the file's texts. False, and an error at that place, when it becomes too much. */
bool scenario_takes(struct scenario *scenario, struct yaml_mark at, size_t octets);

/* For build.c and the files that it is made of. */
bool build_of_this_case(const struct scenario *scenario, const char *only_case);
void build_story(struct scenario *scenario, const struct raw_scenario *raw);
/* Replaces {n} by the number, and expands one {A..B}: how many texts were made, 0 when it is neither or too many. */
size_t build_expand(struct scenario *scenario, struct yaml_mark at, const char *text, unsigned n, const char **out,
                    size_t room);
bool build_script(struct scenario *scenario, const struct raw_script *raw, struct script *out);
/* The message as octets with CR LF lines; false when there is no such file, or it is not a message. */
bool build_message(struct scenario *scenario, const struct raw_submission *raw, struct slice *out);
/* Expectations of dialogs' lines, after those of the file. */
void build_script_expects(struct scenario *scenario);
void build_changes(struct scenario *scenario);
void build_drop_other_rules(const struct scenario *scenario, struct yaml_list *rules);
void build_drop_other_faults(const struct scenario *scenario, struct yaml_list *faults);

#endif
