/* Which keys sign for an author. */
#include <stdio.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/dkim/signer.h"
#include "relay/dkim/testing.h"

static void add(struct signer *signer, const char *selector, const char *const *authors, size_t count, bool is_default)
{
    struct dkim_key *key;
    struct err err;
    ck_assert_int_eq(dkim_key_read(&key, slice_cstr(testing_ed25519), &err), ERR_OK);
    struct signer_key rule = {.domain = "s.example",
                              .selector = selector,
                              .authors = authors,
                              .author_count = count,
                              .is_default = is_default};
    signer_add(signer, &rule, key);
}

/* The selectors that are chosen, each with a blank after it. */
static const char *chosen(const struct signer *signer, const char *author)
{
    static char text[200];
    const struct signer_key *keys[SIGNER_SIGNATURES_MAX];
    size_t count = signer_choose(signer, slice_cstr(author), keys);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s ", keys[i]->selector);
    return text;
}

START_TEST(keys_sign_for_the_authors_that_their_globs_match)
{
    static const char *const own[] = {"s.example", "*.s.example"}, *const all[] = {"*"}, *const one[] = {"o.example"};
    static const struct {
        const char *author, *without_all, *with_all;
    } rows[] = {{"s.example", "rsa ed ", "rsa ed all "},     {"S.EXAMPLE", "rsa ed ", "rsa ed all "},
                {"a.b.s.example", "rsa ed ", "rsa ed all "}, {"xs.example", "default ", "all "},
                {"o.example", "one ", "one all "},           {"", "default ", "all "}};
    struct signer *signer = signer_new();
    ck_assert_str_eq(chosen(signer, "s.example"), "");
    add(signer, "rsa", own, 2, false);
    add(signer, "ed", own, 2, false);
    add(signer, "one", one, 1, false);
    ck_assert_str_eq(chosen(signer, "x.example"), "");
    add(signer, "default", NULL, 0, true);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_str_eq(chosen(signer, rows[i].author), rows[i].without_all);
    add(signer, "all", all, 1, false);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_str_eq(chosen(signer, rows[i].author), rows[i].with_all);
    signer_free(signer);
}
END_TEST

START_TEST(a_message_gets_a_bounded_number_of_signatures)
{
    static const char *const all[] = {"*"};
    struct signer *signer = signer_new();
    const struct signer_key *keys[SIGNER_SIGNATURES_MAX];
    for (size_t i = 0; i < SIGNER_SIGNATURES_MAX + 3; i++)
        add(signer, "k", all, 1, true);
    ck_assert_uint_eq(signer_choose(signer, SLICE_LIT("x"), keys), SIGNER_SIGNATURES_MAX);
    signer_free(signer);
}
END_TEST

SUITE(signer, keys_sign_for_the_authors_that_their_globs_match, a_message_gets_a_bounded_number_of_signatures)
