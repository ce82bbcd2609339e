/*
 * A database of three messages in which octets were changed: the queue opens or says why not, whatever it gives out is
 * sound, and its messages can be delivered, dropped and bounced. An input is a row of changes, five octets each: where
 * (three octets), what, and an ignored one.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/testing/fuzz.h"
#include "relay/queue/queue.h"

#define IMAGE_MAX ((size_t)256 * 1024)
#define CHANGE    5
#define TURNS     8

static struct config config;
static struct prng prng;
static char folder[] = "/tmp/relaylab-database-XXXXXX";
static uint8_t image[IMAGE_MAX];
static size_t image_size;
static struct queue *queue;

static char *path_of(const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

static void remove_files(void)
{
    static const char *const names[] = {"queue.db",          "queue.db-wal",     "queue.db-shm", "queue.db.damaged",
                                        "queue.db-wal.lost", "queue.db-journal", "queue.db.copy"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = path_of(names[i]);
        (void)unlink(path);
        free(path);
    }
}

static void remove_all(void)
{
    remove_files();
    (void)rmdir(folder);
}

static void transfer(bool store)
{
    char *path = path_of("queue.db");
    FILE *file = fopen(path, store ? "we" : "re");
    rl_assert(file != NULL);
    if (store)
        rl_assert(fwrite(image, 1, image_size, file) == image_size);
    else
        image_size = fread(image, 1, IMAGE_MAX, file);
    (void)fclose(file);
    free(path);
}

static void on_ready(void *arg)
{
    static const struct queue_result delivered = {.outcome = QUEUE_DELIVERED, .status = "2.0.0", .diagnostic = "250"};
    struct queue_batch batch;
    struct buf body;
    (void)arg;
    LIST_EACH_SAFE (struct queue_domain, link, domain, next, queue_ready_domains(queue))
        if (queue_take(queue, domain, &batch)) {
            buf_init(&body, IMAGE_MAX);
            (void)queue_read_body(queue, batch.message, 0, IMAGE_MAX, &body, NULL);
            buf_fini(&body);
            for (size_t i = 0; i < batch.count; i++)
                queue_report(queue, batch.recipients[i], &delivered);
        }
}

static void look_at_all(void)
{
    struct queue_cursor cursor;
    queue_cursor_open(&cursor, queue);
    for (const struct queue_message *m; (m = queue_cursor_at(&cursor)) != NULL; queue_cursor_step(&cursor, queue)) {
        rl_assert(m->id[0] != '\0' && strlen(m->mail.reverse_path) < 2000 && m->created_ns >= 0 &&
                  m->recipient_count > 0);
        LIST_EACH (struct queue_recipient, link, r, &m->recipients)
            rl_assert(strlen(r->to.address) < 2000 && r->attempts >= 0 && r->next_ns >= 0);
    }
    queue_cursor_close(&cursor, queue);
}

static void turn(struct loop *loop, int count)
{
    for (int i = 0; i < count; i++)
        (void)loop_turn(loop, false, NULL);
}

static void use(struct loop *loop, bool bounce)
{
    static const struct queue_filter any = {0};
    look_at_all();
    queue_start(queue, on_ready, NULL);
    turn(loop, TURNS);
    (void)queue_operate(queue, QUEUE_RETRY, &any);
    turn(loop, TURNS);
    (void)queue_operate(queue, bounce ? QUEUE_BOUNCE : QUEUE_DROP, &any);
    turn(loop, TURNS);
}

static void on_nothing(void *arg)
{
    (void)arg;
}

/* A turn in which something happened ends with a commit. */
static void commit(struct loop *loop)
{
    struct timer timer;
    timer_init(&timer, loop, on_nothing, NULL);
    timer_set_after(&timer, 0);
    turn(loop, 2);
    timer_stop(&timer);
}

static void make_image(void)
{
    struct loop *loop;
    struct err err;
    static const struct queue_source own = {NULL, NULL};
    struct envelope_recipient to[] = {{.address = "bob@d.example"}, {.address = "ann@e.example"}};
    struct envelope envelope = {{.reverse_path = "alice@s.example", .octets = OCTETS_7BIT}, to, 2};
    struct slice body = SLICE_LIT("Subject: x\r\n\r\nx\r\n");
    char id[] = "message-0";
    config.spool = mkdtemp(folder);
    config.hostname = "relay.example";
    config.limits.queue_recipients = 1000;
    config.retry.lifetime_ns = config.retry.bounce_lifetime_ns = INT64_C(5) * 86400 * NS_PER_S;
    rl_assert(atexit(remove_all) == 0 && loop_new(&loop, &err) == ERR_OK &&
              queue_open(&queue, &config, loop, NULL, &prng, &err) == ERR_OK);
    for (; id[8] < '3'; id[8]++)
        rl_assert(queue_add(queue, &own, id, &envelope, 0, body, &err) == ERR_OK);
    commit(loop);
    queue_close(queue);
    loop_free(loop);
    transfer(false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t whole[IMAGE_MAX];
    struct loop *loop;
    struct err err = {0};
    if (image_size == 0)
        make_image();
    memcpy(whole, image, image_size);
    for (size_t at = 0; at + CHANGE <= size; at += CHANGE) {
        size_t where = (size_t)data[at] << 16 | (size_t)data[at + 1] << 8 | data[at + 2];
        image[where % image_size] = data[at + 3];
    }
    remove_files();
    transfer(true);
    memcpy(image, whole, image_size);
    rl_assert(loop_new(&loop, &err) == ERR_OK);
    if (queue_open(&queue, &config, loop, NULL, &prng, &err) == ERR_OK) {
        use(loop, size % 2 == 1);
        queue_close(queue);
    } else {
        rl_assert(err.text[0] != '\0');
    }
    loop_free(loop);
    return 0;
}
