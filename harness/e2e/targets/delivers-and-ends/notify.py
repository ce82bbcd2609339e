"""A sender such as cron jobs have: it takes a message, tries until all of it is delivered, and ends.

    notify.py RESOLVER_FOLDER DNS_SERVER FROM RCPT... < message
"""
import smtplib
import sys
import time

sys.path.insert(0, sys.argv[1])
from sender import hosts_of  # noqa: E402 (docs/howto/own-sender)

TRIES = 10


def deliver(server, sender, recipient, message):
    failure = OSError("no host for " + recipient)
    for address in hosts_of(server, recipient.rpartition("@")[2]):
        try:
            with smtplib.SMTP(address, 25, local_hostname="relay.example", timeout=60) as smtp:
                smtp.sendmail(sender, [recipient], message)
                return
        except OSError as error:  # smtplib's are of this kind, too
            failure = error
    raise failure


def main(server, sender, *recipients):
    message = sys.stdin.buffer.read().replace(b"\n", b"\r\n")
    for recipient in recipients:
        for tries in range(TRIES):
            try:
                deliver(server, sender, recipient, message)
                break
            except OSError as error:
                print("again later:", recipient, error, flush=True)
                time.sleep(60 * 2**tries)


main(*sys.argv[2:])
