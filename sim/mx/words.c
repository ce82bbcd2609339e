#include "sim/mx/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "sim/mx/mime.h"

/* ---- phrases, in lower case ---- */

/* A line with one of these is the last, or the first of the copy. */
static const char *const copies[] = {"below this line is a copy",
                                     "this is a copy of the message",
                                     "original message",
                                     "original headers",
                                     "message header",
                                     "unsent message",
                                     "header of the message",
                                     "message headers follow",
                                     "returned message",
                                     "message follows",
                                     "undelivered message",
                                     "headers follow",
                                     "copy of your message",
                                     NULL};
/* Fields that a message has and words have not. */
static const char *const fields[] = {
    "received:", "return-path:", "message-id:", "mime-version:", "dkim-signature:", "x-relaylab-id:", NULL};
/* An address that follows in the line is a recipient. */
static const char *const leads[] = {"rcpt to:",
                                    "failed address:",
                                    "recipient address:",
                                    "recipient:",
                                    "delivered to",
                                    "deliver to",
                                    "delivering to",
                                    "delivery to",
                                    "deliver mail to",
                                    "delivering your mail to",
                                    "delivering your message to",
                                    "your message to",
                                    "the message to",
                                    "your mail to",
                                    "your email to",
                                    "undeliverable to",
                                    "sent to",
                                    "addressed to",
                                    "user unknown:",
                                    "unknown user:",
                                    "unknown recipient:",
                                    "no such user:",
                                    "deliver your message to",
                                    "invalid recipient:",
                                    "message for",
                                    NULL};
/* Lines about addresses that are not recipients. */
static const char *const others[] = {
    "from:", "reply-to:", "sender:", "subject:", "cc:", "contact ", "please ", "mail from:", NULL};
static const char *const delays[] = {"not yet been delivered",
                                     "not been delivered yet",
                                     "delivery delayed",
                                     "delayed mail",
                                     "is delayed",
                                     "been delayed",
                                     "will be retried",
                                     "keep trying",
                                     "continue to try",
                                     "continue trying",
                                     "still trying",
                                     "warning only",
                                     "do not need to resend",
                                     "delivery incomplete",
                                     "will retry",
                                     "delay notification",
                                     "status notification (delay)",
                                     NULL};
static const char *const absences[] = {
    "out of office", "out of the office", "automatic reply", "autoreply",          "auto-reply", "auto reply",
    "auto:",         "vacation",          "away from",       "automatic response", NULL};

static size_t find_phrase(struct slice text, const char *phrase)
{
    size_t len = strlen(phrase);
    for (size_t i = 0; i + len <= text.len; i++)
        if (slice_istarts(slice_from(text, i), phrase))
            return i;
    return text.len;
}

static bool has_any(struct slice text, const char *const *phrases)
{
    for (; *phrases != NULL; phrases++)
        if (find_phrase(text, *phrases) < text.len)
            return true;
    return false;
}

static bool begins_with_any(struct slice line, const char *const *phrases)
{
    for (; *phrases != NULL; phrases++)
        if (slice_istarts(line, *phrases))
            return true;
    return false;
}

/* ---- where the words end ---- */

struct slice words_without_copy(struct slice text)
{
    struct slice rest = text;
    while (rest.len > 0) {
        struct slice line = mime_line(&rest), bare = slice_trim(line);
        bool ruled = bare.len > 2 && bare.ptr[0] == '-' && bare.ptr[1] == '-';
        if (begins_with_any(line, fields) ||
            ((ruled || slice_istarts(bare, "message header")) && has_any(bare, copies)))
            return slice_head(text, (size_t)(line.ptr - text.ptr));
    }
    return text;
}

/* ---- addresses ---- */

static bool is_of_address(char c)
{
    return (unsigned char)c > 127 ||
           (c != '\0' && (isalnum((unsigned char)c) || strchr("!#$%&*+-/=?^_`{|}~.", c) != NULL));
}

static bool is_of_domain(char c)
{
    return (unsigned char)c > 127 || isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_';
}

/* The address that begins the text, which is at least a@b; its length, or 0. */
static size_t address_len(struct slice text)
{
    size_t local = 0;
    while (local < text.len && is_of_address(text.ptr[local]))
        local++;
    if (local == 0 || local == text.len || text.ptr[local] != '@')
        return 0;
    size_t end = local + 1;
    while (end < text.len && is_of_domain(text.ptr[end]))
        end++;
    while (end > local + 1 && text.ptr[end - 1] == '.')
        end--; /* the end of a sentence */
    return end > local + 1 && end < WORDS_ADDRESS_MAX ? end : 0;
}

/* What may precede an address at the beginning of its line. */
static struct slice skip_marks(struct slice line)
{
    bool more = true;
    while (more && line.len > 0) {
        more = strchr(" \t<'\"*([:;", line.ptr[0]) != NULL && line.ptr[0] != '\0';
        if (more)
            line = slice_from(line, 1);
        else if (slice_istarts(line, "mailto:")) {
            line = slice_from(line, 7);
            more = true;
        }
    }
    return line;
}

/* What may follow an address that begins a line: a colon, what it is, when, why. */
static bool ends_well(struct slice tail)
{
    while (tail.len > 0 && strchr(">'\")]", tail.ptr[0]) != NULL && tail.ptr[0] != '\0')
        tail = slice_from(tail, 1);
    struct slice bare = slice_trim(tail);
    return bare.len == 0 || strchr(":(.,;<[", bare.ptr[0]) != NULL || slice_istarts(bare, "on ") ||
           slice_istarts(bare, "- ") || slice_istarts(bare, "mailto:");
}

static void take(struct slice address, void (*found)(void *arg, const char *address), void *arg)
{
    char text[WORDS_ADDRESS_MAX + 1];
    (void)snprintf(text, sizeof text, "%.*s", SLICE_ARG(address));
    found(arg, text);
}

/* After the phrase, in the rest of the line: "to the following address: <bob@dest.example>". */
static bool take_behind(struct slice rest, void (*found)(void *arg, const char *address), void *arg)
{
    for (size_t i = 0; i < rest.len; i++) {
        struct slice at = slice_from(rest, i);
        size_t len = i == 0 || !is_of_address(rest.ptr[i - 1]) ? address_len(at) : 0;
        if (len == 0)
            continue;
        if (!slice_istarts(at, "postmaster@"))
            take(slice_head(at, len), found, arg);
        return true;
    }
    return false;
}

static void read_line(struct slice line, void (*found)(void *arg, const char *address), void *arg)
{
    struct slice first = skip_marks(line);
    size_t len = address_len(first);
    if (len > 0 && ends_well(slice_from(first, len))) {
        take(slice_head(first, len), found, arg);
        return;
    }
    if (begins_with_any(first, others))
        return;
    for (const char *const *lead = leads; *lead != NULL; lead++) {
        size_t at = find_phrase(line, *lead);
        if (at < line.len && take_behind(slice_from(line, at + strlen(*lead)), found, arg))
            return;
    }
}

void words_each_recipient(struct slice text, void (*found)(void *, const char *), void *arg)
{
    while (text.len > 0)
        read_line(mime_line(&text), found, arg);
}

bool words_name(struct slice text, const char *address)
{
    size_t len = strlen(address);
    for (size_t i = 0; i + len <= text.len; i++) {
        struct slice tail = slice_from(text, i + len);
        bool begins = i == 0 || (!is_of_address(text.ptr[i - 1]) && text.ptr[i - 1] != '@');
        bool ends = tail.len == 0 || (!is_of_domain(tail.ptr[0]) && tail.ptr[0] != '@') ||
                    (tail.ptr[0] == '.' && (tail.len == 1 || !is_of_domain(tail.ptr[1])));
        if (begins && ends && slice_ieq_cstr(slice_head(slice_from(text, i), len), address))
            return true;
    }
    return false;
}

/* ---- what they say ---- */

bool words_tell_of_delay(struct slice text)
{
    return has_any(text, delays);
}

bool words_tell_of_absence(struct slice subject)
{
    return begins_with_any(subject, absences);
}

static size_t digits(struct slice text)
{
    size_t len = 0;
    while (len < text.len && isdigit((unsigned char)text.ptr[len]))
        len++;
    return len;
}

/* "5.1.1" at the beginning of the text, and no longer number; its length, or 0. */
static size_t enhanced_len(struct slice text)
{
    size_t subject = text.len > 2 ? digits(slice_from(text, 2)) : 0;
    if (text.len < 5 || (text.ptr[0] != '4' && text.ptr[0] != '5') || text.ptr[1] != '.' || subject == 0 ||
        subject > 3 || text.len < 3 + subject || text.ptr[2 + subject] != '.')
        return 0;
    size_t detail = digits(slice_from(text, 3 + subject)), end = 3 + subject + detail;
    bool more = end + 1 < text.len && text.ptr[end] == '.' && isdigit((unsigned char)text.ptr[end + 1]);
    return detail > 0 && detail <= 3 && !more ? end : 0;
}

/* "550 ", "550-": a reply code; 0: none. */
static bool is_reply_code(struct slice text)
{
    return digits(text) == 3 && (text.ptr[0] == '4' || text.ptr[0] == '5') && text.ptr[1] < '6' && text.len > 3 &&
           strchr(" -:", text.ptr[3]) != NULL && text.ptr[3] != '\0';
}

/* enhanced: those alone; else a reply code, of which only the class counts. */
static bool status_in(struct slice text, bool enhanced, char out[WORDS_STATUS_MAX])
{
    for (size_t i = 0; i < text.len; i++) {
        struct slice at = slice_from(text, i);
        if (i > 0 && (isalnum((unsigned char)text.ptr[i - 1]) || text.ptr[i - 1] == '.'))
            continue;
        size_t len = enhanced ? enhanced_len(at) : 0;
        if (len > 0)
            (void)snprintf(out, WORDS_STATUS_MAX, "%.*s", (int)len, at.ptr);
        else if (!enhanced && is_reply_code(at))
            (void)snprintf(out, WORDS_STATUS_MAX, "%c.0.0", at.ptr[0]);
        else
            continue;
        return true;
    }
    return false;
}

static void note_other(void *arg, const char *address)
{
    (void)address;
    *(bool *)arg = true;
}

/* From the line that names it to the next one that names another. */
static struct slice block_of(struct slice text, const char *address)
{
    struct slice rest = text;
    const char *start = NULL;
    while (rest.len > 0) {
        struct slice line = mime_line(&rest);
        bool other = false;
        if (words_name(line, address)) {
            start = start != NULL ? start : line.ptr;
            continue;
        }
        if (start != NULL)
            read_line(line, note_other, &other);
        if (other)
            return slice_make(start, (size_t)(line.ptr - start));
    }
    return start != NULL ? slice_make(start, (size_t)(text.ptr + text.len - start)) : slice_make(text.ptr, 0);
}

static bool status_in_line_of(struct slice text, const char *address, bool enhanced, char out[WORDS_STATUS_MAX])
{
    while (text.len > 0) {
        struct slice line = mime_line(&text);
        if (words_name(line, address) && status_in(line, enhanced, out))
            return true;
    }
    return false;
}

bool words_status(struct slice text, const char *address, bool only, char out[WORDS_STATUS_MAX])
{
    for (int enhanced = 1; enhanced >= 0; enhanced--)
        if (status_in_line_of(text, address, enhanced, out) || status_in(block_of(text, address), enhanced, out) ||
            (only && status_in(text, enhanced, out)))
            return true;
    return false;
}
