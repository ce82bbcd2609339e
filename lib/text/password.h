/*
 * Password hashes as operators have them: crypt(3) strings of libxcrypt, which says their kind by a prefix ($y$, $2b$,
 * $6$). One hash may cost milliseconds by design.
 */
#ifndef RL_TEXT_PASSWORD_H
#define RL_TEXT_PASSWORD_H

#include <stdbool.h>

/* Whether libxcrypt knows the kind of a setting or hash, and its setting is well formed. */
bool password_has_kind(const char *setting);

/* Whether some password can match the hash: it is one of these kinds, and whole. */
bool password_hash_is_whole(const char *hash);

/* A new hash of the password, with a random salt, by the method that libxcrypt prefers (yescrypt). The caller's; NULL
 * when there is none. */
char *password_new_hash(const char *password);

/*
 * The hash of the password under a setting, "$6$rounds=1000$salt$", or under a hash, which begins with its setting: the
 * result is then that hash when the password is right. The caller's (wipe and free); NULL when there is no such kind.
 */
char *password_hash(const char *password, const char *setting);

#endif
