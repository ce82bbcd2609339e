"""A sender as cron jobs use it: it reads a message, tries until every recipient has it, and ends.

    notify.py RESOLVER_FOLDER DNS_SERVER FROM RCPT... < message

With SMARTHOST=HOST:PORT in its environment it hands the message to that host.
"""
import os
import smtplib
import socket
import sys
import time

sys.path.insert(0, sys.argv[1])
from sender import ask, hosts_of  # noqa: E402 (docs/howto/own-sender)

TRIES = 10


def ways(server, recipient):
    host, _, port = os.environ.get("SMARTHOST", "").partition(":")
    if host:
        return [(socket.inet_ntoa(packet[at : at + 4]), int(port)) for at, packet in ask(server, host, 1)]
    return ((address, 25) for address in hosts_of(server, recipient.rpartition("@")[2]))


def deliver(server, sender, recipient, message):
    failure = OSError("no host for " + recipient)
    for address, port in ways(server, recipient):
        try:
            with smtplib.SMTP(address, port, local_hostname="relay.example", timeout=60) as smtp:
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
