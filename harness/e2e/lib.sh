# Helpers of the end-to-end tests; sourced by harness/e2e/part. A failure ends the part, with its reason.

fail() {
    echo "FAILED: $current: $1"
    [ ! -f "$work/out" ] || sed 's/^/    /' "$work/out"
    [ ! -f "${relay:-}/log" ] || tail -5 "$relay/log"
    exit 1
}

pass() {
    passed=$((passed + 1))
    echo "ok  $current"
}

# skip REASON: what this machine cannot show. The closing line counts it.
skip() {
    skipped=$((skipped + 1))
    echo "skip  $current: $1"
}

# run_it WANTED_STATUS COMMAND…: both outputs go to $work/out.
run_it() {
    wanted=$1
    shift
    status=0
    "$@" >"$work/out" 2>&1 </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || fail "exit status $status, wanted $wanted: $*"
}

says() { # a fixed text in the last output
    grep -qF -e "$1" "$work/out" || fail "the output lacks: $1"
}

says_not() {
    if grep -qF -e "$1" "$work/out"; then fail "the output has: $1"; fi
}

# Those that this machine has, in $networks, and in $why what keeps it from having namespaces.
# without_times REPORT.json…: what differs between two runs of the same scenarios
without_times() { sed -i -e 's/"real_ms": [0-9]*/"real_ms": 1/' -e 's/"began": "[^"]*"/"began": "now"/' "$@"; }

find_networks() {
    networks="namespace loopback"
    why=$("$build/relaylab" run --quiet --net namespace "$greylist" 2>&1 >/dev/null) || networks=loopback
}

# Waits for a thing, at most 20 s, or WAIT_TRIES times 50 ms: wait_for WORDS COMMAND…
wait_for() {
    what=$1
    shift
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt "${WAIT_TRIES:-400}" ] || fail "waited in vain for $what"
        sleep 0.05
    done
}

# Processes of our runs: they have our TMPDIR in their environment, and are relaylab-warp or run under it.
run_processes() {
    for process in /proc/[0-9]*; do
        { grep -qaF "TMPDIR=$TMPDIR" "$process/environ"; } 2>/dev/null || continue
        { read -r name <"$process/comm"; } 2>/dev/null || continue
        [ "$name" = relaylab-warp ] || grep -qaF "RELAYLAB_WARP=" "$process/environ" 2>/dev/null || continue
        echo "${process#/proc/}"
    done
}

no_run_processes() { [ -z "$(run_processes)" ]; }

# Nothing of a run is left: no folder, no process.
nothing_left() {
    [ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls "$TMPDIR")"
    no_run_processes || fail "processes are left: $(run_processes)"
}

# A folder for harness/testprogs/badtarget in this mode: bad_target MODE; its path is in $bad.
bad_target() {
    bad=$work/targets/$1
    mkdir -p "$bad"
    sed "s/silent/$1/" "$targets/silent/target.yaml" >"$bad/target.yaml"
}

# Our relay, a little different, as the target in $different: relay_with NAME ['KEY: VALUE']… [-- 'KEY: VALUE'…]: lines of
# target.yaml, then of relay.yaml, each in the place of the one with that key; 'KEY:' alone takes it away.
relay_with() {
    different=$work/targets/$1
    file=$different/target.yaml
    rm -rf "$different"
    mkdir -p "$work/targets"
    cp -r "$targets/relay" "$different"
    shift
    for line; do
        [ "$line" = -- ] && file=$different/relay.yaml && continue
        sed -i "/^${line%%:*}:/d" "$file"
        [ "$line" = "${line%%:*}:" ] || printf '%s\n' "$line" >>"$file"
    done
}

# ---- a relay of our own, in real time: its folder is $relay, with a relay.yaml; its ports are $port and the next ----

# mint NAME [DAYS]: the relay's certificate and key
mint() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -days "${2:-2}" \
        -keyout "$relay/key.pem" -out "$relay/cert.pem" 2>/dev/null
}

# own_relay FOLDER TRUSTED_NETWORK [ROLE_OF_THE_NEXT_PORT]: makes $relay, with a certificate, the user alice, password
# secret, and a DNS server that never answers.
own_relay() {
    relay=$1
    mkdir "$relay"
    mint relay.example
    cat >"$relay/relay.yaml" <<END
hostname: relay.example
spool: $relay/spool
listen:
  - {address: 127.0.0.1, port: $port, role: relay}
  - {address: 127.0.0.1, port: $((port + 1)), role: ${3:-submission}}
trusted_networks: [$2]
tls: {certificate: $relay/cert.pem, key: $relay/key.pem}
users: {alice: "$(openssl passwd -6 secret)"}
resolver: {servers: "127.0.0.1:9", timeout: 1s, tries: 1}
END
}

start_relay() {
    "$build/relaylab-relay" -c "$relay/relay.yaml" 2>>"$relay/log" &
    relay_pid=$!
    started="$started $relay_pid"
    wait_for "the relay to start" "$build/relaylab-queue" -c "$relay/relay.yaml" list
}
q() { "$build/relaylab-queue" --control "$relay/spool/control.sock" "$@"; }

# A test: the log of this part's relay has events of the registry only, and no password.
log_is_known() {
    current="the log of this relay has known events only, with known fields, and no password"
    run_it 0 python3 harness/e2e/events.py "$build/relaylab-relay" "$relay/log"
    pass
}
