#include "relay/policy/principal.h"

#include <stdlib.h>

#include "lib/base/mem.h"

struct principal principal_of_client(bool trusted)
{
    return (struct principal){.kind = trusted ? PRINCIPAL_NETWORK : PRINCIPAL_ANONYMOUS};
}

struct principal principal_of_account(const char *name, const char *key)
{
    return (struct principal){
        .kind = PRINCIPAL_ACCOUNT, .account = mem_strdup(name), .key = key != NULL ? mem_strdup(key) : NULL};
}

void principal_fini(struct principal *principal)
{
    free(principal->account);
    free(principal->key);
    *principal = (struct principal){0};
}

void principal_move(struct principal *to, struct principal *from)
{
    struct principal moved = *from;
    *from = (struct principal){0};
    principal_fini(to);
    *to = moved;
}
