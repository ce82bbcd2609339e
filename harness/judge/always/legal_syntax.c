/* What a command contains: the name in EHLO (RFC 5321 §2.3.5), no space next to a colon (RFC 5321 §3.3). */
#include <ctype.h>
#include <string.h>

#include "harness/judge/always/always.h"
#include "harness/facts/dialog.h"

/* RFC 5321 §4.1.2: sub-domain = Let-dig [Ldh-str] */
static bool is_label(struct slice label)
{
    if (label.len == 0 || label.len > 63 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
        return false;
    for (size_t i = 0; i < label.len; i++)
        if (!isalnum((unsigned char)label.ptr[i]) && label.ptr[i] != '-')
            return false;
    return true;
}

static bool is_fully_qualified(struct slice name)
{
    size_t labels = 0;
    while (name.len > 0) {
        if (!is_label(slice_cut(&name, '.')))
            return false;
        labels++;
    }
    return labels >= 2;
}

/* RFC 5321 §4.1.3, roughly: the octets that addresses and tags are made of. */
static bool is_literal(struct slice name)
{
    if (name.len < 3 || name.ptr[0] != '[' || name.ptr[name.len - 1] != ']')
        return false;
    for (size_t i = 1; i < name.len - 1; i++)
        if (!isalnum((unsigned char)name.ptr[i]) && strchr(".:-", name.ptr[i]) == NULL)
            return false;
    return true;
}

static void ehlo_names_host(const struct always_check *check, const struct dialog *before,
                            const struct dialog_command *command)
{
    (void)before;
    if (!slice_ieq_cstr(command->verb, "EHLO") && !slice_ieq_cstr(command->verb, "HELO"))
        return;
    if (!is_fully_qualified(command->args) && !is_literal(command->args))
        always_broken(check, command->at, "a fully-qualified host name, or an address literal", "%.200s",
                      trace_str(command->json, FIELD_LINE, ""));
}

const struct always_rule always_ehlo_names_host = {
    .id = "ehlo-name",
    .sentence = "The argument of EHLO is a host name or an address literal",
    .level = LEVEL_MUST,
    .clause = "RFC5321#2.3.5",
    .on_command = ehlo_names_host,
    .slug = "ehlo-names-a-host-or-has-an-address-literal",
    .page =
        {.demands = "The argument of EHLO and HELO is a fully-qualified host name of letters, digits and hyphens, or "
                    "an address literal in brackets.",
         .why = "Many servers refuse other names, and use this one to judge the client's reputation.",
         .causes = "The host name of a container or a laptop (`localhost`, `web-1`, a name with an underscore); an "
                   "empty setting; an address without brackets.",
         .fix = "Configure the name that the address of the machine resolves to. In adapters this is `${target.name}`.",
         .wanted = "a fully-qualified host name, or an address literal",
         .seen = "EHLO localhost"},
};

static void paths_in_brackets(const struct always_check *check, const struct dialog *before,
                              const struct dialog_command *command)
{
    bool mail = slice_ieq_cstr(command->verb, "MAIL");
    (void)before;
    if (!mail && !slice_ieq_cstr(command->verb, "RCPT"))
        return;
    if (!slice_istarts(command->args, mail ? "FROM:<" : "TO:<") || slice_find(command->args, '>') == command->args.len)
        always_broken(check, command->at, mail ? "MAIL FROM:<reverse-path>" : "RCPT TO:<forward-path>", "%.200s",
                      trace_str(command->json, FIELD_LINE, ""));
}

const struct always_rule always_paths_in_brackets = {
    .id = "path-syntax",
    .sentence = "MAIL and RCPT have valid syntax",
    .level = LEVEL_MUST,
    .clause = "RFC5321#3.3",
    .on_command = paths_in_brackets,
    .slug = "mail-and-rcpt-have-the-form-of-the-rfc",
    .page = {.demands = "MAIL has the form `MAIL FROM:<reverse-path>`, and RCPT has the form `RCPT TO:<forward-path>`, "
                        "without a space before or after the colon, and with the angle brackets.",
             .why = "Servers that follow the grammar answer 501, so the mail fails at some hosts only.",
             .causes =
                 "A command that is put together by hand; a display name or a second address inside the brackets.",
             .fix = "Write `MAIL FROM:<` and the address and `>`, with no space. Reject addresses that contain `<`, "
                    "`>`, CR or LF.",
             .wanted = "MAIL FROM:<reverse-path>",
             .seen = "MAIL FROM: <alice@s.example>"},
};
