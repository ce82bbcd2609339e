/* The matrix as a whole: its rows, its columns, and its kinds. */
#include "harness/report/matrix/evidence.h"
#include "harness/report/matrix/kinds.h"
#include "harness/report/matrix/matrix.h"
#include "harness/report/matrix/testing.h"

#define RUN(scenario, case_, target, more)                                                                             \
    "{'scenario':'" scenario "','case':" case_ ",'title':'T','file':'f.yaml','target':'" target "'," more "}"
#define PASS "'result':'pass','verdicts':[{'verdict':'pass','sentence':'S'}]"
#define FAIL                                                                                                           \
    "'result':'pass','verdicts':[{'verdict':'fail','sentence':'It holds','level':'must','clauses':'RFC5321 §6.1',"    \
    "'expected':'fail','reason':'issue 17'}]"
#define GREYLIST(target, gap)                                                                                          \
    RUN("retry/greylist-basic", "null", target,                                                                        \
        "'result':'pass','verdicts':[{'verdict':'pass','sentence':'S'}],'behaviour':{'messages':[{'of':'m1','n':1,"    \
        "'outcome':'delivered','after':" gap                                                                           \
        ",'attempt_count':2,'attempts':[{'gap':0,'hosts':[{'conn':1}]},{'gap':" gap                                    \
        ",'hosts':[{'conn':2}]}]}]},'connections':{'count':3,'list':[{'conn':1,'host':'mx1','t':0,'lines':"            \
        "[[0,'S','451 first']]},{'conn':2,'host':'mx1','t':1,'lines':[[1,'S','250 second']]},{'conn':3,'host':'mx1',"  \
        "'t':2,'lines':[[2,'S','250 third']]}]}")
#define SEVERAL                                                                                                        \
    "[" GREYLIST("one", "300") "," GREYLIST("two", "900") "," RUN("a/c", "'x'", "one", PASS) "," RUN(                  \
        "a/c", "'x'", "two", FAIL) "," RUN("a/b", "null", "two", "'suite':{'target_version':'1.2-3+b4'}," PASS) "]"

/* The caller's. */
static char *written(bool (*write)(const struct json *records, struct buf *out), const char *records)
{
    struct json *json = test_json(records);
    struct buf out;
    buf_init(&out, 4 * 1024 * 1024);
    ck_assert(write(json, &out));
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    json_free(json);
    return text;
}

static void expect_in(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no %s in %s", part, text);
}

static void expect_not_in(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) == NULL, "%s in %s", part, text);
}

START_TEST(ids_of_rows_are_unique_and_groups_follow_each_other)
{
    for (size_t i = 0; i < row_count; i++)
        for (size_t k = 0; k < i; k++) {
            ck_assert_msg(strcmp(rows[i].id, rows[k].id) != 0, "%s occurs twice", rows[i].id);
            ck_assert_msg(strcmp(rows[i].group, rows[k].group) != 0 || strcmp(rows[i].group, rows[i - 1].group) == 0,
                          "%s is apart from its group", rows[i].id);
        }
}
END_TEST

START_TEST(columns_are_the_targets_in_their_order_with_versions)
{
    struct json *records = test_json(SEVERAL);
    struct matrix matrix;
    struct buf head;
    matrix_make(&matrix, records);
    ck_assert_uint_eq(matrix.target_count, 2);
    buf_init(&head, 100);
    matrix_add_head(&head, &matrix.targets[0]);
    (void)buf_add_cstr(&head, ", ");
    matrix_add_head(&head, &matrix.targets[1]);
    ck_assert_str_eq(buf_cstr(&head), "one, two 1.2");
    buf_fini(&head);
    matrix_free(&matrix);
    json_free(records);
}
END_TEST

START_TEST(rows_that_were_not_played_are_left_out_and_scenarios_are_all_there)
{
    struct json *records = test_json(SEVERAL);
    struct matrix matrix;
    matrix_make(&matrix, records);
    ck_assert_uint_eq(matrix.row_count, 1);
    ck_assert_str_eq(buf_cstr(&matrix.rows[0].cells[1].words), "back in 15m");
    ck_assert_uint_eq(matrix.scenario_count, 3);
    ck_assert_str_eq(matrix.scenarios[0].scenario, "a/b"); /* sorted */
    ck_assert_str_eq(buf_cstr(&matrix.scenarios[0].cells[0].words), "not run");
    ck_assert_str_eq(matrix.scenarios[1].case_name, "x");
    ck_assert_str_eq(buf_cstr(&matrix.scenarios[1].cells[1].words), "1 fail");
    matrix_free(&matrix);
    json_free(records);
}
END_TEST

START_TEST(a_text_names_the_targets_after_the_words)
{
    char *text = written(matrix_text, SEVERAL);
    expect_in(text, "\nRetry: when…\n  a host greylists (451)  [retry/greylist-basic]\n    ✓ back in 5m ");
    expect_in(text, "  one\n    ✓ back in 15m ");
    expect_in(text, "  a/c (x)\n");
    expect_in(text, "✗ 1 fail");
    expect_in(text, "broken: It holds\n");
    expect_in(text, "1 more, which all targets here pass");
    free(text);
}
END_TEST

START_TEST(markdown_has_a_table_of_the_rows_and_one_of_all_scenarios)
{
    char *text = written(matrix_md, SEVERAL);
    expect_in(text, "## Retry\n\n| When… | one | two 1.2 |\n| --- | --- | --- |\n");
    expect_in(text, "| a host greylists (451)<br>`retry/greylist-basic` | ✓ back in 5m | ✓ back in 15m |\n");
    expect_in(text, "| `a/c` (`x`) | ✓ 1 pass | ✗ 1 fail |\n");
    expect_in(text, "| `a/b` | – not run | ✓ 1 pass |\n");
    free(text);
}
END_TEST

START_TEST(programs_get_the_cells_as_json_and_csv)
{
    char *text = written(matrix_json, SEVERAL);
    struct json *json = test_json(text);
    const struct json *cell = json_at(json_get(json_at(json_get(json, "rows"), 0), "cells"), 1);
    ck_assert_str_eq(json_get_str(cell, "target", ""), "two");
    ck_assert_str_eq(json_get_str(cell, "words", ""), "back in 15m");
    ck_assert_str_eq(json_get_str(cell, "tone", ""), "good");
    const struct json *scenario = json_at(json_get(json, "scenarios"), 1);
    ck_assert_str_eq(json_get_str(json_get(scenario, "cells"), "two", ""), "1 fail");
    json_free(json);
    free(text);
    text = written(matrix_csv, SEVERAL);
    expect_in(text, "\"Retry\",\"greylist\",\"a host greylists (451)\",\"retry/greylist-basic\",\"\",\"two\",\"good\","
                    "\"back in 15m\",\"\"\r\n");
    free(text);
}
END_TEST

START_TEST(the_page_leads_from_each_cell_to_its_details)
{
    char *text = written(matrix_html, SEVERAL);
    expect_in(text,
              "<td class=\"passed\" data-i=\"1\" data-k=\"two\"><a href=\"#two/greylist\"><span class=\"words\">back "
              "in 15m</span>");
    expect_in(text, "<article class=\"run\" id=\"two/greylist\">");
    expect_in(text, "<a href=\"#two/a/c(x)\"><span class=\"words\">1 fail</span>");
    expect_in(text, "<article class=\"run\" id=\"two/a/c(x)\">");
    expect_in(text, "<span class=\"known\">known: issue 17</span>");
    expect_in(text, ">RFC5321 §6.1</a>");
    expect_in(text, "relaylab run --target two --case x f.yaml");
    expect_not_in(text, "id=\"one/a/c(x)\""); /* a pass has nothing to explain */
    free(text);
}
END_TEST

START_TEST(details_have_the_deciding_connections)
{
    char *text = written(matrix_html, SEVERAL);
    expect_in(text, "451 first");
    expect_in(text, "250 second");
    expect_not_in(text, "250 third"); /* of neither the first attempt nor the last */
    free(text);
}
END_TEST

START_TEST(equal_records_give_equal_bytes)
{
    for (const struct report_format *f = matrix_formats; f->name != NULL; f++) {
        char *one = written(f->write, SEVERAL), *other = written(f->write, SEVERAL);
        ck_assert_str_eq(one, other);
        ck_assert_msg(one[0] != '\0', "%s is empty", f->name);
        free(one);
        free(other);
    }
}
END_TEST

START_TEST(a_reply_in_a_cell_cannot_become_markup)
{
    static const char records[] =
        "[" RUN("submission/declared-size", "null", "x",
                "'result':'pass','verdicts':[{'verdict':'pass','id':'a-declared-size-above-the-limit-gets-552-at-mail',"
                "'sentence':'S','seen':'552 a|<b>\\u202e'}]") "]";
    static const char *const shown[][2] = {{"text", "(a|<b>\\u202E)"},
                                           {"md", "a\\|&lt;b>\\u202E"},
                                           {"html", "a|&lt;b&gt;\\u202E"},
                                           {"csv", "\"a|<b>\\u202E\""}};
    for (const struct report_format *f = matrix_formats; f->name != NULL; f++)
        for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
            if (strcmp(f->name, shown[i][0]) != 0)
                continue;
            char *text = written(f->write, records);
            expect_in(text, shown[i][1]);
            free(text);
        }
}
END_TEST

SUITE(matrix_kinds, ids_of_rows_are_unique_and_groups_follow_each_other,
      columns_are_the_targets_in_their_order_with_versions,
      rows_that_were_not_played_are_left_out_and_scenarios_are_all_there, a_text_names_the_targets_after_the_words,
      markdown_has_a_table_of_the_rows_and_one_of_all_scenarios, programs_get_the_cells_as_json_and_csv,
      the_page_leads_from_each_cell_to_its_details, details_have_the_deciding_connections,
      equal_records_give_equal_bytes, a_reply_in_a_cell_cannot_become_markup)
