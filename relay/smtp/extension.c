#include "relay/smtp/extension_internal.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "relay/sasl/sasl.h"
#include "relay/smtp/address.h"
#include "relay/smtp/xtext.h"

/* ---- SIZE: RFC 1870 ---- */

static void add_size_offer(const struct extension_door *door, struct buf *out)
{
    (void)buf_printf(out, " %llu", (unsigned long long)door->size_max);
}

static bool take_size(const struct extension_door *door, struct slice value, struct extension_values *values,
                      struct buf *refusal)
{
    uint64_t size;
    if (!slice_to_u64(value, UINT64_MAX, &size))
        return false;
    values->size = size;
    if (size > door->size_max)
        (void)buf_printf(refusal, "552 5.3.4 Message exceeds the limit of %llu octets",
                         (unsigned long long)door->size_max);
    return size <= door->size_max;
}

static void print_size(const struct extension_message *message, struct buf *out)
{
    (void)buf_printf(out, " SIZE=%llu", (unsigned long long)message->size);
}

static void note_size(struct extension_offers *offers, struct slice rest)
{
    offers->size_max = 0;
    (void)slice_to_u64(slice_trim(rest), UINT64_MAX, &offers->size_max);
}

/* §6.1 */
static enum client_cause misfit_size(const struct extension_offers *offers, const struct extension_message *message,
                                     char text[CLIENT_TEXT_MAX])
{
    if (!offers->has[EXTENSION_SIZE] || offers->size_max == 0 || message->size <= offers->size_max)
        return CLIENT_NO_CAUSE;
    (void)snprintf(text, CLIENT_TEXT_MAX, "The message has %llu octets, but the host accepts at most %llu",
                   (unsigned long long)message->size, (unsigned long long)offers->size_max);
    return CLIENT_TOO_BIG;
}

/* ---- STARTTLS: RFC 3207 ---- */

static bool offers_starttls(const struct extension_door *door)
{
    return door->tls_available && !door->tls;
}

/* ---- AUTH: RFC 4954 ---- */

/* Never unencrypted (§4). */
static bool offers_auth(const struct extension_door *door)
{
    return door->submission && door->tls;
}

static void add_auth_offer(const struct extension_door *door, struct buf *out)
{
    sasl_add_names(&door->sasl, out);
}

/* The original submitter of the message (§5). It is accepted and not passed on, as if it were "<>". */
static bool take_auth(const struct extension_door *door, struct slice value, struct extension_values *values,
                      struct buf *refusal)
{
    (void)door;
    (void)values;
    (void)refusal;
    return xtext_is_valid(value);
}

static void note_auth(struct extension_offers *offers, struct slice rest)
{
    while (rest.len > 0) {
        struct slice mechanism = slice_cut(&rest, ' ');
        offers->auth_plain |= slice_ieq_cstr(mechanism, "PLAIN");
        offers->auth_login |= slice_ieq_cstr(mechanism, "LOGIN");
    }
}

/* ---- 8BITMIME: RFC 6152 ---- */

/* What is declared decides nothing: relay/message/octets.h */
static bool take_body(const struct extension_door *door, struct slice value, struct extension_values *values,
                      struct buf *refusal)
{
    (void)door;
    (void)values;
    (void)refusal;
    return slice_ieq_cstr(value, "7BIT") || slice_ieq_cstr(value, "8BITMIME");
}

static void print_body(const struct extension_message *message, struct buf *out)
{
    if (message->mail->octets != OCTETS_7BIT)
        (void)buf_add_cstr(out, " BODY=8BITMIME");
}

/* §3 */
static enum client_cause misfit_8bit(const struct extension_offers *offers, const struct extension_message *message,
                                     char text[CLIENT_TEXT_MAX])
{
    if (offers->has[EXTENSION_8BITMIME] || message->mail->octets == OCTETS_7BIT)
        return CLIENT_NO_CAUSE;
    (void)snprintf(text, CLIENT_TEXT_MAX, "The message has 8-bit content, but the host does not offer 8BITMIME");
    return CLIENT_NOT_8BIT;
}

/* ---- the table, in the order of EHLO and of the parameters ---- */

static const struct extension pipelining = {.word = "PIPELINING"}; /* RFC 2920 */
static const struct extension message_size = {.word = "SIZE",
                                              .add_offer = add_size_offer,
                                              .parameters[EXTENSION_MAIL] = {{"SIZE", take_size, print_size}},
                                              .note = note_size,
                                              .misfit = misfit_size};
static const struct extension starttls = {.word = "STARTTLS", .offered = offers_starttls};
static const struct extension auth = {.word = "AUTH",
                                      .offered = offers_auth,
                                      .add_offer = add_auth_offer,
                                      .parameters[EXTENSION_MAIL] = {{"AUTH", take_auth, NULL}},
                                      .note = note_auth,
                                      .joined = true};
static const struct extension eight_bit_mime = {
    .word = "8BITMIME", .parameters[EXTENSION_MAIL] = {{"BODY", take_body, print_body}}, .misfit = misfit_8bit};
static const struct extension chunking = {.word = "CHUNKING"};                /* RFC 3030: server_chunks.c */
static const struct extension status_codes = {.word = "ENHANCEDSTATUSCODES"}; /* RFC 2034 */

static const struct extension *const extensions[EXTENSIONS] = {
    [EXTENSION_PIPELINING] = &pipelining,     [EXTENSION_SIZE] = &message_size,
    [EXTENSION_STARTTLS] = &starttls,         [EXTENSION_AUTH] = &auth,
    [EXTENSION_8BITMIME] = &eight_bit_mime,   [EXTENSION_SMTPUTF8] = &extension_smtputf8,
    [EXTENSION_DSN] = &extension_dsn,         [EXTENSION_CHUNKING] = &chunking,
    [EXTENSION_STATUS_CODES] = &status_codes,
};

/* ---- the server's side ---- */

static bool is_offered(const struct extension *extension, const struct extension_door *door)
{
    return extension->offered == NULL || extension->offered(door);
}

void extension_add_offers(const struct extension_door *door, struct buf *reply)
{
    size_t last = EXTENSIONS - 1;
    while (last > 0 && !is_offered(extensions[last], door))
        last--;
    for (size_t i = 0; i <= last; i++) {
        if (!is_offered(extensions[i], door))
            continue;
        (void)buf_printf(reply, "250%c%s", i < last ? '-' : ' ', extensions[i]->word);
        if (extensions[i]->add_offer != NULL)
            extensions[i]->add_offer(door, reply);
        (void)buf_add_cstr(reply, "\r\n");
    }
}

/* The parameter of this number, counted over all extensions; number < EXTENSIONS * PARAMETERS. */
static const struct parameter *parameter_at(enum extension_command command, size_t number)
{
    return &extensions[number / PARAMETERS]->parameters[command][number % PARAMETERS];
}

static const struct parameter *find_parameter(const struct extension_door *door, enum extension_command command,
                                              struct slice key, size_t *number)
{
    for (size_t i = 0; i < EXTENSIONS * PARAMETERS; i++) {
        const struct parameter *parameter = parameter_at(command, i);
        if (parameter->key == NULL || !slice_ieq_cstr(key, parameter->key) ||
            !is_offered(extensions[i / PARAMETERS], door))
            continue;
        *number = i;
        return parameter;
    }
    return NULL;
}

/* One "KEY=VALUE"; seen has a bit for each that came before. */
static bool take_one(const struct extension_door *door, enum extension_command command, struct slice word,
                     struct extension_values *values, unsigned *seen, struct buf *refusal)
{
    struct slice value = word;
    struct slice key = slice_cut(&value, '=');
    size_t number = 0;
    if (key.len == word.len)
        value = slice_make(NULL, 0); /* none, and not the empty one */
    const struct parameter *parameter = find_parameter(door, command, key, &number);
    if (parameter == NULL) {
        (void)buf_printf(refusal, "555 5.5.4 Unknown parameter %.*s", SLICE_ARG(key));
        return false;
    }
    if ((*seen & (1u << number)) != 0) {
        (void)buf_add_cstr(refusal, "501 5.5.4 Duplicate parameter");
        return false;
    }
    *seen |= 1u << number;
    if (parameter->take(door, value, values, refusal))
        return true;
    if (refusal->len == 0)
        (void)buf_printf(refusal, "501 5.5.4 Invalid value of %s", parameter->key);
    return false;
}

bool extension_take(const struct extension_door *door, enum extension_command command, struct slice parameters,
                    struct extension_values *values, struct buf *refusal)
{
    _Static_assert(EXTENSIONS * PARAMETERS <= 8 * sizeof(unsigned), "a bit for each parameter");
    unsigned seen = 0;
    while (parameters.len > 0) {
        struct slice word = slice_trim(slice_cut(&parameters, ' '));
        if (word.len > 0 && !take_one(door, command, word, values, &seen, refusal))
            return false;
    }
    return true;
}

/* ---- the client's side ---- */

/* Removes the extension's keyword from the line. */
static bool cut_word(const struct extension *extension, struct slice *line)
{
    struct slice rest = *line;
    struct slice word = slice_cut(&rest, ' ');
    size_t len = strlen(extension->word);
    if (word.len > len && extension->joined && word.ptr[len] == '=') {
        rest = slice_from(*line, len + 1);
        word = slice_head(word, len);
    }
    if (!slice_ieq_cstr(word, extension->word))
        return false;
    *line = rest;
    return true;
}

void extension_note(struct extension_offers *offers, struct slice line)
{
    for (size_t i = 0; i < EXTENSIONS; i++) {
        if (!cut_word(extensions[i], &line))
            continue;
        offers->has[i] = true;
        if (extensions[i]->note != NULL)
            extensions[i]->note(offers, line);
        return;
    }
}

void extension_print(const struct extension_offers *offers, enum extension_command command,
                     const struct extension_message *message, struct buf *out)
{
    for (size_t i = 0; i < EXTENSIONS * PARAMETERS; i++) {
        const struct parameter *parameter = parameter_at(command, i);
        if (offers->has[i / PARAMETERS] && parameter->print != NULL)
            parameter->print(message, out);
    }
}

enum client_cause extension_misfit(const struct extension_offers *offers, const struct extension_message *message,
                                   char text[CLIENT_TEXT_MAX])
{
    enum client_cause cause = CLIENT_NO_CAUSE;
    for (size_t i = 0; i < EXTENSIONS && cause == CLIENT_NO_CAUSE; i++)
        if (extensions[i]->misfit != NULL)
            cause = extensions[i]->misfit(offers, message, text);
    return cause;
}
