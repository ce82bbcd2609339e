#include "lib/base/glob.h"

static bool same(char a, char b)
{
    return slice_ieq((struct slice){&a, 1}, (struct slice){&b, 1});
}

/* Only the last star has to be revisited: what an earlier one matched can never help a later one. */
bool glob_match(struct slice pattern, struct slice text)
{
    size_t p = 0, t = 0;
    size_t star = pattern.len, star_text = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.len && (pattern.ptr[p] == '?' || same(pattern.ptr[p], text.ptr[t]))) {
            p++, t++;
        } else if (star < pattern.len) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}
