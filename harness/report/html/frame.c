#include "harness/report/html/frame.h"

#include "harness/report/html/assets.h"
#include "harness/report/markup/html.h"

static const char policy[] = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                             "'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\"/>\n";

void frame_begin(struct buf *out, const char *title, struct slice style, const char *skip_to, const char *skip_words)
{
    (void)buf_add_cstr(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    (void)buf_add_cstr(out, policy);
    (void)buf_add_cstr(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta "
                            "name=\"color-scheme\" content=\"light dark\"/>\n");
    html_put(out, "<title>%s</title>\n", title);
    (void)buf_add_cstr(out, "<link rel=\"icon\" href=\"data:,\"/>\n<style>\n");
    (void)buf_add_slice(out, assets_report_css());
    (void)buf_add_slice(out, style);
    html_put(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#%s\">%s</a>\n", skip_to, skip_words);
}

void frame_end(struct buf *out, struct slice script)
{
    (void)buf_add_cstr(out, "<script>/*<![CDATA[*/\n");
    (void)buf_add_slice(out, script);
    (void)buf_add_cstr(out, "/*]]>*/</script>\n</body>\n</html>\n");
}
