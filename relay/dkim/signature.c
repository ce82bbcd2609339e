#include "relay/dkim/signature.h"

#include "lib/base/base64.h"

#define INSTANCES_MAX 4 /* of one field, from the last upwards */
#define LINE_GOOD     76
#define NAMES_MAX     4096

/* ---- which fields ---- */

/* `closed`: none may be added in transit. Fields that a list server adds or changes are signed as they are (RFC 6376
 * §5.4.1); those of one-click unsubscription must be (RFC 8058 §4). */
static const struct {
    const char *name;
    bool closed;
} signed_fields[] = {
    {"From", true},
    {"Sender", true},
    {"Reply-To", true},
    {"Subject", true},
    {"Date", true},
    {"Message-ID", true},
    {"To", true},
    {"Cc", true},
    {"MIME-Version", true},
    {"Content-Type", true},
    {"Content-Transfer-Encoding", true},
    {"Content-ID", false},
    {"Content-Description", false},
    {"In-Reply-To", true},
    {"References", true},
    {"Resent-Date", false},
    {"Resent-From", false},
    {"Resent-Sender", false},
    {"Resent-To", false},
    {"Resent-Cc", false},
    {"Resent-Message-ID", false},
    {"List-Id", false},
    {"List-Help", false},
    {"List-Unsubscribe", false},
    {"List-Unsubscribe-Post", false},
    {"List-Subscribe", false},
    {"List-Post", false},
    {"List-Owner", false},
    {"List-Archive", false},
    {"Auto-Submitted", false},
    {"Feedback-ID", false},
};

static void add_names(const struct header *header, struct buf *out)
{
    for (size_t i = 0; i < sizeof signed_fields / sizeof signed_fields[0]; i++) {
        size_t there = header_count(header, signed_fields[i].name);
        size_t times = there < INSTANCES_MAX ? there + signed_fields[i].closed : INSTANCES_MAX;
        for (size_t k = 0; k < times; k++)
            (void)buf_printf(out, "%s%s", out->len > 0 ? ":" : "", signed_fields[i].name);
    }
}

/* ---- what is signed ---- */

/* The field that the k-th mention of a name means, counted from the last; NULL = there is none. */
static const struct field *mentioned(const struct header *header, struct slice name, size_t k)
{
    for (size_t i = header->count; i-- > 0;)
        if (slice_ieq(field_name(&header->fields[i]), name) && k-- == 0)
            return &header->fields[i];
    return NULL;
}

static size_t mentions_before(struct slice names, const char *end, struct slice name)
{
    size_t count = 0;
    struct slice before = slice_head(names, (size_t)(end - names.ptr));
    while (before.len > 0)
        count += slice_ieq(slice_trim(slice_cut(&before, ':')), name);
    return count;
}

bool signature_data(const struct header *header, struct slice names, struct slice field, struct buf *out)
{
    for (struct slice rest = names; rest.len > 0;) {
        const char *at = rest.ptr;
        struct slice name = slice_trim(slice_cut(&rest, ':'));
        const struct field *one = mentioned(header, name, mentions_before(names, at, name));
        if (one == NULL)
            continue;
        (void)canon_field(one->text, out);
        (void)buf_add_cstr(out, "\r\n");
    }
    (void)canon_field(field, out);
    return !out->overflow;
}

/* ---- the field ---- */

/* Words that are one text, folded before the one that would make a line too long. */
static void add_folded(struct buf *out, size_t *column, struct slice word)
{
    if (*column + word.len > LINE_GOOD && *column > 1) {
        (void)buf_add_cstr(out, "\r\n\t");
        *column = 1;
    }
    (void)buf_add_slice(out, word);
    *column += word.len;
}

static void add_h(struct buf *out, struct slice names)
{
    size_t column = 3;
    (void)buf_add_cstr(out, "\r\n\th=");
    for (struct slice rest = names; rest.len > 0;) {
        size_t end = slice_find(rest, ':');
        struct slice word = slice_head(rest, end < rest.len ? end + 1 : end);
        add_folded(out, &column, word);
        rest = slice_from(rest, word.len);
    }
    (void)buf_add_char(out, ';');
}

static void add_b(struct buf *out, struct slice base64)
{
    size_t column = 3;
    while (base64.len > 0) {
        size_t room = LINE_GOOD - (column < LINE_GOOD ? column : 1);
        struct slice part = slice_head(base64, base64.len < room ? base64.len : room);
        add_folded(out, &column, part);
        base64 = slice_from(base64, part.len);
    }
    (void)buf_add_cstr(out, "\r\n");
}

/* All of the field but the value of b=. */
static void begin(const struct signature *s, struct slice names, const uint8_t body_hash[BODY_HASH_LEN],
                  struct buf *out)
{
    (void)buf_printf(out, "DKIM-Signature: v=1; a=%s-sha256; c=relaxed/relaxed;\r\n\td=%s; s=%s;\r\n\tt=%lld;",
                     dkim_key_kind_name(dkim_key_kind(s->key)), s->domain, s->selector, (long long)s->time_s);
    if (s->expires_s != 0)
        (void)buf_printf(out, " x=%lld;", (long long)s->expires_s);
    add_h(out, names);
    (void)buf_add_cstr(out, "\r\n\tbh=");
    (void)base64_encode(slice_make(body_hash, BODY_HASH_LEN), out);
    (void)buf_add_cstr(out, ";\r\n\tb=");
}

static bool sign(const struct signature *s, const struct header *header, struct slice names, struct slice field,
                 struct buf *base64)
{
    char octets[DKIM_SIGN_MAX];
    size_t len;
    struct buf data;
    buf_init(&data, 2 * header_size(header) + SIGNATURE_MAX);
    bool good = signature_data(header, names, field, &data) && dkim_key_sign(s->key, buf_slice(&data), octets, &len) &&
                base64_encode(slice_make(octets, len), base64);
    buf_fini(&data);
    return good;
}

bool signature_write(const struct signature *signature, const struct header *header,
                     const uint8_t body_hash[BODY_HASH_LEN], struct buf *out)
{
    struct buf names, field, base64;
    buf_init(&names, NAMES_MAX);
    buf_init(&field, SIGNATURE_MAX);
    buf_init(&base64, SIGNATURE_MAX);
    add_names(header, &names);
    begin(signature, buf_slice(&names), body_hash, &field);
    bool good = header_find(header, "From", 0) < header->count && !names.overflow && !field.overflow &&
                sign(signature, header, buf_slice(&names), buf_slice(&field), &base64);
    if (good) {
        add_b(&field, buf_slice(&base64));
        good = !field.overflow && buf_add_slice(out, buf_slice(&field));
    }
    buf_fini(&base64);
    buf_fini(&field);
    buf_fini(&names);
    return good;
}
