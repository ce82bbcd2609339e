#include "lib/text/password.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

bool password_has_kind(const char *setting)
{
    return crypt_checksalt(setting) == CRYPT_SALT_OK;
}

bool password_hash_is_whole(const char *hash)
{
    static const struct {
        const char *prefix;
        size_t tail; /* characters after the last $ */
    } kinds[] = {{"$y$", 43}, {"$2b$", 53}, {"$6$", 86}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncmp(hash, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
            return password_has_kind(hash) && strlen(strrchr(hash, '$') + 1) == kinds[i].tail;
    return false;
}

char *password_new_hash(const char *password)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting) == NULL)
        return NULL;
    return password_hash(password, setting);
}

char *password_hash(const char *password, const char *setting)
{
    struct crypt_data *data = mem_zalloc(sizeof *data); /* 32 KiB: not for the stack */
    const char *got = NULL;
    if (password_has_kind(setting))
        got = crypt_rn(password, setting, data, (int)sizeof *data);
    char *hash = got != NULL ? mem_strdup(got) : NULL;
    explicit_bzero(data, sizeof *data);
    free(data);
    return hash;
}
