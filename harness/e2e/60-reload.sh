# SIGHUP: another configuration for a relay that runs, and nothing is lost.

own_relay "$work/reloaded" 127.0.0.9/32
mint first.example 30
cp "$relay/relay.yaml" "$relay/original.yaml"
change() { sed "$1" "$relay/original.yaml" >"$relay/relay.yaml"; }
logged() { grep -F "$1" "$relay/log" | grep -qF "${2:-}"; }
reload() { # reload EVENT: and wait for the event
    before=$(grep -c "\"$1\"" "$relay/log" || true)
    kill -HUP "$relay_pid"
    wait_for "$1" eval "[ \$(grep -c '\"$1\"' '$relay/log') -gt $before ]"
}
subject() { openssl s_client -starttls smtp -connect "127.0.0.1:$1" </dev/null 2>/dev/null | sed -n 's/^subject=//p'; }
login() { swaks --server 127.0.0.1 --port "$1" --tls --auth PLAIN --auth-user "$2" --auth-password secret --quit-after AUTH; }
start_relay

current="a bad configuration is refused with its position, and the old one stays in effect"
change 's/^hostname:/hostnam:/; s/timeout: 1s/timeout: 1/'
reload config.refused
logged config.refused 'relay.yaml:1:1: error: unknown key `hostnam`; did you mean `hostname`?' || fail "the position is not reported"
logged config.refused 'resolver.timeout: `1` has no unit' || fail "only the first problem is reported"
rm "$relay/relay.yaml"
reload config.refused
change "s|key.pem|none.pem|"
reload config.refused
logged config.refused "relay.yaml:7:" || fail "the position of the key is not reported"
run_it 0 login $((port + 1)) alice
pass

current="sessions go on across a reload that closes their port; new ones get the new ports, users and limits"
cat >"$work/session.py" <<'END'
import smtplib, subprocess, sys, time
port, go = int(sys.argv[1]), sys.argv[2]
s = smtplib.SMTP("127.0.0.1", port, source_address=("127.0.0.9", 0))
s.ehlo()
print("ready", flush=True)
sys.stdin.readline()
s.sendmail("app@sender.example", ["r%d@one.example" % i for i in range(3)], "Subject: x\r\n\r\ny\r\n")
s.quit()
END
mkfifo "$work/go"
python3 "$work/session.py" $port x <"$work/go" >"$work/session" 2>&1 &
session=$!
exec 7>"$work/go"
wait_for "the session" grep -q ready "$work/session"
change "s/port: $port,/port: $((port + 4)),/; s/^users: {alice/users: {carol/; \$a limits: {recipients: 2}"
reload config.reloaded
logged listen.closed "\"port\":$port" || fail "the closed port is not reported"
run_it 0 login $((port + 1)) carol
run_it 28 login $((port + 1)) alice
run_it 2 swaks --server 127.0.0.1 --port $port --quit-after EHLO
run_it 0 swaks --server 127.0.0.1 --port $((port + 4)) --local-interface 127.0.0.9 --from app@sender.example \
    --to a@two.example,b@two.example,c@two.example
says "452 4.5.3"
echo >&7
exec 7>&-
wait "$session" || fail "the session broke: $(cat "$work/session")"
run_it 0 q list --rcpt one.example
says "1 message, 3 recipients" # on the old session, with its old limit
pass

current="new sessions use a renewed certificate"
cp "$relay/original.yaml" "$relay/relay.yaml"
reload config.reloaded
subject $((port + 1)) | grep -q first.example || fail "not the first certificate"
mint second.example 30
subject $((port + 1)) | grep -q first.example || fail "renewed without being asked"
reload config.reloaded
subject $((port + 1)) | grep -q second.example || fail "not renewed"
pass

current="a port that is in use refuses the whole configuration, and closes what was opened for it"
python3 -c 'import socket,sys,time
s = socket.socket(); s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen(); print("up", flush=True); time.sleep(60)' \
    $((port + 5)) >"$work/taken" &
started="$started $!"
taken=$!
wait_for "the port to be taken" grep -q up "$work/taken"
change "s/port: $port,/port: $((port + 4)),/; s/port: $((port + 1)),/port: $((port + 5)),/"
reload config.refused
logged config.refused "cannot listen on 127.0.0.1 port $((port + 5))" || fail "the port is not named"
run_it 0 login $((port + 1)) alice
run_it 2 swaks --server 127.0.0.1 --port $((port + 4)) --quit-after EHLO
kill "$taken"
pass

current="a shorter lifetime applies to waiting messages, and what a reload cannot change is reported"
change "s|^spool: .*|spool: $relay/elsewhere|; \$a retry: {lifetime: 1s}"
reload config.reloaded
logged config.kept '"key":"spool"' || fail "the unchanged spool is not reported"
[ ! -e "$relay/elsewhere" ] || fail "another spool was made"
run_it 0 q flush
wait_for "the messages to go back" logged delivery.expired r2@one.example
run_it 0 q list
says_not one.example
says "app@sender.example" # the bounce
kill "$relay_pid"
wait "$relay_pid" || fail "it did not end in order"
pass

log_is_known
