# The relay by itself, in real time, with swaks as an independent client.

own_relay "$work/relay" 127.0.0.9/32
echo 'limits: {idle_commands: 10000}' >>"$relay/relay.yaml"

queue_has() { # queue_has N WORDS
    "$build/relaylab-queue" -c "$relay/relay.yaml" list --json >"$work/out" && [ "$(grep -oF "$2" "$work/out" | wc -l)" -eq "$1" ]
}
submit() {
    swaks --server 127.0.0.1 --port $((port + 1)) --from alice@sender.example --to bob@dest.example "$@"
}

current="--check reports what is wrong with a configuration, and where"
run_it 0 "$build/relaylab-relay" -c "$relay/relay.yaml" --check
sed 's/^hostname:/hostnam:/; s/timeout: 1s/timeout: 1/' "$relay/relay.yaml" >"$relay/bad.yaml"
run_it 2 "$build/relaylab-relay" -c "$relay/bad.yaml"
says 'bad.yaml:1:1: error: unknown key `hostnam`; did you mean `hostname`?'
says 'resolver.timeout: `1` has no unit'
pass

current="--check checks what the configuration needs of this machine, and reports the position of each problem"
run_it 0 "$build/relaylab-relay" --help
says "Exit status:"
run_it 0 "$build/relaylab-relay" --version
touch "$relay/a-file"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=relay.example -days 2 \
    -keyout "$relay/other-key.pem" -out "$relay/other-cert.pem" 2>/dev/null
check() { # check SED-EXPRESSION WORDS: one problem, at one place
    sed "$1" "$relay/relay.yaml" >"$relay/checked.yaml"
    run_it 2 "$build/relaylab-relay" -c "$relay/checked.yaml" --check
    says "$2"
    [ "$(grep -c ": error: " "$work/out")" -eq 1 ] || fail "not one problem"
}
check "s|cert.pem|none.pem|" "checked.yaml:7:20: error: certificate: cannot read $relay/none.pem: No such file"
check "s|key.pem|other-key.pem|" "checked.yaml:7:20: error: tls: $relay/cert.pem, $relay/other-key.pem: cannot load the private key: key values mismatch"
check "s|cert.pem|a-file|" "cannot load the certificate"
check 's|\(alice: .*\).."|\1"|' "checked.yaml:8:9: error: users: the password hash of alice is incomplete"
check "s|spool: .*|spool: $relay/a-file|" "checked.yaml:2:8: error: spool: $relay/a-file is not a folder"
check "s|spool: .*|spool: $relay/no/spool|" "checked.yaml:2:8: error: spool: $relay/no/spool cannot be created: the folder $relay/no does not exist"
check "s|spool: .*|spool: $relay/spool\ncontrol: $relay/no/control|" "error: control: cannot write to $relay/no: No such file"
check "s|address: 127.0.0.1, port: $port|address: 192.0.2.1, port: $port|" "checked.yaml:4:5: error: listen: cannot listen on 192.0.2.1 port $port: Cannot assign requested address; this host does not have this address"
check "s|port: $((port + 1))|port: $port|" "checked.yaml:5:5: error: listen: 127.0.0.1 port $port is listed twice"
sed "s|users: .*||" "$relay/relay.yaml" >"$relay/checked.yaml"
run_it 0 "$build/relaylab-relay" -c "$relay/checked.yaml" --check
says "warning: users: a listener has the role submission or submissions, but there are no users"
says "days; renew it, then send SIGHUP"
[ ! -e "$relay/spool" ] || fail "--check made the spool"
pass

current="--check accepts the ports of a running relay, and reports those of other programs"
start_relay
run_it 0 "$build/relaylab-relay" -c "$relay/relay.yaml" --check
sed "s|spool: .*|spool: $relay/another|" "$relay/relay.yaml" >"$relay/checked.yaml"
run_it 2 "$build/relaylab-relay" -c "$relay/checked.yaml" --check
says "checked.yaml:4:5: error: listen: cannot listen on 127.0.0.1 port $port: Address already in use; another program listens there"
pass

current="submission with STARTTLS and AUTH PLAIN is accepted and queued"
run_it 0 submit --tls --auth PLAIN --auth-user alice --auth-password secret
says "250 2.0.0 Queued as"
wait_for "the message to be deferred" queue_has 1 '"state":"deferred"'
pass

current="AUTH LOGIN checks the same password"
run_it 0 swaks --server 127.0.0.1 --port $((port + 1)) --tls --auth LOGIN --auth-user alice --auth-password secret --quit-after AUTH
run_it 28 swaks --server 127.0.0.1 --port $((port + 1)) --tls --auth LOGIN --auth-user alice --auth-password wr0ng-guess --quit-after AUTH
says "535 5.7.8"
pass

current="without TLS there is no AUTH, and without AUTH no mail"
run_it 28 submit --auth PLAIN --auth-user alice --auth-password secret
run_it 28 submit --tls --auth PLAIN --auth-user alice --auth-password wr0ng-guess
says "535 5.7.8"
run_it 28 submit --tls --auth PLAIN --auth-user in-the-wr0ng-field --auth-password x
says "535 5.7.8"
grep -F '"event":"session.auth_failed"' "$relay/log" | grep -qF '"user":"unknown user"' || fail "the guess is not logged"
grep -F '"event":"session.auth_failed"' "$relay/log" | grep -qF '"user":"alice"' || fail "our own user is not named"
run_it 23 submit --tls
run_it 23 submit
says "530 5.7"
pass

current="it is not an open relay"
run_it 24 swaks --server 127.0.0.1 --port $port --from eve@evil.example --to bob@dest.example
says "5.7.1"
run_it 0 swaks --server 127.0.0.1 --port $port --local-interface 127.0.0.9 --from app@sender.example --to bob@dest.example
wait_for "two messages" queue_has 2 '"id"'
pass

current="a client that pipelines thousands of commands gets all replies"
python3 - $port <<'END' >"$work/out" 2>&1 || fail "replies are missing"
import socket, sys
commands = 2700
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=10)
client.sendall(b"HELP\r\n" * commands)
said = b""
while said.count(b"214 ") < commands:
    octets = client.recv(65536)
    assert octets, said[-200:]
    said += octets
END
pass

current="killed with SIGKILL, it resumes where it stopped"
kill -9 "$relay_pid"
wait "$relay_pid" 2>/dev/null || true
start_relay
queue_has 2 '"id"' || fail "not all messages are there"
pass

current="a second relay on one spool is refused"
sed "s/port: $port/port: $((port + 4))/; s/port: $((port + 1))/port: $((port + 5))/" "$relay/relay.yaml" \
    >"$relay/second.yaml"
run_it 3 "$build/relaylab-relay" -c "$relay/second.yaml"
queue_has 2 '"id"' || fail "the first relay was disturbed"
pass

current="SIGTERM shuts it down gracefully"
kill -TERM "$relay_pid"
status=0
wait "$relay_pid" || status=$?
[ "$status" -eq 0 ] || fail "exit status $status"
run_it 3 "$build/relaylab-queue" -c "$relay/relay.yaml" list
says "no relay answers"
pass

log_is_known
