# Targets that take mail through a command, and the worked example of docs/howto/test-your-own-sender.md.

own=docs/howto/own-sender

current="a user's sender runs from its adapter, and its fault is found"
run_it 1 "$build/relaylab" run --target "$own" --keep "$work/own" "$greylist"
says "bob@dest.example     00:01:00.000  mx1.dest.example  RCPT → 451 4.7.1 Greylisted, please come back in a few minutes  not tried again"
says "fail          must    The message is not lost for a temporary refusal"
grep -q "giving up: bob@dest.example" "$work/own/retry/greylist-basic/target.log" || fail "its log is not kept"
nothing_left
pass

current="a fault of smtplib is found, too"
run_it 1 "$build/relaylab" run --target "$own" scenarios/dns/implicit-mx.yaml
says "a bare LF in: the message"
pass

current="fixed as the page says, the sender passes both scenarios"
cp -r "$own" "$work/mended"
sed -e 's/^    return isinstance(error, .*/    answers = getattr(error, "recipients", {0: (getattr(error, "smtp_code", 0), "")})\
    return all(code >= 500 for code, _ in answers.values())/' \
    -e 's/mail\["message"\]/&.replace("\\n", "\\r\\n")/' "$own/sender.py" >"$work/mended/sender.py"
run_it 0 "$build/relaylab" run --target "$work/mended" "$greylist" scenarios/dns/implicit-mx.yaml
says "2 passed, 0 failed"
nothing_left
pass

# command_target NAME SCRIPT: a target that only waits, and accepts mail with this shell script.
command_target() {
    mkdir -p "$work/$1"
    cat >"$work/$1/target.yaml" <<END
target: 1
name: $1
clock: tolerant
ports: {}
start: [/bin/sleep, infinity]
submit: [/bin/sh, -c, '$2', sh, "\${from}", "\${rcpt}"]
END
}

current="a submit command that fails refuses the message, with its status and last output"
command_target refuses 'cat >/dev/null; echo "no room for \$1 to \$2"; exit 75'
sed -i 's/\\\$/$/g' "$work/refuses/target.yaml"
run_it 1 "$build/relaylab" run --target "$work/refuses" "$greylist"
says "submit answered with 75 no room for alice@sender.example to bob@dest.example"
pass

current="a submit command that does not end accepts nothing"
command_target hangs 'exec sleep 86400'
run_it 1 "$build/relaylab" run --target "$work/hangs" "$greylist"
says "the target had not said whether it takes m1 when the run ended"
says_not "  fail "
nothing_left
pass

# One script, which ends when its mail is sent: run directly, and left running by the command.
sends() { # NAME SHELL: a target that runs the script this way
    mkdir -p "$work/$1"
    cat >"$work/$1/target.yaml" <<END
target: 1
name: sends
clock: tolerant
about: a script that delivers and ends
ports: {}
paths: {read: ["$PWD/$targets/delivers-and-ends", "$PWD/$own"]}
start: [/bin/sleep, infinity]
submit: [/bin/sh, -c, '$2', /usr/bin/python3, "$PWD/$targets/delivers-and-ends/notify.py", "$PWD/$own", "\${dns.addr}", "\${from}", "\${rcpt}"]
END
}

current="a submit command that delivers before it ends gets the verdicts of one that leaves a process running"
sends blocking 'exec "$0" "$@"'
sends background 'cd "${dir}" && cat >m.$$ && { "$0" "$@" <m.$$ >>log 2>&1 & }'
for scenario in scenarios/retry/4yz-at-every-stage.yaml scenarios/rate/421-connection-limit.yaml; do
    for way in blocking background blocking; do
        run_it 0 "$build/relaylab" run --keep "$work/kept" --target "$work/$way" "$scenario"
        if grep -q '"t":-' "$work"/kept/*/*/trace.jsonl; then fail "an attempt begins before the story"; fi
        grep -E "^  (pass|fail|warn|note|inconclusive) " "$work/out" >"$work/verdicts.$way"
        [ ! -f "$work/verdicts.background" ] || cmp "$work/verdicts.blocking" "$work/verdicts.background" ||
            fail "the verdicts differ: $scenario"
    done
    rm "$work"/verdicts.*
done
nothing_left
pass

current="the submit command can use the settings of the scenario"
sends smart 'exec "$0" "$@"'
sed -i 's|^submit: \[|&/usr/bin/env, "SMARTHOST=${given.smarthost.host}:${given.smarthost.port}", |' "$work/smart/target.yaml"
run_it 0 "$build/relaylab" run --target "$work/smart" scenarios/smarthost/busy-at-587.yaml
says "smart.isp.example  MAIL → 451"
says "1 passed, 0 failed, 0 unsupported"
run_it 4 "$build/relaylab" run --target "$work/blocking" scenarios/smarthost/busy-at-587.yaml
says "lacks a setting for given.smarthost.host"
pass
