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
        if (rows[i].rule->stage == stage && rows[i].rule->refuses(facts))
            return &rows[i].rule->refusal;
    return NULL;
}

void rule_print(FILE *out)
{
    static const char *const commands[] = {[RULE_MAIL] = "MAIL", [RULE_RCPT] = "RCPT"};
    (void)fputs("| rule | command | refused when | reply | specification |\n| --- | --- | --- | --- | --- |\n", out);
    for (size_t i = 0; i < ROWS; i++) {
        const struct rule *rule = rows[i].rule;
        (void)fprintf(out, "| %s | %s | %s | %u %s %s | %s |\n", rows[i].name, commands[rule->stage], rows[i].help,
                      rule->refusal.code, rule->refusal.status, rule->refusal.text, rule->clause);
    }
}
