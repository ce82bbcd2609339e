#include "harness/facts/failure_class.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/slice.h"

/*
 * Class, subject and detail of an enhanced status code: class 0 is both 4 and 5, detail -1 all others of the subject;
 * the first row that fits.
 */
/* clang-format off */
static const struct {
    int severity, subject, detail;
    const char *class;
} statuses[] = {
    /* X.1: addresses; 7 and 8 are the sender's */
    {0, 1, 7, CLASS_POLICY}, {0, 1, 8, CLASS_POLICY}, {0, 1, -1, CLASS_BAD_ADDRESS},
    /* X.2: mailboxes; 1 disabled, 2 full, 3 message too long for it */
    {4, 2, 1, CLASS_BUSY}, {0, 2, 2, CLASS_FULL}, {0, 2, 3, CLASS_CONTENT}, {0, 2, -1, CLASS_BAD_ADDRESS},
    /* X.3: the host; 1 full, 2 accepts nothing (permanently: never does), 3 and 5 not capable, 4 message too big */
    {0, 3, 1, CLASS_FULL}, {5, 3, 2, CLASS_POLICY}, {0, 3, 3, CLASS_PROTOCOL}, {0, 3, 4, CLASS_CONTENT},
    {0, 3, 5, CLASS_PROTOCOL}, {0, 3, -1, CLASS_BUSY},
    /* X.4: the way; 3 directory, 4 no route, 5 congestion, 6 loop */
    {0, 4, 3, CLASS_DNS}, {0, 4, 4, CLASS_DNS}, {0, 4, 5, CLASS_BUSY}, {0, 4, 6, CLASS_PROTOCOL},
    {0, 4, -1, CLASS_NETWORK},
    /* X.5: the protocol; 3 too many recipients: the rest another time */
    {0, 5, 3, CLASS_BUSY}, {0, 5, -1, CLASS_PROTOCOL},
    /* X.6: the content */
    {0, 6, -1, CLASS_CONTENT},
    /* X.7: policy; 4 and 5 cryptography, 20 to 22 DKIM, 23 and 24 SPF, 25 reverse DNS, 26 several (RFC 7372) */
    {0, 7, 4, CLASS_PROTOCOL}, {0, 7, 5, CLASS_PROTOCOL}, {0, 7, 20, CLASS_REPUTATION},
    {0, 7, 21, CLASS_REPUTATION}, {0, 7, 22, CLASS_REPUTATION}, {0, 7, 23, CLASS_REPUTATION},
    {0, 7, 24, CLASS_REPUTATION}, {0, 7, 25, CLASS_REPUTATION}, {0, 7, 26, CLASS_REPUTATION},
    {0, 7, -1, CLASS_POLICY},
};
/* clang-format on */

/* RFC 5321 §4.2.3; 0 ends the table and covers all others. */
static const struct {
    int code;
    const char *class;
} codes[] = {
    {421, CLASS_BUSY},        {450, CLASS_POLICY},      {451, CLASS_BUSY},        {452, CLASS_FULL},
    {454, CLASS_PROTOCOL},    {455, CLASS_PROTOCOL},    {500, CLASS_PROTOCOL},    {501, CLASS_PROTOCOL},
    {502, CLASS_PROTOCOL},    {503, CLASS_PROTOCOL},    {504, CLASS_PROTOCOL},    {521, CLASS_POLICY},
    {530, CLASS_POLICY},      {535, CLASS_POLICY},      {550, CLASS_BAD_ADDRESS}, {551, CLASS_BAD_ADDRESS},
    {552, CLASS_FULL},        {553, CLASS_BAD_ADDRESS}, {554, CLASS_POLICY},      {555, CLASS_PROTOCOL},
    {556, CLASS_BAD_ADDRESS}, {0, CLASS_OTHER},
};

/* What hosts write after codes that say little. */
static const struct {
    const char *word, *class;
} words[] = {
    {"greylist", CLASS_POLICY},      {"graylist", CLASS_POLICY},
    {"blocklist", CLASS_REPUTATION}, {"block list", CLASS_REPUTATION},
    {"blacklist", CLASS_REPUTATION}, {"dnsbl", CLASS_REPUTATION},
    {"spamhaus", CLASS_REPUTATION},  {"reputation", CLASS_REPUTATION},
    {"too many", CLASS_BUSY},        {"slow down", CLASS_BUSY},
    {"rate limit", CLASS_BUSY},      {"throttl", CLASS_BUSY},
    {"spam", CLASS_CONTENT},         {"virus", CLASS_CONTENT},
    {"malware", CLASS_CONTENT},      {"mailbox full", CLASS_FULL},
    {"quota", CLASS_FULL},           {"content", CLASS_CONTENT},
};

static const char *by_words(const char *text)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasestr(text, words[i].word) != NULL)
            return words[i].class;
    return NULL;
}

/* "4.7.1 …": false when the text does not begin with an enhanced status code (RFC 3463 §2). */
static bool read_status(const char *text, int *severity, int *subject, int *detail)
{
    int used = 0;
    return sscanf(text, "%1d.%3d.%3d%n", severity, subject, detail, &used) == 3 && strchr("245", text[0]) != NULL &&
           (text[used] == '\0' || text[used] == ' ');
}

static const char *by_status(const char *text)
{
    int severity, subject, detail;
    if (!read_status(text, &severity, &subject, &detail))
        return NULL;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if ((statuses[i].severity == 0 || statuses[i].severity == severity) && statuses[i].subject == subject &&
            (statuses[i].detail == -1 || statuses[i].detail == detail))
            return statuses[i].class;
    return NULL;
}

static const char *by_code(int code)
{
    size_t i = 0;
    while (codes[i].code != 0 && codes[i].code != code)
        i++;
    return codes[i].class;
}

const char *failure_class_of_reply(int code, const char *text)
{
    const char *class = by_status(text);
    if (class != NULL && strcmp(class, CLASS_POLICY) != 0)
        return class;
    const char *said = by_words(text);
    return said != NULL ? said : class != NULL ? class : by_code(code);
}

const char *failure_class_of_status(const char *status, const char *diagnostic)
{
    const char *reply = strncasecmp(diagnostic, "smtp;", 5) == 0 ? diagnostic + 5 : "";
    reply += strspn(reply, " ");
    int code = (int)strtol(reply, NULL, 10);
    if (code >= 400 && code <= 599 && (strlen(reply) == 3 || reply[3] == ' ' || reply[3] == '-'))
        return failure_class_of_reply(code, strlen(reply) > 4 ? reply + 4 : "");
    /* X.4.7, too late, says when it ended, not why: network, for lack of details. */
    const char *class = by_status(status);
    return class != NULL ? class : CLASS_OTHER;
}
