#include "lib/base/mail_date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/duration.h"

bool mail_date_parse(const char *text, int64_t *out_ns)
{
    struct tm tm = {0};
    const char *comma = strchr(text, ',');
    const char *rest = strptime(comma != NULL ? comma + 1 : text, " %d %b %Y %H:%M:%S ", &tm);
    int hours = 0, minutes = 0;
    char sign = '+';
    if (rest == NULL)
        return false;
    (void)sscanf(rest, "%c%2d%2d", &sign, &hours, &minutes);
    int64_t zone_s = (hours * 60 + minutes) * INT64_C(60);
    *out_ns = ((int64_t)timegm(&tm) - (sign == '-' ? -zone_s : zone_s)) * NS_PER_S;
    return true;
}
