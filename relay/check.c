#include "relay/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/base/open.h"
#include "lib/io/socket.h"
#include "lib/io/tls.h"
#include "lib/text/password.h"
#include "relay/queue/queue.h"
#include "relay/sasl/sasl.h"
#include "relay/dkim/signing.h"

#define DAY_S      86400
#define SOON_DAYS  14 /* left for a certificate */
#define SOCKET_MAX (sizeof((struct sockaddr_un *)0)->sun_path - 1)

/* The position of a key; that of its group, or of the file, when it was left out. */
static struct yaml_mark place(const struct config *config, const char *group, const char *key)
{
    const struct yaml_node *root = config->doc.root;
    const struct yaml_node *outer = group != NULL ? yaml_get(root, group) : root;
    const struct yaml_node *node = outer != NULL ? yaml_get(outer, key) : NULL;
    return node != NULL ? node->at : outer != NULL ? outer->at : root->at;
}

/* ---- TLS ---- */

static void check_expiry(struct config *config, const struct tls_ctx *ctx)
{
    struct yaml_mark at = place(config, "tls", "certificate");
    int64_t left_s = tls_ctx_expires_s(ctx) - (int64_t)time(NULL);
    if (left_s < 0)
        yaml_error(&config->doc, at, "tls.certificate", "%s expired %lld days ago; renew it", config->tls.certificate,
                   (long long)(-left_s / DAY_S));
    else if (left_s < SOON_DAYS * DAY_S)
        yaml_warn(&config->doc, at, "tls.certificate", "%s expires in %lld days; renew it, then send SIGHUP",
                  config->tls.certificate, (long long)(left_s / DAY_S));
}

static bool is_readable(struct config *config, const char *key, const char *path)
{
    struct err err;
    if (open_check_input(path, &err) == ERR_OK)
        return true;
    yaml_error(&config->doc, place(config, "tls", key), key, "%s", err.text);
    return false;
}

/* yaml_warn: the relay works with it, and so does every user of this machine. */
static void check_secret(struct config *config, struct yaml_mark at, const char *key, const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && (info.st_mode & S_IRWXO) != 0)
        yaml_warn(&config->doc, at, key,
                  "%s holds passwords or keys, and every user may read it (mode %04o); chmod 600 it", path,
                  (unsigned)info.st_mode & 07777u);
}

static void check_own_certificate(struct config *config)
{
    const char *certificate = config->tls.certificate, *key = config->tls.key;
    struct tls_ctx *ctx;
    struct err err;
    if ((certificate == NULL) != (key == NULL)) {
        yaml_error(&config->doc, place(config, NULL, "tls"), "tls",
                   "certificate and key need each other: %s is missing",
                   certificate == NULL ? "the certificate" : "the key");
        return;
    }
    if (certificate == NULL)
        return;
    bool readable = is_readable(config, "certificate", certificate);
    check_secret(config, place(config, "tls", "key"), "tls.key", key);
    if (!is_readable(config, "key", key) || !readable)
        return;
    if (tls_ctx_new_server(&ctx, certificate, key, &err) != ERR_OK) {
        yaml_error(&config->doc, place(config, "tls", "certificate"), "tls", "%s", err.text);
        return;
    }
    check_expiry(config, ctx);
    tls_ctx_free(ctx);
}

static void check_roots(struct config *config)
{
    struct tls_ctx *ctx;
    struct err err;
    if (config->tls.ca == NULL || !is_readable(config, "ca", config->tls.ca))
        return;
    if (tls_ctx_new_client(&ctx, TLS_VERIFY_RECORD, config->tls.ca, &err) == ERR_OK)
        tls_ctx_free(ctx);
    else
        yaml_error(&config->doc, place(config, "tls", "ca"), "tls.ca", "%s", err.text);
}

/* ---- DKIM ---- */

static void check_dkim(struct config *config)
{
    const struct config_dkim *keys = config->dkim.items;
    for (size_t i = 0; i < config->dkim.count; i++) {
        struct dkim_key *key;
        struct err err;
        check_secret(config, keys[i].at, "dkim", keys[i].key);
        if (signing_read_key(&keys[i], &key, &err) != ERR_OK) {
            yaml_error(&config->doc, keys[i].at, "dkim", "%s", err.text);
            continue;
        }
        if (dkim_key_kind(key) == DKIM_RSA && dkim_key_bits(key) < DKIM_BITS_GOOD)
            yaml_warn(&config->doc, keys[i].at, "dkim", "%s has %u bits; keys of RSA should have %d (RFC 8301 §3.2)",
                      keys[i].key, dkim_key_bits(key), DKIM_BITS_GOOD);
        dkim_key_free(key);
    }
}

/* ---- users ---- */

static void check_users(struct config *config)
{
    const struct config_listen *listens = config->listen.items;
    bool submission = false;
    for (size_t i = 0; i < config->listen.count; i++)
        submission = submission || listens[i].role != LISTEN_RELAY;
    for (size_t i = 0; i < config->users.count; i++)
        if (!password_hash_is_whole(*(const char *const *)config->users.entries[i].value))
            yaml_error(&config->doc, config->users.entries[i].at, "users",
                       "the password hash of %s is incomplete, and no password matches it; create one with `mkpasswd "
                       "-m yescrypt`",
                       config->users.entries[i].key);
    const unsigned by_password = 1u << SASL_ID_plain | 1u << SASL_ID_login;
    if (config->users.count > 0 && (config_without(config) & by_password) == by_password)
        yaml_warn(&config->doc, place(config, NULL, "mechanisms"), "mechanisms",
                  "the users cannot log in: they have no keys for SCRAM; add PLAIN, or make accounts of them with "
                  "`relaylab account add`");
    if (config->users.count > 0 && !submission)
        yaml_warn(&config->doc, place(config, NULL, "users"), "users",
                  "they have no effect: no listener has the role submission or submissions");
    if (config->users.count == 0 && submission)
        yaml_warn(&config->doc, place(config, NULL, "listen"), "users",
                  "a listener has the role submission or submissions, but there are no users: only accounts that "
                  "`relaylab account add` makes can log in");
}

/* ---- places on disk ---- */

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static void check_folder(struct config *config, const char *key, const char *path)
{
    if (access(path, W_OK | X_OK) != 0)
        yaml_error(&config->doc, place(config, NULL, key), key, "cannot write to %s: %s; %s", path, strerror(errno),
                   errno == EROFS ? "mount it read-write" : "it must belong to the relay's user");
}

static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL   ? mem_strdup(".")
           : slash == path ? mem_strdup("/")
                           : mem_strndup(path, (size_t)(slash - path));
}

/* With less than that, every message is refused for now. */
static void check_room(struct config *config)
{
    struct statvfs disk;
    if (statvfs(config->spool, &disk) == 0 && (uint64_t)disk.f_bavail * disk.f_frsize <= QUEUE_DISK_RESERVE)
        yaml_warn(&config->doc, place(config, NULL, "spool"), "spool",
                  "the file system of %s has %llu KiB left, and mail is accepted only while more than %llu KiB are "
                  "free; free some space",
                  config->spool, (unsigned long long)disk.f_bavail * disk.f_frsize / 1024,
                  (unsigned long long)QUEUE_DISK_RESERVE / 1024);
}

/* The spool itself may be missing: it is made. */
static void check_spool(struct config *config)
{
    char *parent = parent_of(config->spool);
    if (is_folder(config->spool)) {
        check_folder(config, "spool", config->spool);
        check_room(config);
    } else if (access(config->spool, F_OK) == 0)
        yaml_error(&config->doc, place(config, NULL, "spool"), "spool", "%s is not a folder", config->spool);
    else if (!is_folder(parent))
        yaml_error(&config->doc, place(config, NULL, "spool"), "spool",
                   "%s cannot be created: the folder %s does not exist", config->spool, parent);
    else
        check_folder(config, "spool", parent);
    free(parent);
}

static void check_control(struct config *config)
{
    char *parent = parent_of(config->control);
    if (strlen(config->control) > SOCKET_MAX)
        yaml_error(&config->doc, place(config, NULL, "control"), "control",
                   "%s is longer than %zu bytes, the limit for a UNIX socket's path", config->control, SOCKET_MAX);
    else if (strcmp(parent, config->spool) != 0)
        check_folder(config, "control", parent);
    free(parent);
}

/* ---- addresses ---- */

/* A relay that runs with this configuration holds its ports: that is not a problem. */
static bool is_running(const struct config *config)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(config->control) > SOCKET_MAX)
        return false;
    memcpy(at.sun_path, config->control, strlen(config->control));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool running = fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof at) == 0;
    if (fd >= 0)
        close(fd);
    return running;
}

/* 0, or the errno of binding it. */
static int try_to_bind(const struct config_listen *listen)
{
    int fd = socket_bind(SOCK_STREAM, (struct ip_port){listen->address, (uint16_t)listen->port});
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static const char *advice(int error)
{
    switch (error) {
    case EADDRINUSE:
        return "; another program listens there";
    case EADDRNOTAVAIL:
        return "; this host does not have this address";
    case EACCES:
        return "; ports below 1024 need CAP_NET_BIND_SERVICE";
    default:
        return "";
    }
}

static void check_listeners(struct config *config)
{
    const struct config_listen *listens = config->listen.items;
    bool running = is_running(config);
    for (size_t i = 0; i < config->listen.count; i++) {
        char text[IP_TEXT_MAX];
        int error = try_to_bind(&listens[i]);
        (void)ip_format(listens[i].address, text);
        for (size_t k = 0; k < i; k++)
            if (ip_eq(listens[k].address, listens[i].address) && listens[k].port == listens[i].port)
                yaml_error(&config->doc, listens[i].at, "listen", "%s port %d is listed twice", text,
                           (int)listens[i].port);
        if (error != 0 && !(running && error == EADDRINUSE))
            yaml_error(&config->doc, listens[i].at, "listen", "cannot listen on %s port %d: %s%s", text,
                       (int)listens[i].port, strerror(error), advice(error));
    }
}

/* Hashes can be attacked by guessing; a smarthost's password is in plain text. */
static void check_own_file(struct config *config)
{
    bool secrets = config->users.count > 0 || (config->smarthost != NULL && config->smarthost->password != NULL);
    if (secrets)
        check_secret(config, config->doc.root->at, "configuration", config->doc.file);
}

bool check_world(struct config *config)
{
    check_own_file(config);
    check_own_certificate(config);
    check_roots(config);
    check_dkim(config);
    check_users(config);
    check_spool(config);
    check_control(config);
    check_listeners(config);
    return config->doc.error_count == 0;
}
