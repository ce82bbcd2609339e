# The relay's event log: each kind of event that a relay's day has, with the fields that the documentation promises.

own_relay "$work/logged" 127.0.0.9/32
log_has() { grep -qF "\"event\":\"$1\"" "$relay/log"; }
login() { # login PASSWORD: a message from alice
    swaks --server 127.0.0.1 --port $((port + 1)) --from alice@sender.example --to bob@dest.example --tls --auth PLAIN \
        --auth-user alice --auth-password "$1"
}
start_relay

current="every event that is logged is in the registry, with its fields, and no password is logged"
run_it 0 login secret
run_it 28 login wr0ng-guess
wait_for "the attempt" log_has delivery.deferred
run_it 0 q drop --all --bounce --yes
cp "$relay/relay.yaml" "$relay/good.yaml"
sed 's/^hostname:/hostnam:/' "$relay/good.yaml" >"$relay/relay.yaml"
kill -HUP "$relay_pid"
wait_for "the bad configuration to be refused" log_has config.refused
cp "$relay/good.yaml" "$relay/relay.yaml"
kill -HUP "$relay_pid"
wait_for "the good configuration to be loaded" log_has config.reloaded
kill -TERM "$relay_pid"
wait "$relay_pid" || fail "the relay did not shut down gracefully"
run_it 0 python3 harness/e2e/events.py "$build/relaylab-relay" "$relay/log"
for event in session.opened session.tls session.auth session.auth_failed message.accepted delivery.deferred \
    delivery.dropped message.report queue.changed config.refused config.reloaded relay.stopped; do
    says " $event"
done
pass
