/* Whose message it is, and what the stage that signs makes of it. */
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/dkim/testing.h"
#include "relay/message/from.h"
#include "relay/message/sign.h"

START_TEST(the_author_is_the_first_mailbox_of_the_only_from_field)
{
    static const struct {
        const char *fields, *domain;
    } rows[] = {
        {"From: alice@s.example\r\n", "s.example"},
        {"from : Alice <alice@S.example>\r\n", "S.example"},
        {"From: \"a@x.example, b\" <alice@s.example>\r\n", "s.example"},
        {"From: \"a \\\" <b@x.example>\" <alice@s.example>\r\n", "s.example"},
        {"From: alice@s.example (a@x.example (or) b@y.example)\r\n", "s.example"},
        {"From: (a (b) c@x.example) alice@s.example\r\n", "s.example"},
        {"From: (a@x.example \\) c) alice@s.example\r\n", "s.example"},
        {"From: a@x.example <alice@s.example>\r\n", "s.example"},
        {"From: alice@s.example, bob@x.example\r\n", "s.example"},
        {"From: alice@s.example, Bob <bob@x.example>\r\n", "s.example"},
        {"From: Us: alice@s.example, bob@x.example;\r\n", "s.example"},
        {"From:\r\n Alice\r\n\t<alice@s.example>\r\n", "s.example"},
        {"From: <@hop.example:alice@s.example>\r\n", "s.example"},
        {"From: \"a@b\"@s.example\r\n", "s.example"},
        {"From: alice@s.example.\r\n", "s.example"},
        {"From: alice@[192.0.2.1]\r\n", "[192.0.2.1]"},
        {"From: alice @ s.example\r\n", "s.example"},
        {"From: Alice\r\n", ""},
        {"From: <>\r\n", ""},
        {"From: \"unclosed <alice@s.example>\r\n", ""},
        {"From:\r\n", ""},
        {"Subject: alice@s.example\r\n", ""},
        {"From: alice@s.example\r\nFrom: bob@x.example\r\n", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct header header;
        struct slice body;
        ck_assert(header_parse(slice_cstr(rows[i].fields), &header, &body));
        ck_assert_msg(slice_eq_cstr(from_domain(&header), rows[i].domain), "%s: %.*s", rows[i].fields,
                      SLICE_ARG(from_domain(&header)));
        header_fini(&header);
    }
}
END_TEST

static void add(struct signer *signer, const char *domain, const char *selector, bool is_default)
{
    struct dkim_key *key;
    struct err err;
    ck_assert_int_eq(dkim_key_read(&key, slice_cstr(testing_ed25519), &err), ERR_OK);
    struct signer_key rule = {
        .domain = domain, .selector = selector, .authors = &domain, .author_count = 1, .is_default = is_default};
    signer_add(signer, &rule, key);
}

/* The head of the message after this stage. */
static const char *signed_head(const struct signer *signer, const char *message, const char *wanted_names)
{
    static struct buf out;
    uint8_t digest[BODY_HASH_LEN] = {0};
    struct buf names;
    struct draft draft;
    buf_fini(&out);
    buf_init(&names, SIGN_NAMES_MAX);
    ck_assert(draft_open(&draft, slice_cstr(message)));
    ck_assert_int_eq(sign_is_due(&draft, signer), wanted_names[0] != '\0');
    sign(&draft, signer, digest, INT64_C(1893456000) * 1000000000, &names);
    ck_assert_str_eq(buf_cstr(&names), wanted_names);
    buf_fini(&names);
    buf_init(&out, draft_head_size(&draft));
    ck_assert(draft_write(&draft, &out));
    draft_close(&draft);
    return buf_cstr(&out);
}

START_TEST(each_key_of_the_author_adds_a_field_before_the_others)
{
    struct signer *signer = signer_new();
    add(signer, "s.example", "one", false);
    add(signer, "s.example", "two", false);
    const char *head = signed_head(signer, "From: a@s.example\r\nX: y\r\n\r\nbody\r\n", "s.example/two s.example/one");
    const char *one = strstr(head, "d=s.example; s=one;"), *two = strstr(head, "d=s.example; s=two;");
    ck_assert(one != NULL && two != NULL && one < two);
    ck_assert_int_eq(strncmp(head, "DKIM-Signature: v=1; a=ed25519-sha256;", 38), 0);
    ck_assert_ptr_nonnull(strstr(two, "\r\nFrom: a@s.example\r\nX: y\r\n"));
    ck_assert_ptr_nonnull(strstr(head, "t=1893456000;"));
    signer_free(signer);
}
END_TEST

START_TEST(an_author_with_u_labels_is_signed_by_the_key_of_its_a_labels)
{
    struct signer *signer = signer_new();
    add(signer, "xn--gr-yka.example", "one", false);
    add(signer, "r.example", "default", true);
    (void)signed_head(signer, "From: a@gr\xc3\xbc.example\r\n", "xn--gr-yka.example/one");
    (void)signed_head(signer, "From: a@XN--GR-YKA.example\r\n", "xn--gr-yka.example/one");
    (void)signed_head(signer, "From: a@gr\xc3.example\r\n", "r.example/default");
    signer_free(signer);
}
END_TEST

START_TEST(what_no_key_signs_stays_as_it_is)
{
    struct signer *signer = signer_new();
    static const char text[] = "From: a@x.example\r\n", nobody[] = "Subject: x\r\n";
    ck_assert_str_eq(signed_head(NULL, text, ""), text);
    ck_assert_str_eq(signed_head(signer, text, ""), text);
    add(signer, "s.example", "one", false);
    ck_assert_str_eq(signed_head(signer, text, ""), text);
    add(signer, "r.example", "default", true);
    ck_assert_int_eq(strncmp(signed_head(signer, text, "r.example/default"), "DKIM-Signature:", 15), 0);
    ck_assert_str_eq(signed_head(signer, nobody, ""), nobody);
    signer_free(signer);
}
END_TEST

SUITE(sign, the_author_is_the_first_mailbox_of_the_only_from_field,
      each_key_of_the_author_adds_a_field_before_the_others,
      an_author_with_u_labels_is_signed_by_the_key_of_its_a_labels, what_no_key_signs_stays_as_it_is)
