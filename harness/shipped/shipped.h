/*
 * Where the files that ship with the programs are: scenarios, adapters of targets, fixtures. Under each of these
 * folders they have the layout of the source tree (scenarios/, fixtures/targets/):
 *
 *     the working directory                  a project with its own scenarios
 *     BIN/../..                              the source tree, for build/MODE
 *     BIN/../../share/relaylab               `make install`: BIN is PREFIX/lib/relaylab
 *     BIN/../share/relaylab                  programs that were copied into PREFIX/bin
 *
 * BIN is the folder of the running program, with symbolic links resolved.
 */
#ifndef RL_HARNESS_SHIPPED_H
#define RL_HARNESS_SHIPPED_H

#include <stdbool.h>

#define SHIPPED_VARIABLE "RELAYLAB_SHARE"

/* The first existing FOLDER/NAME; `named`, when it is not NULL, is appended: FOLDER/NAME/NAMED. NULL = none; the
 * caller's. */
char *shipped_find(const char *bin, const char *name, const char *named);
/* As shipped_find, but never in the working directory: what the programs themselves brought. */
char *shipped_find_own(const char *bin, const char *name, const char *named);
/* All places where shipped_find looks for the name, in its order, joined by ", "; the caller's. */
char *shipped_places(const char *bin, const char *name);
/* Whether the programs run in their source tree, so that they may write build/targets. */
bool shipped_in_source_tree(const char *bin);

#endif
