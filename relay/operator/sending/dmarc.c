#include "relay/operator/sending/dmarc.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "relay/dkim/tags.h"

static bool is_dmarc(struct slice text)
{
    struct slice version;
    return tags_find(text, "v", &version) && slice_eq_cstr(version, "DMARC1") && slice_eq_cstr(tags_first(text), "v");
}

static bool is_strict(struct slice record, const char *tag)
{
    struct slice mode;
    return tags_find(record, tag, &mode) && slice_ieq_cstr(mode, "s");
}

static bool is_policy(struct slice word)
{
    return slice_ieq_cstr(word, "none") || slice_ieq_cstr(word, "quarantine") || slice_ieq_cstr(word, "reject");
}

/* §6.3; sp= is for subdomains, whose policy is p= without it. */
static void read_record(struct slice record, const char *at, bool is_parent, struct dmarc *out)
{
    struct slice policy, rua;
    (void)snprintf(out->domain, sizeof out->domain, "%s", at);
    out->strict_dkim = is_strict(record, "adkim");
    out->strict_spf = is_strict(record, "aspf");
    out->reports = tags_find(record, "rua", &rua) && rua.len > 0;
    bool found = (is_parent && tags_find(record, "sp", &policy)) || tags_find(record, "p", &policy);
    out->state = found && is_policy(policy) ? DMARC_FOUND : DMARC_WRONG;
    if (out->state == DMARC_FOUND)
        (void)snprintf(out->policy, sizeof out->policy, "%.*s", SLICE_ARG(policy));
    else
        (void)snprintf(out->words, sizeof out->words, "the record of _dmarc.%s has no p=none, quarantine or reject",
                       at);
}

/* False when there is no record at this domain, and its parent may have one. */
static bool look(const struct spf_dns *dns, const char *at, bool is_parent, struct dmarc *out)
{
    char name[300];
    struct wire_answer answer;
    struct slice record = {0};
    size_t count = 0;
    (void)snprintf(name, sizeof name, "_dmarc.%s", at);
    dns->ask(dns->arg, name, WIRE_TXT, &answer);
    if (answer.result == WIRE_TEMPORARY) {
        out->state = DMARC_UNKNOWN;
        (void)snprintf(out->words, sizeof out->words, "the DNS does not answer about %s", name);
        return true;
    }
    for (size_t i = 0; i < answer.count; i++) {
        if (!is_dmarc(answer.records[i].text))
            continue;
        record = answer.records[i].text;
        count++;
    }
    if (count == 1)
        read_record(record, at, is_parent, out);
    if (count > 1) {
        out->state = DMARC_WRONG;
        (void)snprintf(out->words, sizeof out->words, "%s has %zu records: receivers ignore all of them", name, count);
    }
    return count > 0;
}

void dmarc_find(const struct spf_dns *dns, const char *domain, struct dmarc *out)
{
    const char *at = domain;
    *out = (struct dmarc){.state = DMARC_NONE};
    (void)snprintf(out->domain, sizeof out->domain, "%s", domain);
    for (int parents = 0; parents <= DMARC_PARENTS_MAX; parents++) {
        if (look(dns, at, parents > 0, out))
            return;
        at = strchr(at, '.');
        if (at == NULL || strchr(++at, '.') == NULL)
            return; /* a top level domain has no policy of its own */
    }
}

static bool is_within(const char *name, const char *domain)
{
    size_t name_len = strlen(name), len = strlen(domain);
    return name_len >= len && strcasecmp(name + name_len - len, domain) == 0 &&
           (name_len == len || name[name_len - len - 1] == '.');
}

/* §3.1.1, §3.1.2. Without a record, one domain has to be within the other. */
bool dmarc_aligns(const struct dmarc *dmarc, const char *author, const char *signer, bool strict)
{
    if (strict)
        return strcasecmp(author, signer) == 0;
    if (dmarc->state == DMARC_FOUND && is_within(author, dmarc->domain) && is_within(signer, dmarc->domain))
        return true;
    return is_within(author, signer) || is_within(signer, author);
}
