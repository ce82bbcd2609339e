#include "harness/explain/lessons.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/check.h"

static const struct lesson lessons[] = {
    {.title = "Store and forward: 250 is a promise",
     .begins = "intro/hello",
     .learns = {"what each side of an SMTP dialogue says, line by line", "the difference between envelope and message",
                "who is responsible for a message at every moment"},
     .reads = {"RFC5321 §3.3\tthe three commands of a mail transaction",
               "RFC5321 §4.2.5\twhat 250 after the final dot means",
               "RFC5321 §6.1\ta message that was accepted must not be lost"},
     .words = {"relay: a server that takes mail and passes it on, also called an MTA (mail transfer agent)",
               "submission: the first step, from a mail program to its relay",
               "envelope: the sender and the recipients, as MAIL and RCPT name them; the sender in it is the "
               "reverse-path, to which reports go",
               "header: the fields at the beginning of the message itself, such as From and Subject",
               "transaction: MAIL, RCPT and DATA, which pass on one message", "octet: eight bits, a byte"},
     .view = {.preamble = true, .message = true}},
    {.title = "“Later”: greylisting",
     .begins = "retry/greylist-basic",
     .learns = {"what 4xx means for the message, and for its sender",
                "why mail from a new sender may take some minutes",
                "how to read an enhanced status code such as 4.7.1"},
     .words = {"4yz: any reply from 400 to 499; also written 4xx",
               "enhanced status code: a second, finer code in a reply, such as 4.7.1",
               "to bounce: to return mail to its sender, with a report"},
     .knows =
         {"Why five minutes? Hosts that greylist usually ask for about five, so the relay comes back after five at "
          "first, and then doubles the wait. RFC 5321 §4.5.4.1 asks for 30 minutes in general, and allows less "
          "where the reason is known. After a refused connection the relay waits those 30 minutes (lesson 3); "
          "after 421, five and then ten (lesson 9).",
          "The 554 after DATA is not about the message: every recipient was refused, so there was no one left to "
          "send it to. What counts is the 451 to RCPT."},
     .reads = {"RFC5321 §4.2.1\tthe first digit of a reply", "RFC5321 §4.5.4.1\tthe next attempt must be delayed",
               "RFC6647 §2\tgreylisting, and how it is done"},
     .tries = "--set retry.first=10s",
     .result = "the relay comes back every ten seconds, and is refused until five minutes are over"},
    {.title = "Backing off: how long to wait, and how long to try",
     .begins = "intro/host-away",
     .learns = {"why the waits become longer", "how long a relay waits after a refused connection",
                "what a relay does with the message meanwhile"},
     .knows = {"This relay waits 30 minutes after a host that it could not reach, and twice as long after each further "
               "attempt, up to four hours. After a 4yz reply it begins with five minutes: the host is there, and only "
               "this mail has to wait.",
               "A refused connection fails at once. An unanswered one has to be waited for, up to five minutes for the "
               "greeting (RFC 5321 §4.5.3.2.1), with a connection of the relay busy meanwhile.",
               "After four to five days a relay gives up and reports to the sender (RFC 5321 §4.5.4.1): `relaylab "
               "explain bounce/five-days-then-give-up`, whose host never answers."},
     .reads = {"RFC5321 §4.5.4.1\thow often, and for how many days",
               "RFC5321 §4.5.3.2\thow long to wait for each reply",
               "RFC5321 §6.1\twhat happens when the relay gives up"},
     .tries = "--set retry.first=1m --set retry.then=20m",
     .result = "more attempts, and an earlier delivery: frequency costs connections and buys minutes"},
    {.title = "“Never”: 5xx replies and bounces",
     .begins = "bounce/several-recipients-at-once",
     .learns = {"what 5xx means for the message, and for its sender", "the parts of a delivery status notification",
                "which of its fields a program reads"},
     .words = {"5yz: any reply from 500 to 599; also written 5xx",
               "bounce: a message of the relay that tells the sender of a failure",
               "DSN (delivery status notification): a bounce in the form of RFC 3464, which programs can read"},
     .reads = {"RFC5321 §6.1\twho gets the report", "RFC3464 §2.3\tthe fields of a report",
               "RFC3463 §3.2\tstatus codes about addresses"}},
    {.title = "Bounces do not bounce",
     .begins = "intro/failed-bounce",
     .learns = {"what the null reverse-path <> is for", "why a report about a report is never sent",
                "what becomes of a report that cannot be delivered"},
     .reads = {"RFC5321 §4.5.5\tmessages with a null reverse-path", "RFC5321 §6.1\tthe reverse-path of a report",
               "RFC3834 §2\tautomatic replies have the same danger"},
     .view = {.known_dns = true, .known_mail = true, .brief = true}},
    {.title = "Where does it go? DNS",
     .begins = "dns/implicit-mx",
     .learns = {"how a relay finds the host for an address", "what MX records and address records are",
                "what “no such record” means"},
     .words = {"record: what the DNS knows about a name, of one type each: MX for mail hosts, A and AAAA for addresses",
               "NXDOMAIN: the answer that a name does not exist; SERVFAIL: the name server could not find out"},
     .knows =
         {"“No such record” is an answer, and mail acts on it. No answer at all, or SERVFAIL, says nothing about the "
          "domain, so the mail waits: `relaylab explain dns/servfail`.",
          "“No such name” (NXDOMAIN) is final too: the sender gets a report at once.",
          "A domain can be an alias (CNAME) of another name, which is looked up instead: `relaylab explain "
          "dns/cname`. A domain can also say that it takes no mail: `relaylab explain dns/null-mx`."},
     .reads = {"RFC5321 §5.1\tfrom a domain to a host", "RFC7505 §3\tthe null MX: no mail here",
               "RFC5321 §2.3.5\tdomain names in mail"},
     .view = {.known_mail = true, .brief = true}},
    {.title = "Two hosts are better",
     .begins = "routing/first-mx-refuses",
     .learns = {"what the number in an MX record means", "what a relay does when the first host is down",
                "which failures make it try the next host, and which do not"},
     .knows =
         {"The next host is tried when a host refuses the connection, does not answer, or greets with 421 or another "
          "4yz: an attempt goes on through the list until one host takes the mail (RFC 5321 §5.1).",
          "After 4yz to RCPT the next host may be tried; many relays only wait, since the hosts of a domain mostly "
          "share their rules, and a greylist.",
          "After 5yz to RCPT it is not: a host of the domain has decided, and the sender gets a report (RFC 5321 "
          "§4.2.1).",
          "5yz in the greeting is between the two: the host takes no mail, but has not spoken about the recipient. "
          "`relaylab explain routing/one-mx-takes-no-mail` and `relaylab explain session/554-in-the-greeting` show "
          "it."},
     .reads = {"RFC5321 §5.1\tthe order of the hosts", "RFC5321 §4.2.1\twhat a temporary reply means",
               "RFC7504 §3\ta host that never takes mail"},
     .view = {.known_mail = true, .brief = true}},
    {.title = "Once, not twice",
     .begins = "intro/lost-reply",
     .learns = {"why a message can arrive twice without anyone making a mistake",
                "what a relay does when the last reply is lost",
                "which of two evils SMTP chooses: one copy too many, or none at all"},
     .knows = {"A relay waits ten minutes for the reply to the final dot (RFC 5321 §4.5.3.2.6): the host may still be "
               "storing the message, and a relay that gives up early makes a second copy. `relaylab explain "
               "session/slow-reply-to-the-dot` shows a host that takes its time."},
     .reads = {"RFC1047\tthe problem of the lost reply", "RFC5321 §4.5.3.2.6\tten minutes for the final dot",
               "RFC5321 §4.2.5\twhen responsibility passes"},
     .view = {.known_dns = true, .brief = true}},
    {.title = "Manners: limits and 421",
     .begins = "intro/busy-host",
     .learns = {"what 421 means for the connection and for the mail", "how long a relay leaves such a host alone",
                "why connections are what a host has few of"},
     .knows =
         {"After 421 this relay leaves the whole host alone: five minutes at first, then twice as long after each "
          "further 421. A 4yz to RCPT makes only that message wait.",
          "Where a domain has another MX host, a greeting of 421 makes the relay try that one at once (lesson 7).",
          "A host defends itself in several ways: 421 to connections (`relaylab explain rate/421-connection-limit`), "
          "450 to messages (`relaylab explain rate/450-message-rate`), 452 to recipients (`relaylab explain "
          "rate/recipients-per-transaction`). A good relay sends less, and keeps what waits."},
     .reads = {"RFC5321 §4.2.3\t421, and the other codes", "RFC5321 §4.5.4.1\tconnections to one host",
               "RFC5321 §3.8\thow a server ends a session"},
     .view = {.known_dns = true, .known_mail = true, .brief = true}},
    {.title = "The dialogue: commands, extensions, dots",
     .begins = "session/no-ehlo",
     .learns = {"what a client does with a server of 1982", "which commands every server knows",
                "what plain SMTP can do without extensions"},
     .knows =
         {"Extensions are agreed on in one step: the server lists them in its reply to EHLO, and the client uses only "
          "what is listed. Lesson 1 shows such a list, line by line.",
          "Commands have an order: EHLO, MAIL, RCPT, DATA. RCPT without MAIL gets 503, since there is no message that "
          "it could belong to; a refused MAIL ends what was sent after it (`relaylab explain rate/450-message-rate`).",
          "A line of the message that begins with a dot is sent with one dot more: `relaylab explain "
          "submission/dots` shows it."},
     .reads = {"RFC5321 §3.2\tEHLO, and HELO after it", "RFC5321 §4.1.4\tthe order of commands",
               "RFC5321 §4.5.2\tdots at the beginning of a line"},
     .view = {.preamble = true, .message = true, .known_dns = true}},
    {.title = "TLS on the way",
     .begins = "intro/encrypted",
     .learns = {"how a connection becomes encrypted in the middle", "why EHLO is said twice",
                "what opportunistic TLS protects against, and what not"},
     .reads = {"RFC3207 §4\tSTARTTLS", "RFC3207 §4.2\twhat must be forgotten afterwards",
               "RFC7435 §3\tsome protection most of the time"},
     .words = {"TLS: the encryption of connections, which the web uses too; the handshake agrees on the keys",
               "certificate: says which name a host has, signed by someone who has checked it",
               "opportunistic: used where both sides can, and not demanded"},
     .knows =
         {"Opportunistic TLS does not help against an attacker who can change what is said: he removes STARTTLS from "
          "the reply, or pretends to be the host. The sender has no way to know that the domain can do better.",
          "DANE and MTA-STS tell the sender. With DANE, the domain publishes in the DNS, signed with DNSSEC, which "
          "certificate its mail hosts have (RFC 7672). With MTA-STS, it publishes a policy on a web server: deliver "
          "to these hosts, over TLS, with a valid certificate (RFC 8461). A sender that knows either refuses to go "
          "on without TLS.",
          "Relaylab's relay does neither yet. Its operator can demand TLS for a domain: `relaylab explain "
          "tls/verify-wrong-name` shows what then happens."},
     .tries = "--set tls.dest.example=none",
     .result = "the same mail, readable to everyone on the way",
     .view = {.preamble = true, .known_dns = true, .known_mail = true, .brief = true}},
    {.title = "Who may send",
     .begins = "submission/no-mail-without-auth",
     .learns = {"what an open relay is, and why there must be none", "why a login comes only after TLS",
                "the difference between port 25 and port 587"},
     .words = {"login, authentication: the client proves who it is, with the command AUTH"},
     .knows =
         {"A server that sends mail for anyone to anywhere is an open relay. Spammers find it soon, and other servers "
          "then refuse all of its mail.",
          "To log in, the client sends AUTH with the name of a mechanism, and a name and a password in base64; 235 "
          "means that they are right. `relaylab explain submission/auth-exchange` shows logins, good and bad."},
     .reads = {"RFC6409 §4.3\tsubmission needs a login", "RFC4954 §4\tthe AUTH command",
               "RFC8314 §3.3\tTLS for submission"},
     .view = {.known_dns = true, .known_mail = true, .brief = true}},
};
_Static_assert(sizeof lessons / sizeof lessons[0] == TEACH_LESSONS, "each lesson that a scenario can name has a row");

const struct lesson *lesson_get(int64_t n)
{
    rl_assert(n >= 1 && n <= TEACH_LESSONS);
    return &lessons[n - 1];
}

const struct lesson *lesson_begun_by(const struct scenario *scenario)
{
    int64_t n = scenario->teach.lesson;
    return n > 0 && strcmp(lesson_get(n)->begins, scenario->id) == 0 ? lesson_get(n) : NULL;
}

const char *lesson_words(int64_t lesson, char *out, size_t size)
{
    if (lesson == 0)
        out[0] = '\0';
    else
        (void)snprintf(out, size, "lesson %d of %d: %s", (int)lesson, TEACH_LESSONS, lesson_get(lesson)->title);
    return out;
}
