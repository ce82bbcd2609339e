/* Rows of the table of glosses: what goes over the wire. For gloss.c alone. */
#ifndef RL_HARNESS_GLOSS_WIRE_H
#define RL_HARNESS_GLOSS_WIRE_H

/* X(kind, key, sentence, more, clause) */
#define GLOSSES_OF_THE_WIRE(X)                                                                                         \
    X(VERB, "EHLO", "“Hello, my name is this. Which extensions do you support?”",                                      \
      "Every session begins with this command.", "RFC5321 §4.1.1.1")                                                   \
    X(VERB, "HELO", "“Hello, my name is this.” The greeting of 1982, without extensions.",                             \
      "A client uses it when the server does not know EHLO.", "RFC5321 §4.1.1.1")                                      \
    X(VERB, "MAIL", "“I have a message. Reports about it go to this address.”",                                        \
      "The address is the reverse-path. It belongs to the envelope, as on paper, and need not be the one in the From " \
      "field.",                                                                                                        \
      "RFC5321 §4.1.1.2")                                                                                              \
    X(VERB, "MAIL <>", "“I have a message that wants no report if it fails.”",                                         \
      "<> is the null reverse-path. Reports of failures have it, so that a report about a report is never sent, and "  \
      "two servers cannot send each other reports without end.",                                                       \
      "RFC5321 §4.5.5")                                                                                                \
    X(VERB, "RCPT", "“It is for this recipient.”",                                                                     \
      "One command for each recipient, and one reply for each: a server can accept one recipient and refuse the "      \
      "next.",                                                                                                         \
      "RFC5321 §4.1.1.3")                                                                                              \
    X(VERB, "DATA", "“May I send the message now?”",                                                                   \
      "So far it was the envelope. Now come the header, an empty line, and the text.", "RFC5321 §4.1.1.4")             \
    X(VERB, "BDAT", "“Here is a part of the message, of exactly this many octets.”",                                   \
      "Because the length is known, no final dot is needed.", "RFC3030 §2")                                            \
    X(VERB, "eod", "The message itself, and a dot alone on a line, which ends it.",                                    \
      "A line of the message that begins with a dot gets a second dot, which the server removes.", "RFC5321 §4.5.2")   \
    X(VERB, "RSET", "“Forget this message; I stay connected.”", "", "RFC5321 §4.1.1.5")                                \
    X(VERB, "NOOP", "“Do nothing, but answer.”", "It shows that the connection still works.", "RFC5321 §4.1.1.9")      \
    X(VERB, "QUIT", "“I am done. Goodbye.”", "A client must not close the connection before it has said so.",          \
      "RFC5321 §4.1.1.10")                                                                                             \
    X(VERB, "VRFY", "“Does this mailbox exist?”", "Most servers do not say, since spammers ask too.",                  \
      "RFC5321 §4.1.1.6")                                                                                              \
    X(VERB, "EXPN", "“Who is on this mailing list?”", "Most servers do not say.", "RFC5321 §4.1.1.7")                  \
    X(VERB, "HELP", "“Which commands do you know?”", "", "RFC5321 §4.1.1.8")                                           \
    X(VERB, "STARTTLS", "“Let us encrypt the rest of this connection.”",                                               \
      "The connection begins unencrypted, and is upgraded in place.", "RFC3207 §4")                                    \
    X(VERB, "AUTH", "“I can prove who I am.”",                                                                         \
      "The word after it is the mechanism: PLAIN sends name and password in one string, which is why it needs TLS.",   \
      "RFC4954 §4")                                                                                                    \
    X(VERB, "AUTH reply", "The next part of the login, in base64.",                                                    \
      "Base64 is an encoding, not encryption: only TLS keeps it secret.", "RFC4954 §4")                                \
    X(VERB, "*", "“I give up this login.”", "A client cancels AUTH with a lone asterisk.", "RFC4954 §4")               \
    X(VERB, "message", "A line of the message.", "", "RFC5321 §4.1.1.4")                                               \
    X(VERB, "octets", "Octets that are not a command of SMTP.", "", "RFC5321 §2.4")                                    \
    X(PARAM, "SIZE",                                                                                                   \
      "SIZE= says how many octets the message has, so that the server can refuse it before it is sent.", "",           \
      "RFC1870 §6")                                                                                                    \
    X(PARAM, "BODY", "BODY=8BITMIME says that the message has octets above 127.", "", "RFC6152 §2")                    \
    X(PARAM, "SMTPUTF8", "SMTPUTF8 says that an address or a header field has letters outside ASCII.", "",             \
      "RFC6531 §3.4")                                                                                                  \
    X(PARAM, "AUTH", "AUTH= passes on who submitted the message.", "", "RFC4954 §5")                                   \
    X(PARAM, "RET", "RET= says whether a report returns the whole message or its header only.", "", "RFC3461 §4.3")    \
    X(PARAM, "ENVID", "ENVID= is an identifier that reports about the message repeat.", "", "RFC3461 §4.4")            \
    X(PARAM, "NOTIFY", "NOTIFY= says which reports the sender wants for this recipient.", "", "RFC3461 §4.1")          \
    X(PARAM, "ORCPT", "ORCPT= is the recipient as the sender wrote it, before any forwarding.", "", "RFC3461 §4.2")    \
    X(PARAM, "REQUIRETLS", "REQUIRETLS: this message must never travel unencrypted.", "", "RFC8689 §2")                \
    X(ANSWER, "2 banner", "“I am ready.” In SMTP the server speaks first, and says its name.", "", "RFC5321 §3.1")     \
    X(ANSWER, "2 EHLO", "“Hello.” Each further line is an extension that the server supports.", "",                    \
      "RFC5321 §4.1.1.1")                                                                                              \
    X(ANSWER, "2 HELO", "“Hello.”", "", "RFC5321 §4.1.1.1")                                                            \
    X(ANSWER, "2 STARTTLS", "“Begin the TLS handshake.” Everything after this line is encrypted.", "", "RFC3207 §4")   \
    X(ANSWER, "2 AUTH", "“I believe that you are who you say.”", "", "RFC4954 §4")                                     \
    X(ANSWER, "3 AUTH", "“Go on.” The server asks for the next part of the login.", "", "RFC4954 §4")                  \
    X(ANSWER, "2 MAIL", "“This sender is fine with me.”", "", "RFC5321 §3.3")                                          \
    X(ANSWER, "2 RCPT", "“I accept mail for this recipient.”", "", "RFC5321 §3.3")                                     \
    X(ANSWER, "3 DATA", "“Send it, and end with a dot on a line by itself.”", "", "RFC5321 §3.3")                      \
    X(ANSWER, "2 eod", "“I have the message, and I answer for it now.”",                                               \
      "From here on the server must deliver it or report that it cannot. The client may delete its copy, and must "    \
      "not before.",                                                                                                   \
      "RFC5321 §4.2.5")                                                                                                \
    X(ANSWER, "2 BDAT", "“I have this part.” After the last part: “I have the message, and I answer for it now.”", "", \
      "RFC3030 §2")                                                                                                    \
    X(ANSWER, "2 RSET", "“Forgotten.”", "", "RFC5321 §4.1.1.5")                                                        \
    X(ANSWER, "2 NOOP", "“I am here.”", "", "RFC5321 §4.1.1.9")                                                        \
    X(ANSWER, "2 QUIT", "“Goodbye.” The server closes the connection.", "", "RFC5321 §4.1.1.10")                       \
    X(ANSWER, "4 banner", "“I take no mail at the moment.” The client tries another host of the domain, or waits.",    \
      "", "RFC5321 §4.5.4.1")                                                                                          \
    X(ANSWER, "4 EHLO", "“Not now.” The client tries another host of the domain, or waits.", "", "RFC5321 §4.5.4.1")   \
    X(ANSWER, "4 HELO", "“Not now.” The client tries another host of the domain, or waits.", "", "RFC5321 §4.5.4.1")   \
    X(ANSWER, "4 STARTTLS",                                                                                            \
      "“I cannot encrypt now.” The client goes on unencrypted where its policy allows that; else it waits.", "",       \
      "RFC3207 §4")                                                                                                    \
    X(ANSWER, "4 AUTH", "“I cannot check your password now.” The client keeps the message and tries again later.", "", \
      "RFC4954 §6")                                                                                                    \
    X(ANSWER, "4 MAIL", "“Not this message, for now.” The client keeps it and tries again later.", "",                 \
      "RFC5321 §4.5.4.1")                                                                                              \
    X(ANSWER, "4 RCPT",                                                                                                \
      "“Not for this recipient, for now.” The client keeps the message for this recipient and tries again later.", "", \
      "RFC5321 §4.5.4.1")                                                                                              \
    X(ANSWER, "4 DATA", "“Not now.” The client keeps the message and tries again later.", "", "RFC5321 §4.5.4.1")      \
    X(ANSWER, "4 eod", "“I did not keep the message.” The client still has it, and tries again later.", "",            \
      "RFC5321 §4.2.5")                                                                                                \
    X(ANSWER, "4 idle", "“You said nothing for too long.” The server closes the connection; nothing is lost.", "",     \
      "RFC5321 §4.5.3.2.7")                                                                                            \
    X(ANSWER, "5 banner", "“I take no mail from you.” The client tries no further commands here.", "", "RFC5321 §3.1") \
    X(ANSWER, "5 EHLO", "“I do not know this greeting.” The client can try HELO.", "", "RFC5321 §3.2")                 \
    X(ANSWER, "5 HELO", "“I do not accept this greeting.” There is nothing older to try.", "", "RFC5321 §3.2")         \
    X(ANSWER, "5 STARTTLS",                                                                                            \
      "“I will not encrypt.” The client goes on unencrypted where its policy allows that; else it gives up here.", "", \
      "RFC3207 §4")                                                                                                    \
    X(ANSWER, "5 AUTH", "“I do not accept this login.”", "", "RFC4954 §6")                                             \
    X(ANSWER, "5 MAIL",                                                                                                \
      "“Never this message.” Repeating it would not help: it goes back to its sender, with a report.", "",             \
      "RFC5321 §4.2.1")                                                                                                \
    X(ANSWER, "5 RCPT", "“Never for this recipient.” Repeating it would not help: the sender gets a report.",          \
      "The other recipients of the message are not affected.", "RFC5321 §4.2.1")                                       \
    X(ANSWER, "5 DATA", "“I will not take the message.”",                                                              \
      "Where every recipient was refused, this only says that there is no one left to send it to.", "RFC5321 §3.3")    \
    X(ANSWER, "5 MAIL unasked",                                                                                        \
      "“Not this message.” Its sender asked for no report of failures (NOTIFY), so none follows.", "",                 \
      "RFC3461 §5.2.6")                                                                                                \
    X(ANSWER, "5 RCPT unasked",                                                                                        \
      "“Not for this recipient.” The sender asked for no report of failures (NOTIFY), so none follows.", "",           \
      "RFC3461 §5.2.6")                                                                                                \
    X(ANSWER, "5 eod unasked",                                                                                         \
      "“I have seen the message, and do not take it.” Its sender asked for no report of failures (NOTIFY), so "    \
      "none follows.",                                                                                                 \
      "", "RFC3461 §5.2.6")                                                                                            \
    X(ANSWER, "5 DATA later",                                                                                          \
      "“There is no one left to send it to.” What counts is the 4yz reply to RCPT: the message waits, and is "     \
      "tried again.",                                                                                                  \
      "", "RFC5321 §4.2.1")                                                                                            \
    X(ANSWER, "5 MAIL <>", "“Never this message.” Its reverse-path is <>, so no report follows.", "",                  \
      "RFC5321 §4.5.5")                                                                                                \
    X(ANSWER, "5 RCPT <>", "“Never for this recipient.” The reverse-path is <>, so no report follows.", "",            \
      "RFC5321 §4.5.5")                                                                                                \
    X(ANSWER, "5 eod <>",                                                                                              \
      "“I have seen the message, and do not take it.” Its reverse-path is <>, so no report follows.", "",              \
      "RFC5321 §4.5.5")                                                                                                \
    X(ANSWER, "5 eod", "“I have seen the message, and do not take it.” It goes back to its sender, with a report.",    \
      "", "RFC5321 §4.2.1")                                                                                            \
    X(ANSWER, "421 *", "“I close this connection now.” What has no final reply yet waits, and is tried again later.",  \
      "", "RFC5321 §3.8")                                                                                              \
    X(ANSWER, "452 RCPT",                                                                                              \
      "“No more recipients now.” The client sends the message to those that were accepted, and tries the rest later.", \
      "", "RFC5321 §4.5.3.1.10")                                                                                       \
    X(ANSWER, "500 *", "“I do not know this command.” Repeating it would not help.", "", "RFC5321 §4.2.4")             \
    X(ANSWER, "501 *", "“I do not understand what follows the command.”", "", "RFC5321 §4.2.3")                        \
    X(ANSWER, "502 *", "“I know this command, but do not offer it.”", "", "RFC5321 §4.2.4")                            \
    X(ANSWER, "503 *", "“Not in this order.” Another command must come first.", "", "RFC5321 §4.1.4")                  \
    X(ANSWER, "504 *", "“I do not offer this form of the command.”", "", "RFC5321 §4.2.4")                             \
    X(ANSWER, "530 *", "“Not yet: log in first, or encrypt first.” The client does so and repeats the command.", "",   \
      "RFC4954 §6")                                                                                                    \
    X(ANSWER, "555 *", "“I do not know these parameters.”", "", "RFC5321 §4.1.1.11")                                   \
    X(EHLO, "PIPELINING", "The client may send several commands without waiting for each reply.", "", "RFC2920 §3")    \
    X(EHLO, "SIZE", "The largest message that the server accepts, in octets.", "", "RFC1870 §4")                       \
    X(EHLO, "8BITMIME", "Octets above 127 arrive unchanged, so text need not be encoded in ASCII.", "", "RFC6152 §2")  \
    X(EHLO, "ENHANCEDSTATUSCODES", "Replies carry a second, finer code, such as 4.7.1.", "", "RFC2034 §3")             \
    X(EHLO, "STARTTLS", "The server can encrypt the connection.", "", "RFC3207 §4")                                    \
    X(EHLO, "AUTH", "Clients can log in, in one of the ways named here.", "", "RFC4954 §3")                            \
    X(EHLO, "DSN", "The sender can say which reports it wants.", "", "RFC3461 §4")                                     \
    X(EHLO, "CHUNKING", "The message can be sent in parts of known length (BDAT).", "", "RFC3030 §2")                  \
    X(EHLO, "BINARYMIME", "A message may contain any octets, also without line ends.", "", "RFC3030 §3")               \
    X(EHLO, "SMTPUTF8", "Addresses and header fields may have letters outside ASCII.", "", "RFC6531 §3.1")             \
    X(EHLO, "REQUIRETLS", "A sender can demand that the message is never sent unencrypted.", "", "RFC8689 §2")         \
    X(EHLO, "MT-PRIORITY", "Messages can have a priority.", "", "RFC6710 §3")                                          \
    X(EHLO, "DELIVERBY", "The sender can set a time limit for the delivery.", "", "RFC2852 §4")                        \
    X(EHLO, "FUTURERELEASE", "The server can hold a message until a later time.", "", "RFC4865 §3")                    \
    X(EHLO, "LIMITS", "The server states its limits, such as recipients in a message.", "", "RFC9422 §3")              \
    X(EHLO, "VRFY", "The server knows the command VRFY.", "", "RFC5321 §4.1.1.6")                                      \
    X(EHLO, "EXPN", "The server knows the command EXPN.", "", "RFC5321 §4.1.1.7")                                      \
    X(EHLO, "HELP", "The server knows the command HELP.", "", "RFC5321 §4.1.1.8")                                      \
    X(EHLO, "X-", "A private extension. A client ignores what it does not know.", "", "RFC5321 §2.2.1")                \
    X(EHLO, "XCLIENT", "A private extension of Postfix for filters. A client ignores what it does not know.", "",      \
      "RFC5321 §2.2.1")                                                                                                \
    X(TYPE, "MX", "“Which hosts take mail for this domain?”",                                                          \
      "A host that takes mail for a domain is called its MX host (mail exchanger).", "RFC5321 §5.1")                   \
    X(TYPE, "A", "“What is the IPv4 address of this host?”", "", "RFC5321 §5.1")                                       \
    X(TYPE, "AAAA", "“What is the IPv6 address of this host?”", "", "RFC5321 §5.2")                                    \
    X(TYPE, "CNAME", "An alias: the name stands for another one, which is looked up next.", "", "RFC5321 §5.1")        \
    X(TYPE, "TXT", "Text; mail uses it for policies and keys.", "", "RFC7208 §3")                                      \
    X(TYPE, "TLSA", "“Which certificate must this host have?”", "", "RFC7672 §2")                                      \
    X(TYPE, "PTR", "“Which name belongs to this address?”", "", "RFC5321 §4.1.4")                                      \
    X(TYPE, "NS", "“Which name servers are responsible?”", "", "")                                                     \
    X(TYPE, "SOA", "“Since when is this zone valid?”", "", "")                                                         \
    X(TYPE, "ANY", "“What do you have under this name?”", "", "")                                                      \
    X(RCODE, "NOERROR", "The name exists, and these are its records.", "", "RFC5321 §5.1")                             \
    X(RCODE, "MX", "The name exists, and these are its mail hosts.",                                                   \
      "The number is the preference: the host with the lowest one is tried first.", "RFC5321 §5.1")                    \
    X(RCODE, "NODATA", "The name exists, but has no record of this type.",                                             \
      "For MX this is an answer: the domain itself is its mail host (the implicit MX).", "RFC5321 §5.1")               \
    X(RCODE, "NULL MX", "“0 .” is the null MX: this domain accepts no mail.", "", "RFC7505 §3")                        \
    X(RCODE, "NXDOMAIN", "The name does not exist: an answer, and final.", "Waiting would not change it.",             \
      "RFC5321 §5.1")                                                                                                  \
    X(RCODE, "SERVFAIL", "The name server could not find out: no answer.",                                             \
      "It says nothing about the domain, so the mail has to wait.", "RFC5321 §5.1")                                    \
    X(RCODE, "REFUSED", "The name server refuses to answer; nothing is known about the name.", "", "RFC5321 §5.1")     \
    X(RCODE, "FORMERR", "The name server did not understand the question; nothing is known about the name.", "",       \
      "RFC5321 §5.1")                                                                                                  \
    X(RCODE, "NOTIMPL", "The name server does not support this question.", "", "RFC5321 §5.1")                         \
    X(RCODE, "BADVERS", "The name server does not support this version of EDNS: ask again without it.", "",            \
      "RFC6891 §6.1.3")                                                                                                \
    X(RCODE, "TIMEOUT", "No answer came; nothing is known about the name.", "", "RFC5321 §5.1")                        \
    X(FAULT, "servfail", "The name server could not find out: no answer.", "", "")                                     \
    X(FAULT, "nxdomain", "The name does not exist: an answer, and final.", "", "")                                     \
    X(FAULT, "nodata", "The name exists, but has no record of this type: an answer.", "", "")                          \
    X(FAULT, "refused", "The name server refuses to say: no answer.", "", "")                                          \
    X(FAULT, "formerr", "The name server did not understand the question: no answer.", "", "")                         \
    X(FAULT, "notimp", "The name server does not support the question: no answer.", "", "")                            \
    X(FAULT, "badvers", "The name server knows an older EDNS: the client can ask again without it.", "", "")           \
    X(FAULT, "header_only", "The answer has no question in it, as old name servers do.", "", "")                       \
    X(FAULT, "timeout", "No answer came: nothing is known about the name.", "", "")                                    \
    X(FAULT, "truncated", "The answer does not fit into a datagram: ask again over TCP.", "", "RFC7766 §5")            \
    X(FAULT, "lame", "The name server is not responsible for this name, and does not say who is.", "", "")             \
    X(FAULT, "referral", "The name server only says who else to ask.", "", "")                                         \
    X(FAULT, "alias_only", "The answer has the alias, without what it leads to.", "", "")                              \
    X(FAULT, "unrelated", "The answer has records of other names, which must not be used.", "", "")                    \
    X(FAULT, "not_authoritative", "The answer comes from a cache.", "", "")                                            \
    X(FAULT, "no_recursion", "The name server does not ask others.", "", "")                                           \
    X(FAULT, "loop", "The aliases lead in a circle.", "", "RFC5321 §5.1")                                              \
    X(FAULT, "wrong_id", "The answer has the number of another question: it may be forged, and does not count.", "",   \
      "")                                                                                                              \
    X(FAULT, "wrong_question", "The answer is to another question: it may be forged, and does not count.", "", "")     \
    X(FAULT, "cut", "The answer ends halfway.", "", "")                                                                \
    X(FAULT, "close", "The connection to the name server ends before the answer.", "", "")                             \
    X(FAULT, "reset", "The connection to the name server is reset before the answer.", "", "")                         \
    X(FAULT, "garbage", "The answer cannot be read.", "", "")                                                          \
    X(TLS, "start", "The TLS handshake begins.", "", "RFC3207 §4")                                                     \
    X(TLS, "done", "From here on the connection is encrypted.",                                                        \
      "The client forgets what it learned before, and says EHLO again.", "RFC3207 §4.2")                               \
    X(TLS, "bad certificate", "The client refuses the certificate of the server.", "", "RFC3207 §4.1")                 \
    X(TLS, "certificate expired", "The certificate of the server is no longer valid.", "", "RFC3207 §4.1")             \
    X(TLS, "unknown ca", "The client does not trust the one who signed the certificate.", "", "RFC3207 §4.1")          \
    X(TLS, "did not return a certificate", "The server asked for a certificate of the client, and got none.", "",      \
      "RFC3207 §4.1")                                                                                                  \
    X(TLS, "protocol_version", "The two have no version of TLS in common.", "", "RFC3207 §4.1")                        \
    X(TLS, "protocol version", "The two have no version of TLS in common.", "", "RFC3207 §4.1")                        \
    X(TLS, "unsupported protocol", "The two have no version of TLS in common.", "", "RFC3207 §4.1")                    \
    X(TLS, "handshake_failure", "The two have no cipher in common.", "", "RFC3207 §4.1")                               \
    X(TLS, "handshake failure", "The two have no cipher in common.", "", "RFC3207 §4.1")                               \
    X(TLS, "internal_error", "The server met an error of its own in the handshake.", "", "RFC3207 §4.1")               \
    X(TLS, "internal error", "The server met an error of its own in the handshake.", "", "RFC3207 §4.1")               \
    X(TLS, "no shared cipher", "The two have no cipher in common.", "", "RFC3207 §4.1")                                \
    X(TLS, "garbage", "The server answered with octets that are not TLS.", "", "RFC3207 §4.1")                         \
    X(TLS, "reset", "The connection was reset in the handshake.", "", "RFC3207 §4.1")                                  \
    X(TLS, "stall", "The server said nothing more in the handshake.", "", "RFC3207 §4.1")                              \
    X(TLS, "close", "The server closed the connection in the handshake.", "", "RFC3207 §4.1")                          \
    X(WIRE, "ok", "The server listens, and the connection stands.", "", "RFC5321 §3.1")                                \
    X(WIRE, "refused", "No program listens there: the host says so at once.", "", "RFC5321 §5.1")                      \
    X(WIRE, "dropped", "No answer at all: the client waits until its time is up.", "", "RFC5321 §4.5.3.2")             \
    X(WIRE, "given-up", "The client stops waiting.", "", "RFC5321 §4.5.3.2")                                           \
    X(WIRE, "unreachable", "There is no way to this host.", "", "RFC5321 §5.1")                                        \
    X(WIRE, "close host", "The server closes the connection.", "", "RFC5321 §3.8")                                     \
    X(WIRE, "close target", "The client closes the connection.", "", "RFC5321 §3.8")                                   \
    X(WIRE, "reset host",                                                                                              \
      "The server breaks the connection off. Without a reply the client cannot know what the server did.", "",         \
      "RFC5321 §3.8")                                                                                                  \
    X(WIRE, "reset target", "The client breaks the connection off.", "", "RFC5321 §3.8")

#endif
