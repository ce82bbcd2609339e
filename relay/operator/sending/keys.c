/* The keys that a command line chooses. */
#include <stdio.h>

#include "relay/dkim/signing.h"
#include "relay/operator/sending/sending.h"

#define REPORT_MAX 65536

const struct cli_option sending_key_rows[] = {
    {.name = "config",
     .letter = 'c',
     .kind = CLI_TEXT,
     SENDING_INTO(config),
     .value = "FILE",
     .help = "the relay's configuration: all of its keys, or those of one domain; its DNS servers are asked"},
    {.name = "key",
     .kind = CLI_TEXT,
     SENDING_INTO(key),
     .value = "FILE",
     .help = "one key, as a PEM file, for a domain and a selector"},
    {0}};

const struct cli_section sending_key_sections[] = {
    {"Exit status",
     "0\tdone; every record is good\n1\ta record is missing or wrong, or there is no such key\n2\tbad usage or "
     "configuration, or a key cannot be used\n3\tthe DNS does not answer\n",
     NULL},
    {0}};

int sending_load(const char *program, const char *path, struct config **out)
{
    struct buf report;
    struct err err = {0};
    buf_init(&report, REPORT_MAX);
    int rc = config_load(out, path, &report, &err);
    fprintf(stderr, "%s", buf_cstr(&report));
    buf_fini(&report);
    if (rc != ERR_OK)
        fprintf(stderr, "%s: %s\n", program, err.text);
    return rc;
}

/* One of the call's own, in the shape of the configuration. */
static int use(const struct config_dkim *one, const char *program,
               void (*each)(void *arg, const struct sending_key *key), void *arg)
{
    struct dkim_key *key;
    struct err err = {0};
    if (signing_read_key(one, &key, &err) != ERR_OK) {
        fprintf(stderr, "%s: %s\n", program, err.text);
        return SENDING_USAGE;
    }
    each(arg, &(struct sending_key){one->domain, one->selector, key});
    dkim_key_free(key);
    return SENDING_GOOD;
}

static int use_config(struct cli_call *call, const char *path, void (*each)(void *arg, const struct sending_key *key),
                      void *arg, void (*begin)(void *arg, const struct config *config))
{
    struct config *config;
    const char *program = call->program->self.name, *domain = call->argc > 0 ? call->argv[0] : NULL;
    int status = SENDING_GOOD;
    size_t count = 0;
    if (sending_load(program, path, &config) != ERR_OK)
        return SENDING_USAGE;
    begin(arg, config);
    const struct config_dkim *keys = config->dkim.items;
    for (size_t i = 0; i < config->dkim.count; i++) {
        if (domain != NULL && !slice_ieq_cstr(slice_cstr(keys[i].domain), domain))
            continue;
        count++;
        if (use(&keys[i], program, each, arg) != SENDING_GOOD)
            status = SENDING_USAGE;
    }
    if (count == 0) {
        fprintf(stderr, "%s: %s has no key%s%s\n", program, path, domain != NULL ? " of " : "",
                domain != NULL ? domain : "");
        status = SENDING_NOT_GOOD;
    }
    begin(arg, NULL);
    config_free(config);
    return status;
}

int sending_each_key(struct cli_call *call, void (*each)(void *arg, const struct sending_key *key), void *arg,
                     void (*begin)(void *arg, const struct config *config))
{
    struct sending_options options = {0};
    int code = cli_read(call, &options);
    if (code != CLI_GO_ON)
        return code;
    if ((options.config == NULL) == (options.key == NULL))
        return cli_refuse(call, "missing keys; give -c FILE, or --key FILE with DOMAIN and SELECTOR");
    if (options.config != NULL)
        return call->argc > 1 ? cli_refuse(call, "a selector needs --key FILE")
                              : use_config(call, options.config, each, arg, begin);
    if (call->argc < 2)
        return cli_refuse(call, "--key needs DOMAIN and SELECTOR");
    struct config_dkim one = {.domain = call->argv[0], .selector = call->argv[1], .key = options.key};
    return use(&one, call->program->self.name, each, arg);
}
