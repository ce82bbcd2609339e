/*
 * RFC 3207 §6: a client can be configured to require TLS for selected hosts "before messages can be successfully
 * transferred". What a scenario gives under `tls` is that configuration. An unencrypted envelope already breaks the
 * rule.
 */
#include <string.h>

#include "harness/judge/always/always.h"

static bool has_name(const struct host *host)
{
    for (size_t i = 0; i < host->tls.names.count; i++)
        if (strcasecmp(((const char **)host->tls.names.items)[i], host->name) == 0)
            return true;
    return host->tls.names.count == 0;
}

/* Whether a client that verifies the host's certificate at that time accepts it. */
static bool is_authentic(const struct host *host, int64_t t_ns)
{
    bool in_time = host->tls.not_after_ns == 0 || t_ns < host->tls.not_after_ns;
    return host->tls.cert == CERT_VALID && in_time && has_name(host);
}

static void judge_envelope(const struct always_check *check, const struct trace_event *rcpt, size_t at)
{
    const struct scenario *scenario = check->facts->scenario;
    const char *to = trace_str(rcpt->json, FIELD_RCPT, "");
    const struct host *host = scenario_host(scenario, trace_str(rcpt->json, FIELD_HOST, ""));
    enum given_tls level = scenario_tls(scenario, address_domain(to));
    if (level < GIVEN_TLS_ENCRYPT || host == NULL)
        return;
    if (!trace_bool(rcpt->json, FIELD_TLS, false))
        always_broken(check, at, "TLS, as given.tls says", "mail to %s unencrypted, to %s", to, host->name);
    else if (level == GIVEN_TLS_VERIFY && !is_authentic(host, rcpt->t_ns))
        always_broken(check, at, "a host whose certificate is good, as given.tls says",
                      "mail to %s over TLS to %s, whose certificate is not", to, host->name);
}

static void no_clear_against_policy(const struct always_check *check)
{
    const struct trace_event *command;
    size_t at = 0;
    if (check->facts->scenario->given.tls.count == 0)
        return;
    while ((command = facts_next(check->facts, TRACE_SMTP_COMMAND, NULL, 0, &at)) != NULL)
        if (strcmp(trace_str(command->json, FIELD_VERB, ""), "RCPT") == 0)
            judge_envelope(check, command, at - 1);
}

const struct always_rule always_no_clear_against_policy = {
    .id = "no-clear-against-policy",
    .sentence = "Mail that requires TLS or a valid certificate is not sent without it",
    .level = LEVEL_MUST,
    .clause = "RFC3207#6",
    .check = no_clear_against_policy,
    .slug = "no-mail-in-clear-nor-to-an-unverified-host-where-the-target-is-told-otherwise",
    .page = {.demands = "Where the scenario's `given.tls` is `encrypt` or `verify`, the envelope and the message are "
                        "sent to that domain only over TLS. With `verify`, the host's certificate must also be valid: "
                        "issued by the run's root, not expired, and for the name of the host.",
             .why = "A policy that gives way when TLS fails does not protect: an attacker who can disturb the "
                    "handshake reads the mail.",
             .causes =
                 "A fallback to plaintext after STARTTLS was refused or the handshake failed; a certificate that is "
                 "checked against the chain but not against the name; a policy table that is keyed by the MX host "
                 "while the lookup uses the domain; a session that was opened for another domain and is reused.",
             .fix = "Defer the message when the required security is missing. Check chain, dates and name, and look "
                    "the policy up for each message, also on a reused connection.",
             .wanted = "TLS, as given.tls says",
             .seen = "mail to bob@d.example unencrypted, to mx.d.example"},
};
