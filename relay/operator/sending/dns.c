/* dns: the records of keys, as lines of a zone file. */
#include <stdio.h>

#include "relay/dkim/record.h"
#include "relay/operator/sending/sending.h"

static void print(void *arg, const struct sending_key *key)
{
    struct buf line;
    (void)arg;
    buf_init(&line, 2 * RECORD_MAX);
    (void)record_write_zone(key->domain, key->selector, key->key, &line);
    printf("%s", buf_cstr(&line));
    buf_fini(&line);
}

static void begin(void *arg, const struct config *config)
{
    (void)arg, (void)config;
}

static int run(struct cli_call *call)
{
    return sending_each_key(call, print, NULL, begin);
}

static const struct cli_group groups[] = {{"Keys", sending_key_rows, 0}, {0}};
const struct cli_command sending_dns = {
    .name = "dns",
    .summary = "print the DNS records of keys",
    .synopsis = SENDING_KEYS,
    .about = "Prints the TXT record in which receivers find the public half of each key, as a line of a zone file. A "
             "record that is longer than 255 octets has several strings; tools that take one text want them joined.\n",
    .groups = groups,
    .sections = sending_key_sections,
    .arguments = "DOMAIN [SELECTOR]",
    .arguments_max = 2,
    .run = run};
