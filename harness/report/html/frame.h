/*
 * What all pages have in common: a head whose policy forbids loading anything, the style report.css, and at the end a
 * script. A page is well-formed XML, too, so that a test can prove that no text of a peer became markup.
 */
#ifndef RL_HARNESS_HTML_FRAME_H
#define RL_HARNESS_HTML_FRAME_H

#include "lib/base/buf.h"

/* title: escaped. style: more than report.css; may be empty. skip_to: the id that the first link leads to. */
void frame_begin(struct buf *out, const char *title, struct slice style, const char *skip_to, const char *skip_words);
void frame_end(struct buf *out, struct slice script);

#endif
