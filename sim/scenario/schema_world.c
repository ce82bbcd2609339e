/* The world of a scenario as tables: zones, hosts, rules. The effects of rules are in sim/effects. */
#include "sim/effects/effect.h"
#include "sim/scenario/tables.h"

static const struct yaml_type size_range = CUSTOM("a range of sizes", struct range, leaf_size_range);
static const struct yaml_type ipv4 = CUSTOM("an address", struct ip, leaf_ipv4);
static const struct yaml_choice absent_words[] = {{"absent", 0, "no policy is published"}, {NULL, 0, NULL}};
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
                                            {"auth", STAGE_AUTH, "the last reply to AUTH"},
                                            {"mail", STAGE_MAIL, "MAIL FROM"},
                                            {"rcpt", STAGE_RCPT, "RCPT TO"},
                                            {"data", STAGE_DATA, "DATA"},
                                            {"body", STAGE_BODY, "in the middle of the message"},
                                            {"eod", STAGE_EOD, "the final dot"},
                                            {"rset", STAGE_RSET, "RSET"},
                                            {"noop", STAGE_NOOP, "NOOP"},
                                            {"quit", STAGE_QUIT, "QUIT"},
                                            {"idle", STAGE_IDLE, "the client sends nothing"},
                                            {"any", STAGE_ANY, "every command, and the final dot"},
                                            {NULL, 0, NULL}};
static const struct yaml_type stage_type = CHOICES("a stage (connect … quit, idle, any)", stages);
static const struct yaml_choice certs[] = {
    {"valid", CERT_VALID, "chain, name and dates are valid"},
    {"expired", CERT_EXPIRED, "expired"},
    {"not_yet_valid", CERT_NOT_YET_VALID, "not valid yet"},
    {"self_signed", CERT_SELF_SIGNED, "self-signed"},
    {"untrusted_root", CERT_UNTRUSTED_ROOT, "signed by an untrusted root"},
    {"wrong_name", CERT_WRONG_NAME, "issued for another host"},
    {"weak_key", CERT_WEAK_KEY, "RSA key with 1024 bits"},
    {"weak_hash", CERT_WEAK_HASH, "signed with SHA-1"},
    {"missing_intermediate", CERT_MISSING_INTERMEDIATE, "the intermediate certificate is not sent"},
    {"no_san", CERT_NO_SAN, "the name is only in the subject, not in subjectAltName"},
    {NULL, 0, NULL}};
static const struct yaml_type cert_type = CHOICES("a kind of certificate", certs);
static const struct yaml_choice faults[] = {
#define CHOICE(id, name, help) {#name, FAULT_##id, help},
    DNS_FAULTS(CHOICE){NULL, 0, NULL}};
#undef CHOICE
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
static const struct yaml_field fault_fields[] = {
    DEFAULT(zone_fault, "type", fault_type, type, "any", "type of the questions that get the fault"),
    F(zone_fault, "as", fault_as, as, "what replaces the answer; if absent, the answer is only late"),
    DEFAULT(zone_fault, "over", fault_over, over, "any", "transport of the questions that get the fault"),
    SEEN(zone_fault, "edns", yaml_bool, edns, edns_seen,
         "only questions with EDNS (true) or without EDNS (false); RFC 6891"),
    F(zone_fault, "times", count_range, times, "which of the questions that match, over the whole run; N: the first N"),
    F(zone_fault, "between", time_range, between, "time since the start of the story"),
    F(zone_fault, "delay", wait, delay_ns, "delay of the answer"),
    F(zone_fault, "case", yaml_str, only_case, "applies only in this case"),
    END};
static const struct yaml_type fault = MARKED("a DNS fault", zone_fault, fault_fields);
static const struct yaml_type fault_list = LIST("a list of DNS faults", &fault);

static const struct yaml_field zone_fields[] = {
    F(zone, "MX", yaml_str_list, mx, "\"10 host\", one or more; \"0 .\" is a null MX (RFC 7505)"),
    F(zone, "A", yaml_str_list, a, "IPv4 addresses"),
    F(zone, "AAAA", yaml_str_list, aaaa, "IPv6 addresses"),
    F(zone, "TXT", yaml_str_list, txt, "text strings"),
    F(zone, "CNAME", yaml_str, cname, "the canonical name"),
    F(zone, "TLSA", yaml_str_list, tlsa, "\"3 1 1 hex digits\" (RFC 6698); the zone is _25._tcp.HOST"),
    F(zone, "PTR", yaml_str_list, ptr, "host names; the zone is that of the address: 10.2.0.192.in-addr.arpa"),
    F(zone, "records", yaml_str_list, records, "other records in zone-file form; names are relative to the zone"),
    DEFAULT(zone, "ttl", wait, ttl_ns, "1h", "time to live of the records"),
    F(zone, "mta_sts", mta_sts, mta_sts, "MTA-STS policy, or absent (RFC 8461)"),
    F(zone, "fail", fault_list, fail, "faults in the answers for this zone"),
    END};
const struct yaml_type schema_zone = MARKED("a zone", zone, zone_fields);
static const struct yaml_type zone_map = {.kind = YAML_MAP,
                                          .name = "zones by name",
                                          .size = sizeof(struct yaml_map),
                                          .item = &schema_zone,
                                          .count_max = ZONES_MAX};

static const struct yaml_field when_fields[] = {
    F(rule_when, "rcpt", yaml_str, rcpt, "glob for the forward-path"),
    F(rule_when, "sender", yaml_str, sender, "glob for the reverse-path"),
    F(rule_when, "client", yaml_str, client, "glob for the client's address"),
    F(rule_when, "helo", yaml_str, helo, "glob for the EHLO argument"),
    F(rule_when, "verb", yaml_str, verb, "glob for the command's verb"),
    F(rule_when, "connection", count_range, connection, "the n-th connection to this host"),
    F(rule_when, "attempt", count_range, attempt, "the n-th attempt of the recipient"),
    F(rule_when, "message", count_range, message, "the n-th transaction on the connection"),
    F(rule_when, "size", size_range, size, "octets of the message: as declared with MAIL, later as received"),
    F(rule_when, "between", time_range, between, "time since the start of the story"),
    SEEN(rule_when, "tls", yaml_bool, tls, tls_seen, "whether the session is encrypted"),
    SEEN(rule_when, "auth", yaml_bool, auth, auth_seen, "whether the client has authenticated"),
    END};
static const struct yaml_type when_type = STRUCT("conditions", rule_when, when_fields);

static const struct yaml_field rule_fields[] = {
    NEED(rule, "at", stage_type, at, "stage at which the rule acts"),
    F(rule, "when", when_type, when, "additional conditions; all must hold"),
    F(rule, "times", count_range, times, "which of the occasions to act on; N: the first N"),
#define ROW(id, name, help) F(rule, #name, effect_##name.value, effects[EFFECT_##id], help),
    EFFECTS(ROW)
#undef ROW
        F(rule, "optional", yaml_bool, optional, "allows that the rule never acts"),
    F(rule, "note", yaml_str, note, "explanation for readers"),
    F(rule, "case", yaml_str, only_case, "applies only in this case"),
    END};
static const struct yaml_type rule_type = MARKED("a rule", rule, rule_fields);
const struct yaml_type schema_rules = {.kind = YAML_LIST,
                                       .name = "a list of rules",
                                       .size = sizeof(struct yaml_list),
                                       .item = &rule_type,
                                       .count_max = RULES_MAX};

static const struct yaml_field host_limit_fields[] = {
    IN(host, limits, "size", yaml_size, size, NULL, "largest message that the host accepts"),
    IN(host, limits, "rcpts", positive, rcpts, NULL, "recipients of a transaction; additional ones get 452 4.5.3"),
    END};
static const struct yaml_type host_limits = GROUP("limits", host_limit_fields);
static const struct yaml_type any_wait = {
    .kind = YAML_DURATION, .name = "a duration such as -1d", .size = sizeof(int64_t)};
static const struct yaml_choice tls_versions[] = {{"TLS1.0", TLS_VERSION_1_0, NULL},
                                                  {"TLS1.1", TLS_VERSION_1_1, NULL},
                                                  {"TLS1.2", TLS_VERSION_1_2, NULL},
                                                  {"TLS1.3", TLS_VERSION_1_3, NULL},
                                                  {NULL, 0, NULL}};
static const struct yaml_type tls_version_type = CHOICES("TLS1.0, TLS1.1, TLS1.2 or TLS1.3", tls_versions);
static const struct yaml_type tls_version_list = LIST("a list of TLS versions", &tls_version_type);
static const struct yaml_choice client_certs[] = {
    {"none", CLIENT_CERT_NONE, "the host does not request a certificate"},
    {"ask", CLIENT_CERT_ASK, "the host requests a certificate; the client may send none"},
    {"require", CLIENT_CERT_REQUIRE, "without a certificate, the handshake fails"},
    {NULL, 0, NULL}};
static const struct yaml_type client_cert_type = CHOICES("none, ask or require", client_certs);
static const struct yaml_field host_tls_fields[] = {
    IN(host, tls, "cert", cert_type, cert, "valid", "kind of certificate"),
    IN(host, tls, "not_after", any_wait, not_after_ns, NULL, "when the certificate expires, relative to the start"),
    IN(host, tls, "names", yaml_str_list, names, NULL, "names in the certificate; default: the host's name"),
    IN(host, tls, "versions", tls_version_list, versions, NULL, "TLS versions; default: TLS1.2 and TLS1.3"),
    IN(host, tls, "client_cert", client_cert_type, client_cert, "none",
       "whether the host requests a client certificate"),
    END};
static const struct yaml_type host_tls_type = GROUP("TLS settings", host_tls_fields);

static const struct yaml_choice segments[] = {{"whole", SEGMENT_WHOLE, "each reply in one piece"},
                                              {"line", SEGMENT_LINE, "each line separately"},
                                              {"byte", SEGMENT_BYTE, "each octet separately"},
                                              {"random", SEGMENT_RANDOM, "in random pieces, which depend on the seed"},
                                              {NULL, 0, NULL}};
static const struct yaml_type segment_type = CHOICES("whole, line, byte or random", segments);
static const struct yaml_field host_net_fields[] = {
    IN(host, net, "rtt", wait, rtt_ns, NULL, "time from a command to the arrival of its reply"),
    IN(host, net, "segment", segment_type, segment, "whole", "how replies are split"),
    IN(host, net, "rate", yaml_size, rate, NULL, "octets per second that the host sends"), END};
static const struct yaml_type host_net_type = GROUP("network settings", host_net_fields);

static const struct yaml_field host_fields[] = {
    NEED(host, "addr", ipv4, addr, "IPv4 address, in 192.0.2.0/24, 198.51.100.0/24 or 203.0.113.0/25"),
    F(host, "banner", yaml_str, banner, "text of the greeting after the host name"),
    SEEN(host, "ehlo", yaml_str_list, ehlo, ehlo_seen, "EHLO keywords to offer, instead of the default ones"),
    F(host, "limits", host_limits, limits, "limits on what the host accepts"),
    F(host, "tls", host_tls_type, tls, "certificate and TLS versions"),
    F(host, "net", host_net_type, net, "how the host's octets arrive"),
    F(host, "rules", schema_rules, rules, "how the host deviates from good behaviour"),
    END};
static const struct yaml_type host_type = MARKED("a host", host, host_fields);
static const struct yaml_type host_map = {.kind = YAML_MAP,
                                          .name = "hosts by name",
                                          .size = sizeof(struct yaml_map),
                                          .item = &host_type,
                                          .count_max = HOSTS_MAX};

static const struct yaml_field world_fields[] = {IN(raw_scenario, world, "dns", zone_map, dns, NULL, "DNS zones"),
                                                 IN(raw_scenario, world, "hosts", host_map, hosts, NULL, "MX hosts"),
                                                 END};
const struct yaml_type schema_world = GROUP("the world", world_fields);
