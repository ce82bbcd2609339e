/* The world of a scenario as tables: zones, hosts, rules and their effects. */
#include "sim/scenario/tables.h"

static const struct yaml_type size_range = CUSTOM("a range of sizes", struct range, leaf_size_range);
static const struct yaml_type amount = CUSTOM("an amount", struct amount, leaf_amount);
static const struct yaml_type chance = CUSTOM("a chance", int64_t, leaf_chance);
static const struct yaml_type octets = CUSTOM("octets", struct slice, leaf_octets);
static const struct yaml_type reply = CUSTOM("a reply", struct reply_text, leaf_reply);
static const struct yaml_type ipv4 = CUSTOM("an address", struct in_addr, leaf_ipv4);
static const struct yaml_choice absent_words[] = {{"absent", 0, "there is no policy"}, {NULL, 0, NULL}};
static const struct yaml_type absent_type = CHOICES("`absent`", absent_words);
static const struct yaml_type policy_type = MAP("a policy: mode, mx, max_age", &yaml_any);
static const struct yaml_type *const mta_sts_forms[] = {&absent_type, &policy_type, NULL};
static const struct yaml_type mta_sts = SHAPED("a policy", struct zone_mta_sts, leaf_mta_sts, mta_sts_forms);
static const struct yaml_choice stages[] = {{"connect", STAGE_CONNECT, "before the connection is accepted"},
                                            {"banner", STAGE_BANNER, "the greeting"},
                                            {"ehlo", STAGE_EHLO, "EHLO"},
                                            {"helo", STAGE_HELO, "HELO"},
                                            {"starttls", STAGE_STARTTLS, "STARTTLS"},
                                            {"handshake", STAGE_HANDSHAKE, "the TLS handshake"},
                                            {"auth", STAGE_AUTH, "AUTH, its last reply"},
                                            {"mail", STAGE_MAIL, "MAIL FROM"},
                                            {"rcpt", STAGE_RCPT, "RCPT TO"},
                                            {"data", STAGE_DATA, "DATA"},
                                            {"body", STAGE_BODY, "in the middle of the message"},
                                            {"eod", STAGE_EOD, "the final dot"},
                                            {"rset", STAGE_RSET, "RSET"},
                                            {"noop", STAGE_NOOP, "NOOP"},
                                            {"quit", STAGE_QUIT, "QUIT"},
                                            {"idle", STAGE_IDLE, "the client says nothing"},
                                            {"any", STAGE_ANY, "every command, and the final dot"},
                                            {NULL, 0, NULL}};
static const struct yaml_type stage_type = CHOICES("a stage (connect … quit, idle, any)", stages);
static const struct yaml_choice thens[] = {{"continue", THEN_CONTINUE, "the session goes on"},
                                           {"close", THEN_CLOSE, "the host closes in order"},
                                           {"reset", THEN_RESET, "the host sends RST"},
                                           {"stall", THEN_STALL, "the host never says anything again"},
                                           {NULL, 0, NULL}};
static const struct yaml_type then_type = CHOICES("one of continue, close, reset, stall", thens);
static const struct yaml_choice keeps[] = {{"yes", KEEP_YES, "the host keeps the message, whatever it answers"},
                                           {"no", KEEP_NO, "the host loses the message, whatever it answers"},
                                           {NULL, 0, NULL}};
static const struct yaml_type keep_type = CHOICES("yes or no", keeps);
static const struct yaml_choice certs[] = {
    {"valid", CERT_VALID, "chain, name and dates are good"},
    {"expired", CERT_EXPIRED, "its time is over"},
    {"not_yet_valid", CERT_NOT_YET_VALID, "its time has not come"},
    {"self_signed", CERT_SELF_SIGNED, "signed by itself"},
    {"untrusted_root", CERT_UNTRUSTED_ROOT, "signed by a root that nobody trusts"},
    {"wrong_name", CERT_WRONG_NAME, "for another host"},
    {"weak_key", CERT_WEAK_KEY, "RSA, 1024 bits"},
    {"weak_hash", CERT_WEAK_HASH, "signed over SHA-1"},
    {"missing_intermediate", CERT_MISSING_INTERMEDIATE, "signed by an authority whose certificate is not sent"},
    {"no_san", CERT_NO_SAN, "its name is in the subject alone"},
    {NULL, 0, NULL}};
static const struct yaml_type cert_type = CHOICES("a kind of certificate", certs);
static const struct yaml_choice faults[] = {{"servfail", FAULT_SERVFAIL, "RCODE 2"},
                                            {"nxdomain", FAULT_NXDOMAIN, "the name does not exist"},
                                            {"nodata", FAULT_NODATA, "the name exists, the type does not"},
                                            {"refused", FAULT_REFUSED, "RCODE 5"},
                                            {"formerr", FAULT_FORMERR, "RCODE 1"},
                                            {"notimp", FAULT_NOTIMP, "RCODE 4"},
                                            {"badvers", FAULT_BADVERS, "extended RCODE 16"},
                                            {"header_only", FAULT_HEADER_ONLY, "RCODE 1, in a header alone"},
                                            {"timeout", FAULT_TIMEOUT, "no answer"},
                                            {"truncated", FAULT_TRUNCATED, "TC and no records"},
                                            {"lame", FAULT_LAME, "a referral to the root"},
                                            {"referral", FAULT_REFERRAL, "a referral to other servers of the zone"},
                                            {"alias_only", FAULT_ALIAS_ONLY, "the CNAME without what it leads to"},
                                            {"unrelated", FAULT_UNRELATED, "records of other names"},
                                            {"not_authoritative", FAULT_NOT_AUTHORITATIVE, "the answer, AA clear"},
                                            {"no_recursion", FAULT_NO_RECURSION, "the answer, RA clear"},
                                            {"loop", FAULT_LOOP, "CNAME records that lead back to where they began"},
                                            {"wrong_id", FAULT_WRONG_ID, "the answer to another question"},
                                            {"wrong_question", FAULT_WRONG_QUESTION, "the answer repeats another name"},
                                            {"cut", FAULT_CUT, "the answer ends half way"},
                                            {"close", FAULT_CLOSE, "TCP is closed without an answer"},
                                            {"reset", FAULT_RESET, "TCP is reset without an answer"},
                                            {"garbage", FAULT_GARBAGE, "octets that are no records"},
                                            {NULL, 0, NULL}};
static const struct yaml_type fault_as = CHOICES("a DNS fault", faults);
static const struct yaml_choice overs[] = {
    {"any", OVER_ANY, NULL}, {"udp", OVER_UDP, NULL}, {"tcp", OVER_TCP, NULL}, {NULL, 0, NULL}};
static const struct yaml_type fault_over = CHOICES("udp, tcp or any", overs);
static const struct yaml_choice types[] = {{"any", ZONE_ANY, "every question"},
                                           {"A", ZONE_A, NULL},
                                           {"AAAA", ZONE_AAAA, NULL},
                                           {"MX", ZONE_MX, NULL},
                                           {"TXT", ZONE_TXT, NULL},
                                           {"CNAME", ZONE_CNAME, NULL},
                                           {"TLSA", ZONE_TLSA, NULL},
                                           {"PTR", ZONE_PTR, NULL},
                                           {NULL, 0, NULL}};
static const struct yaml_type fault_type = CHOICES("a record type", types);
static const struct yaml_choice parts[] = {{"client", GREYLIST_CLIENT, "the client's address"},
                                           {"sender", GREYLIST_SENDER, "the reverse-path"},
                                           {"rcpt", GREYLIST_RCPT, "the forward-path"},
                                           {"helo", GREYLIST_HELO, "the EHLO argument"},
                                           {NULL, 0, NULL}};
static const struct yaml_type part_type = CHOICES("client, sender, rcpt or helo", parts);
static const struct yaml_type part_list = LIST("a list of client, sender, rcpt, helo", &part_type);

static const struct yaml_field fault_fields[] = {
    DEFAULT(zone_fault, "type", fault_type, type, "any", "the questions it is for"),
    F(zone_fault, "as", fault_as, as, "what comes in place of the answer; left out: the answer, late"),
    DEFAULT(zone_fault, "over", fault_over, over, "any", "the questions that come so"),
    SEEN(zone_fault, "edns", yaml_bool, edns, edns_seen, "only questions with EDNS (RFC 6891), or only those without"),
    F(zone_fault, "times", count_range, times, "how often, in the whole run"),
    F(zone_fault, "between", time_range, between, "when, from the start of the story"),
    F(zone_fault, "delay", wait, delay_ns, "how late the answer is"),
    F(zone_fault, "case", yaml_str, only_case, "only in this case"),
    END};
static const struct yaml_type fault = MARKED("a DNS fault", zone_fault, fault_fields);
static const struct yaml_type fault_list = LIST("a list of DNS faults", &fault);

static const struct yaml_field zone_fields[] = {
    F(zone, "MX", yaml_str_list, mx, "\"10 host\", one or many; \"0 .\" is a null MX (RFC 7505)"),
    F(zone, "A", yaml_str_list, a, "IPv4 addresses"),
    F(zone, "AAAA", yaml_str_list, aaaa, "IPv6 addresses"),
    F(zone, "TXT", yaml_str_list, txt, "texts"),
    F(zone, "CNAME", yaml_str, cname, "the canonical name"),
    F(zone, "TLSA", yaml_str_list, tlsa, "\"3 1 1 hex digits\" (RFC 6698); the zone is _25._tcp.HOST"),
    F(zone, "PTR", yaml_str_list, ptr, "names; the zone is 10.2.0.192.in-addr.arpa"),
    F(zone, "records", yaml_str_list, records, "any record in zone-file form; names are relative to the zone's"),
    DEFAULT(zone, "ttl", wait, ttl_ns, "1h", "time to live of its records"),
    F(zone, "mta_sts", mta_sts, mta_sts, "absent, or a policy (RFC 8461)"),
    F(zone, "fail", fault_list, fail, "how its questions fail"),
    END};
const struct yaml_type schema_zone = MARKED("a zone", zone, zone_fields);
static const struct yaml_type zone_map = {.kind = YAML_MAP,
                                          .name = "zones by name",
                                          .size = sizeof(struct yaml_map),
                                          .item = &schema_zone,
                                          .count_max = ZONES_MAX};

static const struct yaml_field when_fields[] = {
    F(rule_when, "rcpt", yaml_str, rcpt, "glob over the forward-path"),
    F(rule_when, "sender", yaml_str, sender, "glob over the reverse-path"),
    F(rule_when, "client", yaml_str, client, "glob over the client's address"),
    F(rule_when, "helo", yaml_str, helo, "glob over the EHLO argument"),
    F(rule_when, "verb", yaml_str, verb, "glob over the command's verb"),
    F(rule_when, "connection", count_range, connection, "the n-th connection to this host"),
    F(rule_when, "attempt", count_range, attempt, "the n-th attempt of the recipient"),
    F(rule_when, "message", count_range, message, "the n-th transaction on the connection"),
    F(rule_when, "size", size_range, size, "octets of the message: as declared with MAIL, later as received"),
    F(rule_when, "between", time_range, between, "time since the start of the story"),
    SEEN(rule_when, "tls", yaml_bool, tls, tls_seen, "whether the session is encrypted"),
    SEEN(rule_when, "auth", yaml_bool, auth, auth_seen, "whether the client has authenticated"),
    END};
static const struct yaml_type when_type = STRUCT("conditions", rule_when, when_fields);

static const struct yaml_field greylist_fields[] = {
    NEED(greylist, "key", part_list, key, "what makes two attempts the same"),
    NEED(greylist, "wait", wait, wait_ns, "how long the first sight must be ago"),
    DEFAULT(greylist, "remember", wait, remember_ns, "36d", "how long a pass holds"),
    F(greylist, "closes", wait, closes_ns, "a retry later than this is a first sight again (RFC 6647 §5.2)"), END};
static const struct yaml_type greylist_type = STRUCT("a greylist", greylist, greylist_fields);
static const struct yaml_type greylist_ptr = POINTER("a greylist", &greylist_type);

static const struct yaml_choice rate_counts[] = {{"connections", RATE_CONNECTIONS, "at connect"},
                                                 {"messages", RATE_MESSAGES, "at mail, data or eod"},
                                                 {"recipients", RATE_RECIPIENTS, "at rcpt"},
                                                 {"bytes", RATE_BYTES, "octets of messages, at mail or eod"},
                                                 {NULL, 0, NULL}};
static const struct yaml_type rate_count_type = CHOICES("connections, messages, recipients or bytes", rate_counts);
static const struct yaml_field rate_limit_fields[] = {
    NEED(rate_limit, "key", part_list, key, "whose chances are counted together"),
    NEED(rate_limit, "allow", amount, allow, "how many, or how much"),
    NEED(rate_limit, "per", wait, per_ns, "in how long"),
    F(rate_limit, "burst", amount, burst, "how many at first; default allow"),
    F(rate_limit, "count", rate_count_type, count, "what is counted"),
    F(rate_limit, "count_refused", yaml_bool, count_refused, "refused ones count too"),
    END};
static const struct yaml_type rate_limit_type = STRUCT("a rate limit", rate_limit, rate_limit_fields);
static const struct yaml_type rate_limit_ptr = POINTER("a rate limit", &rate_limit_type);

static const struct yaml_choice tls_faults[] = {
    {"garbage", TLS_FAULT_GARBAGE, "octets that are no TLS"},
    {"close", TLS_FAULT_CLOSE, "the host closes in order"},
    {"reset", TLS_FAULT_RESET, "the host sends RST"},
    {"stall", TLS_FAULT_STALL, "the host never says anything again"},
    {"alert", TLS_FAULT_ALERT, "alert internal_error"},
    {"version", TLS_FAULT_VERSION, "alert protocol_version: no version is shared"},
    {"cipher", TLS_FAULT_CIPHER, "alert handshake_failure: no cipher is shared"},
    {NULL, 0, NULL}};
static const struct yaml_type tls_fault_type = CHOICES("a TLS fault", tls_faults);

static const struct yaml_type drip_bytes = {
    .kind = YAML_INT, .name = "a count of octets", .size = sizeof(int64_t), .min = 1, .max = 65536};
static const struct yaml_field drip_fields[] = {DEFAULT(drip, "bytes", drip_bytes, bytes, "1", "octets at a time"),
                                                NEED(drip, "every", wait, every_ns, "time from one to the next"), END};
static const struct yaml_type drip_type = STRUCT("a drip", drip, drip_fields);
static const struct yaml_type drip_ptr = POINTER("a drip", &drip_type);

static const struct yaml_field rule_fields[] = {
    NEED(rule, "at", stage_type, at, "the stage"),
    F(rule, "when", when_type, when, "further conditions; all must hold"),
    F(rule, "times", count_range, times, "the n-th times that it would act"),
    F(rule, "reply", reply, reply, "what the host says"),
    F(rule, "greylist", greylist_ptr, greylist, "acts until the client has come back late enough"),
    F(rule, "rate_limit", rate_limit_ptr, rate_limit, "acts when too many come"),
    F(rule, "refuse", yaml_bool, refuse, "connect: nobody listens"),
    F(rule, "blackhole", yaml_bool, blackhole, "connect: SYN packets vanish; later: no answer, ever"),
    SEEN(rule, "raw", octets, raw, raw_seen, "what the host says, octet by octet, in place of a reply"),
    F(rule, "tls_fail", tls_fault_type, tls_fail, "handshake: how it fails"),
    F(rule, "chance", chance, chance_ppm, "acts only so often, drawn from the scenario's seed"),
    F(rule, "delay", wait, delay_ns, "before the reply; idle: the silence that it takes"),
    F(rule, "drip", drip_ptr, drip, "the reply trickles"),
    SEEN(rule, "announce", yaml_str_list, announce, announce_seen, "ehlo: the keywords, in place of the host's"),
    F(rule, "inject", octets, inject, "starttls: octets in clear behind the 220"),
    F(rule, "keep", keep_type, keep, "whether the host keeps the message, apart from its answer"),
    SEEN(rule, "then", then_type, then, then_seen, "what happens after the reply"),
    F(rule, "optional", yaml_bool, optional, "no complaint when it never acts"),
    F(rule, "note", yaml_str, note, "for readers"),
    F(rule, "case", yaml_str, only_case, "only in this case"),
    END};
static const struct yaml_type rule_type = MARKED("a rule", rule, rule_fields);
const struct yaml_type schema_rules = {.kind = YAML_LIST,
                                       .name = "a list of rules",
                                       .size = sizeof(struct yaml_list),
                                       .item = &rule_type,
                                       .count_max = RULES_MAX};

static const struct yaml_field host_limit_fields[] = {
    IN(host, limits, "size", yaml_size, size, NULL, "largest message"),
    IN(host, limits, "rcpts", positive, rcpts, NULL, "recipients of a transaction; more get 452 4.5.3"), END};
static const struct yaml_type host_limits = GROUP("limits", host_limit_fields);
static const struct yaml_type any_wait = {
    .kind = YAML_DURATION, .name = "a length of time such as -1d", .size = sizeof(int64_t)};
static const struct yaml_choice tls_versions[] = {{"TLS1.0", TLS_VERSION_1_0, NULL},
                                                  {"TLS1.1", TLS_VERSION_1_1, NULL},
                                                  {"TLS1.2", TLS_VERSION_1_2, NULL},
                                                  {"TLS1.3", TLS_VERSION_1_3, NULL},
                                                  {NULL, 0, NULL}};
static const struct yaml_type tls_version_type = CHOICES("TLS1.0, TLS1.1, TLS1.2 or TLS1.3", tls_versions);
static const struct yaml_type tls_version_list = LIST("a list of versions of TLS", &tls_version_type);
static const struct yaml_choice client_certs[] = {{"none", CLIENT_CERT_NONE, "the client is not asked for one"},
                                                  {"ask", CLIENT_CERT_ASK, "it is asked, and may have none"},
                                                  {"require", CLIENT_CERT_REQUIRE, "without one, the handshake fails"},
                                                  {NULL, 0, NULL}};
static const struct yaml_type client_cert_type = CHOICES("none, ask or require", client_certs);
static const struct yaml_field host_tls_fields[] = {
    IN(host, tls, "cert", cert_type, cert, "valid", "its certificate"),
    IN(host, tls, "not_after", any_wait, not_after_ns, NULL, "the certificate's end, relative to the start"),
    IN(host, tls, "names", yaml_str_list, names, NULL, "its names; default the host's"),
    IN(host, tls, "versions", tls_version_list, versions, NULL, "of TLS; default TLS1.2 and TLS1.3"),
    IN(host, tls, "client_cert", client_cert_type, client_cert, "none", "whether the client's certificate is wanted"),
    END};
static const struct yaml_type host_tls_type = GROUP("TLS settings", host_tls_fields);

static const struct yaml_choice segments[] = {{"whole", SEGMENT_WHOLE, "each reply in one piece"},
                                              {"line", SEGMENT_LINE, "each line by itself"},
                                              {"byte", SEGMENT_BYTE, "each octet by itself"},
                                              {"random", SEGMENT_RANDOM, "in pieces that the seed cuts"},
                                              {NULL, 0, NULL}};
static const struct yaml_type segment_type = CHOICES("whole, line, byte or random", segments);
static const struct yaml_field host_net_fields[] = {
    IN(host, net, "rtt", wait, rtt_ns, NULL, "time from a command to the arrival of its reply"),
    IN(host, net, "segment", segment_type, segment, "whole", "how replies are cut"),
    IN(host, net, "rate", yaml_size, rate, NULL, "octets a second, from the host"), END};
static const struct yaml_type host_net_type = GROUP("network settings", host_net_fields);

static const struct yaml_field host_fields[] = {
    NEED(host, "addr", ipv4, addr, "its address, in 192.0.2.0/24, 198.51.100.0/24 or 203.0.113.0/25"),
    F(host, "banner", yaml_str, banner, "the greeting's text behind the host name"),
    SEEN(host, "ehlo", yaml_str_list, ehlo, ehlo_seen, "the EHLO keywords it offers, instead of the usual"),
    F(host, "limits", host_limits, limits, "limits"),
    F(host, "tls", host_tls_type, tls, "TLS"),
    F(host, "net", host_net_type, net, "how its octets arrive"),
    F(host, "rules", schema_rules, rules, "how it departs from good behaviour"),
    END};
static const struct yaml_type host_type = MARKED("a host", host, host_fields);
static const struct yaml_type host_map = {.kind = YAML_MAP,
                                          .name = "hosts by name",
                                          .size = sizeof(struct yaml_map),
                                          .item = &host_type,
                                          .count_max = HOSTS_MAX};

static const struct yaml_field world_fields[] = {IN(raw_scenario, world, "dns", zone_map, dns, NULL, "zones"),
                                                 IN(raw_scenario, world, "hosts", host_map, hosts, NULL, "MX hosts"),
                                                 END};
const struct yaml_type schema_world = GROUP("the world", world_fields);
