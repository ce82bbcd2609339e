/* Requests about accounts, API keys and bans, and their answers line by line. */
#include "relay/access/testing.h"

#include "relay/control/answer.h"

static struct buf said;

static const char *ask(const char *line)
{
    struct control_request request;
    struct err err = {0};
    buf_reset(&said);
    if (control_request_parse(slice_cstr(line), &request, &err) != ERR_OK) {
        (void)buf_add_cstr(&said, err.text);
        return buf_cstr(&said);
    }
    struct answer *answer = answer_new(testing_queue, access_, &request);
    struct buf text;
    buf_init(&text, ANSWER_LINE_MAX);
    if (answer_is_change(answer))
        ck_assert(strstr(line, "list") == NULL);
    while (!answer_is_change(answer) && answer_next(answer, &text)) {
        (void)buf_add_slice(&said, buf_slice(&text));
        buf_reset(&text);
    }
    buf_fini(&text);
    answer_free(answer);
    return buf_cstr(&said);
}

/* A change is answered after its commit. */
static struct answer *waiting;

static void answer_after_commit(void *arg)
{
    struct buf text;
    (void)arg;
    buf_init(&text, ANSWER_LINE_MAX);
    buf_reset(&said);
    while (waiting != NULL && answer_next(waiting, &text)) {
        (void)buf_add_slice(&said, buf_slice(&text));
        buf_reset(&text);
    }
    buf_fini(&text);
}

static const char *change(const char *line)
{
    struct control_request request;
    struct err err = {0};
    ck_assert_msg(control_request_parse(slice_cstr(line), &request, &err) == ERR_OK, "%s: %s", line, err.text);
    waiting = answer_new(testing_queue, access_, &request);
    ck_assert(answer_is_change(waiting));
    testing_turn();
    answer_free(waiting);
    waiting = NULL;
    return buf_cstr(&said);
}

static void begin(void)
{
    buf_init(&said, 1024 * 1024);
    testing_begin();
    loop_in_phase(testing_loop, LOOP_ANSWER, answer_after_commit, NULL);
}

static void end(void)
{
    testing_end();
    buf_fini(&said);
}

#define ADD(name) "{\"verb\":\"account-add\",\"name\":\"" name "\",\"account\":{" TESTING_PASSWORD "}}"

START_TEST(accounts_are_added_changed_listed_and_removed)
{
    static const char *hash = TESTING_HASH;
    struct yaml_entry user = {.key = (char *)"carol", .value = (void *)&hash};
    begin();
    testing_config.users = (struct yaml_map){&user, 1};
    ck_assert_str_eq(change(ADD("bob")), "{\"end\":{}}\n");
    ck_assert_str_eq(change(ADD("alice")), "{\"end\":{}}\n");
    ck_assert_str_eq(change(ADD("bob")), "{\"error\":\"the account bob exists already\"}\n");
    ck_assert_str_eq(change("{\"verb\":\"account-set\",\"name\":\"bob\",\"account\":{\"disabled\":true}}"),
                     "{\"end\":{}}\n");
    const char *list = ask("{\"verb\":\"account-list\"}");
    const char *alice = strstr(list, "{\"account\":{\"name\":\"alice\",\"disabled\":false,");
    const char *bob = strstr(list, "{\"account\":{\"name\":\"bob\",\"disabled\":true,");
    const char *carol = strstr(list, "{\"account\":{\"name\":\"carol\",\"source\":\"configuration\"}}");
    ck_assert_msg(alice == list && bob > alice && carol > bob, "%s", list);
    ck_assert_ptr_nonnull(strstr(list, "\"usage\":{\"messages_hour\":0,"));
    ck_assert_ptr_nonnull(strstr(list, "{\"end\":{\"items\":3}}\n"));
    ck_assert_ptr_null(strstr(list, "$6$"));
    list = ask("{\"verb\":\"account-list\",\"name\":\"carol\"}");
    ck_assert_str_eq(list,
                     "{\"account\":{\"name\":\"carol\",\"source\":\"configuration\"}}\n{\"end\":{\"items\":1}}\n");
    ck_assert_str_eq(change("{\"verb\":\"account-remove\",\"name\":\"bob\"}"), "{\"end\":{}}\n");
    ck_assert_str_eq(change("{\"verb\":\"account-remove\",\"name\":\"bob\"}"),
                     "{\"error\":\"there is no account bob\"}\n");
    ck_assert_str_eq(ask("{\"verb\":\"account-list\",\"name\":\"bob\"}"), "{\"end\":{\"items\":0}}\n");
    end();
}
END_TEST

START_TEST(a_key_is_shown_once)
{
    char key[KEY_LEN + 1], id[KEY_ID_LEN + 1];
    begin();
    testing_add("alice", "");
    testing_add("bob", "");
    const char *answer = change("{\"verb\":\"apikey-create\",\"name\":\"alice\",\"label\":\"web\"}");
    ck_assert_int_eq(sscanf(answer, "{\"end\":{\"id\":\"%8[^\"]\",\"key\":\"%42[^\"]\"}}", id, key), 2);
    ck_assert(key_has_form(slice_cstr(key)) && key_is_whole(slice_cstr(key)) && strncmp(key + 4, id, 8) == 0);
    (void)change("{\"verb\":\"apikey-create\",\"name\":\"bob\",\"label\":\"web\"}");
    const char *list = ask("{\"verb\":\"apikey-list\"}");
    ck_assert_ptr_nonnull(strstr(list, "\"account\":\"alice\",\"label\":\"web\""));
    ck_assert_ptr_nonnull(strstr(list, "{\"end\":{\"items\":2}}\n"));
    ck_assert(strstr(list, key) == NULL && strstr(list, "digest") == NULL);
    list = ask("{\"verb\":\"apikey-list\",\"name\":\"bob\"}");
    ck_assert(strstr(list, "alice") == NULL && strstr(list, "{\"end\":{\"items\":1}}\n") != NULL);
    char *revoke = mem_printf("{\"verb\":\"apikey-revoke\",\"id\":\"%s\"}", id);
    ck_assert_str_eq(change(revoke), "{\"end\":{}}\n");
    ck_assert_ptr_nonnull(strstr(change(revoke), "there is no API key with the id"));
    free(revoke);
    end();
}
END_TEST

START_TEST(bans_are_listed_and_lifted)
{
    begin();
    for (int i = 0; i < 3; i++)
        access_note(access_, ip_v4(0x0a000001), false);
    ck_assert_ptr_nonnull(strstr(ask("{\"verb\":\"ban-list\"}"), "{\"ban\":{\"client\":\"10.0.0.1\",\"since\":"));
    ck_assert_str_eq(change("{\"verb\":\"ban-lift\",\"client\":\"10.0.0.1\"}"), "{\"end\":{}}\n");
    ck_assert_str_eq(ask("{\"verb\":\"ban-list\"}"), "{\"end\":{\"items\":0}}\n");
    ck_assert_str_eq(change("{\"verb\":\"ban-lift\",\"client\":\"10.0.0.1\"}"),
                     "{\"error\":\"10.0.0.1 is not banned\"}\n");
    end();
}
END_TEST

START_TEST(what_this_relay_cannot_honour_is_refused)
{
    begin();
    ck_assert_str_eq(ask("{\"verb\":\"account-remove\",\"name\":\"bob\",\"keep\":true}"),
                     "this relay does not support `keep` in this request");
    ck_assert_str_eq(change("{\"verb\":\"account-remove\"}"), "{\"error\":\"the request has no `name`\"}\n");
    ck_assert_str_eq(change("{\"verb\":\"apikey-revoke\"}"), "{\"error\":\"the request has no `id`\"}\n");
    ck_assert_str_eq(change("{\"verb\":\"account-add\",\"name\":\"bob\"}"),
                     "{\"error\":\"an account is a JSON object\"}\n");
    end();
}
END_TEST

/* More than the socket takes at once: the list goes on where it was, also when accounts come and go. */
START_TEST(a_list_goes_on_while_accounts_change)
{
    struct control_request request;
    struct err err = {0};
    struct buf text;
    begin();
    testing_add("a", "");
    testing_add("b", "");
    testing_add("d", "");
    ck_assert(control_request_parse(SLICE_LIT("{\"verb\":\"account-list\"}"), &request, &err) == ERR_OK);
    struct answer *answer = answer_new(testing_queue, access_, &request);
    buf_init(&text, 4 * ANSWER_LINE_MAX);
    ck_assert(answer_next(answer, &text) && answer_next(answer, &text));
    ck_assert_int_eq(change_remove_account(access_, "b", &err), ERR_OK);
    testing_add("c", "");
    while (answer_next(answer, &text))
        ;
    ck_assert_ptr_nonnull(strstr(buf_cstr(&text), "\"name\":\"c\""));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&text), "{\"end\":{\"items\":4}}\n"));
    answer_free(answer);
    buf_fini(&text);
    end();
}
END_TEST

SUITE(control_access, accounts_are_added_changed_listed_and_removed, a_key_is_shown_once, bans_are_listed_and_lifted,
      what_this_relay_cannot_honour_is_refused, a_list_goes_on_while_accounts_change)
