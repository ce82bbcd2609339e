/* The version of all programs here: they are built and shipped together. */
#ifndef RL_BASE_VERSION_H
#define RL_BASE_VERSION_H

#define RELAYLAB_VERSION "0.1"
#define RELAYLAB_DATE    "2026-11-30" /* of this version, for the manual pages */

#endif
