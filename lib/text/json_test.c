#include "lib/testing/suite.h"
#include "lib/text/json.h"

START_TEST(objects_keep_their_order)
{
    struct json *json = json_new_object();
    struct buf out;
    buf_init(&out, 1000);
    json_set_int(json, "z", 1);
    json_set_str(json, "a", "x");
    json_set_bool(json, "m", true);
    ck_assert(json_write(json, &out));
    ck_assert_str_eq(buf_cstr(&out), "{\"z\":1,\"a\":\"x\",\"m\":true}");
    buf_fini(&out);
    json_free(json);
}
END_TEST

START_TEST(any_bytes_become_printable)
{
    struct json *json = json_new_object();
    json_set(json, "b", json_new_bytes(slice_make("a\r\n\xff\\", 5)));
    ck_assert_str_eq(json_get_str(json, "b", ""), "a\\x0D\n\\xFF\\\\");
    json_free(json);
}
END_TEST

START_TEST(text_stays_and_what_would_control_a_terminal_is_escaped)
{
    static const char *const rows[][2] = {{"caf\xc3\xa9\n\t\\", "caf\xc3\xa9\n\t\\"},
                                          {"\x1b[2J", "\\x1B[2J"},
                                          {"a\rb", "a\\x0Db"},
                                          {"\x7f", "\\x7F"},
                                          {"\xc2\x9b"
                                           "2J",
                                           "\\xC2\\x9B2J"},
                                          {"\xff", "\\xFF"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json *text = json_new_str(rows[i][0]);
        ck_assert_str_eq(json_as_str(text, ""), rows[i][1]);
        json_free(text);
    }
}
END_TEST

START_TEST(parsing_refuses_what_is_not_one_value)
{
    static const char *const bad[] = {"", "{", "{\"a\":1,\"a\":2}", "{} {}", "nul", "[1,]", "{\"a\":\"\xff\"}"};
    struct json *json = NULL;
    struct err err;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(json_parse(slice_cstr(bad[i]), &json, &err) != ERR_OK, "accepted: %s", bad[i]);
    ck_assert_int_eq(json_parse(SLICE_LIT("{\"a\":[1,2.5],\"b\":{\"c\":\"d\"}}"), &json, &err), ERR_OK);
    ck_assert_uint_eq(json_count(json_get(json, "a")), 2);
    ck_assert_str_eq(json_get_str(json_get(json, "b"), "c", ""), "d");
    ck_assert_int_eq(json_get_int(json_get(json, "none"), "c", 7), 7);
    json_free(json);
}
END_TEST

START_TEST(a_decimal_number_is_written_as_it_was)
{
    static const char *const numbers[] = {"[1.001]", "[0.1]", "[691200.123456789]", "[3.0]"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct json *json = NULL;
        struct buf out;
        buf_init(&out, 100);
        ck_assert_int_eq(json_parse(slice_cstr(numbers[i]), &json, NULL), ERR_OK);
        ck_assert(json_write(json, &out));
        ck_assert_str_eq(buf_cstr(&out), numbers[i]);
        buf_fini(&out);
        json_free(json);
    }
}
END_TEST

SUITE(json, a_decimal_number_is_written_as_it_was, objects_keep_their_order, any_bytes_become_printable,
      text_stays_and_what_would_control_a_terminal_is_escaped, parsing_refuses_what_is_not_one_value)
