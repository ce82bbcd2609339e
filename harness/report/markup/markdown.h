/* Text in Markdown, so that it cannot become markup. */
#ifndef RL_HARNESS_MARKDOWN_H
#define RL_HARNESS_MARKDOWN_H

#include "lib/base/buf.h"

/* For cells of a table: no line ends, no bars, and no HTML: <bob@dest.example> would be a link, <bob> nothing at all.
 */
void markdown_cell(struct buf *out, const char *text);

#endif
