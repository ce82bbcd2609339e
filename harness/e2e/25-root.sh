# What a target can reach: its root is a list, and of the caller's descriptors none comes through.

secret=secret$$of$(date +%s)this$(date +%N)machine
hint=$(echo "$secret" | sed 's/of/o_f/')
roots="namespace loopback"
"$build/relaylab" run --quiet --net namespace "$greylist" >/dev/null 2>"$work/out" || roots=
! grep -q "no root of its own" "$work/out" || roots=

# Our relay, started and asked by a curious program: curious_relay NAME ADAPTER_LINE… [-- PATH…]
curious_relay() {
    name=$1 lines= && shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do lines="$lines${lines:+
}$1" && shift; done
    paths=
    for path; do [ "$path" = -- ] || paths="$paths, \"$path\""; done
    look="\"$build/testprogs/curious\", $hint$paths, --"
    relay_with "$name" "start: [$look, \"\${bin}/relaylab-relay\", -c, \"\${dir}/relay.yaml\"]" \
        "queue: [$look, \"\${bin}/relaylab-queue\", --control, \"\${dir}/spool/control.sock\", list, --json]" \
        "submit: [$look, /bin/false]" "flush: [$look, /bin/true]"
    [ -z "$lines" ] || echo "$lines" >>"$different/target.yaml"
}

kept_log() { cp "$work/kept-$1"/*/*/target.log "$work/out" || fail "there is no log of the target"; }

# Files that hold the secret, where a machine of a mail server has them: on top of this one's, in mounts of one's own.
# Not where the programs and these tests themselves lie.
homes=
for place in /home /root /srv /mnt /media /opt; do
    case ":$build/:$PWD/:$work/" in *":$place/"*) ;; *) homes="$homes $place" ;; esac
done
cat >"$work/planted" <<END
set -e
for place in /var/spool $homes; do mount -t tmpfs none \$place; done
mkdir -p /var/spool/postfix/deferred /var/spool/exim4/input
for file in /var/spool/postfix/deferred/1 /var/spool/exim4/input/1-D; do echo $secret >\$file; done
for place in $homes; do echo $secret >\$place/mail; done
echo $secret >"$work/secret"
mount --bind "$work/secret" /etc/fstab
exec "\$@"
END
as_root="unshare --mount"
[ "$(id -u)" -eq 0 ] || as_root="unshare --map-root-user --mount"
# shellcheck disable=SC2086 # word splitting is intended
$as_root true 2>/dev/null && [ -e /etc/fstab ] && [ -n "$roots" ] || as_root=

if [ -n "$as_root" ]; then
    current="a target sees neither spools nor configuration nor homes of this machine"
    curious_relay looks-round -- /var/spool/postfix /home/mail /root/mail "$work/secret" /usr /usr/local /var/spool
    for network in $roots; do
        # shellcheck disable=SC2086
        run_it 0 $as_root sh "$work/planted" "$build/relaylab" run --net "$network" --keep "$work/kept-$network" \
            --target "$different" "$greylist"
        kept_log "$network"
        says "curious: has looked round"
        says_not "the secret is in"
        for path in /var/spool/postfix /home/mail /root/mail "$work/secret"; do says "curious: misses $path"; done
        says "curious: sees /usr"
        says_not "curious: writes to /usr"
        says "curious: writes to /var/spool" # which is its own
        says_not "curious: opens"
        ! grep -rqF "$secret" "$work/kept-$network" || fail "the secret is in the kept folder"
        [ ! -e /var/spool/by-curious ] || fail "it wrote to this machine"
    done
    pass
fi

if [ -n "$roots" ]; then
    current="a target sees the paths that its adapter names, and writes where it may"
    mkdir "$work/lent" "$work/given"
    echo "$secret" >"$work/lent/file"
    curious_relay borrows "paths: {read: [$work/lent], write: [$work/given]}" -- "$work/lent" "$work/given" "$work/targets"
    run_it 0 "$build/relaylab" run --keep "$work/kept-paths" --target "$different" "$greylist"
    kept_log paths
    says "curious: the secret is in $work/lent/file"
    says_not "curious: writes to $work/lent"
    says "curious: writes to $work/given"
    [ ! -e "$work/targets/by-curious" ] || fail "it wrote where it was not asked to"
    [ -e "$work/given/by-curious" ] || fail "what it wrote is not there"
    pass
fi

current="a path that an adapter names must exist, and be a part of this machine"
relay_with lacks "paths: {read: [$work/nothing, lib, /etc]}"
run_it 2 "$build/relaylab" run --target "$different" "$greylist"
says "paths.read: \`$work/nothing\` does not exist on this machine: No such file or directory"
says 'paths.read: `lib` is not an absolute path'
says 'paths.read: each run has its own `/etc`'
pass

current="the target inherits none of the caller's descriptors, nor any of the harness's"
curious_relay lists
sed 's/submit: m1,/submit: m1, via: sendmail,/; s/^story:/&\n  - {t: 1s, target: flush}/' "$greylist" >"$work/handed-in.yaml"
echo "$secret" >"$work/open"
for network in ${roots:-loopback}; do
    for scenario in "$greylist" "$work/handed-in.yaml"; do
        rm -rf "$work/kept-open"
        "$build/relaylab" run --net "$network" --keep "$work/kept-open" --target "$different" "$scenario" \
            >"$work/out" 2>&1 </dev/null 7<"$work/open" 8>>"$work/open" 9<"$work/open" || true
        cat "$work"/kept-open/*/*/target.log "$work"/kept-open/*/*/submit/*.out >"$work/out" 2>/dev/null || true
        says "curious: has looked round"
        sed -i '/descriptor 99[67] is/d' "$work/out" # libwarp's
        says_not "curious: descriptor"
    done
    grep -c "has looked round" "$work/out" >"$work/count"
    [ "$(cat "$work/count")" -ge 4 ] || fail "not all of start, submit, queue and flush were seen"
done
pass

current="the sim and the coordinator inherit none of the caller's descriptors either"
bad_target spins
"$build/relaylab" run --target "$bad" "$greylist" >"$work/out" 2>&1 7<"$work/open" &
pid=$!
started="$started $pid"
wait_for "the target to spin" grep -rqF "badtarget: spinning" "$TMPDIR"
for process in $(run_processes); do
    ls -l "/proc/$process/fd" >"$work/out" 2>/dev/null || continue
    says_not "$work/open"
done
kill -INT "$pid"
wait "$pid" || true
nothing_left
pass

current="no run waits for a FIFO in the place of a program"
mkfifo -m 755 "$work/fifo"
run_it 127 timeout 60 "$build/relaylab-warp" -- "$work/fifo"
says "cannot run $work/fifo"
pass
