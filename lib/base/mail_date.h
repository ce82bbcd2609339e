/* Dates as mail has them (RFC 5322 §3.3): "Tue, 01 Jan 2030 00:00:00 +0000". */
#ifndef RL_BASE_MAIL_DATE_H
#define RL_BASE_MAIL_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds since 1970; false when it is not such a date. */
bool mail_date_parse(const char *text, int64_t *out_ns);

#endif
