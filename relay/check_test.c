/* relaylab-relay --check: what a configuration needs of this machine, and does not find. */
#include "relay/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/dkim/testing.h"

static char folder[sizeof "/tmp/relaylab-check-XXXXXX"];
static struct buf report;
static bool good;

static char *path_of(const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    char *path = path_of(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_TRUNC, 0600);
    ck_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(fd, mode) == 0);
    close(fd);
    free(path);
}

/* yaml: with @ for the folder. mode: of the configuration's file. */
static void check(const char *yaml, mode_t mode)
{
    struct config *config = NULL;
    struct err err = {0};
    struct buf text;
    buf_init(&text, 65536);
    for (; *yaml != '\0'; yaml++)
        (void)(*yaml == '@' ? buf_add_cstr(&text, folder) : buf_add_char(&text, *yaml));
    write_file("relay.yaml", buf_cstr(&text), mode);
    char *path = path_of("relay.yaml");
    buf_init(&report, 65536);
    ck_assert_msg(config_load(&config, path, &report, &err) == ERR_OK, "%s", buf_cstr(&report));
    good = check_world(config);
    yaml_report(&config->doc, &report);
    config_free(config);
    free(path);
    buf_fini(&text);
}

static void begin(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/relaylab-check-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    write_file("cert.pem", "no certificate\n", 0644);
    write_file("key.pem", "no key\n", 0600);
    write_file("open.pem", "no key\n", 0644);
    write_file("rsa.pem", testing_rsa, 0600);
}

static void end(void)
{
    static const char *const names[] = {"cert.pem", "key.pem", "open.pem", "rsa.pem", "relay.yaml", "file"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = path_of(names[i]);
        (void)unlink(path);
        free(path);
    }
    ck_assert_int_eq(rmdir(folder), 0); /* nothing was made there */
}

/* A port that is free unless other tests take it: its row is not looked at. */
#define LISTEN "listen: [{address: 127.0.0.1, port: 24725, role: relay}]\n"
#define BASE   "hostname: r.example\nspool: @/spool\n" LISTEN
#define HASH                                                                                                           \
    "$6$rounds=1000$saltsalt$Q1KFRiBBkhAVRp9hkhTPDVFb5c6vUwGnHkoOrpcXv6uhjAxAZoFzJj3Bz2kXjhXGv.cVYGmbCXq4b8lqX3rV41"
#define OPEN "users: {alice: \"" HASH "\"}\n"

START_TEST(what_would_prevent_a_start_is_reported_with_its_place)
{
    static const struct {
        const char *yaml, *words;
        bool error;
    } cases[] = {
        {"hostname: r\nspool: @/none/spool\n" LISTEN,
         ":2:8: error: spool: @/none/spool cannot be created: the folder @/none does not exist", true},
        {"hostname: r\nspool: @/file\n" LISTEN, ":2:8: error: spool: @/file is not a folder", true},
        {BASE "control: @/none/x.sock\n", "error: control: cannot write to @/none: No such file or directory", true},
        {BASE "control: "
              "/tmp/"
              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
              "aaaaa\n",
         "is longer than 107 bytes, the limit for a UNIX socket's path", true},
        {BASE "tls: {certificate: @/cert.pem}\n", "error: tls: certificate and key need each other: the key is missing",
         true},
        {BASE "tls: {key: @/key.pem}\n", "certificate and key need each other: the certificate is missing", true},
        {BASE "tls: {certificate: @/none.pem, key: @/key.pem}\n", ":4:20: error: certificate: ", true},
        {BASE "tls: {certificate: @/cert.pem, key: @/none.pem}\n", "error: key: ", true},
        {BASE "tls: {certificate: @, key: @/key.pem}\n", "error: certificate: ", true},
        {BASE "tls: {certificate: @/cert.pem, key: @/key.pem}\n", "error: tls: ", true}, /* OpenSSL says what */
        {BASE "tls: {certificate: @/cert.pem, key: @/open.pem}\n",
         "warning: tls.key: @/open.pem holds passwords or keys, and every user may read it (mode 0644); chmod 600 it",
         true},
        {BASE "tls: {ca: @/none.pem}\n", "error: ca: ", true},
        {BASE "tls: {ca: @/cert.pem}\n", "error: tls.ca: ", true},
        {BASE "dkim: {domain: s.example, selector: one, key: @/none.pem}\n",
         ":4:7: error: dkim: cannot read @/none.pem: No such file or directory", true},
        {BASE "dkim:\n  - {domain: s.example, selector: one, key: @/key.pem}\n",
         ":5:5: error: dkim: cannot sign with @/key.pem: it is not a private key in PEM form", true},
        {BASE "dkim: {domain: s.example, selector: one, key: @/open.pem}\n",
         "warning: dkim: @/open.pem holds passwords or keys, and every user may read it (mode 0644); chmod 600 it",
         true},
        {BASE "dkim: {domain: s.example, selector: one, key: @/rsa.pem}\n",
         "warning: dkim: @/rsa.pem has 1024 bits; keys of RSA should have 2048 (RFC 8301 §3.2)", false},
        {BASE OPEN, "warning: users: they have no effect: no listener has the role submission or submissions", false},
        {BASE OPEN "mechanisms: SCRAM-SHA-256\n", "warning: mechanisms: the users cannot log in: they have no keys",
         false},
        {BASE "users: {alice: \"$6$broken\"}\n",
         "error: users: the password hash of alice is incomplete, and no password matches it", true},
        {"hostname: r\nspool: @/spool\ntls: {certificate: @/cert.pem, key: @/key.pem}\n"
         "listen: [{address: 127.0.0.1, port: 24725, role: submission}]\n",
         "warning: users: a listener has the role submission or submissions, but there are no users", true},
        {"hostname: r\nspool: @/spool\nlisten: [{address: 127.0.0.1, port: 24725, role: relay}, {address: 127.0.0.1, "
         "port: 24725, role: relay}]\n",
         "error: listen: 127.0.0.1 port 24725 is listed twice", true},
        {"hostname: r\nspool: @/spool\nlisten: [{address: 240.0.0.1, port: 24725, role: relay}]\n",
         "error: listen: cannot listen on 240.0.0.1 port 24725: ", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf words;
        begin();
        write_file("file", "", 0600);
        check(cases[i].yaml, 0600);
        buf_init(&words, 4096);
        for (const char *c = cases[i].words; *c != '\0'; c++)
            (void)(*c == '@' ? buf_add_cstr(&words, folder) : buf_add_char(&words, *c));
        ck_assert_msg(strstr(buf_cstr(&report), buf_cstr(&words)) != NULL, "case %zu: no %s in\n%s", i,
                      buf_cstr(&words), buf_cstr(&report));
        ck_assert_msg(!cases[i].error || !good, "case %zu: %s", i, buf_cstr(&report));
        buf_fini(&words);
        buf_fini(&report);
        end();
    }
}
END_TEST

START_TEST(a_file_with_secrets_is_for_its_owner_alone)
{
    static const struct {
        const char *more;
        mode_t mode;
        bool warned;
    } cases[] = {
        {"", 0644, false}, /* it has none */
        {OPEN, 0600, false},
        {OPEN, 0640, false}, /* a group may be meant */
        {OPEN, 0644, true},
        {OPEN, 0602, true},
        {"smarthost: {host: s.example, user: u, password: p}\n", 0644, true},
        {"smarthost: {host: s.example}\n", 0644, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *yaml = mem_printf("%s%s", BASE, cases[i].more);
        begin();
        check(yaml, cases[i].mode);
        bool warned =
            strstr(buf_cstr(&report), "relay.yaml holds passwords or keys, and every user may read it") != NULL;
        ck_assert_msg(warned == cases[i].warned, "case %zu: %s", i, buf_cstr(&report));
        buf_fini(&report);
        end();
        free(yaml);
    }
}
END_TEST

/* It may run next to a relay, on a machine where nothing may change. */
START_TEST(a_check_makes_nothing)
{
    begin();
    check(BASE, 0600);
    char *spool = path_of("spool");
    ck_assert_int_ne(access(spool, F_OK), 0);
    ck_assert_msg(strstr(buf_cstr(&report), "spool: ") == NULL, "%s", buf_cstr(&report)); /* it will be made */
    ck_assert_int_eq(mkdir(spool, 0700), 0);
    buf_fini(&report);
    check(BASE, 0600);
    ck_assert_msg(strstr(buf_cstr(&report), "spool: cannot") == NULL, "%s", buf_cstr(&report));
    ck_assert_int_eq(rmdir(spool), 0); /* still empty */
    free(spool);
    buf_fini(&report);
    end();
}
END_TEST

SUITE(check, what_would_prevent_a_start_is_reported_with_its_place, a_file_with_secrets_is_for_its_owner_alone,
      a_check_makes_nothing)
