/*
 * Internationalized domain names (RFC 5890, by libidn2): the form for the DNS and for hosts without SMTPUTF8, and the
 * form for people. Pure.
 */
#ifndef RL_TEXT_IDNA_H
#define RL_TEXT_IDNA_H

#include <stdbool.h>

#include "lib/base/slice.h"

/* With A-labels: "b\xc3\xbc.example" -> "xn--b-iha.example", on the heap; NULL when the name is not valid. */
char *idna_to_ascii(struct slice domain);
/* With U-labels, on the heap; the name as it is when it has none, or they are not valid. */
char *idna_to_unicode(struct slice domain);

#endif
