#include "lib/text/idna.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

#define DOMAIN_MAX 1024 /* octets in UTF-8; of 253 characters */

/* libidn2 allocates with malloc. */
static char *convert(struct slice domain, int (*form)(const char *, char **, int), int flags)
{
    char *text = slice_dup(domain), *out = NULL;
    if (domain.len > DOMAIN_MAX || form(text, &out, flags) != IDN2_OK)
        out = NULL;
    free(text);
    return out;
}

/* A label that has only characters which are mapped to nothing. */
static bool has_empty_label(const char *domain)
{
    return domain[0] == '.' || strstr(domain, "..") != NULL;
}

char *idna_to_ascii(struct slice domain)
{
    char *out = convert(domain, idn2_to_ascii_8z, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (out == NULL || !has_empty_label(out))
        return out;
    free(out);
    return NULL;
}

char *idna_to_unicode(struct slice domain)
{
    char *out = convert(domain, idn2_to_unicode_8z8z, 0);
    return out != NULL ? out : slice_dup(domain);
}
