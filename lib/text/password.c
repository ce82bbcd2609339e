#include "lib/text/password.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

bool password_has_kind(const char *setting)
{
    return crypt_checksalt(setting) == CRYPT_SALT_OK;
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
