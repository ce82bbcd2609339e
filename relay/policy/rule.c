#include "relay/policy/rule.h"

static const struct row {
    const char *name, *help;
    const struct rule *rule;
} rows[] = {
#define ROW(name, help) {#name, help, &rule_##name},
    RULES(ROW)
#undef ROW
};

#define ROWS (sizeof rows / sizeof rows[0])

const struct refusal *rule_ask(enum rule_stage stage, const struct rule_facts *facts)
{
    for (size_t i = 0; i < ROWS; i++)
        if ((rows[i].rule->stages & stage) != 0 && rows[i].rule->refuses(facts))
            return &rows[i].rule->refusal;
    return NULL;
}

size_t rule_recipients_with(const struct rule_facts *facts)
{
    size_t count = facts->envelope->recipient_count;
    bool more = facts->recipient != NULL && !envelope_has(facts->envelope, facts->recipient->address);
    return count + more > 0 ? count + more : 1;
}

static void print_commands(FILE *out, unsigned stages)
{
    static const struct {
        enum rule_stage stage;
        const char *command;
    } all[] = {{RULE_MAIL, "MAIL"}, {RULE_RCPT, "RCPT"}, {RULE_MESSAGE, "DATA"}};
    const char *before = "";
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if ((stages & all[i].stage) != 0) {
            (void)fprintf(out, "%s%s", before, all[i].command);
            before = ", ";
        }
}

void rule_print(FILE *out)
{
    (void)fputs("| rule | command | refused when | reply | specification |\n| --- | --- | --- | --- | --- |\n", out);
    for (size_t i = 0; i < ROWS; i++) {
        const struct rule *rule = rows[i].rule;
        (void)fprintf(out, "| %s | ", rows[i].name);
        print_commands(out, rule->stages);
        (void)fprintf(out, " | %s | %u %s %s | %s |\n", rows[i].help, rule->refusal.code, rule->refusal.status,
                      rule->refusal.text, rule->clause);
    }
}
