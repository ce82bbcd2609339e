"""A sender as many services have one: a spool folder, smtplib, and a loop that tries again.

    sender.py submit SPOOL FROM RCPT...    takes the message on standard input into the spool
    sender.py run SPOOL DNS_SERVER NAME    delivers what is there, until it is stopped

It has a weakness on purpose; docs/howto/test-your-own-sender.md finds it.
"""
import json
import os
import smtplib
import socket
import struct
import sys
import time

RETRY_AFTER = 900  # seconds
MX = 15


def submit(spool, sender, *recipients):
    os.makedirs(spool, exist_ok=True)
    mail = {"from": sender, "to": recipients, "due": 0, "message": sys.stdin.buffer.read().decode("latin-1")}
    path = os.path.join(spool, f"{time.time_ns()}-{os.getpid()}")
    with open(path + ".new", "w") as file:
        json.dump(mail, file)
    os.rename(path + ".new", path + ".mail")


def skip_name(packet, at):
    while packet[at] != 0:
        if packet[at] >= 0xC0:
            return at + 2
        at += packet[at] + 1
    return at + 1


def read_name(packet, at):
    labels = []
    while packet[at] != 0:
        if packet[at] >= 0xC0:
            at = struct.unpack_from("!H", packet, at)[0] & 0x3FFF
            continue
        labels.append(packet[at + 1 : at + 1 + packet[at]].decode("ascii"))
        at += packet[at] + 1
    return ".".join(labels)


def ask(server, name, kind):
    """The records of one kind, as (where its data begins, packet)."""
    question = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.split(".")) + b"\0"
    query = struct.pack("!6H", os.getpid() & 0xFFFF, 0x0100, 1, 0, 0, 0) + question + struct.pack("!2H", kind, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        udp.connect((server, 53))
        udp.send(query)
        packet = udp.recv(4096)
    at, found = 12 + len(question) + 4, []
    for _ in range(struct.unpack_from("!H", packet, 6)[0]):
        at = skip_name(packet, at)
        got, length = struct.unpack_from("!H6xH", packet, at)
        if got == kind:
            found.append((at + 10, packet))
        at += 10 + length
    return found


def hosts_of(server, domain):
    """Addresses of the domain's MX hosts, the most preferred first."""
    exchanges = sorted((struct.unpack_from("!H", p, at)[0], read_name(p, at + 2)) for at, p in ask(server, domain, MX))
    for _, host in exchanges or [(0, domain)]:
        for at, packet in ask(server, host, 1):
            yield socket.inet_ntoa(packet[at : at + 4])


def deliver(mail, recipient, server, name):
    for address in hosts_of(server, recipient.rpartition("@")[2]):
        with smtplib.SMTP(address, 25, local_hostname=name, timeout=60) as smtp:
            smtp.sendmail(mail["from"], [recipient], mail["message"].encode("latin-1"))
            return
    raise OSError("no host for " + recipient)


def is_final(error):
    return isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused)


def attempt(path, server, name):
    with open(path) as file:
        mail = json.load(file)
    if mail["due"] > time.time():
        return
    later = []
    for recipient in mail["to"]:
        try:
            deliver(mail, recipient, server, name)
        except OSError as error:  # smtplib's are of this kind, too
            final = is_final(error)
            print("giving up:" if final else "trying again later:", recipient, error)
            if not final:
                later.append(recipient)
    if not later:
        os.unlink(path)
        return
    with open(path + ".new", "w") as file:
        json.dump({**mail, "to": later, "due": time.time() + RETRY_AFTER}, file)
    os.rename(path + ".new", path)


def run(spool, server, name):
    os.makedirs(spool, exist_ok=True)
    while True:
        for entry in sorted(os.listdir(spool)):
            if entry.endswith(".mail"):
                attempt(os.path.join(spool, entry), server, name)
        time.sleep(60)


if __name__ == "__main__":
    {"submit": submit, "run": run}[sys.argv[1]](*sys.argv[2:])
