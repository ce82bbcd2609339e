/*
 * Relays that are broken in one way each, to check that the harness reports it: badtarget MODE. They accept mail
 * unencrypted on ports 25 and 587 of the target's address, one session at a time, with blocking calls.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *mode;

static int is(const char *name)
{
    return strcmp(mode, name) == 0;
}

static int listen_on(unsigned short port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, "203.0.113.1", &at.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 16) != 0) {
        perror("badtarget: listen");
        exit(1);
    }
    return fd;
}

static int dial(const char *addr)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(25)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, addr, &to.sin_addr);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    perror("badtarget: connect");
    close(fd);
    return -1;
}

static void say(int fd, const char *line)
{
    if (write(fd, line, strlen(line)) < 0)
        perror("badtarget: write");
}

/* One line, without its end; -1 at the end of the stream. */
static int read_line(int fd, char *line, size_t size)
{
    size_t len = 0;
    char c;
    while (read(fd, &c, 1) == 1) {
        if (c == '\n') {
            line[len > 0 && line[len - 1] == '\r' ? len - 1 : len] = '\0';
            return 0;
        }
        if (len + 1 < size)
            line[len++] = c;
    }
    return -1;
}

/* Says something and reads the reply's last line; its code. */
static int ask(int fd, const char *line, char *reply, size_t size)
{
    if (line != NULL)
        say(fd, line);
    do {
        if (read_line(fd, reply, size) != 0)
            return 0;
    } while (strlen(reply) > 3 && reply[3] == '-');
    return (int)strtol(reply, NULL, 10);
}

/* The lines to send in turn; each waits for a reply. NULL means the message, and ends the list. */
#define EHLO    "EHLO relay.example\r\n"
#define HELO    "HELO relay.example\r\n"
#define MAIL    "MAIL FROM:<alice@sender.example>\r\n"
#define RCPT    "RCPT TO:<bob@dest.example>\r\n"
#define DATA    "DATA\r\n"
#define FILLING "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
#define STEPS   8

static const struct {
    const char *mode;
    const char *steps[STEPS];
} manners[] = {
    {"bare-lf", {EHLO, "MAIL FROM:<alice@sender.example>\n", RCPT, DATA}},
    {"long-command", {EHLO, "NOOP " FILLING FILLING FILLING FILLING FILLING FILLING "\r\n", MAIL, RCPT, DATA}},
    {"out-of-order", {EHLO, RCPT, MAIL, RCPT, DATA}},
    {"does-not-wait", {HELO, MAIL RCPT, DATA}},
    {"noop-in-group", {EHLO, MAIL "NOOP\r\n" RCPT, DATA}},
    {"speaks-first", {EHLO, MAIL, RCPT, DATA}},
    {"unoffered", {EHLO, "MAIL FROM:<alice@sender.example> RET=HDRS\r\n", RCPT, DATA}},
    {"shows-password", {EHLO, "AUTH PLAIN AGEAYg==\r\n", MAIL, RCPT, DATA}},
    {"eight-bit", {HELO, MAIL, RCPT, DATA}},
    {"localhost", {"EHLO localhost\r\n", MAIL, RCPT, DATA}},
    {"space-in-path", {EHLO, "MAIL FROM: <alice@sender.example>\r\n", RCPT, DATA}},
    {"", {EHLO, MAIL, RCPT, DATA}}, /* all others */
};

static const char *const *steps_of_mode(void)
{
    size_t i = 0;
    while (manners[i].mode[0] != '\0' && !is(manners[i].mode))
        i++;
    return manners[i].steps;
}

/* The code of the last reply. */
static int ask_all(int fd, const char *lines, char *reply, size_t size)
{
    int code = ask(fd, lines, reply, size);
    for (const char *end = strchr(lines, '\n'); end != NULL && end[1] != '\0'; end = strchr(end + 1, '\n'))
        code = ask(fd, NULL, reply, size);
    return code;
}

static int talk(int fd, char *reply, size_t size)
{
    const char *const *steps = steps_of_mode();
    int code = 0, first = is("speaks-first");
    if (first)
        say(fd, steps[0]);
    if (ask(fd, NULL, reply, size) != 220)
        return 0;
    for (size_t i = 0; steps[i] != NULL; i++) {
        code = i == 0 && first ? ask(fd, NULL, reply, size) : ask_all(fd, steps[i], reply, size);
        if (code >= 400 && !is("out-of-order"))
            return code;
    }
    return code;
}

/* Changes a line of the message, which ends in CR LF; NULL = it is left out. */
static const char *treat(const char *line, int last)
{
    static char moved[256];
    static int waits;
    if (is("changes-subject") && strncmp(line, "Subject:", 8) == 0)
        return "Subject: something better\r\n";
    if ((is("loses-message-id") && strncmp(line, "Message-ID:", 11) == 0) || (is("truncates") && last))
        return NULL;
    if (is("moves-from") && strncmp(line, "From:", 5) == 0) {
        waits = snprintf(moved, sizeof moved, "%s\r\n", line);
        return NULL;
    }
    if (waits && strcmp(line, "\r\n") == 0) { /* after the others */
        waits = 0;
        return moved;
    }
    return is("unstuffs-dots") && line[0] == '.' ? line + 1 : line;
}

static void say_message(int fd, const char *message)
{
    if (is("eight-bit"))
        say(fd, "Subject: caf\xC3\xA9\r\n");
    for (const char *end; (end = strchr(message, '\n')) != NULL; message = end + 1) {
        char line[4096];
        snprintf(line, sizeof line, "%.*s", (int)(end + 1 - message), message);
        const char *treated = treat(line, end[1] == '\0');
        if (treated != NULL)
            say(fd, treated);
    }
    if (is("long-line"))
        for (int i = 0; i < 11; i++)
            say(fd, i < 10 ? FILLING : "\r\n");
    if (is("adds-a-line"))
        say(fd, "\r\n");
}

/* One attempt at the scenario's only host, and never another. */
static void deliver_once(const char *message)
{
    char reply[1024] = "";
    int fd = dial("192.0.2.10");
    if (fd < 0)
        return;
    if (talk(fd, reply, sizeof reply) == 354) {
        say_message(fd, message);
        ask(fd, ".\r\n", reply, sizeof reply);
    } else {
        fprintf(stderr, "badtarget: giving up after: %s\n", reply);
    }
    ask(fd, "QUIT\r\n", reply, sizeof reply);
    close(fd);
}

/* A bounce to the MX host of the sender's domain, as the mode has it; for a message with a null reverse-path, to the
 * other host. */
static void bounce(const char *message)
{
    char reply[1024];
    int fd = dial(is("bounces-all") ? "192.0.2.10" : "203.0.113.130");
    const char *type = is("odd-report") ? "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"
                                          "\r\n--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n"
                                          "\r\nReporting-MTA: relay.example\r\n\r\nFinal-Recipient: rfc822; "
                                          "bob@dest.example\r\nAction: failed\r\nStatus: 5.0\r\n\r\n--b--\r\n"
                                        : "\r\nSorry, this was not delivered:\r\n\r\n";
    if (fd < 0 || ask(fd, NULL, reply, sizeof reply) != 220)
        return;
    ask(fd, EHLO, reply, sizeof reply);
    ask(fd, is("signed-bounce") ? "MAIL FROM:<daemon@relay.example>\r\n" : "MAIL FROM:<>\r\n", reply, sizeof reply);
    ask(fd, is("bounce-astray") ? "RCPT TO:<eve@sender.example>\r\n" : "RCPT TO:<alice@sender.example>\r\n", reply,
        sizeof reply);
    ask(fd, DATA, reply, sizeof reply);
    say(fd, is("signed-bounce") ? "Content-Type: multipart/report; boundary=b\r\n" : "From: daemon@relay.example\r\n");
    say(fd, type);
    say(fd, message);
    ask(fd, ".\r\n", reply, sizeof reply);
    ask(fd, "QUIT\r\n", reply, sizeof reply);
    close(fd);
}

static void after_message(const char *message)
{
    if (is("odd-report") || is("signed-bounce") || is("bounce-astray") || is("bounces-all")) {
        bounce(message);
        return;
    }
    if (is("leaves-the-world"))
        dial("240.0.0.1");
    else if (!is("forgets"))
        deliver_once(message);
    if (is("delivers-twice"))
        deliver_once(message);
}

static void spin(void)
{
    fprintf(stderr, "badtarget: spinning\n");
    for (volatile unsigned long n = 0;; n++)
        continue;
}

static void take_data(int fd)
{
    static char message[65536];
    char line[4096];
    size_t len = 0;
    if (is("crashes-at-data")) {
        fprintf(stderr, "badtarget: DATA is too much for me\n");
        abort();
    }
    say(fd, "354 go on\r\n");
    while (read_line(fd, line, sizeof line) == 0 && strcmp(line, ".") != 0)
        if (len + strlen(line) + 2 < sizeof message)
            len += (size_t)snprintf(message + len, sizeof message - len, "%s\r\n", line);
    say(fd, "250 ok\r\n");
    after_message(message);
}

static void serve(int fd)
{
    char line[4096];
    if (is("silent")) {
        fprintf(stderr, "badtarget: I say nothing\n");
        while (read_line(fd, line, sizeof line) == 0)
            continue;
        return;
    }
    if (is("spins"))
        spin();
    say(fd, "220 relay.example\r\n");
    while (read_line(fd, line, sizeof line) == 0) {
        if (strcasecmp(line, "DATA") == 0)
            take_data(fd);
        else if (strcasecmp(line, "QUIT") == 0) {
            say(fd, "221 bye\r\n");
            return;
        } else
            say(fd, "250 ok\r\n");
    }
}

int main(int argc, char **argv)
{
    mode = argc > 1 ? argv[1] : "";
    fprintf(stderr, "badtarget: mode %s\n", mode);
    if (is("crashes-at-start")) {
        fprintf(stderr, "badtarget: no reason to go on\n");
        abort();
    }
    if (is("never-listens"))
        for (;;)
            pause();
    int fds[2] = {listen_on(25), listen_on(587)};
    for (;;) {
        struct pollfd ready[2] = {{fds[0], POLLIN, 0}, {fds[1], POLLIN, 0}};
        if (poll(ready, 2, -1) < 0)
            continue;
        for (int i = 0; i < 2; i++) {
            int fd = ready[i].revents != 0 ? accept(fds[i], NULL, NULL) : -1;
            if (fd >= 0) {
                serve(fd);
                close(fd);
            }
        }
    }
}
