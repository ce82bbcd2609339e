/* Answers that promise what the turn has written come after its commit, and only then. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/testing/aborts.h"
#include "lib/testing/suite.h"
#include "relay/queue/queue.h"

static struct config config;
static struct loop *loop;
static struct queue *queue;
static struct timer work;
static char folder[] = "/tmp/relaylab-commit-XXXXXX";
static unsigned answers;

static void write_message(void)
{
    static const struct queue_source own = {NULL, NULL};
    struct envelope_recipient to = {.address = "bob@d.example"};
    struct envelope envelope = {{.reverse_path = "a@s.example", .octets = OCTETS_7BIT}, &to, 1};
    char id[QUEUE_ID_MAX + 1];
    struct err err = {0};
    queue_new_id(queue, id);
    int rc = queue_add(queue, &own, id, &envelope, 0, SLICE_LIT("Subject: x\r\n\r\ny\r\n"), &err);
    ck_assert_msg(rc == ERR_OK, "%s", err.text);
}

static void work_alone(void *arg)
{
    (void)arg;
    write_message();
}

static void work_and_answer_at_once(void *arg)
{
    (void)arg;
    write_message();
    (void)queue_committed(queue);
}

static void answer(void *arg)
{
    (void)arg;
    answers += queue_committed(queue);
}

/* answer_first: the hook that answers is registered before the queue registers its commit. */
static void begin(void (*on_due)(void *), bool answer_first)
{
    struct err err = {0};
    struct prng prng;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    config = (struct config){.hostname = "relay.example", .spool = folder, .limits.queue_recipients = 100};
    prng_init_seed(&prng, 1);
    ck_assert_msg(loop_new(&loop, &err) == ERR_OK, "%s", err.text);
    if (answer_first)
        loop_in_phase(loop, LOOP_ANSWER, answer, NULL);
    ck_assert_msg(queue_open(&queue, &config, loop, NULL, &prng, &err) == ERR_OK, "%s", err.text);
    timer_init(&work, loop, on_due, NULL);
    timer_set_after(&work, 0);
}

static void end(void)
{
    static const char *const files[] = {"queue.db", "queue.db-wal", "queue.db-shm"};
    timer_stop(&work);
    queue_close(queue);
    loop_free(loop);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = mem_printf("%s/%s", folder, files[i]);
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(folder);
}

static void run_turn(void *arg)
{
    (void)arg;
    (void)loop_turn(loop, true, NULL);
}

START_TEST(an_answer_before_the_commit_aborts)
{
    begin(work_and_answer_at_once, false);
    ck_assert(aborts(run_turn, NULL));
    end();
}
END_TEST

START_TEST(an_answer_after_the_commit_promises_what_the_turn_wrote_whatever_was_registered_first)
{
    begin(work_alone, true);
    run_turn(NULL);
    ck_assert_uint_eq(answers, 1);
    end();
}
END_TEST

SUITE(commit, an_answer_before_the_commit_aborts,
      an_answer_after_the_commit_promises_what_the_turn_wrote_whatever_was_registered_first)
