/*
 * Asserts that stay on in release builds. An assert is for our own bugs, never for input from
 * outside: those get an error code and a text (err.h). A failed assert prints where and what, and
 * aborts.
 */
#ifndef RL_BASE_CHECK_H
#define RL_BASE_CHECK_H

#define rl_assert(cond) ((cond) ? (void)0 : check_failed(#cond, __FILE__, __LINE__, __func__))

_Noreturn void check_failed(const char *cond, const char *file, int line, const char *func);

#endif
