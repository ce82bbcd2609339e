# relaylab dkim and relaylab domain: keys, their records, and what a DNS says about them.

cat >"$work/dns.py" <<'END'
"""A DNS server on 127.0.0.1: dns.py PORT ZONE. A line of ZONE, read at each question: name, type, text. No name of it:
NXDOMAIN. A text of "?": SERVFAIL."""
import socket, struct, sys

TYPES = {1: "A", 15: "MX", 16: "TXT", 28: "AAAA"}


def name_octets(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def data(kind, text):
    if kind == "TXT":
        octets = text.encode()
        return b"".join(bytes([len(octets[i:i + 255])]) + octets[i:i + 255] for i in range(0, len(octets), 255))
    if kind == "MX":
        return struct.pack("!H", 10) + name_octets(text)
    return socket.inet_pton(socket.AF_INET6 if kind == "AAAA" else socket.AF_INET, text)


def answer(query, zone):
    labels, at = [], 12
    while query[at] != 0:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    kind, question = TYPES.get(struct.unpack("!H", query[at + 1:at + 3])[0]), query[12:at + 5]
    rows = [row for row in zone if row[0].lower() == ".".join(labels).lower()]
    found = [data(kind, text) for _, row_kind, text in rows if row_kind == kind and text != "?"]
    rcode = 2 if any(text == "?" for _, _, text in rows) else 0 if rows else 3
    records = b"".join(b"\xc0\x0c" + query[at + 1:at + 5] + struct.pack("!IH", 60, len(one)) + one for one in found)
    return query[:2] + bytes([0x85, 0x80 | rcode]) + struct.pack("!HHHH", 1, len(found), 0, 0) + question + records


server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
print("up", flush=True)
while True:
    query, peer = server.recvfrom(4096)
    with open(sys.argv[2], encoding="utf-8") as file:
        zone = [line.rstrip("\n").split(" ", 2) for line in file]
    server.sendto(answer(query, zone), peer)
END
: >"$work/zone"
python3 "$work/dns.py" $port "$work/zone" >"$work/dns" 2>&1 &
started="$started $!"
wait_for "the DNS server" grep -q up "$work/dns"
mkdir "$work/etc"
cat >"$work/etc/relay.yaml" <<END
hostname: relay.example
spool: $work/spool
listen: [{address: 127.0.0.1, port: $((port + 1)), role: relay}]
resolver: {servers: "127.0.0.1:$port", timeout: 1s, tries: 1}
own_addresses: 203.0.113.1
END
dkim() { "$build/relaylab" dkim "$@"; }
publish() { sed 's/^\([^ ]*\)\. IN TXT ( \(.*\) )$/\1 TXT \2/; s/" "//g; s/"//g' "$work/out" >>"$work/zone"; }

current="keygen writes a key that nobody else can read, and prints its record and its configuration"
run_it 0 dkim keygen --key "$work/etc/one.pem" sender.example one
says "one._domainkey.sender.example. IN TXT ( \"v=DKIM1; k=rsa; p=MII"
[ "$(stat -c %a "$work/etc/one.pem")" = 600 ] || fail "its mode is not 600"
sed -n '/^dkim:/,$p' "$work/out" >>"$work/etc/relay.yaml"
openssl pkey -in "$work/etc/one.pem" -noout -text | grep -q "2048 bit" || fail "it does not have 2048 bits"
run_it 0 dkim keygen --type ed25519 --key "$work/etc/two.pem" sender.example two
tail -1 "$work/out" >>"$work/etc/relay.yaml"
run_it 0 "$build/relaylab-relay" -c "$work/etc/relay.yaml" --check
pass

current="keygen keeps what exists, and refuses names that are none"
run_it 2 dkim keygen --key "$work/etc/one.pem" sender.example one
says "relaylab-dkim: cannot create $work/etc/one.pem: File exists"
run_it 2 dkim keygen --key "$work/etc/three.pem" "sender example" one
says "\`sender example\` is not a domain"
run_it 2 dkim keygen --key "$work/etc/three.pem" sender.example "a b"
says "\`a b\` is not a selector"
run_it 2 dkim keygen --key "$work/etc/three.pem" --bits 512 sender.example three
[ ! -e "$work/etc/three.pem" ] || fail "a key was written"
pass

current="check reports a record that is missing, and one with another key, and what it has to be"
run_it 1 dkim check -c "$work/etc/relay.yaml"
says "one._domainkey.sender.example: there is no record"
says "two._domainkey.sender.example: there is no record"
says "    one._domainkey.sender.example. IN TXT ("
run_it 0 dkim dns -c "$work/etc/relay.yaml"
publish
run_it 0 dkim check -c "$work/etc/relay.yaml"
says "one._domainkey.sender.example: good"
says "two._domainkey.sender.example: good"
run_it 0 dkim keygen --type ed25519 --key "$work/etc/other.pem" sender.example two
sed "s|two.pem|other.pem|" "$work/etc/relay.yaml" >"$work/etc/other.yaml"
run_it 1 dkim check -c "$work/etc/other.yaml" sender.example
says "two._domainkey.sender.example: it has another public key"
run_it 1 dkim check -c "$work/etc/relay.yaml" other.example
says "has no key of other.example"
pass

current="check distinguishes a DNS that does not answer from one that has no record"
sed 's/^\(two[^ ]* TXT\) .*/\1 ?/' "$work/zone" >"$work/zone.new"
cp "$work/zone" "$work/zone.good"
cp "$work/zone.new" "$work/zone"
run_it 3 dkim check -c "$work/etc/relay.yaml"
says "two._domainkey.sender.example: the DNS has no usable answer: SERVFAIL"
cp "$work/zone.good" "$work/zone"
pass

current="dkim says what is missing of its command line, and which key it cannot use"
run_it 2 dkim dns
says "missing keys"
run_it 2 dkim dns --key "$work/etc/one.pem" sender.example
says "--key needs DOMAIN and SELECTOR"
run_it 2 dkim dns --key "$work/zone" sender.example one
says "relaylab-dkim: cannot sign with $work/zone: it is not a private key in PEM form"
pass

current="domain status shows what receivers find, and what to do, until nothing is left to do"
status() { "$build/relaylab" domain status -c "$work/etc/relay.yaml" "$@"; }
run_it 1 status sender.example
says "  one._domainkey.sender.example: good, aligned"
says "  203.0.113.1: none: there is no SPF record of sender.example"
says "  there is no record of _dmarc.sender.example"
says "  - Add a TXT record to sender.example: \"v=spf1 ip4:203.0.113.1 -all\""
cat >>"$work/zone" <<END
sender.example TXT v=spf1 include:spf.example mx -all
spf.example TXT v=spf1 a:relay.example ~all
relay.example A 203.0.113.1
_dmarc.sender.example TXT v=DMARC1; p=reject; rua=mailto:d@sender.example
END
run_it 0 status sender.example
says "  203.0.113.1: pass: include:spf.example in the record of sender.example"
says "  _dmarc.sender.example: policy reject"
says "Mail from sender.example passes DMARC by DKIM and by SPF"
says_not "What to do"
run_it 1 status sender.example --address 203.0.113.9
says "  203.0.113.9: fail: -all in the record of sender.example"
says "  - Add ip4:203.0.113.9 to the SPF record of sender.example"
run_it 1 status other.example
says "  no key signs mail from other.example"
says "Mail from other.example fails DMARC."
pass
