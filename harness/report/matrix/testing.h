/* For tests: records as text, in which ' replaces ". */
#ifndef RL_HARNESS_MATRIX_TESTING_H
#define RL_HARNESS_MATRIX_TESTING_H

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "lib/text/json.h"

/* The caller's. */
static inline struct json *test_json(const char *text)
{
    char *quoted = mem_strdup(text);
    struct json *json = NULL;
    struct err err = {0};
    for (char *c = quoted; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    ck_assert_msg(json_parse(slice_cstr(quoted), &json, &err) == ERR_OK, "%s: %s", err.text, quoted);
    free(quoted);
    return json;
}

/* One message of a record, and of a whole record with one message. */
#define MESSAGE(outcome, after, tries, attempts)                                                                       \
    "{'of':'m1','n':1,'from':'a@s.example','rcpt':'b@d.example','outcome':'" outcome "'," after "'copies':1,"          \
    "'attempt_count':" tries ",'attempts':[" attempts "]}"
#define AFTER(s) "'after':" s ","
#define RECORD(messages, dsns, verdicts)                                                                               \
    "{'scenario':'a/"                                                                                                  \
    "b','target':'x','result':'pass','verdicts':[{'verdict':'pass','id':'holds','sentence':'S'}" verdicts              \
    "],'behaviour':{'messages':[" messages "],'dsns':[" dsns "],'hosts':[]}}"
#define DSN(action, status, more)                                                                                      \
    "{'of':'m1','n':1,'rcpt':'b@d.example','handed':0,'t':14400,'action':'" action "','status':'" status "'," more "}"
#define REPORT                "'diagnostic':'smtp; 550','report':{'type':'multipart/report'}"
#define PLAIN                 "'diagnostic':'','report':{'type':''}"
#define TRY(gap, hosts)       "{'gap':" gap ",'hosts':[" hosts "]}"
#define HOST(name, encrypted) "{'host':'" name "','encrypted':" encrypted "}"

#endif
