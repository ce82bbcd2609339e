/* status: DKIM, SPF and DMARC of a domain whose mail this relay sends. */
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "relay/dkim/signing.h"
#include "relay/dns/destination.h"
#include "relay/operator/sending/advice.h"
#include "relay/operator/sending/lookup.h"
#include "relay/operator/sending/sending.h"

#define OUT_MAX 65536

struct values {
    const char *config;
    struct ip addresses[ADVICE_ADDRESSES_MAX];
    size_t count;
};

static bool take_address(void *base, const char *value, struct err *err)
{
    struct values *values = base;
    if (values->count == ADVICE_ADDRESSES_MAX)
        return err_set(err, ERR_TOO_BIG, "more than %d addresses", ADVICE_ADDRESSES_MAX) == ERR_OK;
    if (!ip_parse(slice_cstr(value), &values->addresses[values->count]))
        return err_set(err, ERR_INVALID, "expected an address such as 192.0.2.1") == ERR_OK;
    values->count++;
    return true;
}

/* ---- from where the relay sends ---- */

/* Special addresses are not those that other hosts see. */
static void add_source(struct values *values, const struct config *config, struct ip address)
{
    for (size_t i = 0; i < values->count; i++)
        if (ip_eq(values->addresses[i], address))
            return;
    if (values->count < ADVICE_ADDRESSES_MAX && ip_is_v4(address) && !ip_is_any(address) &&
        destination_of(config, address) != DESTINATION_REFUSED)
        values->addresses[values->count++] = address;
}

static void add_interfaces(struct values *values, const struct config *config)
{
    struct ifaddrs *all = NULL;
    struct ip_port own;
    if (getifaddrs(&all) != 0)
        return;
    for (const struct ifaddrs *it = all; it != NULL; it = it->ifa_next)
        if (it->ifa_addr != NULL && ip_from_sockaddr(it->ifa_addr, &own))
            add_source(values, config, own.ip);
    freeifaddrs(all);
}

/* Those that are given; else own_addresses; else those of this machine. */
static void find_sources(struct values *values, const struct config *config)
{
    const struct ip *own = config->own_addresses.items;
    if (values->count > 0)
        return;
    for (size_t i = 0; i < config->own_addresses.count; i++)
        if (values->count < ADVICE_ADDRESSES_MAX)
            values->addresses[values->count++] = own[i];
    if (values->count == 0)
        add_interfaces(values, config);
}

/* ---- the facts ---- */

static void look_at_keys(struct lookup *lookup, const struct signer *signer, struct advice_facts *facts)
{
    const struct signer_key *keys[SIGNER_SIGNATURES_MAX];
    size_t count = signer != NULL ? signer_choose(signer, slice_cstr(facts->domain), keys) : 0;
    for (size_t i = 0; i < count && i < ADVICE_KEYS_MAX; i++) {
        struct wire_answer answer;
        char name[512];
        (void)snprintf(name, sizeof name, "%s._domainkey.%s", keys[i]->selector, keys[i]->domain);
        lookup_ask(lookup, name, WIRE_TXT, &answer);
        facts->keys[i].signer = keys[i]->domain;
        facts->keys[i].selector = keys[i]->selector;
        facts->keys[i].published = published_look(&answer, keys[i]->key, &facts->keys[i].words);
        facts->key_count++;
    }
}

static enum advice tell(struct lookup *lookup, const struct signer *signer, const struct values *values,
                        const char *domain)
{
    struct spf_dns dns = {lookup_ask, lookup};
    struct advice_facts *facts = mem_zalloc(sizeof *facts);
    struct buf out;
    buf_init(&out, OUT_MAX);
    facts->domain = domain;
    look_at_keys(lookup, signer, facts);
    for (size_t i = 0; i < values->count; i++) {
        facts->sources[i].address = values->addresses[i];
        spf_evaluate(&dns, domain, values->addresses[i], &facts->sources[i].spf);
        facts->source_count++;
    }
    dmarc_find(&dns, domain, &facts->dmarc);
    enum advice advice = advice_write(facts, &out);
    printf("%s", buf_cstr(&out));
    buf_fini(&out);
    free(facts);
    return advice;
}

static int look(const struct config *config, struct values *values, const char *domain)
{
    struct signer *signer = NULL;
    struct lookup *lookup = NULL;
    struct err err = {0};
    enum advice advice = ADVICE_UNKNOWN;
    int rc = signing_load(config, &signer, &err);
    if (rc == ERR_OK)
        rc = lookup_open(&lookup, config, &err);
    if (rc == ERR_OK) {
        find_sources(values, config);
        advice = tell(lookup, signer, values, domain);
    } else
        fprintf(stderr, "relaylab-domain: %s\n", err.text);
    lookup_close(lookup);
    signer_free(signer);
    if (rc != ERR_OK)
        return SENDING_USAGE;
    return advice == ADVICE_NONE_NEEDED ? SENDING_GOOD : advice == ADVICE_GIVEN ? SENDING_NOT_GOOD : SENDING_UNKNOWN;
}

static int run(struct cli_call *call)
{
    struct values values = {0};
    struct config *config;
    int code = cli_read(call, &values);
    if (code != CLI_GO_ON)
        return code;
    if (!config_is_dkim_domain(call->argv[0]))
        return cli_refuse(call, "`%s` is not a domain such as example.com", call->argv[0]);
    if (sending_load("relaylab-domain", values.config, &config) != ERR_OK)
        return SENDING_USAGE;
    int status = look(config, &values, call->argv[0]);
    config_free(config);
    return status;
}

#define INTO(member) .offset = offsetof(struct values, member)
static const struct cli_option rows[] = {
    {.name = "config",
     .letter = 'c',
     .kind = CLI_TEXT,
     INTO(config),
     .value = "FILE",
     .help = "the relay's configuration: its keys, its addresses, its DNS servers",
     .required = true},
    {.name = "address",
     .kind = CLI_TAKE,
     .take = take_address,
     .value = "ADDRESS",
     .help = "an address from which the relay sends, as other hosts see it; may be repeated. Without it, "
             "own_addresses of the configuration, or the public addresses of this machine"},
    {0}};
static const struct cli_group groups[] = {{"The relay", rows, 0}, {0}};
static const struct cli_section sections[] = {
    {"Exit status",
     "0\treceivers can trust this mail\n1\tsomething is to be done\n2\tbad usage or configuration, or a key cannot be "
     "used\n3\tthe DNS does not answer\n",
     NULL},
    {0}};
const struct cli_command sending_status = {
    .name = "status",
    .summary = "show what receivers find about a domain: DKIM, SPF, DMARC",
    .synopsis = "-c FILE [--address ADDRESS]… DOMAIN",
    .about = "Shows whether receivers trust mail whose From is in this domain, when this relay sends it: which keys "
             "sign it and whether their records are good, whether the SPF record includes the relay's addresses, what "
             "the DMARC policy is and whether DKIM and SPF align with it; and what to do about it.\n",
    .groups = groups,
    .sections = sections,
    .arguments = "DOMAIN",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run};
