# What the relay does for efficiency's sake: no RFC asks for it, so scenarios only note it, and this holds it.

does() { # does SCENARIO SENTENCE
    run_it 0 "$build/relaylab" run --timeline "scenarios/$1.yaml"
    grep -F "$2" "$work/out" | grep -q "  does (" || fail "not done: $2"
}

current="the recipients beyond a host's limit go in further transactions at once"
does rate/recipients-per-transaction "The others go in further transactions at once"
pass

current="a 421 after accepted messages costs a connection, not a retry"
does rate/messages-per-connection "None waits for a retry"
pass

current="after refused connections, the open ones carry what waits"
does rate/421-connection-limit "Learn from the refusals"
grep -q "user1@busy.example  *00:00:00.000 .*delivered" "$work/out" || fail "not at once"
says "and the same for 9 more recipients, up to user10@busy.example"
pass

current="a dead host is remembered, and its domain does not delay others"
does routing/dead-domain-beside-others "The dead host is remembered"
says "pass  should  It does not wait for the dead one"
run_it 0 "$build/relaylab" run --keep "$work/kept-dead" scenarios/routing/dead-domain-beside-others.yaml
asked=$(grep '"event":"dns.query"' "$work/kept-dead/routing/dead-domain-beside-others/trace.jsonl" | grep -c '"dead.example"')
[ "$asked" -lt 100 ] || fail "$asked DNS questions about hosts that are known to rest"
pass
