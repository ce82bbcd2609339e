#include "relay/message/envelope.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "relay/smtp/address.h"

/* A copy of a text that may be missing is never NULL. */
static const char *copy_text(const char *text)
{
    return mem_strdup(text != NULL ? text : "");
}

static void free_text(const char **text)
{
    free((char *)*text);
    *text = NULL;
}

void envelope_mail_copy(struct envelope_mail *out, const struct envelope_mail *mail)
{
    *out = *mail;
    out->reverse_path = mem_strdup(mail->reverse_path);
    out->envid = copy_text(mail->envid);
}

void envelope_mail_fini(struct envelope_mail *mail)
{
    free_text(&mail->reverse_path);
    free_text(&mail->envid);
    *mail = (struct envelope_mail){0};
}

void envelope_recipient_copy(struct envelope_recipient *out, const struct envelope_recipient *recipient)
{
    *out = *recipient;
    out->address = mem_strdup(recipient->address);
    out->orcpt = copy_text(recipient->orcpt);
}

void envelope_recipient_fini(struct envelope_recipient *recipient)
{
    free_text(&recipient->address);
    free_text(&recipient->orcpt);
    *recipient = (struct envelope_recipient){0};
}

void envelope_add(struct envelope *envelope, const struct envelope_recipient *recipient)
{
    size_t count = envelope->recipient_count + 1;
    envelope->recipients = mem_realloc(envelope->recipients, count, sizeof *envelope->recipients);
    envelope_recipient_copy(&envelope->recipients[envelope->recipient_count++], recipient);
}

bool envelope_has(const struct envelope *envelope, const char *address)
{
    for (size_t i = 0; i < envelope->recipient_count; i++)
        if (address_same(slice_cstr(envelope->recipients[i].address), slice_cstr(address)))
            return true;
    return false;
}

void envelope_fini(struct envelope *envelope)
{
    envelope_mail_fini(&envelope->mail);
    for (size_t i = 0; i < envelope->recipient_count; i++)
        envelope_recipient_fini(&envelope->recipients[i]);
    free(envelope->recipients);
    *envelope = (struct envelope){0};
}
