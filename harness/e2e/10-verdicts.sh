# The harness against relays that are broken in one way each.

on_target() { # on_target NAME WANTED_STATUS
    run_it "$2" "$build/relaylab" run --target "$targets/$1" "$greylist"
}

current="a relay that gives up after one attempt fails, with sentence, clause, and what was expected and got"
on_target gives-up 1
says "fail          must    The message is not lost for a temporary refusal"
says "RFC5321 §6.1"
says "FAIL  retry/greylist-basic   "
says "expected at least 1 copy for bob@dest.example"
says "got      no copies for bob@dest.example"
says "because  the number of copies for bob@dest.example is not at least 1"
says "rerun: relaylab run --target $targets/gives-up --seed 1 $greylist"
nothing_left
pass

current="a relay that crashes at its start is named, with its last output"
on_target crashes-at-start 3
says "target-crashed: badtarget (target) was ended by signal 6 (Aborted) before it listened on its ports"
says "badtarget: no reason to go on"
nothing_left
pass

current="a relay that crashes at DATA is named, with its last output"
on_target crashes-at-data 3
says "target-crashed: badtarget (target) was ended by signal 6 (Aborted) unexpectedly"
says "badtarget: DATA is too much for me"
nothing_left
pass

current="a relay that spins is named and ended"
on_target spins 3
says "target-spun: badtarget (target) used 10 s of CPU without waiting for anything"
says "badtarget: spinning"
nothing_left
pass

current="a relay that never answers is named"
on_target silent 3
says "target-silent: no answer to banner on port 587, by virtual time 00:05:00.000"
says "badtarget: I say nothing"
nothing_left
pass

current="a relay that never listens is named"
on_target never-listens 3
says "target-not-ready: badtarget (target) waits, but does not listen on port 587"
nothing_left
pass

current="a connect to an address outside the world is denied and reported"
on_target leaves-the-world 1
says "Nothing connects to an address outside the simulated internet"
says "connect to 240.0.0.1 port 25, denied before a packet left"
nothing_left
pass

current="a relay that loses what it accepted fails an always-on rule"
run_it 1 "$build/relaylab" run --target "$targets/forgets" scenarios/dns/implicit-mx.yaml
says "Every accepted recipient is delivered, bounced, or still queued"
says "m1 for bob@dest.example was neither delivered nor bounced, and is not in the queue"
says "(relaylab rules no-loss)"
pass

current="a second copy, and a retry after 5yz, break always-on rules"
run_it 0 "$build/relaylab" run --target "$targets/delivers-twice" scenarios/dns/implicit-mx.yaml
says "No second copy, unless a lost final reply made it unavoidable"
run_it 1 "$build/relaylab" run --strict --target "$targets/delivers-twice" scenarios/dns/implicit-mx.yaml
run_it 1 "$build/relaylab" run --target "$targets/delivers-twice" --case rcpt scenarios/bounce/5yz-at-every-stage.yaml
says "A 5yz reply is not followed by a retry with the same content"
pass

current="a relay that is broken in one way breaks the always-on rule about it"
implicit=scenarios/dns/implicit-mx.yaml
hasty=$work/hasty.yaml # the greeting takes its time
sed 's/addr: 192.0.2.10.*/addr: 192.0.2.10, rules: [{at: banner, delay: 5s}]}/' "$implicit" >"$hasty"
clear=$work/clear.yaml # AUTH is offered without TLS
sed 's/addr: 192.0.2.10.*/addr: 192.0.2.10, ehlo: [PIPELINING, "AUTH PLAIN"]}/' "$implicit" >"$clear"
nobody=$work/nobody.yaml # the message has a null reverse-path
sed 's/from: alice@sender.example/from: ""/' "$implicit" >"$nobody"
while read -r mode scenario sentence; do
    bad_target "$mode"
    run_it "$([ "${sentence#should: }" = "$sentence" ] && echo 1 || echo 0)" \
        "$build/relaylab" run --target "$bad" "$scenario"
    says "${sentence#should: }"
done <<END
delivers-twice $greylist A destination that failed is not retried immediately
odd-report $implicit A delivery report is well-formed
signed-bounce $implicit A bounce has a null reverse-path
bounce-astray $implicit A bounce goes to the reverse-path of what it reports on
bounces-all $nobody A message with a null reverse-path is never bounced
unstuffs-dots $implicit The body arrives as it was submitted
truncates $implicit The body arrives as it was submitted
adds-a-line $implicit The body arrives as it was submitted
changes-subject $implicit The header fields arrive as they were submitted
loses-message-id $implicit The header fields arrive as they were submitted
moves-from $implicit should: The header fields arrive in the order in which they were submitted
bare-lf $implicit Lines end with CR LF, and contain no bare CR or LF
long-command $implicit should: Command lines are no longer than allowed
long-line $implicit Lines of a message are no longer than allowed
out-of-order $implicit Commands are in a valid order
does-not-wait $implicit Without PIPELINING, the client waits for each reply
noop-in-group $implicit Commands that change the state end a pipelined group
speaks-first $hasty should: The client waits for the greeting
unoffered $implicit The client uses only extensions that the reply to EHLO offers
eight-bit $implicit Octets above 127 are sent only to hosts that offer 8BITMIME
shows-password $clear should: No password is sent unencrypted
localhost $implicit The argument of EHLO is a host name or an address literal
space-in-path $implicit MAIL and RCPT have valid syntax
END
pass

current="a queue command that never ends, or prints something else, is reported and is not an empty queue"
for queue in 'sleep, infinity' "echo, '{\"queue\":[1,2]}'"; do
    rm -rf "$work/odd-queue"
    cp -r fixtures/targets/relay "$work/odd-queue"
    sed "s|^queue:.*|queue: [$queue]|" fixtures/targets/relay/target.yaml >"$work/odd-queue/target.yaml"
    run_it 1 "$build/relaylab" run --target "$work/odd-queue" scenarios/bounce/no-such-domain.yaml
    says "the target's queue command"
    says "inconclusive"
    nothing_left
done
pass

current="a program that does not exist is named"
mkdir "$work/no-program"
sed 's/badtarget"/nosuchprogram"/' "$targets/silent/target.yaml" >"$work/no-program/target.yaml"
run_it 3 "$build/relaylab" run --target "$work/no-program" "$greylist"
says "not-started: "
says "nosuchprogram"
nothing_left
pass

current="a relay that loses its queue when it is killed fails"
relay_with loses 'start: [sh, -c, "rm -rf ${dir}/spool; exec ${bin}/relaylab-relay -c ${dir}/relay.yaml"]'
run_it 1 "$build/relaylab" run --target "$different" scenarios/retry/killed-and-restarted.yaml
says "What was accepted survives a sudden end of the program"
says "got      no copies for bob@dest.example"
nothing_left
pass

current="a relay that does not start again is named"
relay_with once 'start: [sh, -c, "test ! -e ${dir}/spool && exec ${bin}/relaylab-relay -c ${dir}/relay.yaml"]'
run_it 3 "$build/relaylab" run --target "$different" scenarios/retry/killed-and-restarted.yaml
says "target-crashed: sh (target) exited with status 1 before it listened on its ports"
nothing_left
pass

current="all processes of a killed relay are killed"
relay_with child 'start: [sh, -c, "${bin}/relaylab-relay -c ${dir}/relay.yaml; exit 0"]'
sed 's/t: 1m, target/t: 4m, target/; s/t: 2m, target/t: 6m, target/' scenarios/retry/killed-and-restarted.yaml \
    >"$work/over-the-retry.yaml"
run_it 0 "$build/relaylab" run --target "$different" "$work/over-the-retry.yaml"
says "00:06:00.000  mx1.dest.example  RCPT → 250" # no attempt at 5 min: the relay was down
nothing_left
pass

current="a relay that ignores SIGTERM is killed after its grace"
relay_with deaf 'start: [sh, -c, "trap : TERM; ${bin}/relaylab-relay -c ${dir}/relay.yaml & while :; do wait; done"]'
run_it 0 "$build/relaylab" run --target "$different" --keep "$work/kept-deaf" scenarios/retry/stopped-overnight.yaml
grep -qF '{"t":3630.000000,' "$work/kept-deaf/retry/stopped-overnight/trace.jsonl" || fail "not killed at 30 s"
pass

current="an action without a command in the adapter is unsupported, and a command that fails is inconclusive"
relay_with no-flush 'flush:'
run_it 4 "$build/relaylab" run --target "$different" scenarios/retry/flush-tries-at-once.yaml
says 'relay  unsupported: lacks `flush` in its adapter'
relay_with bad-flush 'flush: [sh, -c, "exit 5"]'
run_it 1 "$build/relaylab" run --target "$different" scenarios/retry/flush-tries-at-once.yaml
says '`flush` ended with status 5'
pass

current="smuggling through a relay that takes LF for a line's end is detected"
run_it 1 "$build/relaylab" run --target "$targets/forgets" --case lf-dot-lf scenarios/submission/only-crlf-ends-data.yaml
says "fail  must    The odd sequence is not the end of the message"
says "got      250 ok"
pass

current="a dialog that gets out of step is inconclusive, with the reply"
run_it 1 "$build/relaylab" run --target "$targets/forgets" scenarios/submission/unknown-parameters.yaml
says "the dialog ended at its step 3: ok"
relay_with no-smtp 'ports: {submission: 587}'
run_it 4 "$build/relaylab" run --target "$different" scenarios/submission/unknown-parameters.yaml
says "relay  unsupported: lacks a port for smtp"
pass

current="a program that polls is named below a run that is as expected, and in each report"
polls=$work/targets/polls
mkdir -p "$polls"
cat >"$polls/target.yaml" <<END
target: 1
name: polls
clock: tolerant
ports: {smtp: 25, submission: 587}
capabilities: [starttls, starttls-server, auth]
files: {relay.yaml: relay.yaml}
start: [/bin/sh, -c, "\${bin}/testprogs/naps 1 10000 & exec \${bin}/relaylab-relay -c \${dir}/relay.yaml"]
END
cp "$targets/relay/relay.yaml" "$polls/relay.yaml"
run_it 0 "$build/relaylab" run --target "$polls" "$greylist"
says "  note: naps (process "
says ") woke 10000 times in 10s of virtual time, 1000 a second (nanosleep)"
for kind in json html junit md tap; do
    run_it 0 "$build/relaylab" run --target "$polls" --report "$kind=-" "$greylist"
    says "woke 10000 times in 10s of virtual time"
done
run_it 0 "$build/relaylab" run --target "$targets/relay" "$greylist"
says_not "note: "
nothing_left
pass
