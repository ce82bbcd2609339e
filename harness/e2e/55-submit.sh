# Targets that take mail through a command, and the worked example of docs/howto/test-your-own-sender.md.

own=docs/howto/own-sender

current="a sender of one's own runs from its adapter, and what it does wrong is found"
run_it 1 "$build/relaylab" run --target "$own" --keep "$work/own" "$greylist"
says "bob@dest.example     00:01:00.000  mx1.dest.example  RCPT → 451 4.7.1 Greylisted, please come back in a …  not tried again"
says "fail          must    The message is not lost for a temporary refusal"
grep -q "giving up: bob@dest.example" "$work/own/retry/greylist-basic/target.log" || fail "its log is not kept"
nothing_left
pass

current="what smtplib does not do by itself is found, too"
run_it 1 "$build/relaylab" run --target "$own" scenarios/dns/implicit-mx.yaml
says "a bare LF in: the message"
pass

current="mended as the page says, it does what both scenarios ask"
cp -r "$own" "$work/mended"
sed -e 's/^    return isinstance(error, .*/    answers = getattr(error, "recipients", {0: (getattr(error, "smtp_code", 0), "")})\
    return all(code >= 500 for code, _ in answers.values())/' \
    -e 's/mail\["message"\]/&.replace("\\n", "\\r\\n")/' "$own/sender.py" >"$work/mended/sender.py"
run_it 0 "$build/relaylab" run --target "$work/mended" "$greylist" scenarios/dns/implicit-mx.yaml
says "2 as expected, 0 not"
nothing_left
pass

# command_target NAME SCRIPT: a target that only waits, and takes mail with this piece of shell.
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

current="a submit command that fails refuses the message, with its status and last words"
command_target refuses 'cat >/dev/null; echo "no room for \$1 to \$2"; exit 75'
sed -i 's/\\\$/$/g' "$work/refuses/target.yaml"
run_it 1 "$build/relaylab" run --target "$work/refuses" "$greylist"
says "submit answered with 75 no room for alice@sender.example to bob@dest.example"
pass

current="a submit command that does not end is a silent target"
command_target hangs 'exec sleep 86400'
run_it 3 "$build/relaylab" run --target "$work/hangs" "$greylist"
says "target-silent: the submit command did not end within 10 minutes, by virtual time 00:10:00.000"
nothing_left
pass
