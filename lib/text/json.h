/*
 * JSON values over jansson, which stays hidden behind this header. Objects keep the order in which
 * keys were set, so output is stable. A value has one owner: json_set and json_push take ownership
 * of the value; json_free frees a root with everything below it. Setting on NULL is allowed and
 * only frees the value, reading from NULL returns the fallback, so chains need one check at the
 * end. Strings must be UTF-8; json_new_bytes makes any bytes printable first (\xNN for what is not
 * printable ASCII, \\ for \; line feeds stay).
 */
#ifndef RL_TEXT_JSON_H
#define RL_TEXT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

struct json; /* opaque */

struct json *json_new_object(void);
struct json *json_new_array(void);
/* Text: with control characters other than line feed and tab, or if it is not UTF-8, it becomes what json_new_bytes
 * makes of it. NULL gives null. */
struct json *json_new_str(const char *s);
struct json *json_new_bytes(struct slice s);
struct json *json_new_int(int64_t n);
struct json *json_new_real(double x);
struct json *json_new_bool(bool b);
struct json *json_new_null(void);
void json_free(struct json *json);
struct json *json_dup(const struct json *json); /* deep */

void json_set(struct json *object, const char *key, struct json *value);
void json_set_str(struct json *object, const char *key, const char *s);
void json_set_int(struct json *object, const char *key, int64_t n);
void json_set_bool(struct json *object, const char *key, bool b);
void json_push(struct json *array, struct json *value);

/* Borrowed: live as long as the root. */
const struct json *json_get(const struct json *object, const char *key);
const struct json *json_at(const struct json *array, size_t index);
size_t json_count(const struct json *array_or_object);
const char *json_get_str(const struct json *object, const char *key, const char *fallback);
int64_t json_get_int(const struct json *object, const char *key, int64_t fallback);
double json_get_real(const struct json *object, const char *key, double fallback); /* an integer will do */
bool json_get_bool(const struct json *object, const char *key, bool fallback);
const char *json_as_str(const struct json *value, const char *fallback);
int64_t json_as_int(const struct json *value, int64_t fallback);
double json_as_real(const struct json *value, double fallback); /* an integer will do */
bool json_is_map(const struct json *value);
bool json_is_list(const struct json *value);

/* Walks an object in its order: `for (void *it = json_iter(o); it; it = json_next(o, it))`. */
void *json_iter(const struct json *object);
void *json_next(const struct json *object, void *it);
const char *json_iter_key(void *it);
const struct json *json_iter_value(void *it);

/* One compact line, without newline. false when the buffer overflowed. */
bool json_write(const struct json *json, struct buf *out);
bool json_write_pretty(const struct json *json, struct buf *out); /* indented by 2, with a final newline */

/* Refuses duplicate keys and trailing bytes; the error names line and column. *out is owned by the
 * caller. */
int json_parse(struct slice text, struct json **out, struct err *err);

#endif
