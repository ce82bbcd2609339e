#include "relay/operator/help.h"

#define FILTER_WORDS                                                                                                   \
    "Which recipients:\n"                                                                                              \
    "  ID                   those of the message with this queue id\n"                                                 \
    "      --domain GLOB    those in this domain: dest.example, \"*.example\"\n"                                       \
    "      --rcpt GLOB      those with this address: bob@dest.example, \"*@dest.example\"\n"                           \
    "      --sender GLOB    those of messages with this reverse-path; \"\" is that of bounces\n"                       \
    "A GLOB has * for any characters and ? for one; letters compare without case. What is given\n"                     \
    "must match all of it.\n"

#define STATUS_WORDS                                                                                                   \
    "Exit status: 0 done, 1 nothing matched, 2 bad usage or configuration, 3 no relay answers, or\n"                   \
    "it refused.\n"

const char help_queue[] =
    "Usage: relaylab-queue (-c FILE | --control SOCKET) VERB [ARGUMENTS]\n"
    "\n"
    "Looks into the queue of a running relay, and changes it. Each verb has its own --help.\n"
    "\n"
    "  list      what waits: messages, recipients, last replies, next attempts\n"
    "  show      one message: envelope, each recipient, the header section or all of it\n"
    "  retry     tries recipients now\n"
    "  flush     tries all recipients now\n"
    "  hold      keeps recipients in the queue without trying them\n"
    "  release   ends a hold\n"
    "  drop      takes recipients out of the queue, with or without telling the sender\n"
    "\n"
    "  -c, --config FILE     the relay's configuration, which names its control socket\n"
    "      --control SOCKET  the control socket itself: SPOOL/control.sock, if the configuration names\n"
    "                        no other\n"
    "      --help            this text, or that of a verb\n"
    "      --version         show the version\n"
    "\n"
    "A change is on disk when this program ends with status 0.\n"
    "\n" STATUS_WORDS;

const char help_list[] =
    "Usage: relaylab-queue (-c FILE | --control SOCKET) list [ID] [FILTER] [--json]\n"
    "\n"
    "Shows what waits, oldest message first: queue id, age, size and sender of a message; below it\n"
    "each recipient with the number of its tries, when the next one comes, and the last reply.\n"
    "A message is damaged when its body or its rows in the database cannot be what the relay wrote;\n"
    "it is not tried, and `show` says what is wrong.\n"
    "\n" FILTER_WORDS "Without any, all of them. Of a message, only the recipients that match are shown.\n"
    "\n"
    "      --json            one JSON object, for programs: {\"messages\":[{\"id\",\"from\",\"created\",\"size\",\n"
    "                        \"recipients\":[{\"rcpt\",\"state\",\"attempts\",\"last\",\"next\",\"status\",\"reply\",\n"
    "                        \"host\"}]}]}; state is waiting (never tried), deferred, ready (due, and no\n"
    "                        connection is free), active (on the wire), held or damaged; times are\n"
    "                        seconds since 1970\n"
    "\n"
    "The relay goes on with its work meanwhile: a long listing is not the queue of one instant.\n"
    "An empty queue is status 0.\n"
    "\n" STATUS_WORDS;

const char help_show[] =
    "Usage: relaylab-queue (-c FILE | --control SOCKET) show ID [--body | --raw | --json]\n"
    "\n"
    "Shows one message: its envelope; of each recipient the state, the last and the next attempt\n"
    "and the last reply; then the header section.\n"
    "\n"
    "      --body            the whole message instead of its header section\n"
    "      --raw             nothing but the message, octet for octet, to be redirected to a file;\n"
    "                        otherwise what is not printable is shown as \\xNN\n"
    "      --json            envelope and recipients as `list --json` does\n"
    "\n" STATUS_WORDS;

const char help_retry[] =
    "Usage: relaylab-queue (-c FILE | --control SOCKET) retry ID|FILTER\n"
    "\n"
    "Tries recipients now, whatever rests: also hosts that are known not to answer. When such an\n"
    "attempt fails, the schedule goes on as it was planned before; this attempt is not counted in\n"
    "it. (When the planned attempt would follow at once, the clock's first step lies between.)\n"
    "Recipients that are held or on the wire are left alone.\n"
    "\n" FILTER_WORDS "\n" STATUS_WORDS;

const char help_flush[] =
    "Usage: relaylab-queue (-c FILE | --control SOCKET) flush\n"
    "\n"
    "Tries all recipients now, as `retry` does with those that it is told. Limits on connections\n"
    "hold: what finds none free is ready, and follows.\n"
    "\n" STATUS_WORDS;

const char help_hold[] =
    "Usage: relaylab-queue (-c FILE | --control SOCKET) hold ID|FILTER|--all\n"
    "\n"
    "Keeps recipients in the queue without trying them, across restarts, until `release`. Their\n"
    "lifetime goes on: when it is over, a release gives them one last attempt. One that is on the\n"
    "wire is held if this attempt is deferred. New messages are not held.\n"
    "\n" FILTER_WORDS "      --all            all of them\n"
    "\n" STATUS_WORDS;

const char help_release[] = "Usage: relaylab-queue (-c FILE | --control SOCKET) release ID|FILTER|--all\n"
                            "\n"
                            "Ends a hold: what became due meanwhile is tried now, all else when it was planned.\n"
                            "\n" FILTER_WORDS "      --all            all of them\n"
                            "\n" STATUS_WORDS;

const char help_drop[] =
    "Usage: relaylab-queue (-c FILE | --control SOCKET) drop ID|FILTER|--all [--bounce] [--yes]\n"
    "\n"
    "Takes recipients out of the queue for good. A message goes with its last recipient. One that\n"
    "is on the wire may still be delivered; if not, it is dropped when its attempt ends.\n"
    "\n"
    "      --bounce         tell the sender, as when a message fails; a bounce is never bounced\n"
    "      --yes            do not ask; without it, a person at a terminal is asked first\n"
    "\n" FILTER_WORDS "      --all            all of them\n"
    "\n" STATUS_WORDS;
