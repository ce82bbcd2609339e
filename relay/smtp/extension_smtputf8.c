/* SMTPUTF8: RFC 6531. */
#include <stdio.h>

#include "relay/smtp/extension_internal.h"

/* §3.4: no value. */
static bool take_utf8(const struct extension_door *door, struct slice value, struct extension_values *values,
                      struct buf *refusal)
{
    (void)door;
    (void)refusal;
    values->mail->utf8 = value.ptr == NULL;
    return value.ptr == NULL;
}

static void print_utf8(const struct extension_message *message, struct buf *out)
{
    if (message->utf8)
        (void)buf_add_cstr(out, " SMTPUTF8");
}

/* They have A-labels, so the local part alone counts. */
static bool has_utf8_address(const struct envelope_mail *mail, const struct envelope_recipient *recipient)
{
    return !slice_is_ascii(slice_cstr(mail->reverse_path)) || !slice_is_ascii(slice_cstr(recipient->address));
}

bool extension_needs_utf8(const struct envelope_mail *mail, const struct envelope_recipient *recipient)
{
    return mail->utf8 && (has_utf8_address(mail, recipient) || (mail->octets & OCTETS_8BIT_HEADER) != 0);
}

/* §3.2 */
static enum client_cause misfit_utf8(const struct extension_offers *offers, const struct extension_message *message,
                                     char text[CLIENT_TEXT_MAX])
{
    if (offers->has[EXTENSION_SMTPUTF8] || !extension_needs_utf8(message->mail, message->recipient))
        return CLIENT_NO_CAUSE;
    bool address = has_utf8_address(message->mail, message->recipient);
    (void)snprintf(text, CLIENT_TEXT_MAX, "%s not ASCII, and the host does not offer SMTPUTF8",
                   address ? "An address is" : "The header section is");
    return address ? CLIENT_NOT_UTF8_ADDRESS : CLIENT_NOT_UTF8_HEADER;
}

const struct extension extension_smtputf8 = {
    .word = "SMTPUTF8", .parameters[EXTENSION_MAIL] = {{"SMTPUTF8", take_utf8, print_utf8}}, .misfit = misfit_utf8};
