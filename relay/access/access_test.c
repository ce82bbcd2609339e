/* Accounts, API keys and bans as they are kept: who may log in, what each may do, and that a restart changes nothing.
 */
#include "relay/access/testing.h"

#include "lib/base/duration.h"

static struct ip client(uint32_t number)
{
    return ip_v4(0x0a000000 + number);
}

/* Of the configuration. */
static void add_user(const char *name)
{
    static const char *hash = TESTING_HASH;
    static struct yaml_entry user;
    user = (struct yaml_entry){.key = (char *)name, .value = (void *)&hash};
    testing_config.users = (struct yaml_map){&user, 1};
}

static int change(const char *name, const char *text)
{
    struct err err = {0};
    struct json *json = testing_json(text);
    int rc = change_set_account(access_, name, json, &err);
    json_free(json);
    return rc;
}

static const char *create_key(const char *account, const char *label)
{
    static char key[KEY_LEN + 1];
    struct err err = {0};
    ck_assert_msg(change_create_key(access_, account, label, 0, key, &err) == ERR_OK, "%s", err.text);
    return key;
}

/* The account that the key is of, or NULL. */
static const char *log_in(const char *user, const char *key)
{
    static char account[64];
    struct principal principal = {0};
    enum access_verdict verdict = access_check_key(access_, user, key, &principal);
    ck_assert_int_ne(verdict, ACCESS_NO_KEY);
    (void)snprintf(account, sizeof account, "%s", verdict == ACCESS_KEY_GOOD ? principal.account : "");
    principal_fini(&principal);
    return verdict == ACCESS_KEY_GOOD ? account : NULL;
}

static bool may_send(const char *account, const char *key)
{
    const struct rights_usage *usage = NULL;
    struct principal principal = principal_of_account(account, key);
    bool may = access_rights(access_, &principal, &usage) != NULL;
    ck_assert(!may || usage != NULL);
    principal_fini(&principal);
    return may;
}

/* ---- accounts ---- */

START_TEST(an_account_is_there_at_once_and_after_a_restart)
{
    testing_begin();
    ck_assert_ptr_null(access_hash(access_, "alice"));
    testing_add("alice", "");
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(access_hash(access_, "alice"), TESTING_HASH);
        ck_assert_str_eq(access_any_hash(access_), TESTING_HASH);
        ck_assert(access_knows(access_, "alice") && !access_knows(access_, "bob"));
        ck_assert(may_send("alice", NULL) && !may_send("bob", NULL));
        testing_reopen();
    }
    testing_end();
}
END_TEST

START_TEST(an_account_that_is_disabled_or_removed_can_neither_log_in_nor_send)
{
    struct err err = {0};
    testing_begin();
    testing_add("alice", "");
    ck_assert_int_eq(change("alice", "{\"disabled\":true}"), ERR_OK);
    for (int i = 0; i < 2; i++) {
        ck_assert_ptr_null(access_hash(access_, "alice"));
        ck_assert(!may_send("alice", NULL) && access_knows(access_, "alice"));
        testing_reopen();
    }
    ck_assert_int_eq(change("alice", "{\"disabled\":false}"), ERR_OK);
    ck_assert(access_hash(access_, "alice") != NULL && may_send("alice", NULL));
    ck_assert_int_eq(change_remove_account(access_, "alice", &err), ERR_OK);
    for (int i = 0; i < 2; i++) {
        ck_assert(access_hash(access_, "alice") == NULL && !may_send("alice", NULL));
        testing_reopen();
    }
    ck_assert_int_eq(change_remove_account(access_, "alice", &err), ERR_NOT_FOUND);
    testing_end();
}
END_TEST

START_TEST(a_user_of_the_configuration_may_do_anything_until_an_account_hides_it)
{
    const struct rights_usage *usage;
    struct err err = {0};
    size_t at = 0;
    testing_begin();
    add_user("alice");
    struct principal alice = principal_of_account("alice", NULL);
    ck_assert_str_eq(access_hash(access_, "alice"), TESTING_HASH);
    ck_assert_uint_eq(access_rights(access_, &alice, &usage)->senders.count, 0);
    ck_assert_str_eq(change_next_user(access_, &at), "alice");
    ck_assert_int_eq(change("alice", "{\"disabled\":true}"), ERR_NOT_FOUND);
    testing_add("alice", ",\"senders\":[\"a.example\"]");
    ck_assert_uint_eq(access_rights(access_, &alice, &usage)->senders.count, 1);
    ck_assert_int_eq(change("alice", "{\"disabled\":true}"), ERR_OK);
    ck_assert_ptr_null(access_hash(access_, "alice"));
    at = 0;
    ck_assert_ptr_null(change_next_user(access_, &at));
    ck_assert_int_eq(change_remove_account(access_, "alice", &err), ERR_OK);
    ck_assert_str_eq(access_hash(access_, "alice"), TESTING_HASH);
    principal_fini(&alice);
    testing_end();
}
END_TEST

START_TEST(an_account_that_is_not_one_is_refused)
{
    static const char *const names[] = {"", "a b", "a/b", "gr\xc3\xbc", "apikey", "alice"};
    static const char *const bodies[] = {
        "{}",
        "{\"hash\":\"" TESTING_HASH "\"}",
        "{\"hash\":\"$6$short\"," TESTING_KEYS "}",
        "{" TESTING_PASSWORD ",\"colour\":1}",
        "{" TESTING_PASSWORD ",\"hash2\":\"x\"}",
        "{" TESTING_PASSWORD ",\"messages_per_hour\":-1}",
        "{" TESTING_PASSWORD ",\"messages_per_hour\":\"many\"}",
        "{" TESTING_PASSWORD ",\"senders\":\"a.example\"}",
        "{" TESTING_PASSWORD ",\"senders\":[\"\"]}",
        "{" TESTING_PASSWORD ",\"senders\":[1]}",
        "{" TESTING_PASSWORD ",\"disabled\":1}",
        "{" TESTING_PASSWORD ",\"pool\":\"a b\"}",
    };
    struct err err = {0};
    testing_begin();
    testing_add("alice", "");
    struct json *good = testing_json("{" TESTING_PASSWORD "}");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_msg(change_add_account(access_, names[i], good, &err) == ERR_INVALID, "%s", names[i]);
    json_free(good);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct json *json = testing_json(bodies[i]);
        ck_assert_msg(change_add_account(access_, "bob", json, &err) == ERR_INVALID, "%s", bodies[i]);
        json_free(json);
    }
    ck_assert(access_hash(access_, "bob") == NULL);
    testing_end();
}
END_TEST

START_TEST(a_change_that_is_refused_changes_nothing)
{
    testing_begin();
    testing_add("alice", ",\"pool\":\"first\",\"senders\":[\"a.example\"],\"messages_per_day\":5");
    ck_assert_int_eq(change("alice", "{\"pool\":\"second\",\"senders\":[],\"messages_per_day\":-5}"), ERR_INVALID);
    const struct account *alice = change_next_account(access_, NULL);
    ck_assert_str_eq(alice->pool, "first");
    ck_assert_uint_eq(alice->rights.senders.count, 1);
    ck_assert_int_eq(change("alice", "{\"pool\":\"\",\"senders\":[],\"dkim_domain\":\"a.example\"}"), ERR_OK);
    testing_reopen();
    alice = change_next_account(access_, NULL);
    ck_assert_ptr_null(alice->pool);
    ck_assert_uint_eq(alice->rights.senders.count, 0);
    ck_assert_str_eq(alice->dkim_domain, "a.example");
    ck_assert_int_eq(alice->rights.messages_per_day, 5);
    ck_assert_int_gt(alice->created_s, 0);
    testing_end();
}
END_TEST

START_TEST(a_list_shows_no_password)
{
    struct buf text;
    testing_begin();
    testing_add("alice", "");
    struct json *json = account_print(change_next_account(access_, NULL), false);
    buf_init(&text, 65536);
    ck_assert(json_write(json, &text));
    ck_assert_ptr_null(strstr(buf_cstr(&text), "$6$"));
    ck_assert_ptr_null(strstr(buf_cstr(&text), TESTING_OCTETS));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&text), "messages_per_hour"));
    buf_fini(&text);
    json_free(json);
    testing_end();
}
END_TEST

START_TEST(a_record_that_is_damaged_is_kept_and_has_no_effect)
{
    testing_begin();
    testing_add("bob", "");
    queue_put_record(testing_queue, "account", "alice", "{\"hash\":");
    queue_put_record(testing_queue, "account", "carol", "{\"pool\":\"a\"}");
    queue_put_record(testing_queue, "apikey", "12345678", "{}");
    queue_put_record(testing_queue, "ban", "nowhere", "{}");
    for (int i = 0; i < 2; i++) {
        testing_reopen();
        ck_assert_str_eq(change_next_account(access_, NULL)->name, "bob");
        ck_assert_ptr_null(change_next_account(access_, "bob"));
        ck_assert_ptr_null(change_next_key(access_, NULL));
    }
    testing_end();
}
END_TEST

/* ---- API keys ---- */

START_TEST(a_key_logs_in_as_its_account_with_two_names)
{
    testing_begin();
    testing_add("alice", "");
    testing_add("bob", "");
    char key[KEY_LEN + 1], wrong[KEY_LEN + 1];
    (void)snprintf(key, sizeof key, "%s", create_key("alice", "web"));
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(log_in("apikey", key), "alice");
        ck_assert_str_eq(log_in("alice", key), "alice");
        ck_assert_ptr_null(log_in("bob", key));
        ck_assert_ptr_null(log_in("nobody", key));
        testing_reopen();
    }
    key_new(wrong);
    ck_assert_ptr_null(log_in("alice", wrong));
    memcpy(wrong, key, KEY_ID_LEN + 4); /* the id of another is not enough; the checksum is wrong, too */
    ck_assert_ptr_null(log_in("alice", wrong));
    struct apikey *made = (struct apikey *)change_next_key(access_, NULL);
    made->digest[DIGEST_BYTES - 1] ^= 1; /* as if it were another one with this id */
    ck_assert_ptr_null(log_in("alice", key));
    struct principal nobody = {0};
    ck_assert_int_eq(access_check_key(access_, "alice", "secret", &nobody), ACCESS_NO_KEY);
    testing_end();
}
END_TEST

START_TEST(a_key_of_a_disabled_account_or_that_was_revoked_has_no_effect)
{
    struct err err = {0};
    char key[KEY_LEN + 1], id[KEY_ID_LEN + 1];
    testing_begin();
    testing_add("alice", "");
    (void)snprintf(key, sizeof key, "%s", create_key("alice", "web"));
    key_id(slice_cstr(key), id);
    ck_assert(may_send("alice", id));
    ck_assert_int_eq(change("alice", "{\"disabled\":true}"), ERR_OK);
    ck_assert_ptr_null(log_in("alice", key));
    ck_assert_int_eq(change("alice", "{\"disabled\":false}"), ERR_OK);
    ck_assert_ptr_nonnull(log_in("alice", key));
    ck_assert_int_eq(change_revoke_key(access_, id, &err), ERR_OK);
    for (int i = 0; i < 2; i++) {
        ck_assert_ptr_null(log_in("alice", key));
        ck_assert(!may_send("alice", id) && may_send("alice", NULL));
        testing_reopen();
    }
    ck_assert_int_eq(change_revoke_key(access_, id, &err), ERR_NOT_FOUND);
    (void)snprintf(key, sizeof key, "%s", create_key("alice", "web"));
    ck_assert_int_eq(change_remove_account(access_, "alice", &err), ERR_OK);
    testing_add("alice", ""); /* another one of this name does not get the keys of the first */
    ck_assert_ptr_null(log_in("alice", key));
    ck_assert_ptr_null(change_next_key(access_, NULL));
    testing_end();
}
END_TEST

START_TEST(a_key_expires)
{
    struct err err = {0};
    char key[KEY_LEN + 1];
    testing_begin();
    testing_add("alice", "");
    int64_t now_s = loop_wall_ns(testing_loop) / NS_PER_S;
    ck_assert_int_eq(change_create_key(access_, "alice", "old", now_s - 1, key, &err), ERR_INVALID);
    ck_assert_int_eq(change_create_key(access_, "alice", "new", now_s + 3600, key, &err), ERR_OK);
    ck_assert_ptr_nonnull(log_in("alice", key));
    struct apikey *made = (struct apikey *)change_next_key(access_, NULL);
    made->expires_s = now_s;
    ck_assert_ptr_null(log_in("alice", key));
    ck_assert(!may_send("alice", made->id));
    testing_end();
}
END_TEST

START_TEST(a_key_has_a_name_and_an_account)
{
    struct err err = {0};
    char key[KEY_LEN + 1];
    testing_begin();
    testing_add("alice", "");
    add_user("bob");
    (void)create_key("alice", "web");
    (void)create_key("bob", "web"); /* of the configuration */
    ck_assert_int_eq(change_create_key(access_, "alice", "web", 0, key, &err), ERR_INVALID);
    ck_assert_int_eq(change_create_key(access_, "alice", "", 0, key, &err), ERR_INVALID);
    ck_assert_int_eq(change_create_key(access_, "alice", "a\nb", 0, key, &err), ERR_INVALID);
    ck_assert_int_eq(change_create_key(access_, "carol", "web", 0, key, &err), ERR_NOT_FOUND);
    testing_end();
}
END_TEST

START_TEST(the_time_of_the_last_use_is_kept)
{
    testing_begin();
    testing_add("alice", "");
    const char *key = create_key("alice", "web");
    ck_assert_int_eq(change_next_key(access_, NULL)->used_s, 0);
    ck_assert_ptr_nonnull(log_in("alice", key));
    testing_reopen();
    ck_assert_int_gt(change_next_key(access_, NULL)->used_s, 0);
    testing_end();
}
END_TEST

/* ---- SCRAM ---- */

START_TEST(scram_is_offered_when_no_one_would_be_misled_by_it)
{
    testing_begin();
    ck_assert(!access_has_keys(access_));
    testing_add("alice", "");
    ck_assert(access_has_keys(access_));
    add_user("bob"); /* who has a hash alone */
    ck_assert(!access_has_keys(access_));
    testing_add("bob", "");
    ck_assert(access_has_keys(access_));
    testing_end();
}
END_TEST

START_TEST(unknown_users_have_keys_that_stay_and_that_nothing_matches)
{
    struct sasl_keys alice, disabled, nobody, again, other;
    testing_begin();
    testing_add("alice", "");
    access_find_keys(access_, "alice", &alice);
    ck_assert_int_eq(alice.salt[0], 1);
    ck_assert_uint_eq(alice.iterations, 4096);
    access_find_keys(access_, "nobody", &nobody);
    access_find_keys(access_, "other", &other);
    ck_assert_mem_ne(nobody.salt, other.salt, sizeof nobody.salt);
    ck_assert_mem_ne(nobody.stored_key, other.stored_key, sizeof nobody.stored_key);
    ck_assert_uint_ge(nobody.iterations, 4096);
    testing_reopen();
    access_find_keys(access_, "nobody", &again);
    ck_assert_mem_eq(nobody.salt, again.salt, sizeof nobody.salt);
    ck_assert_uint_eq(nobody.iterations, again.iterations);
    ck_assert_str_ne(nobody.nonce, again.nonce);
    ck_assert_uint_ge(strlen(nobody.nonce), 24);
    ck_assert_int_eq(change("alice", "{\"disabled\":true}"), ERR_OK);
    access_find_keys(access_, "alice", &disabled);
    ck_assert_mem_eq(disabled.salt, alice.salt, sizeof alice.salt);
    ck_assert_mem_ne(disabled.stored_key, alice.stored_key, sizeof alice.stored_key);
    testing_end();
}
END_TEST

/* ---- bans and amounts ---- */

START_TEST(a_client_that_guesses_is_banned_across_restarts_until_it_is_forgiven)
{
    struct err err = {0};
    size_t at = 0;
    testing_begin();
    for (int i = 0; i < 2; i++)
        access_note(access_, client(1), false);
    ck_assert(!access_is_banned(access_, client(1)));
    access_note(access_, client(1), false);
    for (int i = 0; i < 2; i++) {
        ck_assert(access_is_banned(access_, client(1)) && !access_is_banned(access_, client(2)));
        testing_reopen();
    }
    ck_assert(ip_eq(change_next_ban(access_, &at)->client, client(1)));
    ck_assert_ptr_null(change_next_ban(access_, &at));
    ck_assert_int_eq(change_lift_ban(access_, "10.0.0.2", &err), ERR_NOT_FOUND);
    ck_assert_int_eq(change_lift_ban(access_, "nowhere", &err), ERR_INVALID);
    ck_assert_int_eq(change_lift_ban(access_, "10.0.0.1", &err), ERR_OK);
    for (int i = 0; i < 2; i++) {
        ck_assert(!access_is_banned(access_, client(1)));
        testing_reopen();
    }
    testing_end();
}
END_TEST

START_TEST(a_right_password_forgives_and_a_trusted_network_is_never_banned)
{
    static struct ip_net net;
    net = (struct ip_net){client(9), 32};
    testing_begin();
    testing_config.trusted_networks = (struct yaml_list){&net, 1};
    for (int i = 0; i < 20; i++) {
        access_note(access_, client(1), i % 3 == 2);
        access_note(access_, client(9), false);
    }
    ck_assert(!access_is_banned(access_, client(1)) && !access_is_banned(access_, client(9)));
    size_t at = 0;
    ck_assert_ptr_null(change_next_ban(access_, &at));
    testing_end();
}
END_TEST

START_TEST(what_an_account_has_sent_is_kept_where_there_is_a_limit)
{
    const struct rights_usage *usage;
    testing_begin();
    testing_add("alice", ",\"recipients_per_month\":100");
    testing_add("bob", "");
    struct principal alice = principal_of_account("alice", NULL), bob = principal_of_account("bob", NULL);
    access_spend(access_, "alice", 1, 7);
    access_spend(access_, "bob", 1, 7);
    access_spend(access_, "nobody", 1, 7);
    access_store_usage(access_, "alice");
    access_store_usage(access_, "bob");
    access_store_usage(access_, "nobody");
    for (int i = 0; i < 2; i++) {
        ck_assert_ptr_nonnull(access_rights(access_, &alice, &usage));
        ck_assert_int_eq(usage->recipients_month, 7);
        ck_assert_ptr_nonnull(access_rights(access_, &bob, &usage));
        ck_assert_int_eq(usage->recipients_month, 0);
        testing_reopen();
    }
    ck_assert_int_eq(change("alice", "{\"pool\":\"a\"}"), ERR_OK); /* a change does not reset it */
    ck_assert_ptr_nonnull(access_rights(access_, &alice, &usage));
    ck_assert_int_eq(usage->recipients_month, 7);
    principal_fini(&alice);
    principal_fini(&bob);
    testing_end();
}
END_TEST

SUITE(access, an_account_is_there_at_once_and_after_a_restart,
      an_account_that_is_disabled_or_removed_can_neither_log_in_nor_send,
      a_user_of_the_configuration_may_do_anything_until_an_account_hides_it, an_account_that_is_not_one_is_refused,
      a_change_that_is_refused_changes_nothing, a_list_shows_no_password,
      a_record_that_is_damaged_is_kept_and_has_no_effect, a_key_logs_in_as_its_account_with_two_names,
      a_key_of_a_disabled_account_or_that_was_revoked_has_no_effect, a_key_expires, a_key_has_a_name_and_an_account,
      the_time_of_the_last_use_is_kept, scram_is_offered_when_no_one_would_be_misled_by_it,
      unknown_users_have_keys_that_stay_and_that_nothing_matches,
      a_client_that_guesses_is_banned_across_restarts_until_it_is_forgiven,
      a_right_password_forgives_and_a_trusted_network_is_never_banned,
      what_an_account_has_sent_is_kept_where_there_is_a_limit)
