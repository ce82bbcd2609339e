#include "relay/smtp/foreign.h"

#include <string.h>

/* How a first line begins, without case. What ends with a space or a colon is a whole word. */
static const struct {
    const char *start, *protocol;
} starts[] = {
    {"GET ", "HTTP"},
    {"POST ", "HTTP"},
    {"PUT ", "HTTP"},
    {"HEAD ", "HTTP"},
    {"DELETE ", "HTTP"},
    {"OPTIONS ", "HTTP"},
    {"CONNECT ", "HTTP"},
    {"TRACE ", "HTTP"},
    {"PATCH ", "HTTP"},
    {"PRI * ", "HTTP"},
    {"Host:", "HTTP"},
    {"User-Agent:", "HTTP"},
    {"Content-Length:", "HTTP"},
    {"Connection:", "HTTP"},
    {"SSH-", "SSH"},
    {"<?xml", "XML"},
    {"\x16\x03", "TLS"}, /* the record of a client's hello (RFC 8446 §5.1) */
};

/* How it ends, before its version: "GET / HTTP/1.1". */
static const struct {
    const char *name, *protocol;
} ends[] = {{"HTTP/", "HTTP"}, {"RTSP/", "RTSP"}, {"SIP/", "SIP"}};

static bool is_version(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != '.' && (s.ptr[i] < '0' || s.ptr[i] > '9'))
            return false;
    return s.len > 0;
}

static const char *by_end(struct slice line)
{
    struct slice word = slice_trim(line);
    while (slice_find(word, ' ') < word.len)
        (void)slice_cut(&word, ' ');
    for (size_t i = 0; word.len < line.len && i < sizeof ends / sizeof ends[0]; i++)
        if (slice_istarts(word, ends[i].name) && is_version(slice_from(word, strlen(ends[i].name))))
            return ends[i].protocol;
    return NULL;
}

const char *foreign_protocol(struct slice in)
{
    size_t end = slice_find(in, '\n');
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (slice_istarts(in, starts[i].start))
            return starts[i].protocol;
    if (end == in.len)
        return NULL;
    struct slice line = slice_head(in, end);
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return by_end(line);
}
