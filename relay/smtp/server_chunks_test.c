/* BDAT (RFC 3030 §2). */
#include "relay/smtp/testing.h"

#define OPEN                                                                                                           \
    "S: 220\nC: EHLO app.example\nS* 250-CHUNKING\nS* 250 \nC: MAIL FROM:<a@b.example>\nS: 250\n"                      \
    "C: RCPT TO:<c@d.example>\nS: 250\n"

static void expect_body(const char *body)
{
    ck_assert_int_eq(server.pending, SERVER_MESSAGE);
    ck_assert(slice_eq_cstr(buf_slice(&server.txn.body), body));
}

/* Sends octets that are not lines of a script. */
static void send_octets(const char *octets)
{
    send_line(slice_cstr(octets), false);
}

START_TEST(the_octets_of_all_chunks_are_the_message)
{
    begin(&door25);
    play(OPEN);
    send_octets("BDAT 13\r\nSubject: x\r\n\rBDAT 2\r\n\n.BDAT 7 LAST\r\n\r\nend\r\nRSET\r\n");
    play("S: 250 2.0.0 Ok\nS: 250 2.0.0 Ok\nS- \n");
    expect_body("Subject: x\r\n\r\n.\r\nend\r\n");
    play("E: message\nS: 250 2.0.0 Queued as q1\nS: 250 2.0.0 Ok\n");
    end();
}
END_TEST

START_TEST(a_chunk_may_come_octet_by_octet_and_may_be_empty)
{
    static const char octets[] = "BDAT 4\r\na\r\nbBDAT 0\r\nBDAT 2\r\n\r\nBDAT 0 LAST\r\n";
    begin(&door25);
    play(OPEN);
    for (size_t i = 0; i + 1 < sizeof octets; i++)
        send_line(slice_make(octets + i, 1), false);
    play("S: 250\nS: 250\nS: 250\nS- \n");
    expect_body("a\r\nb\r\n");
    end();
}
END_TEST

START_TEST(a_refused_chunk_is_discarded)
{
    static const struct {
        const char *before, *reply;
    } rows[] = {
        {"S: 220\nC: EHLO x.example\nS* 250 \n", "S: 503 5.5.1 Send MAIL first\n"},
        {"S: 220\nC: EHLO x.example\nS* 250 \nC: MAIL FROM:<a@b.example>\nS: 250\n", "S: 554 5.5.1 No valid"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(&door25);
        play(rows[i].before);
        send_octets("BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n");
        play(rows[i].reply);
        play("S: 503 5.5.1 Send MAIL first\nS: 250 2.0.0\nS- \n"); /* the transaction is over */
        send_octets("BDAT 10\r\nabc");
        ck_assert_uint_eq(budget.used, 0); /* nothing is kept */
        end();
    }
}
END_TEST

START_TEST(submission_needs_tls_and_a_password_before_a_chunk)
{
    begin(&door587);
    play("S: 220\nC: EHLO x.example\nS* 250 \n");
    send_octets("BDAT 6 LAST\r\nQUIT\r\n");
    play("S: 530 5.7.0 Issue STARTTLS\nS- \n");
    send_octets("BDAT 1001 LAST\r\n");
    play("S: 530 5.7.0\nS: 421 4.7.0\nE: close\n"); /* longer than any message: it is not waited for */
    end();
}
END_TEST

START_TEST(chunks_and_data_do_not_mix)
{
    begin(&door25);
    play(OPEN "C: BDAT 2\nC: \nS: 250\n"
              "C: DATA\nS: 503 5.5.1\nC: RCPT TO:<e@d.example>\nS: 503 5.5.1\nC: RSET\nS: 250\n"
              "C: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<c@d.example>\nS: 250\nC: DATA\nS: 354\nC: x\nC: .\n"
              "E: message\nS: 250\n");
    end();
}
END_TEST

START_TEST(an_invalid_chunk_size_ends_the_transaction)
{
    static const char *const lines[] = {
        "BDAT", "BDAT LAST", "BDAT x", "BDAT -1", "BDAT 1 FIRST", "BDAT 1 LAST 2", "BDAT 99999999999999999999 LAST"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        begin(&door25);
        play(OPEN);
        send_line(slice_cstr(lines[i]), true);
        play("S: 501 5.5.4\nC: BDAT 0 LAST\nS: 503 5.5.1\n");
        end();
    }
}
END_TEST

START_TEST(bare_line_ends_are_refused_also_between_chunks)
{
    static const struct {
        unsigned chunks;
        const char *octets;
        bool bare;
    } rows[] = {
        {2, "BDAT 3\r\na\r\nBDAT 0 LAST\r\n", false},
        {2, "BDAT 2\r\na\rBDAT 1 LAST\r\n\n", false},
        {2, "BDAT 2\r\na\rBDAT 1 LAST\r\nb", true},
        {2, "BDAT 2\r\na\rBDAT 0 LAST\r\n", true},
        {2, "BDAT 1\r\naBDAT 1 LAST\r\n\n", true},
        {1, "BDAT 4 LAST\r\na\r\r\n", true},
        {1, "BDAT 3 LAST\r\na\nb", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(&door25);
        play(OPEN);
        send_octets(rows[i].octets);
        if (rows[i].chunks == 2)
            play("S: 250 2.0.0 Ok\n");
        play(rows[i].bare ? "S: 550 5.6.0\nC: MAIL FROM:<a@b.example>\nS: 250\n" : "S- \nE: message\nS: 250 2.0.0\n");
        end();
    }
}
END_TEST

START_TEST(what_is_too_long_is_refused_at_its_chunk)
{
    char octets[1200];
    begin(&door25);
    play(OPEN);
    memset(octets, 'x', sizeof octets);
    send_octets("BDAT 1200\r\n");
    send_line(slice_make(octets, sizeof octets), false);
    play("S: 552 5.3.4\nC: BDAT 0 LAST\nS: 503 5.5.1 Send MAIL\n");
    end();
}
END_TEST

START_TEST(what_exceeds_the_budget_is_refused_at_its_chunk)
{
    char octets[400];
    begin(&door25);
    budget.max = 700;
    play(OPEN);
    memset(octets, 'x', sizeof octets);
    send_octets("BDAT 400\r\n");
    send_line(slice_make(octets, sizeof octets), false);
    play("S: 250\n");
    send_octets("BDAT 400\r\n");
    send_line(slice_make(octets, sizeof octets), false);
    play("E: message over budget\nS: 452 4.3.1\nC: BDAT 0 LAST\nS: 503\n");
    end();
}
END_TEST

START_TEST(empty_chunks_hold_no_session)
{
    begin(&door25);
    play(OPEN);
    for (int i = 0; i < 40 && server.pending != SERVER_CLOSE; i++) {
        send_octets("BDAT 0\r\n");
        buf_reset(&server.out);
    }
    ck_assert_int_eq(server.pending, SERVER_CLOSE);
    end();
}
END_TEST

SUITE(server_chunks, the_octets_of_all_chunks_are_the_message, a_chunk_may_come_octet_by_octet_and_may_be_empty,
      a_refused_chunk_is_discarded, submission_needs_tls_and_a_password_before_a_chunk, chunks_and_data_do_not_mix,
      an_invalid_chunk_size_ends_the_transaction, bare_line_ends_are_refused_also_between_chunks,
      what_is_too_long_is_refused_at_its_chunk, what_exceeds_the_budget_is_refused_at_its_chunk,
      empty_chunks_hold_no_session)
