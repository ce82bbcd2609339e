# The networks of a run: namespaces, and loopback where there are none.

confined="$build/testprogs/confined" # no namespaces, no privileges
find_networks

have_namespaces() {
    [ "$networks" != loopback ] || { skip "no namespaces here: $why"; return 1; }
}

current="where namespaces are forbidden, auto says so and uses loopback"
run_it 0 "$confined" "$build/relaylab" run "$greylist"
says "relaylab run: the simulated internet is on loopback: cannot create the run's namespaces (network, PID, UTS, IPC)"
says "1 passed"
nothing_left
run_it 0 "$build/relaylab" run --net loopback "$greylist"
says_not "on loopback"
pass

current="where the machine of a namespace cannot be named, auto says so and uses loopback"
if have_namespaces; then
    run_it 0 "$confined" --unnamed "$build/relaylab" run "$greylist"
    says "relaylab run: the simulated internet is on loopback: cannot name the run's machine relay.example: Operation"
    says "1 passed"
    run_it 3 "$confined" --unnamed "$build/relaylab" run --net namespace "$greylist"
    says "cannot name the run's machine relay.example: Operation not permitted; run as root"
    nothing_left
    pass
fi

current="where namespaces are forbidden, --net namespace says what to do, and runs nothing"
run_it 3 "$confined" "$build/relaylab" run --net namespace "$greylist"
says "Operation not permitted; run as root, or allow user namespaces"
[ "$(wc -l <"$work/out")" -eq 1 ] || fail "more than one line"
run_it 2 "$build/relaylab" run --net bridge "$greylist"
says 'not `bridge`'
pass

current="root without its capabilities gets its namespaces as any other user does"
if [ "$(id -u)" -ne 0 ]; then
    skip "needs root"
elif have_namespaces; then
    run_it 0 setpriv --bounding-set=-net_admin "$build/relaylab" run --net namespace "$greylist"
    pass
fi

current="an ordinary user without privileges gets the traces that root gets"
mkdir "$work/user" "$work/user/tmp"
cp -r scenarios fixtures "$work/user"
mkdir -p "$work/user/build/it"
cp "$build"/relaylab "$build"/relaylab-* "$build"/libwarp.so "$confined" "$build/testprogs/signals" "$work/user/build/it"
as_user=
if [ "$(id -u)" -eq 0 ]; then
    as_user="setpriv --reuid 54321 --regid 54321 --clear-groups --no-new-privs"
    chmod 711 "$work"
    chmod -R a+rX "$work/user"
    chown -R 54321:54321 "$work/user/tmp"
fi
for network in $networks; do
    run_it 0 "$build/relaylab" run --quiet --net "$network" --keep "$work/traces/$network" scenarios
done
cd "$work/user" # shellcheck disable=SC2086 # word splitting is intended
run_it 0 $as_user env TMPDIR="$work/user/tmp" build/it/confined build/it/relaylab run --quiet --keep tmp/kept scenarios
run_it 0 $as_user build/it/confined build/it/relaylab-warp -- build/it/signals # which leaves a child unburied
cd - >/dev/null
[ "$(ls "$work/user/tmp")" = kept ] || fail "left in its TMPDIR: $(ls "$work/user/tmp")"
mv "$work/user/tmp/kept" "$work/traces/user"
nothing_left
pass

current="traces are the same in every network, byte for byte"
find "$work/traces/loopback" -name trace.jsonl >"$work/list"
[ "$(wc -l <"$work/list")" -ge 35 ] || fail "only $(wc -l <"$work/list") traces"
while read -r trace; do
    for other in $networks user; do
        cmp "$trace" "$work/traces/$other/${trace#"$work/traces/loopback/"}" || fail "$trace differs in $other"
    done
done <"$work/list"
pass

current="in a namespace a target has a name, process numbers and random numbers that the seed chooses"
if have_namespaces; then
    mkdir "$work/machine"
    cat >"$work/machine/start" <<END
#!/bin/sh
echo "I am process \$\$ of \$(uname -n), and draw \$("$build/testprogs/entropy")"
exec "$build/testprogs/badtarget" gives-up
END
    chmod +x "$work/machine/start"
    sed -e "s|^start:.*|start: [\"\${adapter}/start\"]|" -e "s|lockstep|tolerant|" \
        "$targets/gives-up/target.yaml" >"$work/machine/target.yaml"
    as_it_is() { "$@"; }
    as_in_containers() { # /proc/sys is read-only
        unshare --map-root-user --mount sh -c 'mount --rbind /proc/sys /proc/sys &&
            mount -o remount,ro,bind /proc/sys && exec "$@"' sh "$@"
    }
    machines=as_it_is
    unshare --map-root-user --mount true 2>/dev/null && machines="as_it_is as_in_containers"
    for machine in $machines; do
        logs="$work/machine/$machine"
        for run in 1.first 1.again 2.first; do
            $machine "$build/relaylab" run --quiet --net namespace --seed "${run%.*}" --keep "$logs.$run" \
                --target "$work/machine" "$greylist" >"$work/out" 2>&1 || true
            find "$logs.$run" -name target.log -exec sed -n 1p {} + >"$logs.$run.log"
        done
        cp "$logs.1.first.log" "$work/out"
        says " of relay.example, and draw "
        cmp -s "$logs.1.first.log" "$logs.1.again.log" || fail "$machine: the seed's next run has other numbers"
        for one in 's/ of .*//' 's/.* draw //'; do
            [ "$(sed "$one" "$logs.1.first.log")" != "$(sed "$one" "$logs.2.first.log")" ] ||
                fail "$machine: another seed has the same numbers: $(sed "$one" "$logs.2.first.log")"
        done
    done
    pass
fi

current="concurrent runs do not disturb each other"
pids=
for i in 1 2 3 4 5 6; do
    "$build/relaylab" run --quiet --net loopback scenarios/retry >"$work/out.$i" 2>&1 &
    pids="$pids $!"
done
started="$started $pids"
for pid in $pids; do
    wait "$pid" || fail "one of them failed: $(cat "$work"/out.[1-6])"
done
nothing_left
pass

current="ports of programs that listen on all addresses are avoided, or the programs are named"
if have_namespaces; then
    run_it 0 "$build/testprogs/squatter" 20025 20053 -- "$build/relaylab" run --net loopback "$greylist"
    run_it 3 "$build/testprogs/squatter" 20587 22025 24025 26025 28025 30025 -- \
        "$build/relaylab" run --net loopback "$greylist"
    says "another program listens on port 30025 of all addresses"
    nothing_left
    pass
fi

# A target that spins and has two daemons: both have lost their parent, and one also has its own session.
mkdir "$work/daemons"
cat >"$work/daemons/start" <<END
#!/bin/sh
(sleep 1000000 &)
(setsid sleep 1000000 &)
exec "$build/testprogs/badtarget" spins
END
chmod +x "$work/daemons/start"
sed "s|^start:.*|start: [\"\${adapter}/start\"]|" "$targets/silent/target.yaml" >"$work/daemons/target.yaml"

child_named() { # child_named PID NAME
    for process in /proc/[0-9]*; do
        { read -r name <"$process/comm"; } 2>/dev/null || continue
        [ "$name" = "$2" ] && grep -q "^PPid:[[:space:]]*$1\$" "$process/status" 2>/dev/null && echo "${process#/proc/}"
    done
    true
}

# In a namespace the coordinator is its own guard.
start_spinning() { # start_spinning NETWORK
    "$build/relaylab" run --net "$1" --target "$work/daemons" "$greylist" >"$work/out" 2>&1 &
    pid=$!
    started="$started $pid"
    wait_for "the target to spin" grep -rqF "badtarget: spinning" "$TMPDIR"
    worker=$(child_named $pid relaylab)
    guard=$(child_named "${worker:-$pid}" relaylab-warp)
    coordinator=$(child_named "$guard" relaylab-warp)
    [ "$(run_processes | wc -l)" -ge 5 ] || fail "the run's processes are not seen, so their end could not be either"
}

ends_with() { # ends_with SIGNAL PID
    kill "-$1" "$2"
    WAIT_TRIES=60 # well before the spinning target is ended for its own sake
    wait_for "the run's processes to end" no_run_processes
    unset WAIT_TRIES
    wait "$pid" 2>/dev/null || true
    rm -rf "$TMPDIR"/* # a folder is all that a SIGKILL can leave
    nothing_left
}

for network in $networks; do
    current="on $network, a harness that is killed takes its run with it, daemons too"
    start_spinning "$network"
    ends_with KILL "$pid"
    pass

    current="on $network, so does relaylab-warp"
    start_spinning "$network"
    ends_with KILL "$guard"
    if [ "$network" = loopback ]; then
        start_spinning "$network"
        ends_with KILL "$coordinator"
    fi
    pass

    current="on $network, Ctrl-C ends everything and leaves nothing"
    start_spinning "$network"
    kill -INT "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 130 ] || fail "exit status $status, wanted 130"
    says "interrupted"
    nothing_left
    pass
done
