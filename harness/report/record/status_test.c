/* How a run ended is one decision, whether a terminal makes it from the verdicts or a page from the stored record. */
#include "harness/report/record/record.h"
#include "harness/report/record/status.h"
#include "lib/testing/suite.h"

struct sample {
    enum result kind, expected; /* RESULT_UNKNOWN: no baseline says anything */
};

#define NO_BASELINE RESULT_UNKNOWN

static const struct {
    bool as_expected;
    struct sample verdicts[3];
    size_t count;
    enum status status;
} runs[] = {
    {true, {{RESULT_PASS, NO_BASELINE}}, 1, STATUS_PASSED},
    {true, {{RESULT_NOTE, NO_BASELINE}}, 1, STATUS_PASSED},
    {true, {{RESULT_WARN, NO_BASELINE}, {RESULT_PASS, NO_BASELINE}}, 2, STATUS_WARNED},
    {true, {{RESULT_FAIL, RESULT_FAIL}, {RESULT_WARN, NO_BASELINE}}, 2, STATUS_KNOWN},
    {true, {{RESULT_WARN, NO_BASELINE}, {RESULT_WARN, RESULT_WARN}, {RESULT_WARN, NO_BASELINE}}, 3, STATUS_KNOWN},
    {true, {{RESULT_PASS, RESULT_PASS}}, 1, STATUS_PASSED},
    {true, {{RESULT_WARN, RESULT_FAIL}}, 1, STATUS_WARNED},
    {false, {{RESULT_FAIL, RESULT_FAIL}, {RESULT_FAIL, NO_BASELINE}}, 2, STATUS_FAILED},
    {false, {{RESULT_PASS, NO_BASELINE}}, 1, STATUS_FAILED}, /* an entry that is not met */
};

static struct json *record_of(const struct judgement *judgement)
{
    struct json *record = json_new_object(), *verdicts = json_new_array();
    record_set_result(record, judgement->as_expected ? RESULT_PASS : RESULT_FAIL, "");
    for (size_t i = 0; i < judgement->count; i++) {
        const struct verdict *v = &judgement->verdicts[i];
        struct json *one = json_new_object();
        json_set_str(one, "verdict", result_name(v->kind));
        record_expect(one, v->expected, v->reason);
        json_push(verdicts, one);
    }
    json_set(record, "verdicts", verdicts);
    return record;
}

START_TEST(a_judged_run_and_its_record_have_one_status)
{
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        struct verdict verdicts[3] = {0};
        struct judgement judgement = {.verdicts = verdicts, .count = runs[i].count, .as_expected = runs[i].as_expected};
        for (size_t k = 0; k < runs[i].count; k++) {
            bool known = runs[i].verdicts[k].expected != NO_BASELINE;
            verdicts[k].kind = runs[i].verdicts[k].kind;
            verdicts[k].expected = runs[i].verdicts[k].expected;
            verdicts[k].reason = known ? "its issue 17" : NULL;
        }
        struct json *record = record_of(&judgement);
        ck_assert_msg(status_of_judgement(&judgement) == runs[i].status, "run %zu", i);
        ck_assert_msg(status_of(record) == runs[i].status, "the record of run %zu", i);
        json_free(record);
    }
    ck_assert_int_eq(status_of_judgement(NULL), STATUS_ERROR);
}
END_TEST

SUITE(status, a_judged_run_and_its_record_have_one_status)
