/*
 * Copies what can still be read of a damaged database into a new one. A damaged page hides rows, and ends a walk; so
 * each table is walked from both ends, and rows before and after the damage are kept.
 */
#ifndef RL_RELAY_STORE_SALVAGE_H
#define RL_RELAY_STORE_SALVAGE_H

#include <sqlite3.h>

#include "lib/base/err.h"

/* Copies all rows into tables of the same shape. ERR_STORE when the new database cannot be written. */
int store_salvage(sqlite3 *from, sqlite3 *to, struct err *err);

#endif
