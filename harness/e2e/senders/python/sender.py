"""Sends the message on standard input, and tries again with back-off: sender.py DNS_SERVER NAME FROM RCPT..."""
import os
import smtplib
import socket
import struct
import sys
import time

LIFETIME, LONGEST = 5 * 86400, 4 * 3600  # seconds


def name_at(packet, at):
    """The name there, and where what follows it begins."""
    labels, behind = [], 0
    while packet[at] != 0:
        if packet[at] >= 0xC0:
            behind = behind or at + 2
            at = struct.unpack_from("!H", packet, at)[0] & 0x3FFF
            continue
        labels.append(packet[at + 1 : at + 1 + packet[at]].decode("ascii"))
        at += packet[at] + 1
    return ".".join(labels), behind or at + 1


def ask(server, name, kind):
    """The records of one kind, as (packet, where its data begins)."""
    question = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.split(".")) + b"\0"
    query = struct.pack("!6H", os.getpid() & 0xFFFF, 0x0100, 1, 0, 0, 0) + question + struct.pack("!2H", kind, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        udp.connect((server, 53))
        udp.send(query)
        packet = udp.recv(4096)
    if packet[3] & 0xF not in (0, 3):
        raise OSError(f"DNS: {name}: RCODE {packet[3] & 0xF}")
    at = 12 + len(question) + 4
    for _ in range(struct.unpack_from("!H", packet, 6)[0]):
        at = name_at(packet, at)[1]
        got, length = struct.unpack_from("!H6xH", packet, at)
        if got == kind:
            yield packet, at + 10
        at += 10 + length


def hosts_of(server, domain):
    exchanges = sorted((struct.unpack_from("!H", p, at)[0], name_at(p, at + 2)[0]) for p, at in ask(server, domain, 15))
    for _, host in exchanges or [(0, domain)]:
        for packet, at in ask(server, host, 1):
            yield socket.inet_ntoa(packet[at : at + 4])


def deliver(server, name, sender, recipients, message):
    """Those that are to be tried again. A host that cannot be reached, or says 4yz at once, makes room for the next."""
    for address in hosts_of(server, recipients[0].rpartition("@")[2]):
        try:
            with smtplib.SMTP(address, 25, local_hostname=name, timeout=300) as smtp:
                refused = smtp.sendmail(sender, recipients, message)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPResponseException as error:
            if 500 <= error.smtp_code < 600:
                return []
            continue
        except OSError:
            continue
        return [recipient for recipient, answer in refused.items() if answer[0] < 500]
    return recipients


def main(server, name, sender, *recipients):
    message = sys.stdin.buffer.read().replace(b"\n", b"\r\n")
    domains = {}
    for recipient in recipients:
        domains.setdefault(recipient.rpartition("@")[2], []).append(recipient)
    wait, began = 300, time.monotonic()
    while domains and time.monotonic() - began < LIFETIME:
        for domain in list(domains):
            try:
                domains[domain] = deliver(server, name, sender, domains[domain], message)
            except OSError as error:
                print(domain, error)
            if not domains[domain]:
                del domains[domain]
        if domains:
            time.sleep(wait)
            wait = min(2 * wait, LONGEST)


main(*sys.argv[1:])
