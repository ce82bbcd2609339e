/*
 * Any octets as a body in pieces, as a header field, and as a message that is signed. A canonical form is its own
 * canonical form, whatever the pieces; the lines of a signature are not too long.
 */
#include <string.h>

#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/dkim/signature.h"
#include "relay/dkim/testing.h"

static void collect(void *arg, const void *octets, size_t len)
{
    rl_assert(buf_add(arg, octets, len));
}

static void relax(struct slice body, size_t piece, struct buf *out)
{
    static struct canon_body canon;
    canon_body_init(&canon, collect, out);
    while (body.len > 0) {
        size_t len = body.len < piece ? body.len : piece;
        canon_body_add(&canon, slice_head(body, len));
        body = slice_from(body, len);
    }
    canon_body_end(&canon);
}

static void check_body(struct slice body, size_t piece)
{
    struct buf whole, pieces, again;
    buf_init(&whole, body.len + 10);
    buf_init(&pieces, body.len + 10);
    buf_init(&again, body.len + 10);
    relax(body, body.len + 1, &whole);
    relax(body, piece, &pieces);
    relax(buf_slice(&whole), piece, &again);
    rl_assert(slice_eq(buf_slice(&whole), buf_slice(&pieces)));
    rl_assert(slice_eq(buf_slice(&whole), buf_slice(&again)));
    struct slice end = buf_slice(&whole);
    rl_assert(end.len == 0 || (end.len > 2 && slice_eq_cstr(slice_from(end, end.len - 2), "\r\n")));
    rl_assert(end.len < 4 || !slice_eq_cstr(slice_from(end, end.len - 4), "\r\n\r\n"));
    rl_assert(memmem(end.ptr != NULL ? end.ptr : "", end.len, " \r\n", 3) == NULL);
    buf_fini(&whole);
    buf_fini(&pieces);
    buf_fini(&again);
}

static void check_field(struct slice text)
{
    struct buf once, twice;
    struct header header;
    struct slice body;
    if (!header_parse(text, &header, &body))
        return;
    text = header.count > 0 ? header.fields[0].text : SLICE_LIT("X: y");
    header_fini(&header);
    buf_init(&once, text.len + 10);
    buf_init(&twice, text.len + 10);
    rl_assert(canon_field(text, &once) && canon_field(buf_slice(&once), &twice));
    rl_assert(slice_eq(buf_slice(&once), buf_slice(&twice)));
    rl_assert(slice_find(buf_slice(&once), '\n') == once.len && slice_find(buf_slice(&once), '\t') == once.len);
    buf_fini(&once);
    buf_fini(&twice);
}

static void check_signature(struct slice message, const struct dkim_key *key)
{
    static const uint8_t digest[BODY_HASH_LEN];
    struct signature signature = {"s.example", "one", key, 1893456000, 1893456001};
    struct header header;
    struct slice body;
    struct buf out;
    if (!header_parse(message, &header, &body))
        return;
    buf_init(&out, SIGNATURE_MAX);
    bool written = signature_write(&signature, &header, digest, &out);
    rl_assert(written == (header_find(&header, "From", 0) < header.count));
    for (struct slice rest = buf_slice(&out); rest.len > 0;)
        rl_assert(slice_cut(&rest, '\n').len <= 78 + 1);
    buf_fini(&out);
    header_fini(&header);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dkim_key *key;
    struct slice text = slice_make(data, size < 65536 ? size : 65536);
    if (key == NULL)
        rl_assert(dkim_key_read(&key, slice_cstr(testing_ed25519), NULL) == ERR_OK);
    check_body(text, text.len > 0 ? 1 + (uint8_t)text.ptr[0] % 7 : 1);
    check_field(text);
    check_signature(text, key);
    return 0;
}
