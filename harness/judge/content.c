#include "harness/judge/content.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/glob.h"
#include "sim/trace/reader.h"

#define NOWHERE ((size_t)-1)

bool content_body_differs(const struct json *sent, const struct json *kept, char why[CONTENT_WHY_MAX])
{
    const struct json *a = trace_value(sent, FIELD_BODY), *b = trace_value(kept, FIELD_BODY);
    if (strcmp(json_get_str(a, "hash", ""), json_get_str(b, "hash", "")) == 0)
        return false;
    int64_t octets = json_get_int(b, "octets", 0), lines = json_get_int(b, "lines", 0);
    int64_t were = json_get_int(a, "octets", 0), lines_were = json_get_int(a, "lines", 0);
    if (octets == were && lines == lines_were)
        (void)snprintf(why, CONTENT_WHY_MAX, "other octets, as many as before (%" PRId64 ")", octets);
    else
        (void)snprintf(why, CONTENT_WHY_MAX, "%" PRId64 " octets in %" PRId64 " lines, were %" PRId64 " in %" PRId64,
                       octets, lines, were, lines_were);
    return true;
}

/* ---- fields ---- */

static const char *field(const struct json *message, size_t index)
{
    return json_as_str(json_at(trace_value(message, FIELD_HEADER), index), "");
}

static size_t field_count(const struct json *message)
{
    return json_count(trace_value(message, FIELD_HEADER));
}

static struct slice name_of(const char *text)
{
    struct slice rest = slice_cstr(text);
    return slice_cut(&rest, ':');
}

static bool is_one_of(struct slice name, const char *const *names)
{
    while (*names != NULL && !slice_ieq_cstr(name, *names))
        names++;
    return *names != NULL;
}

/* The first field with this text, or only this name; NOWHERE = none. */
static size_t find(const struct json *message, const char *text, bool by_name, size_t from)
{
    for (size_t i = from; i < field_count(message); i++) {
        const char *one = field(message, i);
        if (by_name ? slice_ieq(name_of(one), name_of(text)) : strcmp(one, text) == 0)
            return i;
    }
    return NOWHERE;
}

static size_t count_named(const struct json *message, const char *text)
{
    size_t count = 0;
    for (size_t at = find(message, text, true, 0); at != NOWHERE; at = find(message, text, true, at + 1))
        count++;
    return count;
}

/* The addresses that a submission server may rewrite in the header (RFC 6409 §8.1, §8.7, §8.8). */
static bool may_change(struct slice name, bool converted)
{
    static const char *const addresses[] = {"From",        "Sender",        "Reply-To",  "To",        "Cc",
                                            "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc", NULL};
    return is_one_of(name, addresses) ||
           (converted && (slice_ieq_cstr(name, "MIME-Version") || slice_istarts(name, "Content-")));
}

static bool may_go(struct slice name)
{
    static const char *const names[] = {"Bcc", "Resent-Bcc", "Return-Path", "Sender", NULL};
    return is_one_of(name, names);
}

/* RFC 5322 §3.6: at most once in a message. */
static bool is_single(struct slice name)
{
    static const char *const names[] = {"Date", "From",       "Sender",      "Reply-To",   "To",      "Cc",
                                        "Bcc",  "Message-ID", "In-Reply-To", "References", "Subject", NULL};
    return is_one_of(name, names);
}

static bool field_differs(const struct json *kept, const char *text, bool converted, char why[CONTENT_WHY_MAX])
{
    struct slice name = name_of(text);
    size_t at = find(kept, text, true, 0);
    if (is_single(name) && count_named(kept, text) > 1) {
        (void)snprintf(why, CONTENT_WHY_MAX, "%.*s stands there twice", SLICE_ARG(name));
        return true;
    }
    if (find(kept, text, false, 0) != NOWHERE || may_go(name) || (at != NOWHERE && may_change(name, converted)))
        return false;
    if (at == NOWHERE)
        (void)snprintf(why, CONTENT_WHY_MAX, "gone: %.180s", text);
    else
        (void)snprintf(why, CONTENT_WHY_MAX, "%.180s, was: %.180s", field(kept, at), text);
    return true;
}

bool content_header_differs(const struct json *sent, const struct json *kept, bool converted, char why[CONTENT_WHY_MAX])
{
    for (size_t i = 0; i < field_count(sent); i++)
        if (field_differs(kept, field(sent, i), converted, why))
            return true;
    return false;
}

bool content_order_differs(const struct json *sent, const struct json *kept, char why[CONTENT_WHY_MAX])
{
    size_t last = 0;
    for (size_t i = 0; i < field_count(sent); i++) {
        size_t at = find(kept, field(sent, i), false, last);
        if (at == NOWHERE && find(kept, field(sent, i), false, 0) != NOWHERE) {
            (void)snprintf(why, CONTENT_WHY_MAX, "%.180s stands before %.180s", field(sent, i), field(kept, last));
            return true;
        }
        last = at != NOWHERE ? at : last;
    }
    return false;
}

bool content_has_field(const struct json *kept, const char *name, const char *glob)
{
    size_t at = find(kept, name, true, 0);
    for (; at != NOWHERE; at = find(kept, name, true, at + 1)) {
        struct slice value = slice_cstr(field(kept, at));
        (void)slice_cut(&value, ':');
        if (glob_match(slice_cstr(glob), slice_trim(value)))
            return true;
    }
    return false;
}
