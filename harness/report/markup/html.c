#include "harness/report/markup/html.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "harness/report/markup/visible.h"

/* ---- text ---- */

static const char *entity_of(uint32_t c)
{
    static const struct {
        uint32_t c;
        const char *entity;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}, {'\n', "&#10;"}};
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
        if (entities[i].c == c)
            return entities[i].entity;
    return NULL;
}

void html_text(struct buf *out, const char *text)
{
    struct visible v;
    for (; *text != '\0'; text += v.octets) {
        visible_read(text, &v);
        const char *entity = v.octets == 1 ? entity_of(v.c) : NULL;
        if (entity != NULL)
            (void)buf_add_cstr(out, entity);
        else if (v.escape[0] != '\0')
            (void)buf_add_cstr(out, v.escape);
        else
            (void)buf_add(out, text, v.octets);
    }
}

/* ---- printf ---- */

static bool take(const char **fmt, const char *what)
{
    size_t len = strlen(what);
    if (strncmp(*fmt, what, len) != 0)
        return false;
    *fmt += len;
    return true;
}

void html_put(struct buf *out, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    while (*fmt != '\0') {
        if (take(&fmt, "%s"))
            html_text(out, va_arg(ap, const char *));
        else if (take(&fmt, "%d"))
            (void)buf_printf(out, "%d", va_arg(ap, int));
        else if (take(&fmt, "%zu"))
            (void)buf_printf(out, "%zu", va_arg(ap, size_t));
        else if (take(&fmt, "%.1f"))
            (void)buf_printf(out, "%.1f", va_arg(ap, double));
        else {
            rl_assert(*fmt != '%' || fmt[1] == '%');
            fmt += *fmt == '%';
            (void)buf_add_char(out, *fmt++);
        }
    }
    va_end(ap);
}

/* ---- clauses and times ---- */

static size_t span(struct slice s, int (*is)(int))
{
    size_t i = 0;
    while (i < s.len && (is((unsigned char)s.ptr[i]) || (is == isalnum && s.ptr[i] == '.')))
        i++;
    return i;
}

/* "RFC5321 §4.5.4.1": false when it is of another form, then it is text. */
static bool split_clause(struct slice clause, struct slice *number, struct slice *section)
{
    *section = slice_make(NULL, 0);
    if (clause.len < 4 || strncmp(clause.ptr, "RFC", 3) != 0)
        return false;
    *number = slice_head(slice_from(clause, 3), span(slice_from(clause, 3), isdigit));
    struct slice rest = slice_from(clause, 3 + number->len);
    if (rest.len > 0) {
        static const char sign[] = " §";
        if (rest.len <= strlen(sign) || memcmp(rest.ptr, sign, strlen(sign)) != 0)
            return false;
        *section = slice_from(rest, strlen(sign));
    }
    return number->len > 0 && span(*section, isalnum) == section->len;
}

static void put_clause(struct buf *out, struct slice clause)
{
    struct slice number, section;
    char *text = slice_dup(clause);
    if (split_clause(clause, &number, &section)) {
        (void)buf_printf(out, "<a href=\"https://www.rfc-editor.org/rfc/rfc%.*s%s%.*s\">", SLICE_ARG(number),
                         section.len > 0 ? "#section-" : "", SLICE_ARG(section));
        html_put(out, "%s</a>", text);
    } else
        html_text(out, text);
    free(text);
}

void html_clauses(struct buf *out, const char *clauses)
{
    struct slice rest = slice_cstr(clauses);
    bool first = true;
    while (rest.len > 0) {
        (void)buf_add_cstr(out, first ? "" : ", ");
        put_clause(out, slice_trim(slice_cut(&rest, ',')));
        first = false;
    }
}

static int64_t ns_of(double s)
{
    double limit = 1e9; /* 30 years: what no run lasts */
    double bounded = s > limit ? limit : s < -limit ? -limit : s == s ? s : 0;
    return (int64_t)llround(bounded * 1e3) * NS_PER_MS;
}

void html_clock(struct buf *out, double s)
{
    char clock[DURATION_TEXT_MAX];
    (void)duration_clock(ns_of(s), clock);
    size_t len = strlen(clock);
    if (len > 4 && strcmp(clock + len - 4, ".000") == 0)
        clock[len - 4] = '\0';
    (void)buf_add_cstr(out, clock);
}

void html_length(struct buf *out, double s)
{
    char length[DURATION_TEXT_MAX];
    (void)buf_add_cstr(out, duration_format(ns_of(s), length));
}
