# Programs that send mail, one of each kind of runtime, play scenarios to the end; those whose runtime is not installed
# are skipped. In each kind of network, except senders that use libc's resolver: only a namespace can give it its DNS
# server.

find_networks
senders=harness/e2e/senders
mkdir -p "$work/senders"
cp -r "$senders/python" "$work/senders/python-blocking"
sed -i -e 's/^name:.*/name: sender-python-blocking/' -e '/^submit:/,$d' "$work/senders/python-blocking/target.yaml"
cat >>"$work/senders/python-blocking/target.yaml" <<'END'
submit: [/usr/bin/python3, "${adapter}/sender.py", "${dns.addr}", "${target.name}", "${from}", "${rcpt}"]
END

plays() { # plays ADAPTER NETWORK…
    adapter=$1
    shift
    for network; do
        run_it 0 "$build/relaylab" run --net "$network" --target "$adapter" "$greylist"
        says "1 passed, 0 failed, 0 unsupported"
    done
}

sender() { # sender RUNTIME ADAPTER NETWORK…
    current="a sender: ${2##*/}"
    if [ ! -x "/usr/bin/$1" ]; then
        skip "/usr/bin/$1 is not installed"
        return
    fi
    shift
    plays "$@"
    pass
}

in_namespace=
if [ "$networks" != loopback ] && [ "$(id -u)" -eq 0 ]; then in_namespace=namespace; fi

# shellcheck disable=SC2086 # word splitting is intended
{
    sender python3 "$senders/python" $networks
    sender python3 "$work/senders/python-blocking" $networks
    sender node "$senders/node" $networks
    sender java "$senders/java" $networks
}
if [ -n "$in_namespace" ]; then
    sender php "$senders/php" namespace
else
    current="a sender: php"
    skip "it asks libc's resolver, which takes a namespace and root"
fi

current="an IPv4-mapped address outside the simulated internet is reported as the IPv4 address"
mkdir "$work/senders/mapped"
cat >"$work/senders/mapped/target.yaml" <<'END'
target: 1
name: mapped
about: connects through an IPv6 socket to a host of the world, and to one outside
clock: tolerant
ports: {}
start: [/bin/sleep, infinity]
submit: [/usr/bin/python3, "${adapter}/mapped.py", "${dns.addr}"]
END
cat >"$work/senders/mapped/mapped.py" <<'END'
import socket, sys

for address, wanted in ((sys.argv[1], None), ("240.0.0.1", 101)):  # ENETUNREACH
    try:
        socket.socket(socket.AF_INET6, socket.SOCK_STREAM).connect(("::ffff:" + address, 53))
        seen = None
    except OSError as error:
        seen = error.errno
    assert seen == wanted, (address, seen)
END
for network in $networks; do
    run_it 1 "$build/relaylab" run --net "$network" --keep "$work/mapped.$network" --target "$work/senders/mapped" "$greylist"
    find "$work/mapped.$network" -name trace.jsonl -exec grep '"violation"' {} + >"$work/out" || fail "no violation"
    says "240.0.0.1"
    says_not "ffff"
    says_not "203.0.113.129"
done
pass
