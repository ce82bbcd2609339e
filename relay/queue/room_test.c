/* Whether there is room, with what is promised to messages that are being stored. */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/queue/queue.h"

static struct config config;
static struct loop *loop;
static struct queue *queue;
static char folder[] = "/tmp/relaylab-room-XXXXXX";
static const struct queue_source one = {"192.0.2.1", "alice"}, other = {"192.0.2.2", "bob"};

static void begin(void)
{
    struct err err = {0};
    struct prng prng;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    config = (struct config){.hostname = "relay.example", .spool = folder};
    config.limits.queue_recipients = 100;
    prng_init_seed(&prng, 1);
    ck_assert_msg(loop_new(&loop, &err) == ERR_OK, "%s", err.text);
    ck_assert_msg(queue_open(&queue, &config, loop, NULL, &prng, &err) == ERR_OK, "%s", err.text);
}

static void end(void)
{
    queue_close(queue);
    loop_free(loop);
    static const char *const files[] = {"queue.db", "queue.db-wal", "queue.db-shm"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = mem_printf("%s/%s", folder, files[i]);
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(folder);
}

START_TEST(promised_recipients_count_until_they_are_released)
{
    begin();
    struct queue_promise promise, second;
    queue_promise(queue, &one, 40, 1, &promise);
    ck_assert_int_eq(queue_room_for(queue, &other, 50, 1), QUEUE_ROOM);
    queue_promise(queue, &other, 50, 1, &second);
    ck_assert_int_eq(queue_room_for(queue, &one, 10, 1), QUEUE_ROOM);
    ck_assert_int_eq(queue_room_for(queue, &one, 11, 1), QUEUE_FULL);
    queue_release(&second);
    queue_release(&second); /* once */
    static const struct {
        struct queue_source source;
        size_t recipients;
        enum queue_room room;
    } rows[] = {{{"192.0.2.1", NULL}, 10, QUEUE_ROOM},    {{"192.0.2.1", NULL}, 11, QUEUE_SHARE_USED},
                {{"192.0.2.3", "alice"}, 10, QUEUE_ROOM}, {{"192.0.2.3", "alice"}, 11, QUEUE_SHARE_USED},
                {{"192.0.2.3", "carol"}, 50, QUEUE_ROOM}, {{"192.0.2.3", "carol"}, 51, QUEUE_SHARE_USED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(queue_room_for(queue, &rows[i].source, rows[i].recipients, 1) == rows[i].room, "row %zu", i);
    queue_release(&promise);
    ck_assert_int_eq(queue_room_for(queue, &one, 50, 1), QUEUE_ROOM);
    end();
}
END_TEST

START_TEST(promised_octets_count_until_they_are_stored_or_released)
{
    begin();
    struct queue_promise promise;
    struct statvfs disk;
    ck_assert_int_eq(statvfs(folder, &disk), 0);
    size_t third = (size_t)((uint64_t)disk.f_bavail * disk.f_frsize / 10 * 3); /* 60 % of the disk, written twice */
    ck_assert_int_eq(queue_room_for(queue, &other, 1, third), QUEUE_ROOM);
    queue_promise(queue, &one, 1, third, &promise);
    ck_assert_int_eq(queue_room_for(queue, &other, 1, third), QUEUE_FULL);
    ck_assert_int_eq(queue_check_disk(queue, third, NULL), ERR_OK);
    queue_promise_stored(&promise, third / 10 * 9);
    ck_assert_int_eq(queue_room_for(queue, &other, 1, third), QUEUE_ROOM);
    queue_promise_stored(&promise, third);
    queue_release(&promise);
    ck_assert_int_eq(queue_room_for(queue, &other, 1, third), QUEUE_ROOM);
    end();
}
END_TEST

static void on_ready(void *arg)
{
    bool *ready = arg;
    *ready = true;
}

/* The id decides the order of what is due at one time. */
static void add(const struct queue_source *source, const char *id, const char *to)
{
    struct err err;
    struct envelope_recipient recipient = {.address = to};
    struct envelope envelope = {{.reverse_path = "a@s.example", .octets = OCTETS_7BIT}, &recipient, 1};
    ck_assert_int_eq(queue_add(queue, source, id, &envelope, 0, SLICE_LIT("Subject: x\r\n"), &err), ERR_OK);
}

static bool has_no_lookup(void *arg, const struct queue_message *message)
{
    (void)arg;
    return queue_lookups_of_owner(queue, message) == 0;
}

START_TEST(a_message_whose_owner_has_to_wait_holds_up_no_other_of_its_domain)
{
    static const struct queue_source by_alice = {"192.0.2.9", "alice"}, anonymous = {"192.0.2.9", NULL},
                                     own = {NULL, NULL};
    static const struct queue_source *const sources[] = {&by_alice, &by_alice, &anonymous, &anonymous, &own, &own};
    static const char *const takers[] = {"0@d.example", "2@d.example", "4@d.example"};
    const struct queue_message *messages[3];
    struct queue_batch batch;
    bool ready = false;
    begin();
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        char *to = mem_printf("%zu@d.example", i);
        char *id = mem_printf("m%zu", i);
        add(sources[i], id, to);
        free(id);
        free(to);
    }
    queue_start(queue, on_ready, &ready);
    while (!ready)
        ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);
    struct queue_domain *domain = queue_find_domain(queue, "d.example");
    for (size_t i = 0; i < 3; i++) {
        ck_assert(queue_take_if(queue, domain, has_no_lookup, NULL, &batch));
        ck_assert_str_eq(batch.recipients[0]->to.address, takers[i]);
        messages[i] = batch.message;
        queue_lookup_begins(queue, batch.message);
        ck_assert_uint_eq(queue_lookups_of_owner(queue, batch.message), 1);
    }
    ck_assert(!queue_take_if(queue, domain, has_no_lookup, NULL, &batch));
    queue_lookup_ends(queue, messages[1]);
    ck_assert(queue_take_if(queue, domain, has_no_lookup, NULL, &batch));
    ck_assert_str_eq(batch.recipients[0]->to.address, "3@d.example");
    ck_assert(queue_take(queue, domain, &batch));
    ck_assert_str_eq(batch.recipients[0]->to.address, "1@d.example");
    end();
}
END_TEST

SUITE(room, promised_recipients_count_until_they_are_released, promised_octets_count_until_they_are_stored_or_released,
      a_message_whose_owner_has_to_wait_holds_up_no_other_of_its_domain)
