#include "harness/report/record/shape.h"

#include <ctype.h>
#include <string.h>

#include "lib/base/duration.h"

#define ID_OCTETS_MIN 8 /* of what a mail server calls a message; a shorter word may be a keyword */
#define ID_DIGITS_MIN 2

static bool is_number(struct slice word)
{
    bool digits = false;
    int64_t ns;
    for (size_t i = 0; i < word.len; i++) {
        if (!isdigit((unsigned char)word.ptr[i]) && strchr(".:%/+-", word.ptr[i]) == NULL)
            return duration_parse(word, &ns);
        digits = digits || isdigit((unsigned char)word.ptr[i]);
    }
    return digits;
}

/* Of IPv6; an IPv4 address has the form of a number, too. */
static bool is_address(struct slice word)
{
    unsigned colons = 0, dots = 0;
    for (size_t i = 0; i < word.len; i++) {
        colons += word.ptr[i] == ':';
        dots += word.ptr[i] == '.';
        if (!isxdigit((unsigned char)word.ptr[i]) && strchr(":.", word.ptr[i]) == NULL)
            return false;
    }
    return (colons >= 2 && dots == 0) || (colons == 0 && dots == 3);
}

/* Labels with dots, the last of letters alone. */
static bool is_host(struct slice word)
{
    size_t dots = 0, last = 0;
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.ptr[i];
        if (!isalnum(c) && c != '-' && c != '.')
            return false;
        dots += c == '.';
        last = c == '.' || isdigit(c) ? 0 : last + 1;
    }
    return dots > 0 && last >= 2 && word.ptr[word.len - last - 1] == '.';
}

static bool is_message(struct slice word, const struct json *messages)
{
    for (size_t i = 0; i < json_count(messages); i++)
        if (slice_eq_cstr(word, json_get_str(json_at(messages, i), "of", "")))
            return true;
    return false;
}

static bool is_id(struct slice word)
{
    size_t digits = 0;
    for (size_t i = 0; i < word.len; i++) {
        if (!isalnum((unsigned char)word.ptr[i]))
            return false;
        digits += isdigit((unsigned char)word.ptr[i]) != 0;
    }
    return word.len >= ID_OCTETS_MIN && digits >= ID_DIGITS_MIN && digits < word.len;
}

/* The word that replaces it; NULL: it stays. */
static const char *kind_of(struct slice word, const struct json *messages)
{
    if (word.len == 0)
        return NULL;
    if (memchr(word.ptr, '@', word.len) != NULL)
        return "address";
    if (is_address(word))
        return "host";
    if (is_number(word))
        return "n";
    if (is_message(word, messages))
        return "message";
    if (is_host(word))
        return "host";
    return is_id(word) ? "id" : NULL;
}

/* "mx1" and "mx2" are one word. */
static void add_without_digits(struct buf *out, struct slice word)
{
    for (size_t i = 0; i < word.len; i++) {
        bool digit = isdigit((unsigned char)word.ptr[i]);
        if (!digit)
            (void)buf_add_char(out, word.ptr[i]);
        else if (i == 0 || !isdigit((unsigned char)word.ptr[i - 1]))
            (void)buf_add_char(out, 'n');
    }
}

static bool ends_with(const struct buf *out, const char *text)
{
    size_t len = strlen(text);
    return out->len >= len && memcmp(out->data + out->len - len, text, len) == 0;
}

/* After a number a noun may be in the plural: "2 copies" is "1 copy". */
static struct slice singular(struct slice word)
{
    return word.len > 3 && word.ptr[word.len - 1] == 's' ? slice_head(word, word.len - 1) : word;
}

static void add_core(struct buf *out, struct slice core, const struct json *messages)
{
    const char *kind = kind_of(core, messages);
    bool counted = ends_with(out, " n ") || (out->len == 2 && ends_with(out, "n ")) || ends_with(out, "(n ");
    if (kind != NULL && counted && strcmp(kind, "n") == 0) {
        out->len--; /* "4d 23:59:00.000" is one number */
    } else if (kind != NULL) {
        (void)buf_add_cstr(out, kind);
    } else if (counted && core.len > 3 && slice_eq_cstr(slice_from(core, core.len - 3), "ies")) {
        add_without_digits(out, slice_head(core, core.len - 3));
        (void)buf_add_char(out, 'y');
    } else {
        add_without_digits(out, counted ? singular(core) : core);
    }
}

static void add_word(struct buf *out, struct slice word, const struct json *messages)
{
    size_t before = 0, after = word.len;
    while (before < after && strchr("([{<\"'`", word.ptr[before]) != NULL)
        before++;
    while (after > before && strchr(")]}>\"'`.,;:!?", word.ptr[after - 1]) != NULL)
        after--;
    for (size_t i = 0; i < before; i++)
        if (word.ptr[i] != '<' || before == after)
            (void)buf_add_char(out, word.ptr[i]);
    add_core(out, slice_make(word.ptr + before, after - before), messages);
    for (size_t i = after; i < word.len; i++)
        if (word.ptr[i] != '>' || before == after)
            (void)buf_add_char(out, word.ptr[i]);
}

/* The part of a list that `text` ends with, if the part before it ends with the same. */
static bool repeats(const struct buf *list, struct slice part)
{
    size_t at = list->len - (list->len < part.len ? list->len : part.len);
    return list->len >= part.len && memcmp(list->data + at, part.ptr, part.len) == 0 &&
           (at == 0 || list->data[at - 1] == ' ');
}

static void add_parts(struct buf *out, struct slice text)
{
    size_t start = out->len;
    for (size_t from = 0, to; from < text.len; from = to + 2) {
        for (to = from; to < text.len && !(text.ptr[to] == ',' && to + 1 < text.len && text.ptr[to + 1] == ' ');)
            to++;
        struct slice part = slice_make(text.ptr + from, to - from);
        if (out->len > start && repeats(out, part))
            continue;
        if (out->len > start)
            (void)buf_add_cstr(out, ", ");
        (void)buf_add_slice(out, part);
    }
}

void shape_add(struct buf *out, const char *text, const struct json *messages)
{
    struct buf words;
    struct slice rest = slice_cstr(text);
    buf_init(&words, out->max);
    while (rest.len > 0 && !words.overflow) {
        struct slice word = slice_cut(&rest, ' ');
        if (slice_eq_cstr(word, "and") && words.len > 1 && words.data[words.len - 2] != ',') {
            words.data[words.len - 1] = ','; /* the last item of a list */
            (void)buf_add_char(&words, ' ');
            continue;
        }
        add_word(&words, word, messages);
        if (rest.len > 0)
            (void)buf_add_char(&words, ' ');
    }
    add_parts(out, buf_slice(&words));
    buf_fini(&words);
}
