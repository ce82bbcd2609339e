# A run of a target with layers leaves nothing. The target has files at absolute paths of its own file system, many
# processes, and daemons; the run needs root, for the mounts.

layered=$work/layered
mkdir "$layered"
cat >"$layered/relay.conf" <<'END'
# ${target.name}
END
cat >"$layered/start" <<END
#!/bin/sh
[ -s /etc/leftovers/relay.conf ] && [ -e /dev/log ] || exit 9
echo spool >/var/leftovers-spool
ipcmk --queue >/dev/null || exit 9
(sleep 1000000 &)
(setsid sleep 1000000 &)
exec "$build/testprogs/badtarget" "\$1"
END
chmod +x "$layered/start"

layered_target() { # layered_target MODE: its path is in $bad
    bad=$work/layered-$1
    mkdir -p "$bad"
    cp "$layered/start" "$layered/relay.conf" "$bad"
    cat >"$bad/target.yaml" <<END
target: 1
name: layered
about: a relay with files of its own in /etc, which is broken on purpose
clock: tolerant
root: true
ports: {smtp: 25, submission: 587}
files: {relay.conf: /etc/leftovers/relay.conf}
start: ["\${adapter}/start", $1]
END
}

# Everything that could be left: mounts in this or any other namespace, abstract sockets, message queues, files,
# processes.
leftovers() {
    cat /proc/self/mounts
    awk '{ print "queue", $2 }' /proc/sysvipc/msg
    grep -lF "$TMPDIR" /proc/[0-9]*/mountinfo 2>/dev/null || true
    ls -d /etc/leftovers /var/leftovers-spool 2>/dev/null || true
    ls -A "$TMPDIR"
    run_processes
}

nothing_new() {
    wait_for "the run's processes to end" no_run_processes
    leftovers >"$work/after"
    diff "$work/before" "$work/after" >"$work/out" || fail "something is left"
    nothing_left
}

start_layered() { # start_layered MODE: in the background, until its line is in the log
    "$build/relaylab" run --target "$bad" "$greylist" >"$work/out" 2>&1 &
    pid=$!
    started="$started $pid"
    wait_for "the target to spin" grep -rqF "badtarget: spinning" "$TMPDIR"
    [ "$(run_processes | wc -l)" -ge 5 ] || fail "the run's processes are not seen, so their end could not be either"
    [ "$(leftovers | wc -l)" -gt "$(wc -l <"$work/before")" ] || fail "a run that goes on is not seen"
}

if [ "$(id -u)" -eq 0 ] && unshare --mount true 2>/dev/null; then
    leftovers >"$work/before"

    current="a target with layers that crashes leaves nothing behind"
    layered_target crashes-at-data
    run_it 3 "$build/relaylab" run --target "$bad" "$greylist"
    says " unexpectedly, at virtual time"
    nothing_new
    pass

    current="a target with layers whose run is interrupted leaves nothing behind"
    layered_target spins
    start_layered
    kill -INT "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 130 ] || fail "exit status $status, wanted 130"
    nothing_new
    pass

    current="a harness that is killed leaves a folder, which the next run removes"
    start_layered
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
    wait_for "the run's processes to end" no_run_processes
    [ "$(ls "$TMPDIR" | wc -l)" -eq 1 ] || fail "not one folder in TMPDIR: $(ls "$TMPDIR")"
    left=$TMPDIR/$(ls "$TMPDIR")
    run_it 0 "$build/relaylab" run --quiet "$greylist"
    [ -d "$left" ] || fail "a folder in which something was made just now was taken for left behind"
    touch -d '2 minutes ago' "$left"
    run_it 0 flock "$left" "$build/relaylab" run --quiet "$greylist"
    [ -d "$left" ] || fail "a folder that has an owner was removed"
    run_it 0 "$build/relaylab" run --quiet "$greylist"
    nothing_new
    pass
fi
