#include "relay/operator/access/password.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "lib/base/base64.h"
#include "lib/base/check.h"
#include "lib/text/password.h"
#include "relay/access/key.h"
#include "relay/sasl/scram.h"
#include "relay/tls/digest.h"

#define LINE_MAX_OCTETS (PASSWORD_MAX + 3) /* one too many, a line feed and a NUL */

int password_check(const char *password, struct err *err)
{
    size_t len = strlen(password);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)password[i] < ' ' || password[i] == 0x7f)
            return err_set(err, ERR_INVALID, "the password has a control character");
    if (len < PASSWORD_MIN || len > PASSWORD_MAX)
        return err_set(err, ERR_INVALID, "a password has %d to %d octets", PASSWORD_MIN, PASSWORD_MAX);
    if (key_has_form(slice_cstr(password)))
        return err_set(err, ERR_INVALID, "the password looks like an API key, and would be taken for one");
    return ERR_OK;
}

static void add_octets(struct json *account, const char *name, const void *octets, size_t size)
{
    struct buf text;
    buf_init(&text, 2 * size + 4);
    (void)base64_encode(slice_make(octets, size), &text);
    json_set_str(account, name, buf_cstr(&text));
    buf_fini(&text);
}

void password_add_forms(const char *password, struct json *account)
{
    struct sasl_keys keys = {.iterations = SCRAM_ITERATIONS};
    char *hash = password_new_hash(password);
    rl_assert(hash != NULL); /* libxcrypt has yescrypt */
    digest_random(keys.salt, sizeof keys.salt);
    scram_make_keys(password, &keys);
    json_set_str(account, "hash", hash);
    add_octets(account, "salt", keys.salt, sizeof keys.salt);
    json_set_int(account, "iterations", keys.iterations);
    add_octets(account, "stored_key", keys.stored_key, sizeof keys.stored_key);
    add_octets(account, "server_key", keys.server_key, sizeof keys.server_key);
    explicit_bzero(&keys, sizeof keys);
    free(hash);
}

/* ---- asking ---- */

static bool read_line(char line[LINE_MAX_OCTETS])
{
    bool read = fgets(line, LINE_MAX_OCTETS, stdin) != NULL;
    line[read ? strcspn(line, "\n") : 0] = '\0';
    return read;
}

static bool ask_once(const char *words, const char *user, char line[LINE_MAX_OCTETS])
{
    struct termios before, quiet;
    bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    if (!terminal)
        return read_line(line);
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    fprintf(stderr, "%s %s: ", words, user);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    bool read = read_line(line);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    (void)fputc('\n', stderr);
    return read;
}

int password_ask(const char *user, struct json *account, struct err *err)
{
    char password[LINE_MAX_OCTETS] = "", again[LINE_MAX_OCTETS] = "";
    bool same = true;
    int rc = ERR_OK;
    if (!ask_once("Password for", user, password))
        rc = err_set(err, ERR_INVALID, "missing password: expected one line on standard input");
    if (rc == ERR_OK)
        rc = password_check(password, err);
    if (rc == ERR_OK && isatty(STDIN_FILENO) != 0)
        same = ask_once("Once more, for", user, again) && strcmp(password, again) == 0;
    if (!same)
        rc = err_set(err, ERR_INVALID, "the passwords differ; nothing was changed");
    if (rc == ERR_OK)
        password_add_forms(password, account);
    explicit_bzero(password, sizeof password);
    explicit_bzero(again, sizeof again);
    return rc;
}
