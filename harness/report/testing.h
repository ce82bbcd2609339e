/* For tests: records in which each text is of a peer that means harm. */
#ifndef RL_HARNESS_REPORT_TESTING_H
#define RL_HARNESS_REPORT_TESTING_H

#include "lib/base/buf.h"
#include "lib/testing/suite.h"
#include "lib/text/json.h"

/* Every string of a record is hostile; numbers are what they are. */
static const char hostile[] =
    "[{\"scenario\":\"@\",\"case\":\"@\",\"title\":\"@\",\"file\":\"@\",\"target\":\"@\",\"target_option\":\"@\","
    "\"result\":\"@\",\"what\":\"@\",\"notes\":[\"@\"],\"happened\":[\"@\"],\"seed\":1,\"virtual_s\":60,\"teach\":{"
    "\"story\":\"@\","
    "\"watch\":\"@\"},"
    "\"verdicts\":[{\"verdict\":\"@\",\"level\":\"@\",\"sentence\":\"@\",\"clauses\":\"@\",\"wanted\":\"@\",\"seen\":"
    "\"@\",\"because\":\"@\",\"at\":1},{\"verdict\":\"fail\",\"level\":\"@\",\"sentence\":\"@\","
    "\"clauses\":\"@\",\"line\":3,\"wanted\":\"@\",\"seen\":\"@\",\"because\":\"@\"}],\"windows\":[{\"expect\":0,"
    "\"rcpt\":\"@\",\"kind\":\"@\",\"from\":1,\"seen\":2,\"fits\":false}],"
    "\"events\":[[1,\"@\",\"@\"]],\"lookups\":{\"count\":1,\"list\":[[1,\"@\",\"@\",\"@\",[\"@\"]]]},"
    "\"connections\":{\"count\":9,\"list\":[{\"conn\":1,\"host\":\"@\",\"t\":0,\"tls\":\"@\",\"lines\":[[0,\"@\",\"@\"]"
    "]}]},\"behaviour\":{\"messages\":[{\"rcpt\":\"@\",\"outcome\":\"@\",\"after\":1,\"copies\":2,\"attempt_count\":5,"
    "\"attempts\":[{\"t\":0,\"hosts\":[{\"t\":0,\"host\":\"@\",\"conn\":1,\"what\":\"@\",\"code\":250}],\"taken\":\"@"
    "\","
    "\"reason\":\"@\",\"class\":\"@\"},{\"t\":0,\"gap\":1,\"hosts\":[],\"question\":\"@\",\"answer\":\"@\",\"taken\":"
    "\"@\"}]}],\"dsns\":[{\"to\":\"@\",\"rcpt\":\"@\",\"t\":1,\"action\":\"failed\",\"status\":\"@\",\"class\":\"@\","
    "\"diagnostic\":\"@\",\"retry_until\":5,\"promise\":\"@\"}],\"hosts\":[{\"host\":\"@\"}]}}";

/* Two, so that what the target did is shown too. `evil` is the text of a JSON string; the records are the caller's. */
static inline struct json *hostile_records(const char *evil)
{
    struct buf text;
    struct json *records;
    struct err err = {0};
    buf_init(&text, 65536);
    for (int copy = 0; copy < 2; copy++)
        for (const char *c = hostile + (copy > 0); *c != '\0'; c++)
            (void)(*c == '@'                      ? buf_add_cstr(&text, evil)
                   : copy > 0 && c == hostile + 1 ? buf_add_cstr(&text, ",{")
                                                  : buf_add_char(&text, *c));
    (void)buf_add_char(&text, ']');
    ck_assert_msg(json_parse(buf_slice(&text), &records, &err) == ERR_OK, "%s", err.text);
    buf_fini(&text);
    return records;
}

#endif
