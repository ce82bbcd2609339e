/* Rows of the table of glosses: reply codes, enhanced status codes, and the fields of reports. For gloss.c alone. */
#ifndef RL_HARNESS_GLOSS_CODES_H
#define RL_HARNESS_GLOSS_CODES_H

/* X(kind, key, sentence, more, clause) */
#define GLOSSES_OF_CODES(X)                                                                                            \
    X(CLASS, "2", "YES: done.", "", "RFC5321 §4.2.1")                                                                  \
    X(CLASS, "3", "GO ON: the server waits for the rest.", "", "RFC5321 §4.2.1")                                       \
    X(CLASS, "4", "LATER: a temporary failure. Keep the mail and try again.", "", "RFC5321 §4.2.1")                    \
    X(CLASS, "5", "NO, as things are: a permanent failure. The same again would fail again.", "", "RFC5321 §4.2.1")    \
    X(SECOND, "0", "about the syntax of the command", "", "RFC5321 §4.2.1")                                            \
    X(SECOND, "1", "information", "", "RFC5321 §4.2.1")                                                                \
    X(SECOND, "2", "about the connection", "", "RFC5321 §4.2.1")                                                       \
    X(SECOND, "3", "about the login (RFC 5321 leaves 3 open; AUTH uses it)", "", "RFC4954 §6")                         \
    X(SECOND, "4", "not defined", "", "RFC5321 §4.2.1")                                                                \
    X(SECOND, "5", "about mail: the mailbox, the message, the mail system", "", "RFC5321 §4.2.1")                      \
    X(CODE, "211", "system status or help", "", "RFC5321 §4.2.3")                                                      \
    X(CODE, "214", "help for people", "", "RFC5321 §4.2.3")                                                            \
    X(CODE, "220", "service ready", "", "RFC5321 §4.2.3")                                                              \
    X(CODE, "221", "the server closes the connection", "", "RFC5321 §4.2.3")                                           \
    X(CODE, "235", "login accepted", "", "RFC4954 §6")                                                                 \
    X(CODE, "250", "the command was carried out", "", "RFC5321 §4.2.3")                                                \
    X(CODE, "251", "the recipient is elsewhere; the server forwards the mail", "", "RFC5321 §4.2.3")                   \
    X(CODE, "252", "the server cannot check the address, but will try to deliver", "", "RFC5321 §4.2.3")               \
    X(CODE, "334", "go on with the login", "", "RFC4954 §4")                                                           \
    X(CODE, "354", "send the message", "", "RFC5321 §4.2.3")                                                           \
    X(CODE, "421", "service not available; the server closes the connection", "", "RFC5321 §4.2.3")                    \
    X(CODE, "432", "the password must be changed first", "", "RFC4954 §6")                                             \
    X(CODE, "450", "mailbox not available now: busy, or blocked for the moment", "", "RFC5321 §4.2.3")                 \
    X(CODE, "451", "an error at the server, or a rule that says: not yet", "", "RFC5321 §4.2.3")                       \
    X(CODE, "452", "not enough storage now, or too many recipients at once", "", "RFC5321 §4.2.3")                     \
    X(CODE, "454", "temporary failure of the login, or of TLS", "", "RFC4954 §6")                                      \
    X(CODE, "455", "the server cannot honour the parameters now", "", "RFC5321 §4.2.3")                                \
    X(CODE, "500", "command not recognized", "", "RFC5321 §4.2.3")                                                     \
    X(CODE, "501", "error in the parameters of the command", "", "RFC5321 §4.2.3")                                     \
    X(CODE, "502", "command known, but not implemented", "", "RFC5321 §4.2.4")                                         \
    X(CODE, "503", "command out of order", "", "RFC5321 §4.2.3")                                                       \
    X(CODE, "504", "parameter not implemented", "", "RFC5321 §4.2.3")                                                  \
    X(CODE, "521", "this host never accepts mail", "", "RFC7504 §3")                                                   \
    X(CODE, "530", "log in first (or, before TLS: encrypt first)", "", "RFC4954 §6")                                   \
    X(CODE, "534", "this way to log in is too weak", "", "RFC4954 §6")                                                 \
    X(CODE, "535", "wrong name or password", "", "RFC4954 §6")                                                         \
    X(CODE, "538", "this way to log in needs encryption", "", "RFC4954 §6")                                            \
    X(CODE, "550", "mailbox not available: it does not exist, or a rule refuses the mail", "", "RFC5321 §4.2.3")       \
    X(CODE, "551", "the recipient is elsewhere, and the server does not forward", "", "RFC5321 §4.2.3")                \
    X(CODE, "552", "too much storage is needed: the mailbox is full, or the message too large", "", "RFC5321 §4.2.3")  \
    X(CODE, "553", "the mailbox name is not allowed", "", "RFC5321 §4.2.3")                                            \
    X(CODE, "554", "the transaction failed; in the greeting: no mail service here", "", "RFC5321 §4.2.3")              \
    X(CODE, "555", "parameters of MAIL or RCPT not recognized", "", "RFC5321 §4.2.3")                                  \
    X(CODE, "556", "the domain accepts no mail", "", "RFC7504 §4")                                                     \
    X(SUBJECT, "0", "no subject in particular", "", "RFC3463 §3.1")                                                    \
    X(SUBJECT, "1", "the address", "", "RFC3463 §3.2")                                                                 \
    X(SUBJECT, "2", "the mailbox", "", "RFC3463 §3.3")                                                                 \
    X(SUBJECT, "3", "the mail system of the recipient", "", "RFC3463 §3.4")                                            \
    X(SUBJECT, "4", "the network, and the way there", "", "RFC3463 §3.5")                                              \
    X(SUBJECT, "5", "the protocol: the commands themselves", "", "RFC3463 §3.6")                                       \
    X(SUBJECT, "6", "the content of the message", "", "RFC3463 §3.7")                                                  \
    X(SUBJECT, "7", "security, or a policy of the server", "", "RFC3463 §3.8")                                         \
    X(DETAIL, "0.0", "no further detail", "", "RFC3463 §3.1")                                                          \
    X(DETAIL, "1.0", "no further detail", "", "RFC3463 §3.2")                                                          \
    X(DETAIL, "1.1", "this mailbox does not exist", "", "RFC3463 §3.2")                                                \
    X(DETAIL, "1.2", "this domain does not exist, or takes no mail", "", "RFC3463 §3.2")                               \
    X(DETAIL, "1.3", "the address has a syntax error", "", "RFC3463 §3.2")                                             \
    X(DETAIL, "1.4", "the address means more than one mailbox", "", "RFC3463 §3.2")                                    \
    X(DETAIL, "1.5", "the address is valid", "", "RFC3463 §3.2")                                                       \
    X(DETAIL, "1.6", "the mailbox has moved, and the new address is not known", "", "RFC3463 §3.2")                    \
    X(DETAIL, "1.7", "the sender's address has a syntax error", "", "RFC3463 §3.2")                                    \
    X(DETAIL, "1.8", "the sender's domain does not exist, or takes no mail", "", "RFC3463 §3.2")                       \
    X(DETAIL, "1.9", "the message was passed to a system without reports", "", "RFC5248 §2.4")                         \
    X(DETAIL, "1.10", "the domain says, with a null MX, that it accepts no mail", "", "RFC7505 §4.1")                  \
    X(DETAIL, "2.0", "no further detail", "", "RFC3463 §3.3")                                                          \
    X(DETAIL, "2.1", "the mailbox exists, but is disabled", "", "RFC3463 §3.3")                                        \
    X(DETAIL, "2.2", "the mailbox is full", "", "RFC3463 §3.3")                                                        \
    X(DETAIL, "2.3", "the message is larger than this mailbox allows", "", "RFC3463 §3.3")                             \
    X(DETAIL, "2.4", "the mailing list could not be expanded", "", "RFC3463 §3.3")                                     \
    X(DETAIL, "3.0", "no further detail", "", "RFC3463 §3.4")                                                          \
    X(DETAIL, "3.1", "its disk is full", "", "RFC3463 §3.4")                                                           \
    X(DETAIL, "3.2", "it accepts no mail", "", "RFC3463 §3.4")                                                         \
    X(DETAIL, "3.3", "it cannot do what the message asks for", "", "RFC3463 §3.4")                                     \
    X(DETAIL, "3.4", "the message is too large for it", "", "RFC3463 §3.4")                                            \
    X(DETAIL, "3.5", "it is not configured for this mail", "", "RFC3463 §3.4")                                         \
    X(DETAIL, "3.6", "it changed the priority of the message", "", "RFC6710 §10")                                      \
    X(DETAIL, "4.0", "no further detail", "", "RFC3463 §3.5")                                                          \
    X(DETAIL, "4.1", "the host did not answer", "", "RFC3463 §3.5")                                                    \
    X(DETAIL, "4.2", "the connection was bad, or was lost", "", "RFC3463 §3.5")                                        \
    X(DETAIL, "4.3", "a server that says where to go, such as the DNS, failed", "", "RFC3463 §3.5")                    \
    X(DETAIL, "4.4", "it is not known where to send the mail", "", "RFC3463 §3.5")                                     \
    X(DETAIL, "4.5", "there is too much traffic", "", "RFC3463 §3.5")                                                  \
    X(DETAIL, "4.6", "the mail would go round in a loop", "", "RFC3463 §3.5")                                          \
    X(DETAIL, "4.7", "the mail could not be delivered in time", "", "RFC3463 §3.5")                                    \
    X(DETAIL, "5.0", "no further detail", "", "RFC3463 §3.6")                                                          \
    X(DETAIL, "5.1", "the command is not valid here", "", "RFC3463 §3.6")                                              \
    X(DETAIL, "5.2", "the command has a syntax error", "", "RFC3463 §3.6")                                             \
    X(DETAIL, "5.3", "too many recipients in one go", "", "RFC3463 §3.6")                                              \
    X(DETAIL, "5.4", "the parameters are not valid", "", "RFC3463 §3.6")                                               \
    X(DETAIL, "5.5", "wrong version of the protocol", "", "RFC3463 §3.6")                                              \
    X(DETAIL, "5.6", "the line of the login is too long", "", "RFC4954 §6")                                            \
    X(DETAIL, "6.0", "no further detail", "", "RFC3463 §3.7")                                                          \
    X(DETAIL, "6.1", "this kind of content is not supported", "", "RFC3463 §3.7")                                      \
    X(DETAIL, "6.2", "the content would have to be converted, and must not be", "", "RFC3463 §3.7")                    \
    X(DETAIL, "6.3", "the content would have to be converted, and cannot be", "", "RFC3463 §3.7")                      \
    X(DETAIL, "6.4", "the content was converted, with losses", "", "RFC3463 §3.7")                                     \
    X(DETAIL, "6.5", "the conversion failed", "", "RFC3463 §3.7")                                                      \
    X(DETAIL, "6.6", "the content is not available", "", "RFC5248 §2.4")                                               \
    X(DETAIL, "6.7", "addresses with letters outside ASCII are not accepted", "", "RFC6531 §3.7.4")                    \
    X(DETAIL, "6.8", "the reply would need letters outside ASCII", "", "RFC6531 §3.7.4")                               \
    X(DETAIL, "6.9", "header fields with letters outside ASCII are not accepted", "", "RFC6531 §3.7.4")                \
    X(DETAIL, "7.0", "no further detail", "", "RFC3463 §3.8")                                                          \
    X(DETAIL, "7.1", "the mail is not permitted", "", "RFC3463 §3.8")                                                  \
    X(DETAIL, "7.2", "the sender may not use this mailing list", "", "RFC3463 §3.8")                                   \
    X(DETAIL, "7.3", "encryption would have to be converted, and cannot be", "", "RFC3463 §3.8")                       \
    X(DETAIL, "7.4", "a security feature is not supported", "", "RFC3463 §3.8")                                        \
    X(DETAIL, "7.5", "cryptography failed", "", "RFC3463 §3.8")                                                        \
    X(DETAIL, "7.6", "the way to encrypt is not supported", "", "RFC3463 §3.8")                                        \
    X(DETAIL, "7.7", "the message is damaged", "", "RFC3463 §3.8")                                                     \
    X(DETAIL, "7.8", "wrong name or password", "", "RFC4954 §6")                                                       \
    X(DETAIL, "7.9", "this way to log in is too weak", "", "RFC4954 §6")                                               \
    X(DETAIL, "7.10", "encryption is needed", "", "RFC5248 §3")                                                        \
    X(DETAIL, "7.11", "this way to log in needs encryption", "", "RFC4954 §6")                                         \
    X(DETAIL, "7.12", "the password must be changed first", "", "RFC4954 §6")                                          \
    X(DETAIL, "7.13", "the account is disabled", "", "RFC5248 §3")                                                     \
    X(DETAIL, "7.14", "the servers do not trust each other", "", "RFC5248 §3")                                         \
    X(DETAIL, "7.28", "too much mail in a short time (a newer code of the registry)", "", "RFC5248 §2.1")              \
    X(DETAIL, "7.30", "the mail must be encrypted on the whole way, and cannot be", "", "RFC8689 §5")                  \
    X(FIELD, "Reporting-MTA", "the server that wrote this report", "", "RFC3464 §2.2.2")                               \
    X(FIELD, "Original-Envelope-Id", "the identifier that the sender gave the message", "", "RFC3464 §2.2.1")          \
    X(FIELD, "DSN-Gateway", "the gateway that translated the report", "", "RFC3464 §2.2.3")                            \
    X(FIELD, "Received-From-MTA", "the server from which the message came", "", "RFC3464 §2.2.4")                      \
    X(FIELD, "Arrival-Date", "when the message arrived there", "", "RFC3464 §2.2.5")                                   \
    X(FIELD, "Original-Recipient", "the recipient as the sender wrote it", "", "RFC3464 §2.3.1")                       \
    X(FIELD, "Final-Recipient", "the recipient that the report is about", "", "RFC3464 §2.3.2")                        \
    X(FIELD, "Action", "what became of the mail for this recipient", "", "RFC3464 §2.3.3")                             \
    X(FIELD, "Status", "why, as an enhanced status code, for programs", "", "RFC3464 §2.3.4")                          \
    X(FIELD, "Remote-MTA", "the server that refused the mail, or did not answer", "", "RFC3464 §2.3.5")                \
    X(FIELD, "Diagnostic-Code", "what that server said, or why it could not be asked", "", "RFC3464 §2.3.6")           \
    X(FIELD, "Last-Attempt-Date", "when it was tried last", "", "RFC3464 §2.3.7")                                      \
    X(FIELD, "Final-Log-Id", "where to look in the log of the server", "", "RFC3464 §2.3.8")                           \
    X(FIELD, "Will-Retry-Until", "how long the server will go on trying", "", "RFC3464 §2.3.9")                        \
    X(HEADER, "Received",                                                                                              \
      "Each server that takes the message adds such a line at the top: where it came from, who took it, and when.",    \
      "", "RFC5321 §4.4")                                                                                              \
    X(HEADER, "Return-Path", "The reverse-path of the envelope, added at the end of the way.", "", "RFC5321 §4.4")     \
    X(HEADER, "From", "The author, for people. No server delivers or reports by it.", "", "RFC5322 §3.6.2")            \
    X(HEADER, "Sender", "The one who sent it on behalf of the author.", "", "RFC5322 §3.6.2")                          \
    X(HEADER, "To", "The recipients, for people. No server delivers by it: the envelope decides.", "",                 \
      "RFC5322 §3.6.3")                                                                                                \
    X(HEADER, "Subject", "What it is about, for people.", "", "RFC5322 §3.6.5")                                        \
    X(HEADER, "Date", "When the author finished it.", "", "RFC5322 §3.6.1")                                            \
    X(HEADER, "Message-ID", "A name for this message alone, so that replies and reports can refer to it.", "",         \
      "RFC5322 §3.6.4")                                                                                                \
    X(HEADER, "X-Relaylab-Id", "By this field of its own the lab recognizes the message.", "", "RFC5322 §3.6.8")       \
    X(ACTION, "failed", "The mail was not delivered, and is not tried again.", "", "RFC3464 §2.3.3")                   \
    X(ACTION, "delayed", "The mail was not delivered yet, and is tried again.", "", "RFC3464 §2.3.3")                  \
    X(ACTION, "delivered", "The mail was delivered.", "", "RFC3464 §2.3.3")                                            \
    X(ACTION, "relayed", "The mail went to a server that sends no such reports.", "", "RFC3464 §2.3.3")                \
    X(ACTION, "expanded", "The mail was delivered, and sent on to several others.", "", "RFC3464 §2.3.3")

#endif
