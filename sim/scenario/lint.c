/*
 * The linter: what a scenario can say without meaning it. One function a question, in one list. Errors are what would
 * make the run worthless; warnings are what is only unusual.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/base/nearest.h"
#include "sim/scenario/checks/check.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/names.h"
#include "sim/scenario/raw.h"

#define ITEM(list, type, i) (&((type *)(list).items)[i])

/* ---- names ---- */

/* The file's path without .yaml ends in the id. */
static void id_is_path(struct scenario *s)
{
    const char *root = NULL;
    for (const char *next = strstr(s->file, "scenarios/"); next != NULL; next = strstr(next + 1, "scenarios/"))
        if (next == s->file || next[-1] == '/')
            root = next;
    if (root == NULL)
        return;
    root += strlen("scenarios/");
    size_t len = strlen(root);
    if (len > 5 && strcmp(root + len - 5, ".yaml") == 0)
        len -= 5;
    if (strlen(s->id) != len || strncmp(s->id, root, len) != 0)
        yaml_error(&s->doc, yaml_get(s->doc.root, "id")->at, "id", "`%s` does not fit the path; expected `%.*s`", s->id,
                   (int)len, root);
}

static bool in_net(struct ip addr, const char *net, unsigned bits)
{
    return ip_net_has(&(struct ip_net){ip_of(net), bits}, addr);
}

static void host_names(struct scenario *s)
{
    for (size_t i = 0; i < s->host_count; i++) {
        const struct host *host = &s->hosts[i];
        const char *problem = host->automatic ? NULL : name_problem(host->name);
        if (problem != NULL)
            yaml_error(&s->doc, host->at, "world.hosts", "host `%.60s`: %s", host->name, problem);
        if (host->tls.cert == CERT_NO_SAN && strlen(host->name) > SCENARIO_COMMON_NAME_MAX)
            yaml_error(&s->doc, host->at, "world.hosts",
                       "cert: no_san has the name only in the common name, which has at most %d octets (RFC 5280)",
                       SCENARIO_COMMON_NAME_MAX);
    }
}

static void host_addresses(struct scenario *s)
{
    for (size_t i = 0; i < s->host_count; i++) {
        const struct host *host = &s->hosts[i];
        bool inside = in_net(host->addr, "192.0.2.0", 24) || in_net(host->addr, "198.51.100.0", 24) ||
                      in_net(host->addr, "203.0.113.0", 25);
        if (!host->automatic && (!inside || ip_eq(host->addr, ip_of(WORLD_TARGET_ADDR))))
            yaml_error(&s->doc, host->at, "world.hosts",
                       "the address of %s must be in 192.0.2.0/24, 198.51.100.0/24 or 203.0.113.0/25, but not %s",
                       host->name, WORLD_TARGET_ADDR);
        for (size_t k = 0; k < i; k++)
            if (ip_eq(s->hosts[k].addr, host->addr))
                yaml_error(&s->doc, host->at, "world.hosts", "%s and %s have the same address", s->hosts[k].name,
                           host->name);
    }
}

/* ---- story ---- */

/* A line end in a command splits it into two, and the target would be blamed for what the client sends. */
static void no_control(struct scenario *s, const struct submission *one, const char *key, const char *text)
{
    for (const char *c = text; c != NULL && *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == '\x7f') {
            yaml_error(&s->doc, one->at, "story",
                       "`%s` of `%s` contains a control character; to send arbitrary octets, use `raw` in a dialog",
                       key, one->id);
            return;
        }
}

static void commands_are_lines(struct scenario *s, const struct submission *one)
{
    no_control(s, one, "from", one->from);
    for (size_t i = 0; i < one->to_count; i++)
        no_control(s, one, "to", one->to[i]);
    no_control(s, one, "envid", one->manner.envid);
    no_control(s, one, "orcpt", one->manner.orcpt);
    for (size_t i = 0; i < one->manner.params.count; i++)
        no_control(s, one, "params", *ITEM(one->manner.params, const char *, i));
}

static void check_submission(struct scenario *s, const struct submission *one)
{
    commands_are_lines(s, one);
    if (one->t_ns > s->clock.until_ns)
        yaml_error(&s->doc, one->at, "story", "`%s` comes after clock.until", one->id);
    if (one->manner.as != NULL && scenario_password(s, one->manner.as) == NULL)
        yaml_error(&s->doc, one->at, "story", "there is no user `%s`; `given.users` lists the users (default: alice)",
                   one->manner.as);
    if (one->manner.as != NULL && (one->manner.via == PORT_SMTP || one->manner.via == VIA_SENDMAIL))
        yaml_error(&s->doc, one->at, "story", "`as` needs a login, and %s has none; remove it, or use via: submission",
                   one->manner.via == PORT_SMTP ? "port smtp" : "the submit command");
    for (size_t i = 0; one->manner.notify.count > 1 && i < one->manner.notify.count; i++)
        if (strcmp(*ITEM(one->manner.notify, const char *, i), "NEVER") == 0)
            yaml_error(&s->doc, one->at, "story", "notify: never excludes other values (RFC 3461 §4.1)");
    if (one->size > MESSAGE_SIZE_MAX)
        yaml_error(&s->doc, one->at, "story",
                   "`size` of `%s` is more than 64 MiB, the client's limit; to declare a larger size, use params: "
                   "[\"SIZE=…\"]",
                   one->id);
    if (one->manner.message.len > 0 && one->size > 0)
        yaml_error(&s->doc, one->at, "story", "`message` and `size` exclude each other");
    if (one->to_count == 0)
        yaml_error(&s->doc, one->at, "story", "`%s` has no recipients, so nothing would be checked", one->id);
    const char *from_at = strrchr(one->from, '@');
    if (one->from[0] != '\0' && (from_at == NULL || from_at[1] == '\0'))
        yaml_error(&s->doc, one->at, "story", "from: `%s` is not an address", one->from);
    for (size_t i = 0; i < one->to_count; i++) {
        const char *at = strrchr(one->to[i], '@');
        if (at == NULL)
            yaml_error(&s->doc, one->at, "story", "to: `%s` is not an address", one->to[i]);
        else if (at[1] != '[' && scenario_zone(s, at + 1) == NULL && scenario_host(s, at + 1) == NULL)
            yaml_error(&s->doc, one->at, "story",
                       "%s is not in the world; for a domain that does not exist, write "
                       "%s: {fail: [{as: nxdomain}]} under dns",
                       at + 1, at + 1);
    }
}

/* A recipient of a submission, for sorting. */
struct pair {
    const char *from, *to;
    size_t submission;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int order = strcasecmp(x->from, y->from);
    return order != 0 ? order : strcasecmp(x->to, y->to);
}

static struct pair *sorted_pairs(const struct scenario *s, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < s->story_count; i++)
        *count += s->story[i].to_count;
    struct pair *pairs = mem_zalloc((*count + 1) * sizeof *pairs);
    size_t at = 0;
    for (size_t i = 0; i < s->story_count; i++)
        for (size_t k = 0; k < s->story[i].to_count; k++)
            pairs[at++] = (struct pair){s->story[i].from, s->story[i].to[k], i};
    qsort(pairs, *count, sizeof *pairs, compare_pairs);
    return pairs;
}

/* The first submission, in the order of the story, that shares an envelope with one before it; else NULL. */
static const struct submission *first_alike(const struct scenario *s)
{
    size_t count, found = SIZE_MAX;
    struct pair *pairs = sorted_pairs(s, &count);
    for (size_t i = 1; i < count; i++) {
        const struct pair *a = &pairs[i - 1], *b = &pairs[i];
        size_t later = a->submission > b->submission ? a->submission : b->submission;
        if (a->submission != b->submission && compare_pairs(a, b) == 0 && later < found)
            found = later;
    }
    free(pairs);
    return found != SIZE_MAX ? &s->story[found] : NULL;
}

static int compare_names(const void *a, const void *b)
{
    const struct submission *x = *(const struct submission *const *)a, *y = *(const struct submission *const *)b;
    int order = strcmp(x->id, y->id);
    return order != 0 ? order : x < y ? -1 : x > y;
}

/* The messages of one item have numbers; each item has a name of its own, by which the trace knows them. */
static void distinct_names(struct scenario *s)
{
    const struct submission **first = mem_zalloc((s->story_count + 1) * sizeof *first); /* of each item */
    size_t count = 0;
    for (size_t i = 0; i < s->story_count; i++)
        if (s->story[i].n == 1)
            first[count++] = &s->story[i];
    qsort(first, count, sizeof *first, compare_names);
    for (size_t i = 1; i < count; i++)
        if (strcmp(first[i - 1]->id, first[i]->id) == 0)
            yaml_error(&s->doc, first[i]->at, "story", "there is another submission `%s`; each needs its own name",
                       first[i]->id);
    free(first);
}

static void submissions(struct scenario *s)
{
    const struct submission *alike = first_alike(s);
    uint64_t octets = 0;
    for (size_t i = 0; i < s->story_count; i++) {
        const struct submission *one = &s->story[i];
        bool of_same_item = i > 0 && one->at.line == s->story[i - 1].at.line;
        octets += of_same_item && one->size > MESSAGE_SIZE_MAX ? 0 : one->size;
        check_submission(s, one);
        if (octets - one->size <= STORY_SIZE_MAX && octets > STORY_SIZE_MAX && one->size <= MESSAGE_SIZE_MAX)
            yaml_error(&s->doc, one->at, "story", "the story submits more than 1 GiB in all");
    }
    distinct_names(s);
    if (alike != NULL)
        yaml_error(&s->doc, alike->at, "story",
                   "two submissions have the same sender and recipient, so their attempts cannot be distinguished; "
                   "with `count`, use {n} in an address");
    if (s->story_count == 0 && !lint_has_dialog(s))
        yaml_error(&s->doc, s->doc.root->at, "story", "this case has no submission and no dialog");
}

/* ---- expectations ---- */

static void check_expect(struct scenario *s, const struct expect *e)
{
    const struct check *check = e->kind < CHECK_DIALOG ? check_row(e->kind) : NULL;
    if (check != NULL && check->lint != NULL)
        check->lint(s, e);
    if (e->spec.count == 0)
        yaml_warn(&s->doc, e->at, "expect", "`spec` is missing; add a clause such as RFC5321#4.5.4.1");
    for (size_t i = 0; i < e->spec.count; i++)
        if (strncmp(*ITEM(e->spec, const char *, i), "RFC", 3) != 0)
            yaml_error(&s->doc, e->at, "expect", "`%s` is not a clause such as RFC5321#4.5.4.1",
                       *ITEM(e->spec, const char *, i));
}

static void expectations(struct scenario *s)
{
    for (size_t i = 0; i < s->expect_count; i++) {
        check_expect(s, &s->expects[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(s->expects[k].sentence, s->expects[i].sentence) == 0)
                yaml_warn(&s->doc, s->expects[i].at, "expect", "this sentence repeats the one in line %u",
                          s->expects[k].at.line);
    }
    if (s->expect_count == 0)
        yaml_error(&s->doc, s->doc.root->at, "expect", "this case has no expectation");
}

static bool gets_mail(const struct scenario *s, const char *domain)
{
    for (size_t i = 0; i < s->story_count; i++) {
        for (size_t k = 0; k < s->story[i].to_count; k++) {
            const char *at = strrchr(s->story[i].to[k], '@');
            if (at != NULL && strcasecmp(at + 1, domain) == 0)
                return true;
        }
    }
    return false;
}

/* A policy that no server offers would test nothing: a scenario that needs it must say so, and is then unsupported. */
static void mta_sts_needs_capability(struct scenario *s)
{
    for (size_t i = 0; i < s->needs.count; i++)
        if (strcmp(*ITEM(s->needs, const char *, i), "mta-sts") == 0)
            return;
    for (size_t i = 0; i < s->zone_count; i++)
        if (s->zones[i].mta_sts.published && gets_mail(s, s->zones[i].name))
            yaml_error(&s->doc, s->zones[i].at, "world.dns",
                       "mail to %s needs its MTA-STS policy; add requires: [mta-sts]", s->zones[i].name);
}

/* ---- teaching ---- */

static void check_quiz(struct scenario *s, const struct quiz *quiz)
{
    size_t count = quiz->choices.count;
    bool is_letter = strlen(quiz->answer) == 1;
    if (count < 2)
        yaml_error(&s->doc, quiz->at, "teach.quiz", "`choices` needs at least two answers to choose from");
    else if (!is_letter || quiz->answer[0] < 'a' || (size_t)(quiz->answer[0] - 'a') >= count)
        yaml_error(&s->doc, quiz->at, "teach.quiz", "`answer` is the letter of a choice, a to %c, not `%.20s`",
                   (char)('a' + count - 1), quiz->answer);
}

static void quizzes(struct scenario *s)
{
    for (size_t i = 0; i < s->teach.quiz.count; i++)
        check_quiz(s, ITEM(s->teach.quiz, struct quiz, i));
}

/* ---- cases ---- */

static void check_case_name(struct scenario *s, const struct yaml_node *node, bool *used)
{
    for (size_t i = 0; node->kind == YAML_NODE_LIST && i < node->count; i++)
        check_case_name(s, node->items[i], used);
    for (size_t i = 0; node->kind == YAML_NODE_MAP && i < node->count; i++) {
        const struct yaml_node *value = node->pairs[i].value;
        check_case_name(s, value, used);
        if (strcmp(node->pairs[i].key, "case") != 0 || value->kind != YAML_NODE_SCALAR)
            continue;
        bool known = false;
        for (size_t k = 0; k < s->case_count; k++) {
            if (strcmp(s->cases[k].name, value->text) == 0)
                known = used[k] = true;
        }
        if (!known)
            yaml_error(&s->doc, value->at, "case", "there is no case `%s`", value->text);
    }
}

static void case_names(struct scenario *s)
{
    bool *used = arena_alloc(s->doc.arena, s->case_count + 1);
    const struct yaml_node *cases = yaml_get(s->doc.root, "cases");
    check_case_name(s, s->doc.root, used);
    for (size_t i = 0; i < s->case_count; i++)
        if (!used[i] && yaml_get(cases, s->cases[i].name)->count == 0)
            yaml_warn(&s->doc, s->cases[i].at, "cases",
                      "case `%s` has no effect: it sets no variable, and no `only` names it", s->cases[i].name);
}

static void start_time(struct scenario *s)
{
    /* The default start, and the only one that is later than every real file for years to come. */
    if (s->clock.start_ns < INT64_C(1893456000) * 1000000000)
        yaml_warn(&s->doc, s->doc.root->at, "clock.start",
                  "a start before 2030 may be earlier than the time stamps of real files");
}

void scenario_lint(struct scenario *scenario)
{
    static void (*const questions[])(struct scenario *) = {
        id_is_path,          scenario_lint_given,
        scenario_lint_zones, mta_sts_needs_capability,
        host_names,          host_addresses,
        scenario_lint_rules, submissions,
        expectations,        quizzes,
        case_names,          start_time,
        lint_events,         lint_submitted_while_down,
    };
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        questions[i](scenario);
}
