# Where the relay delivers, and where it does not: what no RFC asks of every relay, and scenarios only note.

passes() { # passes SCENARIO LEVEL SENTENCE
    run_it 0 "$build/relaylab" run "scenarios/$1.yaml"
    grep -F "$3" "$work/out" | grep -q "  pass  $2 " || fail "not passed: $3"
    if grep -F "$3" "$work/out" | grep -vq "  pass  $2 "; then fail "not passed in each case: $3"; fi
}

current="hosts that are known to be dead do not use up the hosts of an attempt"
run_it 0 "$build/relaylab" run --timeline scenarios/routing/last-of-many-hosts-alive.yaml
says "does (1 copy for bob@dest.example"
pass

current="a domain that is reached over IPv6 alone waits"
run_it 0 "$build/relaylab" run --timeline scenarios/dns/ipv6-only.yaml
says "The message waits for a day"
says_not "does not (1 report"
pass

current="an MX list that leads to the relay itself fails at once"
passes routing/relay-in-mx-list should "The sender learns of the loop once"
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
says "8 as expected, 0 not"
pass

current="a host that answers 421 is left alone, and a session that dies under TLS is given up"
run_it 0 "$build/relaylab" run --timeline scenarios/rate/stop-for-now.yaml
says_not "does not ("
run_it 0 "$build/relaylab" run --timeline scenarios/tls/session-dies-after-handshake.yaml
says_not "does not ("
run_it 0 "$build/relaylab" run --timeline scenarios/session/too-many-recipients-552.yaml
says_not "does not ("
run_it 0 "$build/relaylab" run scenarios/session/hello-refused.yaml
[ "$(grep -c 'note  may     The sender gets the report at once .* does' "$work/out")" -eq 2 ] || fail "not at once"
pass

current="one silent host of many domains leaves room for other mail, and a host of many domains gets few connections"
run_it 0 "$build/relaylab" run --timeline scenarios/routing/silent-host-of-many-domains.yaml
says_not "does not ("
run_it 0 "$build/relaylab" run scenarios/rate/many-domains-one-host.yaml
says "does (20 events, the most in any 2m)"
pass
