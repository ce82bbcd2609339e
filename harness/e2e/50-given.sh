# What a scenario gives, and what the relay makes of its own presets.

current="the relay keeps the schedules of its presets"
mkdir -p "$work/scenarios/retry"
cat >"$work/scenarios/retry/preset.yaml" <<'END'
scenario: 1
id: retry/preset
title: A host that says 451
clock: {until: 3h}
world:
  dns: {dest.example: {MX: ["10 mx1.dest.example"]}}
  hosts: {mx1.dest.example: {addr: 192.0.2.10, rules: [{at: rcpt, reply: "451 4.3.0 Not now"}]}}
story: [{t: 0s, submit: m1, from: alice@sender.example, to: [bob@dest.example]}]
expect: [{must: The next attempt is delayed, spec: RFC5321#4.5.4.1, attempts: {of: m1, to: bob@dest.example, gap: ">=1s"}}]
END
while read -r preset times; do
    rm -rf "$work/preset"
    cp -r fixtures/targets/relay "$work/preset"
    sed '/^  first:/d; /^  steps:/d; /^  then:/d; /^  lifetime:/d; s/^retry:/&\n  preset: '"$preset"'/' \
        fixtures/targets/relay/relay.yaml >"$work/preset/relay.yaml"
    run_it 0 "$build/relaylab" run --target "$work/preset" "$work/scenarios/retry/preset.yaml"
    for time in $times; do says " $time.000  mx1.dest.example"; done
done <<'END'
postfix 00:00:00 00:05:00 00:10:00 00:20:00 00:40:00 01:20:00 02:26:40
exim 00:00:00 01:45:00 02:00:00
opensmtpd 00:06:40 00:26:40 01:00:00 01:46:40
kumomta 00:20:00 01:00:00 02:20:00
haraka 00:01:04 00:03:12 00:07:28 00:16:00
END
pass

current="a relay that sends unencrypted where TLS is required fails an always-on rule"
run_it 1 "$build/relaylab" run --target "$targets/sends-in-clear" --case encrypt scenarios/tls/required-but-not-offered.yaml
says "Mail that requires TLS or a valid certificate is not sent without it"
says "mail to bob@dest.example unencrypted, to mx1.dest.example"
pass

current="a relay that does not verify certificates where it must is reported"
rm -rf "$work/careless"
cp -r fixtures/targets/relay "$work/careless"
sed 's/verify: verify/verify: encrypt/' fixtures/targets/relay/target.yaml >"$work/careless/target.yaml"
run_it 1 "$build/relaylab" run --target "$work/careless" --case wrong-name scenarios/tls/verify-wrong-name.yaml
says "Mail that requires TLS or a valid certificate is not sent without it"
says "mail to bob@dest.example over TLS to mx1.dest.example, whose certificate is not"
pass

current="a relay that is configured with TLS none for a domain sends unencrypted, and no log has a password"
sed 's/^id: .*/id: none/; s/^requires: .*/given: {tls: {dest.example: none}}/' scenarios/tls/odd-certificates.yaml \
    >"$work/scenarios/none.yaml"
run_it 0 "$build/relaylab" run --case self-signed "$work/scenarios/none.yaml"
says "Deliver, still encrypted, when the policy does not demand"
says "got      no copies for bob@dest.example"
run_it 0 "$build/relaylab" run --keep "$work/kept" --case refused scenarios/smarthost/auth-failure.yaml
grep -q '"event":"smarthost.auth_failed"' "$work"/kept/smarthost/auth-failure.refused/target.log || fail "it is not logged"
! grep -q "open sesame\|AHJlbGF5" "$work"/kept/smarthost/auth-failure.refused/target.log || fail "the log has the password"
pass
