/* A dialog of the story as steps: which command each line and each reply belongs to. */
#include <stdio.h>
#include <string.h>

#include "harness/explain/testing.h"

#define START            "{'t':0,'event':'dialog.start','dialog':1,'port':587}\n"
#define SEND(text)       "{'t':1,'event':'dialog.send','dialog':1,'step':1,'text':'" text "'}\n"
#define LINE(line)       SEND(line "\\\\x0D\\n")
#define SAYS(code, text) "{'t':1,'event':'dialog.reply','dialog':1,'step':1,'code':" #code ",'text':'" text "'}\n"
#define END(reason)      "{'t':2,'event':'dialog.end','dialog':1,'step':1,'reason':'" reason "'}\n"

/* The verb of the first step with these words. */
static const char *verb_of(const char *words)
{
    const struct step *step = test_step(words);
    ck_assert_msg(step != NULL, "no step says: %s", words);
    return step->verb;
}

START_TEST(a_reply_belongs_to_the_oldest_command_without_one)
{
    test_tell(START SAYS(220, "hello") LINE("EHLO c.example") SAYS(250, "relay") LINE("MAIL FROM:<a@s.example>")
                  LINE("rcpt TO:<b@d.example>") SAYS(250, "sender fine") SAYS(550, "no such one") LINE("NOOP")
                      SAYS(250, "done") SAYS(421, "too slow") END("over"),
              true, true);
    ck_assert_str_eq(test_telling.steps[0].text, "A client connects to the relay, port 587.");
    ck_assert_str_eq(verb_of("220 hello"), "banner");
    ck_assert_str_eq(verb_of("250 relay"), "EHLO");
    ck_assert_str_eq(verb_of("250 sender fine"), "MAIL");
    ck_assert_str_eq(verb_of("550 no such one"), "RCPT");
    ck_assert_str_eq(verb_of("250 done"), "NOOP");
    ck_assert_str_eq(verb_of("421 too slow"), "idle");
    ck_assert(!test_step("The dialogue is over.")->trouble);
    test_tell_end();
}
END_TEST

START_TEST(lines_after_354_are_the_message_until_a_dot)
{
    test_tell(START SAYS(220, "hello") LINE("DATA") SAYS(354, "go") LINE("Subject: QUIT") LINE("") LINE("RSET")
                  LINE("..") LINE(".") SAYS(250, "queued") LINE("RSET now") SAYS(250, "reset"),
              true, true);
    ck_assert_str_eq(verb_of("Subject: QUIT"), "message");
    ck_assert_str_eq(verb_of("RSET"), "message");
    ck_assert_str_eq(verb_of(".."), "message");
    ck_assert_str_eq(verb_of("250 queued"), "eod");
    ck_assert_str_eq(verb_of("RSET now"), "RSET");
    ck_assert_str_eq(verb_of("250 reset"), "RSET");
    test_tell_end();
}
END_TEST

START_TEST(several_lines_of_one_send_are_several_steps)
{
    test_tell(START SAYS(220, "hello") SEND("MAIL FROM:<>\\\\x0D\\nRCPT TO:<b@d.example>\\\\x0D\\nDATA\\\\x0D\\n")
                  SAYS(250, "one") SAYS(250, "two") SAYS(354, "three"),
              true, true);
    ck_assert_str_eq(verb_of("MAIL FROM:<>"), "MAIL <>");
    ck_assert_str_eq(verb_of("250 one"), "MAIL");
    ck_assert_str_eq(verb_of("250 two"), "RCPT");
    ck_assert_str_eq(verb_of("354 three"), "DATA");
    test_tell_end();
}
END_TEST

START_TEST(what_follows_334_is_a_part_of_the_login)
{
    test_tell(START SAYS(220, "hello") LINE("AUTH LOGIN") SAYS(334, "VXNlcm5hbWU6") LINE("QUIT") SAYS(334, "more")
                  LINE("*") SAYS(501, "cancelled") LINE("QUIT now"),
              true, true);
    ck_assert_str_eq(verb_of("QUIT"), "AUTH reply");
    ck_assert_str_eq(verb_of("334 more"), "AUTH");
    ck_assert_str_eq(verb_of("*"), "*");
    ck_assert_str_eq(verb_of("501 cancelled"), "AUTH");
    ck_assert_str_eq(verb_of("QUIT now"), "QUIT");
    test_tell_end();
}
END_TEST

START_TEST(what_is_not_smtp_is_not_explained_as_a_command)
{
    test_tell(START SAYS(220, "hello") LINE("GET / HTTP/1.1") SAYS(421, "not here") END("unexpected"), true, true);
    ck_assert_str_eq(verb_of("GET /"), "octets");
    ck_assert(test_notes_say(test_step("GET /"), "Octets that are not a command"));
    ck_assert(test_step("The dialogue ends here")->trouble);
    test_tell_end();
}
END_TEST

START_TEST(a_long_message_is_cut)
{
    struct buf events;
    buf_init(&events, 65536);
    (void)buf_add_cstr(&events, START SAYS(220, "hello") LINE("DATA") SAYS(354, "go"));
    (void)buf_add_cstr(&events, "{'t':1,'event':'dialog.send','dialog':1,'step':1,'text':'");
    for (int i = 0; i < 100; i++)
        (void)buf_printf(&events, "line %d of the text\\\\x0D\\n", i);
    (void)buf_add_cstr(&events, "'}\n");
    test_tell(buf_cstr(&events), true, true);
    ck_assert_ptr_nonnull(test_step("line 39 "));
    ck_assert_ptr_null(test_step("line 40 "));
    ck_assert_ptr_nonnull(test_step("and 60 more lines"));
    test_tell_end();
    buf_fini(&events);
}
END_TEST

START_TEST(dialogs_are_kept_apart)
{
    test_tell(
        START "{'t':0,'event':'dialog.start','dialog':2,'port':25}\n" SAYS(
            220, "first") "{'t':1,'event':'dialog.reply','dialog':2,'step':1,'code':220,'text':'second'}\n" END("over"),
        true, true);
    ck_assert_str_eq(test_telling.steps[1].text, "220 first");
    ck_assert_str_eq(test_telling.steps[3].text, "A client connects to the relay, port 25.");
    ck_assert_str_eq(test_telling.steps[4].text, "220 second");
    test_tell_end();
}
END_TEST

SUITE(dialog_steps, a_reply_belongs_to_the_oldest_command_without_one, lines_after_354_are_the_message_until_a_dot,
      several_lines_of_one_send_are_several_steps, what_follows_334_is_a_part_of_the_login,
      what_is_not_smtp_is_not_explained_as_a_command, a_long_message_is_cut, dialogs_are_kept_apart)
