/* Two streams over one socket pair: unencrypted, then in TLS, with back-pressure and an end. */
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/io/stream.h"
#include "lib/testing/suite.h"

#define TURNS_MAX 10000

struct end {
    struct stream *stream;
    struct buf got;
    unsigned secured; /* how often on_tls came */
    bool ended;
    enum stream_end how;
    bool hold; /* consumes nothing */
    bool sips; /* consumes one octet, and pauses */
    bool paused;
    bool answers; /* one reply, then closes: a server that receives QUIT */
};

static struct loop *loop;
static struct end left, right;
static int fds[2]; /* theirs */

static void on_data(void *arg, struct buf *in)
{
    struct end *end = arg;
    if (end->hold || end->paused)
        return;
    if (end->sips) {
        (void)buf_add(&end->got, in->data, 1);
        buf_consume(in, 1);
        end->paused = true;
        stream_pause(end->stream);
        return;
    }
    (void)buf_add_slice(&end->got, buf_slice(in));
    buf_consume(in, in->len);
    if (end->answers) {
        (void)stream_write(end->stream, SLICE_LIT("221 Bye"));
        stream_close_after_flush(end->stream);
    }
}

static void on_tls(void *arg, const struct tls_info *info)
{
    struct end *end = arg;
    end->secured += info->version[0] != '\0';
}

static void on_end(void *arg, enum stream_end how, int error)
{
    struct end *end = arg;
    (void)error;
    end->ended = true;
    end->how = how;
}

static void say_goodbye(void *arg)
{
    struct end *end = arg;
    ck_assert(!end->paused);
    (void)stream_write(end->stream, SLICE_LIT("goodbye"));
    stream_close_after_flush(end->stream);
}

static const struct stream_ops polite_ops = {
    .on_data = on_data, .on_tls = on_tls, .on_eof = say_goodbye, .on_end = on_end};
static const struct stream_ops ops = {.on_data = on_data, .on_tls = on_tls, .on_end = on_end};

static void open_pair_with(size_t in_max, const struct stream_ops *right_ops)
{
    struct stream_limits limits = {in_max, 1024 * 1024};
    ck_assert_int_eq(loop_new(&loop, NULL), ERR_OK);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    left = right = (struct end){0};
    buf_init(&left.got, 1024 * 1024);
    buf_init(&right.got, 1024 * 1024);
    left.stream = stream_new(loop, fds[0], &limits, &ops, &left);
    right.stream = stream_new(loop, fds[1], &limits, right_ops, &right);
}

static void open_pair(size_t in_max)
{
    open_pair_with(in_max, &ops);
}

static void close_pair(void)
{
    if (left.stream != NULL)
        stream_free(left.stream);
    if (right.stream != NULL)
        stream_free(right.stream);
    (void)loop_turn(loop, false, NULL);
    buf_fini(&left.got);
    buf_fini(&right.got);
    loop_free(loop);
}

#define TURN_UNTIL(condition)                                                                                          \
    do {                                                                                                               \
        int turns_ = 0;                                                                                                \
        while (!(condition) && turns_++ < TURNS_MAX)                                                                   \
            ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);                                                    \
        ck_assert_msg(condition, "%s", #condition);                                                                    \
    } while (0)

/* As an owner does it: flush, wait for the callback, free. */
static void close_left(void)
{
    stream_close_after_flush(left.stream);
    TURN_UNTIL(left.ended);
    ck_assert_int_eq(left.how, STREAM_END_FLUSHED);
    stream_free(left.stream);
    left.stream = NULL;
}

START_TEST(bytes_arrive_and_the_end_is_reported_once_all_are_there)
{
    open_pair(65536);
    ck_assert(stream_write(left.stream, SLICE_LIT("hello")));
    close_left();
    TURN_UNTIL(right.ended);
    ck_assert_str_eq(buf_cstr(&right.got), "hello");
    ck_assert_int_eq(right.how, STREAM_END_EOF);
    close_pair();
}
END_TEST

START_TEST(what_a_peer_sent_before_it_closed_is_read_although_writing_fails)
{
    static char many[1024 * 1024];
    open_pair(65536);
    right.hold = true; /* it reads nothing */
    ck_assert(stream_write(left.stream, slice_make(many, sizeof many)));
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
    ck_assert_uint_gt(stream_pending(left.stream), 0);
    stream_pause(left.stream); /* so that it meets both at once: the words, and the end */
    ck_assert(stream_write(right.stream, SLICE_LIT("550 enough")));
    stream_close_after_flush(right.stream);
    TURN_UNTIL(right.ended);
    stream_free(right.stream);
    right.stream = NULL;
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
    stream_resume(left.stream);
    TURN_UNTIL(left.ended);
    ck_assert_str_eq(buf_cstr(&left.got), "550 enough");
    ck_assert_int_eq(left.how, STREAM_END_RESET);
    close_pair();
}
END_TEST

START_TEST(a_full_input_buffer_stops_reading_until_resumed)
{
    char many[4000];
    memset(many, 'x', sizeof many);
    open_pair(1000);
    right.hold = true;
    ck_assert(stream_write(left.stream, slice_make(many, sizeof many)));
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
    ck_assert_uint_eq(right.got.len, 0);
    right.hold = false;
    stream_resume(right.stream);
    TURN_UNTIL(right.got.len == sizeof many);
    close_pair();
}
END_TEST

START_TEST(too_much_output_ends_the_stream)
{
    static char many[1024 * 1024 + 1];
    open_pair(1000);
    ck_assert(!stream_write(left.stream, slice_make(many, sizeof many)));
    TURN_UNTIL(left.ended);
    ck_assert_int_eq(left.how, STREAM_END_OVERFLOW);
    close_pair();
}
END_TEST

static struct tls_ctx *server_context(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    (void)X509_gmtime_adj(X509_getm_notBefore(cert), 0);
    (void)X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    ck_assert(X509_set_pubkey(cert, key) == 1 && X509_sign(cert, key, EVP_sha256()) > 0);
    ck_assert(SSL_CTX_use_certificate(ctx, cert) == 1 && SSL_CTX_use_PrivateKey(ctx, key) == 1);
    X509_free(cert);
    EVP_PKEY_free(key);
    return tls_ctx_adopt(ctx, TLS_VERIFY_NONE);
}

START_TEST(tls_starts_in_place_and_drops_earlier_plaintext)
{
    struct tls_ctx *server = server_context(), *client;
    struct tls_info info;
    static char many[100000];
    memset(many, 'y', sizeof many);
    ck_assert_int_eq(tls_ctx_new_client(&client, TLS_VERIFY_NONE, NULL, NULL), ERR_OK);
    open_pair(65536);
    right.hold = true;
    ck_assert(stream_write(left.stream, SLICE_LIT("injected")));
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
    ck_assert_uint_eq(stream_start_tls(right.stream, server, TLS_SERVER, NULL), 8);
    right.hold = false;
    (void)stream_start_tls(left.stream, client, TLS_CLIENT, "mx.example");
    TURN_UNTIL(left.secured && right.secured);
    ck_assert(stream_tls_info(left.stream, &info));
    ck_assert(!info.verified);
    ck_assert(stream_write(left.stream, slice_make(many, sizeof many)));
    TURN_UNTIL(right.got.len == sizeof many);
    ck_assert(left.secured == 1 && right.secured == 1);
    ck_assert_mem_eq(right.got.data, many, sizeof many);
    close_left();
    TURN_UNTIL(right.ended);
    ck_assert_int_eq(right.how, STREAM_END_EOF);
    close_pair();
    tls_ctx_free(server);
    tls_ctx_free(client);
}
END_TEST

START_TEST(a_peer_that_sends_close_notify_with_its_last_data_is_answered)
{
    struct tls_ctx *server = server_context(), *client;
    ck_assert_int_eq(tls_ctx_new_client(&client, TLS_VERIFY_NONE, NULL, NULL), ERR_OK);
    open_pair(65536);
    (void)stream_start_tls(right.stream, server, TLS_SERVER, NULL);
    (void)stream_start_tls(left.stream, client, TLS_CLIENT, NULL);
    TURN_UNTIL(left.secured && right.secured);
    right.answers = true;
    ck_assert(stream_write(left.stream, SLICE_LIT("QUIT")));
    stream_close_after_flush(left.stream); /* close_notify follows in the same turn */
    TURN_UNTIL(right.ended);
    ck_assert_str_eq(buf_cstr(&right.got), "QUIT");
    ck_assert_uint_eq(stream_pending(right.stream), 0);
    ck_assert_int_eq(right.how, STREAM_END_FLUSHED);
    close_pair();
    tls_ctx_free(server);
    tls_ctx_free(client);
}
END_TEST

static void sip_until_the_end(void)
{
    for (int i = 0; i < TURNS_MAX && !right.ended; i++) {
        ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
        if (!right.paused)
            continue;
        for (int wait = 0; wait < 5; wait++)
            ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
        ck_assert(!right.ended);
        right.paused = false;
        stream_resume(right.stream);
    }
    ck_assert(right.ended);
}

START_TEST(the_end_does_not_overtake_what_was_read)
{
    struct tls_ctx *server = server_context(), *client;
    ck_assert_int_eq(tls_ctx_new_client(&client, TLS_VERIFY_NONE, NULL, NULL), ERR_OK);
    for (int tls = 0; tls < 2; tls++) {
        open_pair(65536);
        if (tls == 1) {
            (void)stream_start_tls(right.stream, server, TLS_SERVER, NULL);
            (void)stream_start_tls(left.stream, client, TLS_CLIENT, NULL);
            TURN_UNTIL(left.secured && right.secured);
        }
        right.sips = true;
        ck_assert(stream_write(left.stream, SLICE_LIT("hello")));
        close_left();
        sip_until_the_end();
        ck_assert_str_eq(buf_cstr(&right.got), "hello");
        ck_assert_int_eq(right.how, STREAM_END_EOF);
        close_pair();
    }
    tls_ctx_free(server);
    tls_ctx_free(client);
}
END_TEST

/* A FIN without close_notify (RFC 8446 §6.1): SMTP knows from its replies what is whole. */
START_TEST(a_tls_peer_that_closes_without_close_notify_has_closed_normally)
{
    struct tls_ctx *server = server_context(), *client;
    ck_assert_int_eq(tls_ctx_new_client(&client, TLS_VERIFY_NONE, NULL, NULL), ERR_OK);
    open_pair(65536);
    (void)stream_start_tls(left.stream, server, TLS_SERVER, NULL);
    (void)stream_start_tls(right.stream, client, TLS_CLIENT, NULL);
    TURN_UNTIL(left.secured && right.secured);
    right.sips = true; /* the FIN is there before the reply is read */
    ck_assert(stream_write(left.stream, SLICE_LIT("250")));
    TURN_UNTIL(stream_pending(left.stream) == 0);
    ck_assert_int_eq(shutdown(fds[0], SHUT_WR), 0);
    sip_until_the_end();
    ck_assert_str_eq(buf_cstr(&right.got), "250");
    ck_assert_int_eq(right.how, STREAM_END_EOF);
    close_pair();
    tls_ctx_free(server);
    tls_ctx_free(client);
}
END_TEST

START_TEST(a_peer_that_closed_its_half_is_still_written_to)
{
    open_pair_with(65536, &polite_ops);
    right.sips = true;
    ck_assert(stream_write(left.stream, SLICE_LIT("hello")));
    TURN_UNTIL(stream_pending(left.stream) == 0);
    ck_assert_int_eq(shutdown(fds[0], SHUT_WR), 0);
    sip_until_the_end();
    TURN_UNTIL(left.got.len > 0);
    ck_assert_str_eq(buf_cstr(&right.got), "hello");
    ck_assert_str_eq(buf_cstr(&left.got), "goodbye");
    ck_assert_int_eq(right.how, STREAM_END_FLUSHED);
    close_pair();
}
END_TEST

static enum stream_end shake_hands(struct tls_ctx *server, struct tls_ctx *client)
{
    open_pair(65536);
    (void)stream_start_tls(right.stream, server, TLS_SERVER, NULL);
    (void)stream_start_tls(left.stream, client, TLS_CLIENT, "mx.example");
    TURN_UNTIL(left.secured || left.ended);
    enum stream_end how = left.ended ? left.how : STREAM_END_FLUSHED;
    close_pair();
    return how;
}

START_TEST(of_two_that_share_a_context_the_strict_one_alone_refuses)
{
    struct tls_ctx *server = server_context(), *any;
    ck_assert_int_eq(tls_ctx_new_client(&any, TLS_VERIFY_RECORD, NULL, NULL), ERR_OK);
    struct tls_ctx *strict = tls_ctx_with(any, TLS_VERIFY_REQUIRE);
    ck_assert_int_eq(shake_hands(server, any), STREAM_END_FLUSHED);
    ck_assert_int_eq(shake_hands(server, strict), STREAM_END_TLS);
    tls_ctx_free(any);
    ck_assert_int_eq(shake_hands(server, strict), STREAM_END_TLS); /* it outlives the other */
    tls_ctx_free(strict);
    tls_ctx_free(server);
}
END_TEST

START_TEST(what_is_not_tls_ends_the_handshake_with_a_message)
{
    struct tls_ctx *server = server_context();
    struct tls_info info;
    open_pair(65536);
    (void)stream_start_tls(right.stream, server, TLS_SERVER, NULL);
    ck_assert(stream_write(left.stream, SLICE_LIT("EHLO this is no ClientHello\r\n")));
    TURN_UNTIL(right.ended);
    ck_assert_int_eq(right.how, STREAM_END_TLS);
    ck_assert(stream_tls_info(right.stream, &info));
    ck_assert_str_ne(info.failure, "");
    close_pair();
    tls_ctx_free(server);
}
END_TEST

START_TEST(a_peer_that_does_not_read_cannot_make_us_hold_more_than_the_limit)
{
    struct tls_ctx *server = server_context(), *client;
    static char block[16384];
    ck_assert_int_eq(tls_ctx_new_client(&client, TLS_VERIFY_NONE, NULL, NULL), ERR_OK);
    open_pair(65536);
    (void)stream_start_tls(right.stream, server, TLS_SERVER, NULL);
    (void)stream_start_tls(left.stream, client, TLS_CLIENT, NULL);
    TURN_UNTIL(left.secured && right.secured);
    right.hold = true;
    size_t most = 0;
    for (int i = 0; i < 1000 && stream_write(left.stream, slice_make(block, sizeof block)); i++) {
        ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
        most = stream_pending(left.stream) > most ? stream_pending(left.stream) : most;
    }
    TURN_UNTIL(left.ended);
    ck_assert_int_eq(left.how, STREAM_END_OVERFLOW);
    ck_assert_uint_lt(most, 1024 * 1024 + 256 * 1024);
    close_pair();
    tls_ctx_free(server);
    tls_ctx_free(client);
}
END_TEST

START_TEST(a_close_notify_in_the_handshake_fails_it)
{
    static const char close_notify[] = {0x15, 0x03, 0x01, 0x00, 0x02, 0x01, 0x00};
    struct tls_ctx *client;
    ck_assert_int_eq(tls_ctx_new_client(&client, TLS_VERIFY_NONE, NULL, NULL), ERR_OK);
    open_pair(65536);
    right.hold = true;
    (void)stream_start_tls(left.stream, client, TLS_CLIENT, NULL);
    ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
    ck_assert(stream_write(right.stream, slice_make(close_notify, sizeof close_notify)));
    TURN_UNTIL(left.ended);
    ck_assert_int_eq(left.how, STREAM_END_TLS);
    ck_assert_uint_eq(left.secured, 0);
    close_pair();
    tls_ctx_free(client);
}
END_TEST

START_TEST(plaintext_that_comes_while_tls_is_pending_is_not_passed_on)
{
    struct tls_ctx *server = server_context();
    static char replies[900000];
    open_pair(65536);
    left.hold = true; /* the replies before TLS cannot leave yet */
    ck_assert(stream_write(right.stream, slice_make(replies, sizeof replies)));
    (void)stream_start_tls(right.stream, server, TLS_SERVER, NULL);
    ck_assert(stream_write(left.stream, SLICE_LIT("MAIL FROM:<injected>\r\n")));
    for (int i = 0; i < 50; i++)
        ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
    ck_assert_uint_gt(stream_pending(right.stream), 0);
    ck_assert_uint_eq(right.got.len, 0);
    left.hold = false;
    stream_resume(left.stream);
    TURN_UNTIL(right.ended);
    ck_assert_uint_eq(right.got.len, 0);
    ck_assert_int_eq(right.how, STREAM_END_TLS);
    close_pair();
    tls_ctx_free(server);
}
END_TEST

SUITE(stream, a_tls_peer_that_closes_without_close_notify_has_closed_normally, the_end_does_not_overtake_what_was_read,
      a_peer_that_closed_its_half_is_still_written_to, what_a_peer_sent_before_it_closed_is_read_although_writing_fails,
      a_peer_that_does_not_read_cannot_make_us_hold_more_than_the_limit, a_close_notify_in_the_handshake_fails_it,
      plaintext_that_comes_while_tls_is_pending_is_not_passed_on,
      bytes_arrive_and_the_end_is_reported_once_all_are_there, a_full_input_buffer_stops_reading_until_resumed,
      too_much_output_ends_the_stream, tls_starts_in_place_and_drops_earlier_plaintext,
      a_peer_that_sends_close_notify_with_its_last_data_is_answered, what_is_not_tls_ends_the_handshake_with_a_message,
      of_two_that_share_a_context_the_strict_one_alone_refuses)
