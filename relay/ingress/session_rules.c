/* What relay/policy decides about a session, and what its account sends. */
#include "relay/ingress/session.h"
#include "relay/message/header.h"

const struct refusal *session_ask_rules(const struct session *session, enum rule_stage stage)
{
    const struct server *server = &session->server;
    const struct server_transaction *txn = &server->txn;
    struct rule_facts facts = {.principal = &session->principal,
                               .envelope = &txn->envelope,
                               .recipient = stage == RULE_RCPT ? &txn->asked : NULL,
                               .size = txn->size,
                               .room = server_room(server),
                               .recipients_max = server->settings.recipients_max};
    if (session->principal.kind == PRINCIPAL_ACCOUNT)
        facts.rights = access_rights(session->ingress->access, &session->principal, &facts.usage);
    if (stage == RULE_MESSAGE && facts.rights != NULL)
        facts.header = header_section(buf_slice(&txn->body));
    return rule_ask(stage, &facts);
}

/* From its final dot on, so that sessions of one account cannot exceed its rate together. */
void session_spend(struct session *session)
{
    session->spent = (int64_t)session->server.txn.envelope.recipient_count;
    if (session->principal.account != NULL)
        access_spend(session->ingress->access, session->principal.account, 1, session->spent);
}

void session_settle(const struct session *session)
{
    struct access *access = session->ingress->access;
    if (session->principal.account == NULL)
        return;
    if (session->intake.verdict != INTAKE_STORED)
        access_spend(access, session->principal.account, -1, -session->spent);
    else
        access_store_usage(access, session->principal.account);
}
