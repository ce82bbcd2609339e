#include "relay/dkim/tags.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice trim(struct slice s)
{
    while (s.len > 0 && is_space(s.ptr[0]))
        s = slice_from(s, 1);
    while (s.len > 0 && is_space(s.ptr[s.len - 1]))
        s = slice_head(s, s.len - 1);
    return s;
}

/* Cuts a tag off *list; its name is empty when it is none. */
static struct slice cut_tag(struct slice *list, struct slice *value)
{
    struct slice tag = slice_cut(list, ';');
    size_t equals = slice_find(tag, '=');
    if (equals == tag.len)
        return slice_make(NULL, 0);
    *value = trim(slice_from(tag, equals + 1));
    return trim(slice_head(tag, equals));
}

bool tags_find(struct slice list, const char *name, struct slice *value)
{
    while (list.len > 0) {
        struct slice found;
        if (slice_eq_cstr(cut_tag(&list, &found), name)) {
            *value = found;
            return true;
        }
    }
    return false;
}

struct slice tags_first(struct slice list)
{
    struct slice value;
    return cut_tag(&list, &value);
}

bool tags_has_word(struct slice words, const char *word)
{
    while (words.len > 0)
        if (slice_ieq_cstr(trim(slice_cut(&words, ':')), word))
            return true;
    return false;
}
