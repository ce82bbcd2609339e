/*
 * What the octets of a client show that the texts of the trace do not: line ends that are not CRLF, lines longer than
 * SMTP allows, octets above 127. Fed with a command line, or with a message piece by piece (dots unstuffed, since
 * RFC 5321 §4.5.3.1.6 does not count those of transparency). Facts only: the judge says what is wrong with them.
 */
#ifndef RL_SIM_OCTETS_H
#define RL_SIM_OCTETS_H

#include <stdbool.h>

#include "lib/base/slice.h"
#include "lib/text/json.h"

#define OCTETS_COMMAND_LINE 512  /* RFC 5321 §4.5.3.1.4, with its CRLF */
#define OCTETS_TEXT_LINE    1000 /* RFC 5321 §4.5.3.1.6, with its CRLF */

struct octets {
    bool bare_cr, bare_lf; /* one without the other (RFC 5321 §2.3.8) */
    bool eight_bit;
    size_t longest; /* octets of the longest line, with its end */
    size_t line;    /* of the present one, so far */
    bool after_cr;  /* the last octet was a CR */
};

/* Starts with a zeroed struct. */
void octets_feed(struct octets *octets, struct slice bytes);

/* Sets `bare` ("CR", "LF", "CR LF"), `longest` (when above the limit) and `eight_bit`: only what is out of the way. */
void octets_write(const struct octets *octets, size_t limit, struct json *out);

#endif
