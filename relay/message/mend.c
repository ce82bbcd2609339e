#include "relay/message/mend.h"

/* Only the relay and its client may see them. */
static bool must_not_leave(const struct field *field)
{
    static const char *const names[] = {"Return-Path", "Bcc", "Resent-Bcc"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (field_is(field, names[i]))
            return true;
    return false;
}

static void keep_mailbox_line(struct draft *draft)
{
    struct slice line = draft->header.mailbox_line;
    if (line.len == 0)
        return;
    struct buf field;
    buf_init(&field, line.len + 32);
    (void)buf_add_cstr(&field, "X-Mailbox-Line: ");
    (void)buf_add_slice(&field, line);
    header_insert(&draft->header, 0, draft_text_of_field(draft, &field));
    buf_fini(&field);
    draft->header.mailbox_line = slice_make(NULL, 0);
}

static bool lacks(const struct draft *draft, const char *name)
{
    return header_find(&draft->header, name, 0) == draft->header.count;
}

static void add_what_lacks(struct draft *draft, const struct prepare_info *info)
{
    char date[PREPARE_DATE_MAX];
    bool dated = !lacks(draft, "Date"), named = !lacks(draft, "Message-ID");
    if (!dated)
        header_add(&draft->header,
                   slice_cstr(arena_printf(draft->arena, "Date: %s\r\n", prepare_date(info->wall_ns, date))));
    if (!named)
        header_add(&draft->header,
                   slice_cstr(arena_printf(draft->arena, "Message-ID: <%s@%s>\r\n", info->queue_id, info->hostname)));
}

void mend(struct draft *draft, const struct prepare_info *info)
{
    header_drop(&draft->header, must_not_leave);
    keep_mailbox_line(draft);
    if (info->submission)
        add_what_lacks(draft, info);
}
