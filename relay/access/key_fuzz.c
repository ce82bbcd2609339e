/* Any password: one that has the form of a key can be looked at; a new key is one. */
#include <string.h>

#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/access/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_make(data, size);
    char id[KEY_ID_LEN + 1], key[KEY_LEN + 1];
    uint8_t digest[DIGEST_BYTES];
    if (key_has_form(text) && key_is_whole(text)) {
        key_id(text, id);
        key_digest(text, digest);
        rl_assert(strlen(id) == KEY_ID_LEN);
    }
    key_new(key);
    rl_assert(key_has_form(slice_cstr(key)) && key_is_whole(slice_cstr(key)));
    return 0;
}
