# Where the relay delivers, and where it does not: what no RFC asks of every relay, and scenarios only note.

does() { # does SCENARIO SENTENCE: each of its cases has a note of that kind, and each says that the relay does it
    run_it 0 "$build/relaylab" run --timeline "scenarios/$1.yaml"
    grep -F " may     $2" "$work/out" | grep -qF "  does" || fail "there is no note: $2"
    if grep -F " may     $2" "$work/out" | grep -vF "  does ("; then fail "not in each case: $2"; fi
}

current="known dead hosts do not use up the hosts of an attempt"
does routing/last-of-many-hosts-alive "The host that is alive gets the message"
pass

current="a domain that is reached over IPv6 alone waits"
does dns/ipv6-only "The message waits for a day"
pass

current="an MX list that leads to the relay itself fails at once"
run_it 0 "$build/relaylab" run scenarios/routing/relay-in-mx-list.yaml
[ "$(grep -c "  pass  should  The sender learns of the loop once" "$work/out")" -eq 2 ] || fail "not in both cases"
says_not "→ 250"
pass

current="special addresses are not connected to, and another MX host is"
mkdir -p "$work/scenarios/special"
for at in 127.0.0.1 0.0.0.0 10.1.2.3 100.64.1.1 169.254.169.254 192.168.0.1 224.0.0.251 255.255.255.255; do
    name=at-$(echo $at | tr . -)
    cat >"$work/scenarios/special/$name.yaml" <<YAML
scenario: 1
id: special/$name
title: A mail host at $at
clock: {until: 1h}
world:
  dns:
    dest.example: {MX: ["10 mx1.dest.example"]}
    mx1.dest.example: {A: ["$at"]}
    both.example: {MX: ["10 mx1.dest.example", "20 mx2.dest.example"]}
  hosts:
    mx2.dest.example: {addr: 192.0.2.11}
story:
  - {t: 0s, submit: m1, from: alice@sender.example, to: [bob@dest.example]}
  - {t: 0s, submit: m2, from: alice@sender.example, to: ["bob@[$at]"]}
  - {t: 1m, submit: m3, from: alice@sender.example, to: [carol@both.example]}
expect:
  - must: The sender learns of it at once
    spec: RFC5321#6.1
    dsn: {of: m1, times: 1, action: failed, recipients: {bob@dest.example: {status: 5.4.4}}}
  - must: An address literal does not bypass the check
    spec: RFC5321#6.1
    dsn: {of: m2, times: 1, action: failed}
  - must: Another mail host of the list gets the message
    spec: RFC5321#5.1
    delivered: {of: m3, to: carol@both.example, times: 1}
YAML
done
run_it 0 "$build/relaylab" run --quiet "$work/scenarios/special"
says "8 passed, 0 failed"
pass

current="a host that answers 421 is left alone, and a session that dies under TLS is given up"
does rate/stop-for-now "A host that answers 421 is left alone for a while"
does tls/session-dies-after-handshake "The message arrives without TLS"
does session/too-many-recipients-552 "The client takes it for a temporary reply"
does session/hello-refused "The sender gets the report at once"
pass

current="one silent host of many domains leaves room for other mail, and a host of many domains gets few connections"
does routing/silent-host-of-many-domains "The message to the good domain does not wait for the silent host"
does routing/silent-host-of-many-domains "A host that does not greet is left alone after the first connections"
does rate/many-domains-one-host "No more than twenty connections are open at once, as for one domain"
pass

current="a message that an idle connection cannot carry makes room for one of another domain at the same host"
relay_with one-connection -- 'limits: {outbound_per_host: 1}'
mkdir -p "$work/scenarios/idle"
cat >"$work/scenarios/idle/too-large-for-a-shared-host.yaml" <<YAML
scenario: 1
id: idle/too-large-for-a-shared-host
title: Messages to two domains, each too large for the host of both
clock: {until: 1h}
world:
  dns:
    a.example: {MX: ["10 mx.shared.example"]}
    b.example: {MX: ["10 mx.shared.example"]}
  hosts:
    mx.shared.example: {addr: 192.0.2.10, limits: {size: 4KiB}, net: {rtt: 50ms}}
story:
  - {t: 0s, submit: m1, from: alice@sender.example, to: [bob@a.example, bob@b.example]} # the second waits for room
  - {t: 2s, submit: m2, from: carol@sender.example, to: [bob@a.example]} # the connection is that of the first domain
  - {t: 3s, submit: m3, from: dan@sender.example, to: [bob@a.example, bob@b.example], size: 10KiB}
expect:
  - must: The sender learns of both failures
    spec: RFC5321#6.1
    dsn: {of: m3, times: 1, action: failed, recipients: {bob@a.example: {status: 5.3.4}, bob@b.example: {status: 5.3.4}}}
YAML
run_it 0 "$build/relaylab" run --quiet --target "$different" "$work/scenarios/idle"
says "1 passed, 0 failed"
pass

current="each message that a host refuses in its greeting counts an attempt"
cat >"$work/scenarios/refused-in-the-greeting.yaml" <<YAML
scenario: 1
id: refused-in-the-greeting
title: Three messages at a time to a host that refuses each session
clock: {until: 4m}
world:
  dns: {dest.example: {MX: ["10 mx.dest.example"]}}
  hosts:
    mx.dest.example: {addr: 192.0.2.10, rules: [{at: banner, reply: "554 5.3.2 Not today", then: continue}]}
story:
  - {t: 0s, submit: m1, from: "alice{n}@sender.example", to: [bob@dest.example], count: 3}
expect:
  - must: The messages wait
    spec: RFC5321#4.5.4.1
    queued: {of: m1, at: 1m}
YAML
run_it 0 "$build/relaylab" run --quiet --keep "$work/kept-refused" "$work/scenarios/refused-in-the-greeting.yaml"
[ "$(grep -c '"event":"delivery.deferred"' "$work/kept-refused/refused-in-the-greeting/target.log")" -eq 3 ] ||
    fail "not each of them has a deferral in the log"
pass
