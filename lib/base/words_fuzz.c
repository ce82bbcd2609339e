/* Any bytes as a length of time, a size, a date, and as a glob and its text: without overflow, and back again. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/base/glob.h"
#include "lib/base/mail_date.h"
#include "lib/base/mem.h"
#include "lib/testing/fuzz.h"

static void read_duration(struct slice text)
{
    char words[DURATION_TEXT_MAX];
    int64_t ns, again;
    uint64_t bytes;
    if (duration_parse(text, &ns)) {
        (void)duration_clock(ns, words);
        (void)duration_format(ns, words);
        /* To the millisecond, which is all that is shown. */
        rl_assert(ns % NS_PER_MS != 0 || (duration_parse(slice_cstr(words), &again) && again == ns));
    }
    (void)size_parse(text, &bytes);
}

static void match(struct slice text)
{
    struct slice pattern = slice_cut(&text, '\n');
    bool fits = glob_match(pattern, text);
    rl_assert(fits || pattern.len != 1 || pattern.ptr[0] != '*');
    rl_assert(glob_match(text, text) || memchr(text.ptr, '*', text.len) != NULL ||
              memchr(text.ptr, '?', text.len) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup((const char *)data, size);
    int64_t at_ns;
    struct slice whole = slice_make(text, strlen(text));
    read_duration(whole);
    (void)mail_date_parse(text, &at_ns);
    match(whole);
    free(text);
    return 0;
}
