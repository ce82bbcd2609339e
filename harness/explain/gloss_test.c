/* The table of glosses has a row for all that the scenarios, the hosts and the trace can say. */
#include "harness/explain/gloss.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "sim/scenario/loader.h"

static void demand(enum gloss_kind kind, const char *key, const char *where)
{
    ck_assert_msg(gloss_find(kind, key) != NULL, "no gloss of kind %d for `%s` (%s)", (int)kind, key, where);
}

static void demand_code(int code, const char *where)
{
    char key[8];
    if (code < 200 || code > 559) /* not a reply that an RFC knows: such scenarios are about that */
        return;
    (void)snprintf(key, sizeof key, "%d", code / 100);
    demand(GLOSS_CLASS, key, where);
    (void)snprintf(key, sizeof key, "%d", code / 10 % 10);
    demand(GLOSS_SECOND, key, where);
    (void)snprintf(key, sizeof key, "%d", code);
    demand(GLOSS_CODE, key, where);
}

static void demand_status(const char *text, const char *where)
{
    struct gloss_status status;
    if (gloss_read_status(text, &status) == 0 || strcmp(status.subject, "7") > 0) /* RFC 3463 knows 0 to 7 */
        return;
    demand(GLOSS_CLASS, status.class, where);
    demand(GLOSS_SUBJECT, status.subject, where);
    demand(GLOSS_DETAIL, status.detail, where);
}

/* ---- scenarios ---- */

static void demand_keywords(const struct yaml_list *list, const char *where)
{
    for (size_t i = 0; i < list->count; i++) {
        char word[64];
        const char *text = ((const char *const *)list->items)[i];
        (void)snprintf(word, sizeof word, "%.*s", (int)strcspn(text, " ="), text);
        bool made_up = strncasecmp(word, "X-", 2) == 0 || isdigit((unsigned char)word[0]) || word[0] == '\0';
        if (!made_up)
            demand(GLOSS_EHLO, word, where);
    }
}

static void demand_host(const struct host *host, const char *where)
{
    const struct rule *rules = host->rules.items;
    demand_keywords(&host->ehlo, where);
    for (size_t i = 0; i < host->rules.count; i++) {
        const struct reply_text *reply = rules[i].effects[EFFECT_REPLY];
        const struct yaml_list *announce = rules[i].effects[EFFECT_ANNOUNCE];
        if (reply != NULL)
            demand_code(reply->code, where);
        if (announce != NULL)
            demand_keywords(announce, where);
    }
}

/* Replies wherever they stand in the text of the file, also in `raw` and in dialogs: "530 5.7.0*". */
static void demand_text(const char *path)
{
    char line[4096], status[16];
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL)
        for (const char *at = line; *at != '\0'; at++) {
            bool starts = strchr("245", *at) != NULL && isdigit((unsigned char)at[1]) &&
                          isdigit((unsigned char)at[2]) && strchr(" -", at[3]) != NULL && at[3] != '\0' &&
                          at[4] == *at && at[5] == '.';
            if (!starts || (at > line && isdigit((unsigned char)at[-1])))
                continue;
            (void)snprintf(status, sizeof status, "%.*s", (int)strspn(at + 4, "0123456789."), at + 4);
            demand_status(status, path);
        }
    (void)fclose(file);
}

START_TEST(all_that_scenarios_make_hosts_say_has_a_gloss)
{
    glob_t files;
    struct buf report;
    buf_init(&report, 1024 * 1024);
    ck_assert_msg(glob("scenarios/*/*.yaml", 0, NULL, &files) == 0, "run the tests in the project's folder");
    ck_assert_uint_gt(files.gl_pathc, 100);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct scenario *first = NULL;
        ck_assert_int_eq(scenario_load(&first, files.gl_pathv[i], NULL, &report, NULL), ERR_OK);
        demand_text(files.gl_pathv[i]);
        for (size_t k = 0; k < first->case_count || k == 0; k++) {
            struct scenario *one = NULL;
            const char *name = first->case_count > 0 ? first->cases[k].name : NULL;
            ck_assert_int_eq(scenario_load(&one, files.gl_pathv[i], name, &report, NULL), ERR_OK);
            for (size_t h = 0; h < one->host_count; h++)
                demand_host(&one->hosts[h], one->id);
            scenario_free(one);
        }
        scenario_free(first);
    }
    buf_fini(&report);
    globfree(&files);
}
END_TEST

/* ---- vocabularies ---- */

START_TEST(each_word_of_the_protocols_has_a_gloss)
{
    static const int codes[] = {211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452,
                                455, 500, 501, 502, 503, 504, 550, 551, 552, 553, 554, 555, /* RFC 5321 §4.2.3 */
                                235, 334, 432, 454, 530, 534, 535, 538,                     /* RFC 4954 §6 */
                                521, 556};                                                  /* RFC 7504 */
    static const struct {
        enum gloss_kind kind;
        const char *words;
    } lists[] = {
        {GLOSS_VERB, "EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY EXPN HELP BDAT STARTTLS AUTH eod message octets"},
        {GLOSS_ANSWER, "2_banner 4_banner 5_banner 2_EHLO 4_EHLO 5_EHLO 2_HELO 4_HELO 5_HELO 2_STARTTLS 4_STARTTLS "
                       "5_STARTTLS 2_AUTH 3_AUTH 4_AUTH 5_AUTH 2_MAIL 4_MAIL 5_MAIL 2_RCPT 4_RCPT 5_RCPT 3_DATA 4_DATA "
                       "5_DATA 2_eod 4_eod 5_eod 2_QUIT 2_RSET 2_NOOP 4_idle"},
        {GLOSS_PARAM, "SIZE BODY SMTPUTF8 AUTH RET ENVID NOTIFY ORCPT REQUIRETLS"},
        {GLOSS_EHLO, "PIPELINING SIZE 8BITMIME ENHANCEDSTATUSCODES STARTTLS AUTH DSN CHUNKING BINARYMIME SMTPUTF8 "
                     "REQUIRETLS"},
        {GLOSS_TYPE, "A AAAA MX TXT CNAME TLSA PTR"},
        {GLOSS_RCODE, "NOERROR NODATA NXDOMAIN SERVFAIL REFUSED FORMERR NOTIMPL BADVERS TIMEOUT"},
        {GLOSS_FIELD,
         "Reporting-MTA Original-Envelope-Id Received-From-MTA Arrival-Date Original-Recipient Final-Recipient "
         "Action Status Remote-MTA Diagnostic-Code Last-Attempt-Date Will-Retry-Until"},
        {GLOSS_ACTION, "failed delayed delivered relayed expanded"}, /* RFC 3464 §2.3.3 */
        {GLOSS_TLS, "start done"},
        {GLOSS_WIRE, "ok refused dropped given-up unreachable close_host close_target reset_host reset_target"},
#define FAULT(id, name, help) {GLOSS_FAULT, #name},
        DNS_FAULTS(FAULT)};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        demand_code(codes[i], "the RFCs");
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct slice rest = slice_cstr(lists[i].words);
        while (rest.len > 0) {
            char *word = slice_dup(slice_cut(&rest, ' '));
            bool of_two = lists[i].kind == GLOSS_ANSWER || lists[i].kind == GLOSS_WIRE;
            for (char *c = word; of_two && *c != '\0'; c++)
                *c = *c == '_' ? ' ' : *c;
            demand(lists[i].kind, word, "the protocols");
            free(word);
        }
    }
}
END_TEST

/* RFC 3463 §3: how many details each subject has. */
START_TEST(each_enhanced_status_code_of_rfc_3463_has_a_gloss)
{
    static const int details[] = {0, 8, 4, 5, 7, 5, 5, 7};
    for (int subject = 0; subject < 8; subject++)
        for (int detail = 0; detail <= details[subject]; detail++) {
            char text[32];
            (void)snprintf(text, sizeof text, "5.%d.%d", subject, detail);
            demand_status(text, "RFC 3463");
        }
}
END_TEST

START_TEST(a_row_says_something_once_and_cites_a_clause_that_can_be_found)
{
    size_t count;
    const struct gloss *rows = gloss_all(&count);
    for (size_t i = 0; i < count; i++) {
        const struct gloss *row = &rows[i];
        ck_assert_msg(row->text[0] != '\0', "%s", row->key);
        ck_assert_msg(gloss_find(row->kind, row->key) == row, "%s stands twice", row->key);
        unsigned rfc;
        char section[32];
        bool cites = row->clause[0] == '\0' || sscanf(row->clause, "RFC%u §%31[0-9.]", &rfc, section) == 2;
        ck_assert_msg(cites, "%s: %s", row->key, row->clause);
    }
}
END_TEST

START_TEST(a_status_code_is_three_numbers_at_the_start)
{
    static const struct {
        const char *text, *detail;
    } rows[] = {
        {"4.7.1 Greylisted", "7.1"},
        {"5.1.10 null MX", "1.10"},
        {"2.0.0", "0.0"},
        {"4.7.1\nmore", "7.1"},
        {"3.7.1 no class", NULL},
        {"4.7 short", NULL},
        {"4.7.", NULL},
        {"4..1 x", NULL},
        {"4.7.1x", NULL},
        {"4.7777.1 x", NULL},
        {"4.7.1234 x", NULL},
        {"", NULL},
        {"Hello 4.7.1", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gloss_status status;
        size_t len = gloss_read_status(rows[i].text, &status);
        ck_assert_msg((len > 0) == (rows[i].detail != NULL), "%s: %zu", rows[i].text, len);
        if (len > 0)
            ck_assert_str_eq(status.detail, rows[i].detail);
    }
}
END_TEST

SUITE(gloss, all_that_scenarios_make_hosts_say_has_a_gloss, each_word_of_the_protocols_has_a_gloss,
      each_enhanced_status_code_of_rfc_3463_has_a_gloss, a_row_says_something_once_and_cites_a_clause_that_can_be_found,
      a_status_code_is_three_numbers_at_the_start)
