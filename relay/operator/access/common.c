#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/buf.h"
#include "relay/operator/access/access.h"
#include "relay/operator/ask.h"

#define JSON_MAX ((size_t)256 * 1024 * 1024)

/* ---- options ---- */

#define INTO(member) .offset = offsetof(struct operator_settings, member)
#define AMOUNT(name_, member_, help_)                                                                                  \
    {                                                                                                                  \
        .name = name_, .kind = CLI_NUMBER, INTO(member_), .value = "N", .help = help_, .min = 0, .max = 1000000000     \
    }

static bool take_glob(const char *globs[], size_t *count, const char *value, struct err *err)
{
    if (*count == SETTINGS_GLOBS_MAX)
        return err_set(err, ERR_INVALID, "at most %d are possible", SETTINGS_GLOBS_MAX) == ERR_OK;
    globs[(*count)++] = value;
    return true;
}

static bool take_sender(void *base, const char *value, struct err *err)
{
    struct operator_settings *settings = base;
    return take_glob(settings->senders, &settings->sender_count, value, err);
}

static bool take_author(void *base, const char *value, struct err *err)
{
    struct operator_settings *settings = base;
    return take_glob(settings->authors, &settings->author_count, value, err);
}

static const struct cli_option address_rows[] = {
    {.name = "sender",
     .kind = CLI_TAKE,
     .value = "GLOB",
     .take = take_sender,
     .help = "a reverse-path that the account may use, or a domain of them; may be repeated. Without it, any"},
    {.name = "any-sender", .kind = CLI_FLAG, INTO(any_sender), .help = "any reverse-path, again"},
    {.name = "from",
     .kind = CLI_TAKE,
     .value = "GLOB",
     .take = take_author,
     .help = "an address that the account may use in the From field, or a domain of them; may be repeated. Without "
             "it, any"},
    {.name = "any-from", .kind = CLI_FLAG, INTO(any_author), .help = "any address in the From field, again"},
    {0}};
static const struct cli_option amount_rows[] = {
    AMOUNT("messages-per-hour", messages_per_hour, "messages in one hour; 0: no limit"),
    AMOUNT("messages-per-day", messages_per_day, "messages in one day (UTC); 0: no limit"),
    AMOUNT("recipients-per-hour", recipients_per_hour, "recipients in one hour; 0: no limit"),
    AMOUNT("recipients-per-day", recipients_per_day, "recipients in one day (UTC); 0: no limit"),
    AMOUNT("quota", quota, "recipients in one month (UTC); 0: no limit"),
    {0}};
static const struct cli_option way_rows[] = {
    {.name = "pool",
     .kind = CLI_TEXT,
     INTO(pool),
     .value = "NAME",
     .any_value = true,
     .help = "the pool of source addresses for its mail; \"\": the default"},
    {.name = "dkim-domain",
     .kind = CLI_TEXT,
     INTO(dkim_domain),
     .value = "DOMAIN",
     .any_value = true,
     .help = "the domain that signs its mail, in addition to that of the host; \"\": none"},
    {0}};
const struct cli_group access_settings_groups[] = {{"Addresses", address_rows, sizeof(struct operator_options)},
                                                   {"Amounts", amount_rows, sizeof(struct operator_options)},
                                                   {"Delivery", way_rows, sizeof(struct operator_options)},
                                                   {0}};

static const struct cli_option list_rows[] = {
    {.name = "json", .kind = CLI_FLAG, OPERATOR_INTO(json), .help = "print one JSON object, for programs"}, {0}};
const struct cli_group access_list_groups[] = {{"Output", list_rows, 0}, {0}};

const struct cli_section access_sections[] = {
    {"Exit status", "0\tdone\n1\tthe relay refused, and says why\n2\tbad usage or configuration\n3\tno relay answers\n",
     NULL},
    {0}};

int access_run_with_settings(struct cli_call *call)
{
    struct {
        struct operator_options options;
        struct operator_settings settings;
    } values = {.settings = {.messages_per_hour = -1,
                             .messages_per_day = -1,
                             .recipients_per_hour = -1,
                             .recipients_per_day = -1,
                             .quota = -1}};
    _Static_assert(offsetof(__typeof__(values), settings) == sizeof(struct operator_options), "the base of the groups");
    int status = cli_read(call, &values);
    values.options.settings = &values.settings;
    return status == CLI_GO_ON ? operator_run_with(call, &values.options) : status;
}

/* ---- settings ---- */

static void print_globs(struct json *account, const char *name, const char *const globs[], size_t count, bool any)
{
    if (count == 0 && !any)
        return;
    struct json *list = json_new_array();
    for (size_t i = 0; i < count; i++)
        json_push(list, json_new_str(globs[i]));
    json_set(account, name, list);
}

static void print_amount(struct json *account, const char *name, int64_t amount)
{
    if (amount >= 0)
        json_set_int(account, name, amount);
}

static void print_text(struct json *account, const char *name, const char *text)
{
    if (text != NULL)
        json_set_str(account, name, text);
}

struct json *access_settings_print(const struct operator_settings *settings)
{
    struct json *account = json_new_object();
    print_globs(account, "senders", settings->senders, settings->sender_count, settings->any_sender);
    print_globs(account, "authors", settings->authors, settings->author_count, settings->any_author);
    print_amount(account, "messages_per_hour", settings->messages_per_hour);
    print_amount(account, "messages_per_day", settings->messages_per_day);
    print_amount(account, "recipients_per_hour", settings->recipients_per_hour);
    print_amount(account, "recipients_per_day", settings->recipients_per_day);
    print_amount(account, "recipients_per_month", settings->quota);
    print_text(account, "pool", settings->pool);
    print_text(account, "dkim_domain", settings->dkim_domain);
    return account;
}

/* ---- requests ---- */

struct json *access_request(const char *verb, const char *name)
{
    struct json *request = json_new_object();
    json_set_str(request, "verb", verb);
    if (name != NULL)
        json_set_str(request, "name", name);
    return request;
}

static void ignore(void *arg, const struct json *line)
{
    (void)arg;
    (void)line;
}

int access_change(const struct operator_options *options, struct json *request, struct json **end, struct err *err)
{
    struct json *last = NULL;
    int rc = ask(options->control, request, ignore, NULL, &last, err);
    json_free(request);
    if (rc != ERR_OK)
        return rc;
    if (end != NULL)
        *end = last;
    else
        json_free(last);
    return EXIT_DONE;
}

struct collection {
    struct json *items;
    const char *item;
};

static void collect(void *arg, const struct json *line)
{
    struct collection *collection = arg;
    const struct json *item = json_get(line, collection->item);
    if (item != NULL)
        json_push(collection->items, json_dup(item));
}

struct json *access_items(const struct operator_options *options, struct json *request, const char *item,
                          struct err *err)
{
    struct collection collection = {json_new_array(), item};
    struct json *end = NULL;
    int rc = ask(options->control, request, collect, &collection, &end, err);
    json_free(request);
    json_free(end);
    if (rc == ERR_OK)
        return collection.items;
    json_free(collection.items);
    return NULL;
}

int access_print_json(const char *name, struct json *items, struct err *err)
{
    struct json *whole = json_new_object();
    struct buf text;
    buf_init(&text, JSON_MAX);
    json_set(whole, name, items);
    (void)json_write(whole, &text);
    json_free(whole);
    bool written = puts(buf_cstr(&text)) >= 0;
    buf_fini(&text);
    return written ? EXIT_DONE : err_errno(err, "cannot write");
}

const char *access_time(int64_t at_s, const char *never, char out[ACCESS_TIME_MAX])
{
    struct tm at;
    time_t time = (time_t)at_s;
    (void)snprintf(out, ACCESS_TIME_MAX, "%s", never);
    if (at_s != 0 && gmtime_r(&time, &at) != NULL)
        (void)strftime(out, ACCESS_TIME_MAX, "%Y-%m-%d %H:%M:%S UTC", &at);
    return out;
}
