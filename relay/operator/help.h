/* The words of relaylab-queue --help, whole and for each verb. */
#ifndef RL_RELAY_HELP_H
#define RL_RELAY_HELP_H

extern const char help_queue[];
extern const char help_list[], help_show[], help_retry[], help_flush[], help_hold[], help_release[], help_drop[];

#endif
