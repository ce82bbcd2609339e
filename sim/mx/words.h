/*
 * Bounces in words, as mail servers wrote them before RFC 3464, and some still do: which recipients a text is about,
 * whether it gives up or only waits, and with which enhanced status code (RFC 3463). No form is assumed: an address
 * counts where it begins a line, or follows words such as "could not be delivered to".
 *
 * Limits: WORDS_ADDRESS_MAX octets an address; as many recipients as the caller has room for.
 */
#ifndef RL_SIM_WORDS_H
#define RL_SIM_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/slice.h"

#define WORDS_ADDRESS_MAX 320 /* RFC 5321 §4.5.3.1: 64 and 255 octets, and the @ */
#define WORDS_STATUS_MAX  16

/* The words before the copy of the message that they return. */
struct slice words_without_copy(struct slice text);
/* Calls back for each address; the same one may come again. */
void words_each_recipient(struct slice text, void (*found)(void *arg, const char *address), void *arg);
/* As a whole, in any case. */
bool words_name(struct slice text, const char *address);
/* Neither a failure nor a success yet. */
bool words_tell_of_delay(struct slice text);
bool words_tell_of_absence(struct slice subject);
/* "5.1.1"; "5.0.0" for a reply code alone. only: of the one recipient there is. False: the text has none. */
bool words_status(struct slice text, const char *address, bool only, char out[WORDS_STATUS_MAX]);

#endif
