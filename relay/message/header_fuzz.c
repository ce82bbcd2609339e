/* Any octets as a header section: the list loses and adds nothing, and means the same when it is written and read. */
#include <string.h>

#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/message/from.h"

static void check_field(const struct field *field)
{
    struct slice name = field_name(field), domain;
    rl_assert(name.len > 0 && field_is(field, "From") == slice_ieq_cstr(name, "From"));
    for (size_t i = 0; i < name.len; i++)
        rl_assert(name.ptr[i] > ' ' && name.ptr[i] < 0x7f && name.ptr[i] != ':');
    rl_assert(field_value(field).len < field->text.len);
    domain = from_domain(&(struct header){.fields = (struct field *)field, .count = 1});
    rl_assert(domain.len == 0 ||
              (domain.ptr >= field->text.ptr && domain.ptr + domain.len <= field->text.ptr + field->text.len));
}

static void read_again(const struct header *header, struct slice written)
{
    struct header again;
    struct slice rest;
    rl_assert(header_parse(written, &again, &rest));
    rl_assert(rest.len == 0 && again.count == header->count && again.mailbox_line.len == 0);
    for (size_t i = 0; i < again.count; i++)
        rl_assert(slice_eq(field_name(&again.fields[i]), field_name(&header->fields[i])));
    header_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice message = slice_make(data, size), body;
    struct header header;
    struct buf out;
    if (!header_parse(message, &header, &body))
        return 0;
    struct slice section =
        slice_head(slice_from(message, header.mailbox_line.len), message.len - body.len - header.mailbox_line.len);
    rl_assert(header_section(slice_from(message, header.mailbox_line.len)).len == section.len);
    buf_init(&out, header_size(&header));
    rl_assert(header_write(&header, &out));
    rl_assert(out.len >= section.len && out.len <= section.len + 2);
    rl_assert(slice_eq(slice_head(buf_slice(&out), section.len), section));
    for (size_t i = 0; i < header.count; i++)
        check_field(&header.fields[i]);
    read_again(&header, buf_slice(&out));
    buf_fini(&out);
    header_fini(&header);
    return 0;
}
