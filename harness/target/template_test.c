#include <stdlib.h>
#include <string.h>

#include "harness/target/template.h"
#include "lib/testing/suite.h"

static struct err err;

/* name has a value, nothing has none, fruit is a list, odd cannot be written. */
static enum template_answer look_up(void *arg, struct slice name, struct slice format, size_t item, struct buf *out,
                                    struct err *problem)
{
    static const char *const fruits[] = {"apple", "pear"};
    (void)arg;
    if (slice_eq_cstr(name, "odd")) {
        (void)err_set(problem, ERR_INVALID, "it is odd");
        return TEMPLATE_CANNOT;
    }
    if (slice_eq_cstr(name, "name")) {
        if (out != NULL)
            (void)buf_printf(out, "value%.*s", SLICE_ARG(format));
        return TEMPLATE_VALUE;
    }
    if (slice_eq_cstr(name, "fruit")) {
        if (item < 2 && out != NULL)
            (void)buf_add_cstr(out, fruits[item]);
        return item < 2 ? TEMPLATE_ITEM : TEMPLATE_ABSENT;
    }
    return slice_eq_cstr(name, "nothing") ? TEMPLATE_ABSENT : TEMPLATE_UNKNOWN;
}

static void expands(const char *text, const char *wanted)
{
    char *got = template_expand(text, look_up, NULL, &err);
    ck_assert_msg(got != NULL, "%s: %s", text, err.text);
    ck_assert_str_eq(got, wanted);
    free(got);
}

static void fails(const char *text, const char *words)
{
    ck_assert_ptr_null(template_expand(text, look_up, NULL, &err));
    ck_assert_msg(strstr(err.text, words) != NULL, "%s", err.text);
}

START_TEST(a_variable_is_replaced_with_its_format)
{
    expands("a ${name} b ${name:s}\nc $6$x {}", "a value b values\nc $6$x {}");
    expands("", "");
    expands("no end of line", "no end of line");
}
END_TEST

START_TEST(a_line_whose_variable_has_no_value_is_dropped)
{
    expands("one\n  x = ${nothing} ${name}\ntwo\n", "one\ntwo\n");
    expands("${nothing:s|5m} ${name|other}", "5m value");
    expands("${nothing|}", "");
}
END_TEST

START_TEST(a_question_prints_nothing_and_decides_about_its_line)
{
    expands("head:${name?}\nfoot:${nothing?}\n", "head:\n");
}
END_TEST

START_TEST(a_line_that_names_an_item_is_repeated_for_each)
{
    expands("[\n  - ${fruit} of ${name}\n]\n", "[\n  - apple of value\n  - pear of value\n]\n");
    expands("${fruit|none}\n", "apple\npear\n");
    expands("${fruit} ${nothing}\n", "");
}
END_TEST

START_TEST(what_cannot_be_written_is_an_error)
{
    fails("${nope}", "${nope} is not known");
    fails("${name", "is not known");
    fails("x ${odd}", "${odd}: it is odd");
}
END_TEST

SUITE(template, a_variable_is_replaced_with_its_format, a_line_whose_variable_has_no_value_is_dropped,
      a_question_prints_nothing_and_decides_about_its_line, a_line_that_names_an_item_is_repeated_for_each,
      what_cannot_be_written_is_an_error)
