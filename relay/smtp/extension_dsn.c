/* DSN: RFC 3461; addresses in UTF-8: RFC 6533. */
#include "lib/base/mem.h"
#include "relay/smtp/extension_internal.h"
#include "relay/smtp/xtext.h"

static const struct {
    const char *word;
    unsigned bit;
} notify_words[] = {
    {"NEVER", NOTIFY_NEVER}, {"SUCCESS", NOTIFY_SUCCESS}, {"FAILURE", NOTIFY_FAILURE}, {"DELAY", NOTIFY_DELAY}};

static unsigned notify_bit(struct slice word)
{
    for (size_t i = 0; i < sizeof notify_words / sizeof notify_words[0]; i++)
        if (slice_ieq_cstr(word, notify_words[i].word))
            return notify_words[i].bit;
    return 0;
}

/* §4.1 */
static bool take_notify(const struct extension_door *door, struct slice value, struct extension_values *values,
                        struct buf *refusal)
{
    unsigned notify = 0;
    (void)door;
    (void)refusal;
    if (value.len == 0 || value.ptr[value.len - 1] == ',')
        return false;
    while (value.len > 0) {
        unsigned bit = notify_bit(slice_cut(&value, ','));
        if (bit == 0)
            return false;
        notify |= bit;
    }
    values->recipient->notify = notify;
    return notify_is_valid(notify);
}

static void print_notify(const struct extension_message *message, struct buf *out)
{
    char before = '=';
    if (message->recipient->notify == 0)
        return;
    (void)buf_add_cstr(out, " NOTIFY");
    for (size_t i = 0; i < sizeof notify_words / sizeof notify_words[0]; i++) {
        if ((message->recipient->notify & notify_words[i].bit) == 0)
            continue;
        (void)buf_printf(out, "%c%s", before, notify_words[i].word);
        before = ',';
    }
}

/* An atom of RFC 5322 §3.2.3, as far as a registered address type can be one. */
static bool is_address_type(struct slice type)
{
    for (size_t i = 0; i < type.len; i++) {
        char c = type.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-'))
            return false;
    }
    return type.len > 0;
}

/* §4.2. Printed as it came: not even its case may change (§5.2.1). */
static bool take_orcpt(const struct extension_door *door, struct slice value, struct extension_values *values,
                       struct buf *refusal)
{
    struct slice address = value;
    (void)door;
    (void)refusal;
    struct slice type = slice_cut(&address, ';');
    bool unicode = slice_ieq_cstr(type, "utf-8") && values->mail->utf8;
    if (value.len > NOTIFY_ORCPT_MAX || !is_address_type(type) ||
        !(unicode ? xtext_is_unicode(address) : xtext_is_printable(address)))
        return false;
    values->recipient->orcpt = mem_strndup(value.ptr, value.len);
    return true;
}

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static void print_orcpt(const struct extension_message *message, struct buf *out)
{
    struct slice address = slice_cstr(message->recipient->orcpt);
    struct slice type = slice_cut(&address, ';');
    if (address.len == 0)
        return;
    (void)buf_printf(out, " ORCPT=%.*s;", SLICE_ARG(type));
    if (message->utf8 || slice_is_ascii(address))
        (void)buf_add_slice(out, address);
    else
        xtext_decode_unicode(address, false, out); /* RFC 6533 §3 */
}

/* §4.3 */
static bool take_ret(const struct extension_door *door, struct slice value, struct extension_values *values,
                     struct buf *refusal)
{
    (void)door;
    (void)refusal;
    values->mail->ret = slice_ieq_cstr(value, "FULL")   ? NOTIFY_RET_FULL
                        : slice_ieq_cstr(value, "HDRS") ? NOTIFY_RET_HDRS
                                                        : 0;
    return values->mail->ret != 0;
}

static void print_ret(const struct extension_message *message, struct buf *out)
{
    if (message->mail->ret != 0)
        (void)buf_printf(out, " RET=%s", message->mail->ret == NOTIFY_RET_FULL ? "FULL" : "HDRS");
}

/* §4.4 */
static bool take_envid(const struct extension_door *door, struct slice value, struct extension_values *values,
                       struct buf *refusal)
{
    (void)door;
    (void)refusal;
    if (value.len > NOTIFY_ENVID_MAX || !xtext_is_printable(value))
        return false;
    values->mail->envid = mem_strndup(value.ptr, value.len);
    return true;
}

static void print_envid(const struct extension_message *message, struct buf *out)
{
    if (is_given(message->mail->envid))
        (void)buf_printf(out, " ENVID=%s", message->mail->envid);
}

const struct extension extension_dsn = {
    .word = "DSN",
    .parameters = {[EXTENSION_MAIL] = {{"RET", take_ret, print_ret}, {"ENVID", take_envid, print_envid}},
                   [EXTENSION_RCPT] = {{"NOTIFY", take_notify, print_notify}, {"ORCPT", take_orcpt, print_orcpt}}}};
