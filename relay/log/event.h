/*
 * The relay's events: one registry of their names, levels and fields, and the only way to log one. docs/RELAY.md shows
 * the same table, printed by `relaylab-relay --events`; a test holds the two together, and every place that logs.
 *
 *     event_log(log, EVENT_DELIVERY_DEFERRED, log_str("id", id), log_str("rcpt", rcpt), …);
 *
 * Adding an event is a row of EVENTS. Untrusted text is escaped where the line is written (lib/text/log.h). Passwords
 * are never a field.
 */
#ifndef RL_RELAY_EVENT_H
#define RL_RELAY_EVENT_H

#include <stdio.h>

#include "lib/text/log.h"

/* X(constant, name, level, fields, what it reports) */
#define EVENTS(X)                                                                                                      \
    X(RELAY_STARTED, "relay.started", LOG_INFO, "hostname version", "the relay listens and delivers")                  \
    X(RELAY_STOPPING, "relay.stopping", LOG_INFO, "", "shutdown was requested; no new sessions are accepted")          \
    X(RELAY_DRAIN_CUT, "relay.drain_cut", LOG_WARN, "why", "connections that did not end in time are closed")          \
    X(RELAY_STOPPED, "relay.stopped", LOG_INFO, "", "shutdown is complete; the last event")                            \
    X(CONFIG_RELOADED, "config.reloaded", LOG_INFO, "file", "SIGHUP: the new configuration is valid and in effect")    \
    X(CONFIG_REFUSED, "config.refused", LOG_ERROR, "problem",                                                          \
      "SIGHUP: the new configuration has this problem; the old one stays in effect")                                   \
    X(CONFIG_KEPT, "config.kept", LOG_WARN, "key",                                                                     \
      "SIGHUP: this key changes only with a restart; its old value stays in effect")                                   \
    X(LOG_DROPPED, "log.dropped", LOG_WARN, "lines",                                                                   \
      "standard error was not read, or its disk is full: number of events that were lost")                             \
    X(LISTEN_OPENED, "listen.opened", LOG_INFO, "address port role", "")                                               \
    X(LISTEN_CLOSED, "listen.closed", LOG_INFO, "address port", "the sessions of the listener continue")               \
    X(LISTEN_PAUSED, "listen.paused", LOG_ERROR, "error", "new connections cannot be accepted at the moment")          \
    X(SESSION_OPENED, "session.opened", LOG_INFO, "client port", "a client connected")                                 \
    X(SESSION_REFUSED, "session.refused", LOG_WARN, "client why",                                                      \
      "too many sessions, in total or from this client, or the client is banned")                                      \
    X(SESSION_TLS, "session.tls", LOG_INFO, "client tls cipher", "")                                                   \
    X(SESSION_TLS_FAILED, "session.tls_failed", LOG_WARN, "client why", "")                                            \
    X(SESSION_AUTH, "session.auth", LOG_INFO, "client user key", "key is the id of the API key, if one was used")      \
    X(SESSION_AUTH_FAILED, "session.auth_failed", LOG_WARN, "client user why",                                         \
      "wrong credentials, or too many attempts; user is a configured user, or `unknown user`")                         \
    X(CLIENT_BANNED, "client.banned", LOG_WARN, "client failures time_s",                                              \
      "too many wrong passwords; its connections are refused with 421 until then")                                     \
    X(CLIENT_LIFTED, "client.lifted", LOG_WARN, "client", "the operator lifted its ban")                               \
    X(ACCOUNT_CHANGED, "account.changed", LOG_WARN, "action user", "changed by the operator")                          \
    X(APIKEY_CHANGED, "apikey.changed", LOG_WARN, "action key user", "changed by the operator; key is its id")         \
    X(ACCESS_DAMAGED, "access.damaged", LOG_ERROR, "kind name problem",                                                \
      "an account, key or ban of the database is invalid; it is kept, and has no effect")                              \
    X(HASHER_FAILED, "hasher.failed", LOG_ERROR, "error",                                                              \
      "the password helper ended or cannot start; the AUTH that it was processing gets 454")                           \
    X(SESSION_CLOSED, "session.closed", LOG_INFO, "client messages why", "")                                           \
    X(MESSAGE_ACCEPTED, "message.accepted", LOG_INFO, "id client user tls from recipients size signatures",            \
      "the message is on disk, and the client gets its 250; signatures: domain/selector of each key that signed it")   \
    X(MESSAGE_REFUSED, "message.refused", LOG_WARN, "client user from why", "refused at the final dot")                \
    X(MESSAGE_REPORT, "message.report", LOG_INFO, "id about to kind",                                                  \
      "a report about another message was queued: failed, delayed or relayed")                                         \
    X(MESSAGE_ENDED, "message.ended", LOG_INFO, "id delay_s", "no recipient of the message is left in the queue")      \
    X(DELIVERY_ATTEMPT, "delivery.attempt", LOG_INFO, "id domain host address recipients reused",                      \
      "a transaction begins, or the connection for it")                                                                \
    X(DELIVERY_HOST_FAILED, "delivery.host_failed", LOG_INFO, "id host address reply", "the host failed before MAIL")  \
    X(DELIVERY_DELIVERED, "delivery.delivered", LOG_INFO, "id rcpt host reply status tls cipher attempts delay_s", "") \
    X(DELIVERY_DEFERRED, "delivery.deferred", LOG_INFO,                                                                \
      "id rcpt host reply status tls cipher attempts delay_s next_s", "retried after next_s")                          \
    X(DELIVERY_BOUNCED, "delivery.bounced", LOG_WARN, "id rcpt host reply status tls cipher attempts delay_s",         \
      "failed permanently")                                                                                            \
    X(DELIVERY_EXPIRED, "delivery.expired", LOG_WARN, "id rcpt host reply status tls cipher attempts delay_s",         \
      "the lifetime of the message is over")                                                                           \
    X(DELIVERY_DROPPED, "delivery.dropped", LOG_WARN, "id rcpt bounced", "removed by the operator")                    \
    X(DELIVERY_STALLED, "delivery.stalled", LOG_ERROR, "id error",                                                     \
      "the disk is full, or no socket can be created; retried")                                                        \
    X(SMARTHOST_AUTH_FAILED, "smarthost.auth_failed", LOG_ERROR, "host reply",                                         \
      "the configured user or password must be corrected")                                                             \
    X(TLS_STARTED, "tls.started", LOG_INFO, "host tls cipher verified problem", "on a connection to another host")     \
    X(TLS_GIVEN_UP, "tls.given_up", LOG_WARN, "host address why",                                                      \
      "TLS sessions with the host fail: mail goes unencrypted for an hour, where the policy is `may`")                 \
    X(QUEUE_OPENED, "queue.opened", LOG_INFO, "messages recipients", "")                                               \
    X(QUEUE_NO_ROOM, "queue.no_room", LOG_ERROR, "problem",                                                            \
      "at startup: the spool cannot store mail; no mail is accepted until it can")                                     \
    X(QUEUE_CHANGED, "queue.changed", LOG_WARN, "action matched changed busy", "changed by the operator")              \
    X(QUEUE_SHARE_USED, "queue.share_used", LOG_WARN, "share recipients",                                              \
      "a client has used its share of the queue; its mail gets 452")                                                   \
    X(QUEUE_UNREADABLE, "queue.unreadable", LOG_ERROR, "id error", "the body of a message cannot be read")             \
    X(QUEUE_DAMAGED, "queue.damaged", LOG_ERROR, "problem rows", "the database differs from what the relay wrote")     \
    X(MESSAGE_DAMAGED, "message.damaged", LOG_ERROR, "id from recipients problem",                                     \
      "the message is set aside: `relaylab queue` shows, drops or retries it")                                         \
    X(QUEUE_FAILED, "queue.failed", LOG_ERROR, "error", "the queue is no longer reliable: the relay exits")

enum event_id {
#define X(constant, name, level, fields, help) EVENT_##constant,
    EVENTS(X)
#undef X
        EVENT_COUNT
};

struct event_kind {
    const char *name;
    enum log_level level;
    const char *fields; /* apart by spaces */
    const char *help;
};

extern const struct event_kind event_kinds[EVENT_COUNT];

#define event_log(log, event, ...)                                                                                     \
    log_write((log), event_kinds[event].level, event_kinds[event].name,                                                \
              (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){.kind = LOG_END}})

/* The table as Markdown. */
void event_print(FILE *out);

#endif
