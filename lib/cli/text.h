/* The small markup of help texts (see cli.h), in blocks; and words wrapped to a width. */
#ifndef RL_CLI_TEXT_H
#define RL_CLI_TEXT_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"

#define CLI_WIDTH 80

enum cli_block_kind { CLI_PARAGRAPH, CLI_DEFINITION, CLI_LITERAL, CLI_BLANK };

struct cli_block {
    enum cli_block_kind kind;
    struct slice term, text;
};

/* Cuts the next block off *rest; false at the end. */
bool cli_block_next(struct slice *rest, struct cli_block *out);

/* The next word of a paragraph, cut off *rest; empty at the end. Code in backquotes is one word, up to 40 octets. */
struct slice cli_word_next(struct slice *rest);

/* Characters, not octets. */
size_t cli_text_width(struct slice text);

/* Words from `at` on (the column that the cursor has), further lines from `column`; ends the line. */
void cli_wrap(struct buf *out, struct slice text, size_t at, size_t column);

#endif
