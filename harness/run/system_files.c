#include "harness/run/system_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/run/folder.h"
#include "lib/base/buf.h"
#include "lib/base/mem.h"

#define FILE_MAX      65536
#define FIRST_ID      5001 /* of accounts that only the run knows */
#define BUNDLE_FOLDER "etc/ssl/certs"

static int write_file(const char *root, const char *name, const struct buf *text, struct err *err)
{
    char *path = mem_printf("%s/etc/%s", root, name);
    FILE *file = fopen(path, "we");
    bool good = file != NULL && fwrite(text->data, 1, text->len, file) == text->len;
    if (file != NULL && fclose(file) != 0)
        good = false;
    int rc = good ? ERR_OK : err_errno(err, "cannot write %s", path);
    free(path);
    return rc;
}

static const char *name_at(const struct yaml_list *names, size_t i)
{
    return ((const char *const *)names->items)[i];
}

/* Each user has a group of the same name and number; the numbers of further groups follow. */
static void write_accounts(const struct target *target, struct buf *passwd, struct buf *group)
{
    const struct yaml_list *users = &target->accounts.users, *groups = &target->accounts.groups;
    (void)buf_add_cstr(passwd, "root:x:0:0:root:/root:/bin/sh\nmail:x:8:8:mail:/var/mail:/usr/sbin/nologin\n"
                               "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
    (void)buf_add_cstr(group, "root:x:0:\nadm:x:4:\ntty:x:5:\nmail:x:8:\nssl-cert:x:110:\nnogroup:x:65534:\n");
    for (size_t i = 0; i < users->count; i++) {
        unsigned id = FIRST_ID + (unsigned)i;
        (void)buf_printf(passwd, "%s:x:%u:%u::/var/spool/%s:/usr/sbin/nologin\n", name_at(users, i), id, id,
                         name_at(users, i));
        (void)buf_printf(group, "%s:x:%u:\n", name_at(users, i), id);
    }
    for (size_t i = 0; i < groups->count; i++)
        (void)buf_printf(group, "%s:x:%u:\n", name_at(groups, i), FIRST_ID + (unsigned)(users->count + i));
    if (geteuid() != 0) { /* whichever user this is in a run without namespaces */
        (void)buf_printf(passwd, "relaylab:x:%u:%u::/:/bin/sh\n", (unsigned)geteuid(), (unsigned)getegid());
        (void)buf_printf(group, "relaylab:x:%u:\n", (unsigned)getegid());
    }
}

static void write_hosts(struct buf *hosts)
{
    (void)buf_printf(hosts, "127.0.0.1 localhost\n%s %s relay\n", WORLD_TARGET_ADDR, WORLD_TARGET_NAME);
}

/* libc waits real seconds for a silent server: as few as possible. */
static void write_resolver(struct buf *resolver)
{
    (void)buf_printf(resolver, "nameserver %s\noptions timeout:1 attempts:1\n", WORLD_DNS_ADDR);
}

static int link_bundle(const char *root, const char *pki, struct err *err)
{
    char *folder = mem_printf("%s/" BUNDLE_FOLDER, root), *at = mem_printf("%s/ca-certificates.crt", folder);
    char *to = mem_printf("%s/ca.pem", pki);
    int rc = folder_make_at(folder, err);
    if (rc == ERR_OK && symlink(to, at) != 0)
        rc = err_errno(err, "cannot write %s", at);
    free(to);
    free(at);
    free(folder);
    return rc;
}

int system_files_write(const struct target *target, const char *root, const char *pki, struct err *err)
{
    static const char *const names[] = {"passwd",        "group",    "hosts",   "resolv.conf",
                                        "nsswitch.conf", "hostname", "mailname"};
    enum { PASSWD, GROUP, HOSTS, RESOLVER, SWITCH, HOSTNAME, MAILNAME, COUNT };
    struct buf texts[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        buf_init(&texts[i], FILE_MAX);
    write_accounts(target, &texts[PASSWD], &texts[GROUP]);
    write_hosts(&texts[HOSTS]);
    write_resolver(&texts[RESOLVER]);
    (void)buf_add_cstr(&texts[SWITCH],
                       "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\n");
    (void)buf_printf(&texts[HOSTNAME], "%s\n", WORLD_TARGET_NAME);
    (void)buf_printf(&texts[MAILNAME], "%s\n", WORLD_TARGET_NAME);
    int rc = link_bundle(root, pki, err);
    for (size_t i = 0; i < COUNT; i++) {
        if (rc == ERR_OK)
            rc = write_file(root, names[i], &texts[i], err);
        buf_fini(&texts[i]);
    }
    return rc;
}

int system_files_preload(const char *root, const char *bin, struct err *err)
{
    struct buf text;
    const char *named = getenv("RELAYLAB_LIBWARP");
    buf_init(&text, FILE_MAX);
    if (named != NULL)
        (void)buf_printf(&text, "%s\n", named);
    else
        (void)buf_printf(&text, "%s/libwarp.so\n", bin);
    int rc = write_file(root, "ld.so.preload", &text, err);
    buf_fini(&text);
    return rc;
}
