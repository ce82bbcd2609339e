/* For tests: a real queue in a folder of its own, and what it keeps of accounts, keys and bans. */
#ifndef RL_RELAY_ACCESS_TESTING_H
#define RL_RELAY_ACCESS_TESTING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/access/change.h"

/* Password secret, 1000 rounds. */
#define TESTING_HASH                                                                                                   \
    "$6$rounds=1000$relaylab$"                                                                                         \
    "P8EiUquItJvJmqtcIzjoLUux9.s.JxIH8bNuuTU8w4vSNhxVUHHKuMlRb.MyWzZWqJl0sBcP9VBiDhgOkAk62."
#define TESTING_OCTETS "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=" /* 1, 2, … 32 */
#define TESTING_KEYS                                                                                                   \
    "\"salt\":\"AQIDBAUGBwgJCgsMDQ4PEA==\",\"iterations\":4096,\"stored_key\":\"" TESTING_OCTETS                       \
    "\",\"server_key\":\"" TESTING_OCTETS "\""
#define TESTING_PASSWORD "\"hash\":\"" TESTING_HASH "\"," TESTING_KEYS

static struct config testing_config;
static struct loop *testing_loop;
static struct queue *testing_queue;
static struct access *access_;
static char testing_folder[] = "/tmp/relaylab-access-XXXXXX";

static inline void testing_open(void)
{
    struct err err = {0};
    struct prng prng;
    prng_init_seed(&prng, 1);
    ck_assert_msg(loop_new(&testing_loop, &err) == ERR_OK, "%s", err.text);
    ck_assert_msg(queue_open(&testing_queue, &testing_config, testing_loop, NULL, &prng, &err) == ERR_OK, "%s",
                  err.text);
    ck_assert_msg(access_open(&access_, &testing_config, testing_loop, testing_queue, NULL, &err) == ERR_OK, "%s",
                  err.text);
}

static inline void testing_nothing(void *arg)
{
    (void)arg;
}

/* What was changed is durable after it. */
static inline void testing_turn(void)
{
    struct err err = {0};
    struct timer now;
    timer_init(&now, testing_loop, testing_nothing, NULL);
    timer_set_after(&now, 0);
    ck_assert_msg(loop_turn(testing_loop, true, &err) == ERR_OK, "%s", err.text);
    timer_stop(&now);
}

static inline void testing_close(void)
{
    access_close(access_);
    queue_close(testing_queue);
    loop_free(testing_loop);
}

static inline void testing_reopen(void)
{
    testing_turn();
    testing_close();
    testing_open();
}

/* No users, trusted networks or limits but these. */
static inline void testing_begin(void)
{
    memcpy(testing_folder + strlen(testing_folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(testing_folder));
    testing_config = (struct config){.hostname = "relay.example",
                                     .spool = testing_folder,
                                     .limits.queue_recipients = 100,
                                     .bans = {.after = 3, .time_ns = 3600 * INT64_C(1000000000)}};
    testing_open();
}

static inline void testing_end(void)
{
    static const char *const files[] = {"queue.db", "queue.db-wal", "queue.db-shm"};
    testing_close();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = mem_printf("%s/%s", testing_folder, files[i]);
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(testing_folder);
}

static inline struct json *testing_json(const char *text)
{
    struct json *json;
    struct err err = {0};
    ck_assert_msg(json_parse(slice_cstr(text), &json, &err) == ERR_OK, "%s", err.text);
    return json;
}

/* With the password `secret` and more: ",\"pool\":\"a\"". */
static inline void testing_add(const char *name, const char *more)
{
    struct err err = {0};
    char *text = mem_printf("{" TESTING_PASSWORD "%s}", more);
    struct json *json = testing_json(text);
    ck_assert_msg(change_add_account(access_, name, json, &err) == ERR_OK, "%s", err.text);
    json_free(json);
    free(text);
}

#endif
