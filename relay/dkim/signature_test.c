/* Signatures against the message that RFC 8463 gives with its keys, and what each covers. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/testing/suite.h"
#include "relay/dkim/signature.h"
#include "relay/dkim/testing.h"

/* RFC 8463 §A.3 */
static const char football[] = "From: Joe SixPack <joe@football.example.com>\r\n"
                               "To: Suzie Q <suzie@shopping.example.net>\r\n"
                               "Subject: Is dinner ready?\r\n"
                               "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
                               "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
                               "\r\n"
                               "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";

static struct dkim_key *key_of(const char *pem)
{
    struct dkim_key *key;
    struct err err = {0};
    ck_assert_msg(dkim_key_read(&key, slice_cstr(pem), &err) == ERR_OK, "%s", err.text);
    return key;
}

static const char *body_hash_of(const char *body)
{
    static struct buf out;
    uint8_t digest[BODY_HASH_LEN];
    struct body_hash hash;
    buf_fini(&out);
    buf_init(&out, 100);
    body_hash_init(&hash);
    body_hash_add(&hash, slice_cstr(body));
    body_hash_end(&hash, digest);
    body_hash_fini(&hash);
    ck_assert(base64_encode(slice_make(digest, sizeof digest), &out));
    return buf_cstr(&out);
}

START_TEST(the_hash_of_a_body_is_that_of_the_examples)
{
    ck_assert_str_eq(body_hash_of(strstr(football, "Hi.")), "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
    ck_assert_str_eq(body_hash_of(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");     /* RFC 6376 §3.4.4 */
    ck_assert_str_eq(body_hash_of("\r\n"), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="); /* the same */
}
END_TEST

START_TEST(the_examples_of_the_rfc_are_signed_alike)
{
    static const struct {
        const char *pem, *field, *b;
    } rows[] = {
        {testing_ed25519,
         "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
         " d=football.example.com; i=@football.example.com;\r\n"
         " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
         " subject : date : message-id : from : subject : date;\r\n"
         " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=",
         "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="},
        {testing_rsa,
         "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
         " d=football.example.com; i=@football.example.com;\r\n"
         " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
         " date : message-id : from : subject : date;\r\n"
         " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=",
         "F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefO"
         "sk2JzdA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8="},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dkim_key *key = key_of(rows[i].pem);
        struct header header;
        struct slice body;
        struct buf data, b;
        char octets[DKIM_SIGN_MAX];
        size_t len;
        buf_init(&data, 4096);
        buf_init(&b, 4096);
        ck_assert(header_parse(slice_cstr(football), &header, &body));
        ck_assert(signature_data(&header, SLICE_LIT("from : to : subject : date : message-id : from : subject : date"),
                                 slice_cstr(rows[i].field), &data));
        ck_assert(dkim_key_sign(key, buf_slice(&data), octets, &len));
        ck_assert(base64_encode(slice_make(octets, len), &b));
        ck_assert_str_eq(buf_cstr(&b), rows[i].b);
        buf_fini(&data);
        buf_fini(&b);
        header_fini(&header);
        dkim_key_free(key);
    }
}
END_TEST

/* The field for this header section, without folds. */
static const char *signed_field(const char *fields, const char *pem, int64_t expires_s)
{
    static struct buf out, flat;
    struct dkim_key *key = key_of(pem);
    struct header header;
    struct slice body;
    uint8_t digest[BODY_HASH_LEN] = {0};
    buf_fini(&out);
    buf_init(&out, SIGNATURE_MAX);
    ck_assert(header_parse(slice_cstr(fields), &header, &body));
    struct signature signature = {"s.example", "one", key, 1893456000, expires_s};
    bool written = signature_write(&signature, &header, digest, &out);
    header_fini(&header);
    dkim_key_free(key);
    if (!written) {
        ck_assert_uint_eq(out.len, 0);
        return NULL;
    }
    for (struct slice rest = buf_slice(&out); rest.len > 0;) {
        struct slice line = slice_cut(&rest, '\n');
        ck_assert_uint_le(line.len, 78 + 1);
        ck_assert(line.ptr[line.len - 1] == '\r');
    }
    buf_fini(&flat);
    buf_init(&flat, SIGNATURE_MAX);
    for (size_t i = 0; i < out.len; i++)
        if (strchr("\r\n\t", out.data[i]) == NULL)
            (void)buf_add_char(&flat, out.data[i]);
    return buf_cstr(&flat);
}

static void expect_part(const char *text, const char *part)
{
    ck_assert_msg(text != NULL && strstr(text, part) != NULL, "lacks: %s\nin: %s", part, text);
}

#define CLOSED_REST ":MIME-Version:Content-Type:Content-Transfer-Encoding:In-Reply-To:References"

START_TEST(a_signature_covers_what_a_receiver_shows_and_closes_it)
{
    static const struct {
        const char *fields, *h;
    } rows[] = {
        {"From: a@s.example\r\n", "h=From:From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc" CLOSED_REST ";"},
        {"Subject: x\r\nFrom: a@s.example\r\nTo: b\r\nReceived: y\r\nX-Own: z\r\n",
         "h=From:From:Sender:Reply-To:Subject:Subject:Date:Message-ID:To:To:Cc" CLOSED_REST ";"},
        {"From: a@s.example\r\nFROM: b@s.example\r\n",
         "h=From:From:From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc" CLOSED_REST ";"},
        {"From: a@s.example\r\nList-Unsubscribe: <https://s.example/u>\r\n"
         "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
         CLOSED_REST ":List-Unsubscribe:List-Unsubscribe-Post;"},
        {"From: a\r\nTo: 1\r\nTo: 2\r\nTo: 3\r\nTo: 4\r\nTo: 5\r\nTo: 6\r\n", ":To:To:To:To:Cc"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_part(signed_field(rows[i].fields, testing_ed25519, 0), rows[i].h);
}
END_TEST

START_TEST(a_signature_names_its_key_and_its_time)
{
    const char *field = signed_field("From: a@s.example\r\n", testing_ed25519, 0);
    expect_part(field, "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;d=s.example; s=one;t=1893456000;h=");
    ck_assert_ptr_null(strstr(field, "x="));
    ck_assert_ptr_null(strstr(field, "l="));
    expect_part(signed_field("From: a@s.example\r\n", testing_rsa, 1893456060), "a=rsa-sha256;");
    expect_part(signed_field("From: a@s.example\r\n", testing_rsa, 1893456060), "t=1893456000; x=1893456060;h=");
}
END_TEST

START_TEST(without_a_from_field_there_is_no_signature)
{
    ck_assert_ptr_null(signed_field("Subject: x\r\n", testing_ed25519, 0));
    ck_assert_ptr_null(signed_field("", testing_ed25519, 0));
}
END_TEST

START_TEST(what_is_signed_is_counted_from_the_last_field)
{
    static const struct {
        const char *names, *data;
    } rows[] = {{"a", "a:3\r\n"},
                {"A : a:b", "a:3\r\na:2\r\nb:x\r\n"},
                {"a:a:a:a:a", "a:3\r\na:2\r\na:1\r\n"},
                {"c:b:b", "b:x\r\n"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct header header;
        struct slice body;
        struct buf data;
        buf_init(&data, 4096);
        ck_assert(header_parse(SLICE_LIT("A: 1\r\nB: x\r\na: 2\r\nA:3\r\n"), &header, &body));
        ck_assert(signature_data(&header, slice_cstr(rows[i].names), SLICE_LIT("S: b="), &data));
        ck_assert_uint_eq(data.len, strlen(rows[i].data) + strlen("s:b="));
        ck_assert_int_eq(strncmp(buf_cstr(&data), rows[i].data, strlen(rows[i].data)), 0);
        header_fini(&header);
        buf_fini(&data);
    }
}
END_TEST

SUITE(signature, the_hash_of_a_body_is_that_of_the_examples, the_examples_of_the_rfc_are_signed_alike,
      a_signature_covers_what_a_receiver_shows_and_closes_it, a_signature_names_its_key_and_its_time,
      without_a_from_field_there_is_no_signature, what_is_signed_is_counted_from_the_last_field)
