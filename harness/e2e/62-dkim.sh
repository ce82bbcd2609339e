# DKIM: what the relay signs is verified by implementations that are not ours: dkimpy, Mail::DKIM and libopendkim.

own_relay "$work/relay" 127.0.0.9/32
echo 'limits: {idle_commands: 10000}' >>"$relay/relay.yaml"
python=/usr/bin/python3 # that of the Debian package python3-dkim
[ -x $python ] || python=python3
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$relay/rsa.pem" 2>/dev/null
openssl genpkey -algorithm ed25519 -out "$relay/ed25519.pem" 2>/dev/null
openssl genpkey -algorithm ed25519 -out "$relay/host.pem" 2>/dev/null
cat >>"$relay/relay.yaml" <<END
dkim:
  - {domain: sender.example, selector: r1, key: $relay/rsa.pem}
  - {domain: sender.example, selector: e1, key: $relay/ed25519.pem, expires: 7d}
  - {domain: relay.example, selector: host, key: $relay/host.pem, for: ["sender.example", relay.example], default: yes}
END
public() { openssl pkey -in "$1" -pubout -outform DER 2>/dev/null; }
record() { # record SELECTOR DOMAIN KEY: of RSA
    printf '%s._domainkey.%s v=DKIM1; k=rsa; p=%s\n' "$1" "$2" "$(public "$3" | base64 -w 0)"
}
record_ed25519() { # the key alone, without what DER puts before it
    printf '%s._domainkey.%s v=DKIM1; k=ed25519; p=%s\n' "$1" "$2" "$(public "$3" | tail -c 32 | base64 -w 0)"
}
{
    record r1 sender.example "$relay/rsa.pem"
    record_ed25519 e1 sender.example "$relay/ed25519.pem"
    record_ed25519 host relay.example "$relay/host.pem"
} >"$work/records"

# send FILE: with CR LF, as it is otherwise; the id in the reply.
cat >"$work/send.py" <<'END'
import smtplib, sys
text = open(sys.argv[2], "rb").read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), source_address=("127.0.0.9", 0))
s.ehlo()
for command in ("MAIL FROM:<alice@sender.example>", "RCPT TO:<bob@dest.example>"):
    assert s.docmd(command)[0] == 250
code, reply = s.data(text)
assert code == 250, reply
print(reply.decode().split()[-1])
END
send() { python3 "$work/send.py" $port "$1"; }
stored() { q show "$1" --raw; }
verify() { # verify MESSAGE…: in $work/out, a line for each implementation and signature
    { $python harness/e2e/dkim_verify.py "$work/records" "$@" && perl harness/e2e/dkim_verify.pl "$work/records" "$@"; } >"$work/out" 2>&1 ||
        fail "the verifiers do not run"
}
start_relay

current="every message of fixtures/messages is signed, by each key of its author"
mkdir "$work/stored"
for file in fixtures/messages/*.eml; do
    id=$(send "$file") || fail "$file is refused"
    stored "$id" >"$work/stored/${file##*/}"
    for key in sender.example/r1 sender.example/e1 relay.example/host; do
        grep -F '"event":"message.accepted"' "$relay/log" | grep -F "\"id\":\"$id\"" | grep -qF "$key" || fail "$file is not signed by $key"
    done
done
pass

# An implementation verifies each signature that it knows the algorithm of.
verify "$work"/stored/*.eml
cp "$work/out" "$work/verified"
for tool in dkimpy Mail::DKIM libopendkim; do
    current="$tool accepts each signature of these messages"
    if grep -q "^missing $tool" "$work/verified"; then
        skip "$tool is not installed"
        continue
    fi
    keys="sender.example/r1 sender.example/e1 relay.example/host"
    # Debian 12 has a Mail::DKIM that is older than RFC 8463.
    [ $tool != Mail::DKIM ] || keys=sender.example/r1
    for file in fixtures/messages/*.eml; do
        # Of the three, only Mail::DKIM knows blanks before colons (RFC 5322 §4.5).
        [ "${file##*/}" != obsolete-blanks.eml ] || [ $tool = Mail::DKIM ] || continue
        for key in $keys; do
            grep -q "^$tool ${file##*/} $key pass" "$work/verified" || fail "${file##*/}: $(grep "^$tool ${file##*/} $key" "$work/verified" || echo "no signature $key")"
        done
    done
    pass
done

# verified FILE KEY: each implementation that is here accepts it
verified() {
    verify "$1"
    for tool in dkimpy libopendkim; do
        grep -q "^missing $tool" "$work/out" || grep -q "^$tool ${1##*/} $2 pass" "$work/out" || fail "$tool: $2 does not verify"
    done
}

current="a message that is stored over many turns is signed as a whole"
{
    printf 'From: alice@sender.example\nSubject: big\n\n'
    seq -f 'line %.0f  with   blanks  ' 1 120000
    printf '\n \n\n'
} >"$work/big.eml"
id=$(send "$work/big.eml")
stored "$id" >"$work/big"
[ "$(wc -c <"$work/big")" -gt 3000000 ] || fail "not all of it is stored"
for key in sender.example/r1 sender.example/e1 relay.example/host; do verified "$work/big" $key; done
pass

current="a default key signs for authors without a key, and nothing signs a message without an author"
printf 'From: Carol <carol@other.example>\n\nx\n' >"$work/other.eml"
stored "$(send "$work/other.eml")" >"$work/other"
verified "$work/other" relay.example/host
[ "$(grep -c ^DKIM-Signature: "$work/other")" -eq 1 ] || fail "more than the default key has signed"
printf 'Subject: nobody\n\nx\n' >"$work/nobody.eml"
stored "$(send "$work/nobody.eml")" >"$work/nobody"
if grep -q ^DKIM-Signature: "$work/nobody"; then fail "it is signed without From"; fi
pass

current="a report of the relay itself is signed"
id=$(send fixtures/messages/dots.eml)
run_it 0 q drop "$id" --bounce
report=$(sed -n 's/.*"event":"message.report","id":"\([^"]*\)","about":"'"$id"'".*/\1/p' "$relay/log")
stored "$report" >"$work/report"
grep -q "^From: Mail Delivery System" "$work/report" || fail "not the report"
verified "$work/report" relay.example/host
pass

current="a reload signs with another key, and refuses one that cannot be used, with its position"
reload() { # reload EVENT: and wait for the event
    before=$(grep -c "\"$1\"" "$relay/log" || true)
    kill -HUP "$relay_pid"
    wait_for "$1" eval "[ \$(grep -c '\"$1\"' '$relay/log') -gt $before ]"
}
cp "$relay/ed25519.pem" "$relay/host.pem"
reload config.reloaded
record_ed25519 host relay.example "$relay/host.pem" >"$work/records"
stored "$(send "$work/other.eml")" >"$work/other"
verified "$work/other" relay.example/host
echo "no key" >"$relay/host.pem"
reload config.refused
grep -F config.refused "$relay/log" |
    grep -qF "relay.yaml:14:5: error: dkim: cannot sign with $relay/host.pem: it is not a private key in PEM form" ||
    fail "the position of the key is not reported"
stored "$(send "$work/other.eml")" >"$work/other"
verified "$work/other" relay.example/host
run_it 2 "$build/relaylab-relay" -c "$relay/relay.yaml" --check
says "relay.yaml:14:5: error: dkim: cannot sign with $relay/host.pem"
kill "$relay_pid"
wait "$relay_pid" || fail "it did not end in order"
run_it 3 "$build/relaylab-relay" -c "$relay/relay.yaml"
says "relay.yaml:14:5: dkim: cannot sign with $relay/host.pem"
pass

log_is_known

# ---- in the simulated internet ----

relay_with signs 'files: {relay.yaml: relay.yaml, rsa.pem: rsa.pem}' -- \
    'dkim: {domain: sender.example, selector: r1, key: "${dir}/rsa.pem", for: "*"}'
cp "$relay/rsa.pem" "$different/"
cat >"$work/signed.yaml" <<END
scenario: 1
id: signed
title: A signature arrives
clock: {until: 1h}
world:
  dns: {dest.example: {MX: ["10 mx1.dest.example"]}}
  hosts: {mx1.dest.example: {addr: 192.0.2.10}}
story: [{t: 0s, submit: m1, from: alice@sender.example, to: [bob@dest.example]}]
expect:
  - must: It is signed
    spec: RFC6376#5.5
    delivered: {of: m1, to: bob@dest.example, times: 1, unchanged: true, header: {DKIM-Signature: "*"}}
END

current="a signature arrives at the next host, and two runs have the same octets"
run_it 0 "$build/relaylab" run --target "$different" --keep "$work/first" "$work/signed.yaml"
says "1 passed"
run_it 0 "$build/relaylab" run --target "$different" --keep "$work/second" "$work/signed.yaml"
run_it 1 "$build/relaylab" run "$work/signed.yaml"
says "it has no DKIM-Signature: *"
cmp "$work/first/signed/trace.jsonl" "$work/second/signed/trace.jsonl" || fail "the traces differ"
pass

current="a relay that signs passes the scenarios about submission and bounces"
run_it 0 "$build/relaylab" run --quiet --target "$different" scenarios/submission scenarios/bounce
says " 0 failed"
pass
