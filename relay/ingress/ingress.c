#include "relay/ingress/ingress.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "relay/ingress/session.h"

static int load_certificate(const struct config *config, struct tls_ctx **out, struct err *err)
{
    *out = NULL;
    if (config->tls.certificate == NULL || config->tls.key == NULL)
        return ERR_OK;
    return tls_ctx_new_server(out, config->tls.certificate, config->tls.key, err);
}

int ingress_reload(struct ingress *ingress, const struct config *config, struct err *err)
{
    struct tls_ctx *tls;
    int rc = load_certificate(config, &tls, err);
    if (rc != ERR_OK)
        return rc;
    rc = listeners_set(ingress->listeners, config, err);
    if (rc != ERR_OK) {
        tls_ctx_free(tls);
        return rc;
    }
    tls_ctx_free(ingress->tls);
    ingress->tls = tls;
    access_reload(ingress->access, config);
    ingress->config = config;
    clients_set_limits(&ingress->clients, config->limits.receiving_size, config->limits.message_size);
    return ERR_OK;
}

int ingress_start(struct ingress **out, const struct config *config, struct loop *loop, struct queue *queue,
                  struct access *access, struct log *log, struct err *err)
{
    struct ingress *ingress = mem_zalloc(sizeof *ingress);
    *ingress = (struct ingress){.loop = loop, .queue = queue, .access = access, .log = log};
    list_init(&ingress->sessions);
    clients_init(&ingress->clients);
    ingress->auth = auth_new(access, loop, log, hasher_spawn);
    ingress->listeners = listeners_new(loop, log, session_start, ingress);
    int rc = ingress_reload(ingress, config, err);
    if (rc != ERR_OK) {
        ingress_stop(ingress);
        return rc;
    }
    loop_in_phase(loop, LOOP_ANSWER, session_answer_all, ingress);
    *out = ingress;
    return ERR_OK;
}

void ingress_drain(struct ingress *ingress)
{
    ingress->draining = true; /* those that wait for their 250 get it first */
    listeners_close(ingress->listeners);
    LIST_EACH_SAFE (struct session, link, session, next, &ingress->sessions) {
        if (session->closing || session->storing || session->waits_for_commit)
            continue;
        session_stop(session);
    }
}

bool ingress_idle(const struct ingress *ingress)
{
    return ingress->sessions.count == 0;
}

void ingress_stop(struct ingress *ingress)
{
    if (ingress == NULL)
        return;
    listeners_free(ingress->listeners);
    LIST_EACH_SAFE (struct session, link, session, next, &ingress->sessions)
        session_end(session);
    tls_ctx_free(ingress->tls);
    auth_free(ingress->auth);
    free(ingress);
}
