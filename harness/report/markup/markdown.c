#include "harness/report/markup/markdown.h"

#include "harness/report/markup/visible.h"

void markdown_cell(struct buf *out, const char *text)
{
    static const char *const markup[][2] = {{"|", "\\|"}, {"<", "&lt;"}, {"&", "&amp;"}, {"\n", " "}, {"\t", " "}};
    struct visible v;
    for (; *text != '\0'; text += v.octets) {
        const char *instead = NULL;
        visible_read(text, &v);
        for (size_t i = 0; i < sizeof markup / sizeof markup[0]; i++)
            if (*text == markup[i][0][0])
                instead = markup[i][1];
        if (instead == NULL && v.escape[0] != '\0')
            instead = v.escape;
        if (instead != NULL)
            (void)buf_add_cstr(out, instead);
        else
            (void)buf_add(out, text, v.octets);
    }
}
