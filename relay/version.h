#ifndef RL_RELAY_VERSION_H
#define RL_RELAY_VERSION_H

#define RELAY_VERSION "0.1"

#endif
