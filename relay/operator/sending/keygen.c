/* keygen: a key, its record, and the lines of the configuration. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "relay/dkim/record.h"
#include "relay/operator/sending/sending.h"

struct values {
    const char *out, *type;
    int64_t bits;
};

/* Never over a file that exists: it may be a key that signs. */
static int write_new(const char *path, struct slice text, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, "cannot create %s", path);
    bool written = write(fd, text.ptr, text.len) == (ssize_t)text.len && fsync(fd) == 0;
    int rc = written ? ERR_OK : err_errno(err, "cannot write %s", path);
    if (close(fd) != 0 && rc == ERR_OK)
        rc = err_errno(err, "cannot write %s", path);
    if (rc != ERR_OK)
        (void)unlink(path);
    return rc;
}

static int make(const struct values *values, struct dkim_key **out, struct err *err)
{
    enum dkim_key_kind kind = values->type != NULL && strcmp(values->type, "ed25519") == 0 ? DKIM_ED25519 : DKIM_RSA;
    struct buf pem;
    buf_init(&pem, DKIM_PEM_MAX);
    int rc = dkim_key_make(out, kind, (unsigned)values->bits, err);
    if (rc == ERR_OK) {
        (void)dkim_key_write(*out, &pem);
        rc = write_new(values->out, buf_slice(&pem), err);
        explicit_bzero(pem.data, pem.len);
        if (rc != ERR_OK)
            dkim_key_free(*out);
    }
    buf_fini(&pem);
    return rc;
}

static void print(const struct values *values, const struct dkim_key *key, const char *domain, const char *selector)
{
    struct buf line;
    buf_init(&line, 2 * RECORD_MAX);
    (void)record_write_zone(domain, selector, key, &line);
    printf("The key is in %s. The zone of %s needs this record:\n\n%s\n"
           "When `relaylab dkim check` finds it, this makes the relay sign with the key:\n\n"
           "dkim:\n  - {domain: %s, selector: %s, key: %s}\n",
           values->out, domain, buf_cstr(&line), domain, selector, values->out);
    buf_fini(&line);
}

static int run(struct cli_call *call)
{
    struct values values = {.bits = DKIM_BITS_GOOD};
    struct dkim_key *key;
    struct err err = {0};
    int code = cli_read(call, &values);
    if (code != CLI_GO_ON)
        return code;
    const char *domain = call->argv[0], *selector = call->argv[1];
    if (!config_is_dkim_domain(domain))
        return cli_refuse(call, "`%s` is not a domain such as example.com", domain);
    if (!config_is_dkim_selector(selector))
        return cli_refuse(call, "`%s` is not a selector such as 2030a: letters, digits and hyphens", selector);
    if (make(&values, &key, &err) != ERR_OK) {
        fprintf(stderr, "relaylab-dkim: %s\n", err.text);
        return SENDING_USAGE;
    }
    print(&values, key, domain, selector);
    dkim_key_free(key);
    return SENDING_GOOD;
}

#define INTO(member) .offset = offsetof(struct values, member)
static const struct cli_option rows[] = {
    {.name = "key",
     .kind = CLI_TEXT,
     INTO(out),
     .value = "FILE",
     .help = "where to write the private key, with mode 0600; a file that exists is kept",
     .required = true},
    {.name = "type",
     .kind = CLI_CHOICE,
     INTO(type),
     .value = "rsa|ed25519",
     .help = "rsa, which every receiver knows (default), or ed25519 (RFC 8463), in addition to a key of rsa"},
    {.name = "bits",
     .kind = CLI_NUMBER,
     INTO(bits),
     .value = "N",
     .help = "of a key of rsa, 1024 to 4096; default 2048",
     .min = DKIM_BITS_MIN,
     .max = DKIM_BITS_MAX},
    {0}};
static const struct cli_group groups[] = {{"The key", rows, 0}, {0}};
const struct cli_command sending_keygen = {
    .name = "keygen",
    .summary = "create a key, and print its DNS record",
    .synopsis = "--key FILE [--type rsa|ed25519] [--bits N] DOMAIN SELECTOR",
    .about = "Creates a private key, and prints the TXT record with its public half, and the lines of the relay's "
             "configuration. The selector is a name for this key within the domain: a key is replaced by one with "
             "another selector, while the old record stays until all mail that it signed has been delivered.\n",
    .groups = groups,
    .sections = sending_key_sections,
    .arguments = "DOMAIN SELECTOR",
    .arguments_min = 2,
    .arguments_max = 2,
    .run = run};
