#include "lib/text/json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/control.h"

static struct json *wrap(json_t *value)
{
    return (struct json *)value;
}

static json_t *bare(const struct json *value)
{
    return (json_t *)(uintptr_t)value;
}

struct json *json_new_object(void)
{
    return wrap(json_object());
}

struct json *json_new_array(void)
{
    return wrap(json_array());
}

struct json *json_new_bytes(struct slice s)
{
    struct buf text;
    buf_init(&text, s.len * 4 + 1);
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '\\')
            (void)buf_add_cstr(&text, "\\\\");
        else if ((c >= 0x20 && c < 0x7f) || c == '\n')
            (void)buf_add_char(&text, (char)c);
        else
            (void)buf_printf(&text, "\\x%02X", c);
    }
    json_t *value = json_stringn(text.len > 0 ? text.data : "", text.len);
    buf_fini(&text);
    return wrap(value);
}

/* Other than those two that are part of any text. */
static bool has_control(const char *s)
{
    for (struct slice rest = slice_cstr(s); rest.len > 0; rest.ptr++, rest.len--)
        if (control_octets(rest) > 0 && *rest.ptr != '\n' && *rest.ptr != '\t')
            return true;
    return false;
}

struct json *json_new_str(const char *s)
{
    if (s == NULL)
        return wrap(json_null());
    json_t *value = has_control(s) ? NULL : json_string(s); /* refuses what is not UTF-8 */
    return value != NULL ? wrap(value) : json_new_bytes(slice_cstr(s));
}

struct json *json_new_int(int64_t n)
{
    return wrap(json_integer(n));
}

struct json *json_new_real(double x)
{
    return wrap(json_real(x));
}

struct json *json_new_bool(bool b)
{
    return wrap(json_boolean(b));
}

struct json *json_new_null(void)
{
    return wrap(json_null());
}

void json_free(struct json *json)
{
    json_decref(bare(json));
}

struct json *json_dup(const struct json *json)
{
    return wrap(json_deep_copy(bare(json)));
}

void json_set(struct json *object, const char *key, struct json *value)
{
    (void)json_object_set_new(bare(object), key, bare(value));
}

void json_set_str(struct json *object, const char *key, const char *s)
{
    json_set(object, key, json_new_str(s));
}

void json_set_int(struct json *object, const char *key, int64_t n)
{
    json_set(object, key, json_new_int(n));
}

void json_set_bool(struct json *object, const char *key, bool b)
{
    json_set(object, key, json_new_bool(b));
}

void json_push(struct json *array, struct json *value)
{
    (void)json_array_append_new(bare(array), bare(value));
}

const struct json *json_get(const struct json *object, const char *key)
{
    return wrap(json_object_get(bare(object), key));
}

const struct json *json_at(const struct json *array, size_t index)
{
    return wrap(json_array_get(bare(array), index));
}

size_t json_count(const struct json *value)
{
    return json_is_array(bare(value)) ? json_array_size(bare(value)) : json_object_size(bare(value));
}

const char *json_as_str(const struct json *value, const char *fallback)
{
    const char *s = json_string_value(bare(value));
    return s != NULL ? s : fallback;
}

const char *json_get_str(const struct json *object, const char *key, const char *fallback)
{
    return json_as_str(json_get(object, key), fallback);
}

int64_t json_as_int(const struct json *value, int64_t fallback)
{
    return json_is_integer(bare(value)) ? json_integer_value(bare(value)) : fallback;
}

int64_t json_get_int(const struct json *object, const char *key, int64_t fallback)
{
    return json_as_int(json_get(object, key), fallback);
}

double json_as_real(const struct json *value, double fallback)
{
    return json_is_number(bare(value)) ? json_number_value(bare(value)) : fallback;
}

double json_get_real(const struct json *object, const char *key, double fallback)
{
    return json_as_real(json_get(object, key), fallback);
}

bool json_get_bool(const struct json *object, const char *key, bool fallback)
{
    const json_t *value = bare(json_get(object, key));
    return json_is_boolean(value) ? json_is_true(value) : fallback;
}

bool json_is_map(const struct json *value)
{
    return json_is_object(bare(value));
}

bool json_is_list(const struct json *value)
{
    return json_is_array(bare(value));
}

void *json_iter(const struct json *object)
{
    return json_object_iter(bare(object));
}

void *json_next(const struct json *object, void *it)
{
    return json_object_iter_next(bare(object), it);
}

const char *json_iter_key(void *it)
{
    return json_object_iter_key(it);
}

const struct json *json_iter_value(void *it)
{
    return wrap(json_object_iter_value(it));
}

static int append(const char *bytes, size_t len, void *arg)
{
    return buf_add(arg, bytes, len) ? 0 : -1;
}

/* 15 digits bring back what any decimal number of so many digits was written as: 1.001, not 1.0009999999999999. */
#define WRITING (JSON_ENCODE_ANY | JSON_REAL_PRECISION(15))

bool json_write(const struct json *json, struct buf *out)
{
    return json_dump_callback(bare(json), append, out, JSON_COMPACT | WRITING) == 0;
}

bool json_write_pretty(const struct json *json, struct buf *out)
{
    return json_dump_callback(bare(json), append, out, JSON_INDENT(2) | WRITING) == 0 && buf_add_char(out, '\n');
}

int json_parse(struct slice text, struct json **out, struct err *err)
{
    json_error_t error;
    json_t *value = json_loadb(text.len > 0 ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &error);
    if (value == NULL)
        return err_set(err, ERR_INVALID, "line %d, column %d: %s", error.line, error.column, error.text);
    *out = wrap(value);
    return ERR_OK;
}
