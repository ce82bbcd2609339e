/*
 * Checks what a configuration needs of this machine, and changes nothing: files with certificates and keys, the spool,
 * addresses to listen on, hashes that crypt(3) can use. Problems become those of the configuration's document, with
 * file, line and column; problems that a start would only run into later are reported now.
 */
#ifndef RL_RELAY_CHECK_H
#define RL_RELAY_CHECK_H

#include "relay/config/config.h"

/* False when there is an error; warnings do not count. The report is printed by yaml_report. */
bool check_world(struct config *config);

#endif
