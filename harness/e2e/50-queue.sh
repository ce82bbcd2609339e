# The operator's tool, on a relay whose DNS never answers, so that everything waits.

send_some() { # send_some FROM TO…: one message
    from=$1
    shift
    run_it 0 swaks --server 127.0.0.1 --port $port --local-interface 127.0.0.9 --from "$from" --to "$(echo "$*" | tr ' ' ,)" "$header"
}
header="--header=X-Note: $(printf 'bell \007')"
id_of() { q list --json --rcpt "$1" | sed -n 's/.*"id":"\([^"]*\)".*/\1/p' | head -1; }

relay=$work/operated
mkdir "$relay"
cat >"$relay/relay.yaml" <<END
hostname: relay.example
spool: $relay/spool
listen: [{address: 127.0.0.1, port: $port, role: relay}]
trusted_networks: [127.0.0.9/32]
resolver: {servers: "127.0.0.1:9", timeout: 1s, tries: 1}
END

current="a control socket does not replace another file"
echo precious >"$relay/precious"
sed "s|^spool:|control: $relay/precious\nspool:|" "$relay/relay.yaml" >"$relay/odd.yaml"
run_it 3 timeout 20 "$build/relaylab-relay" -c "$relay/odd.yaml"
says "exists and is not a socket"
[ "$(cat "$relay/precious")" = precious ] || fail "the file is gone"
pass

current="relaylab-queue reports what is wrong with its command line, and what to do"
run_it 0 "$build/relaylab-queue" --help
says "Exit status:"
for verb in list show retry flush hold release drop; do
    run_it 0 "$build/relaylab-queue" "$verb" --help
    says "Usage: relaylab-queue $verb (-c FILE | --control SOCKET)"
done
run_it 2 "$build/relaylab-queue" -c "$relay/relay.yaml" lits
says 'did you mean `list`?'
run_it 2 q drop
says "missing recipients; give an ID, --domain, --rcpt or --sender, or --all"
run_it 2 q show
says "missing argument; expected ID, the queue id of a message"
run_it 2 q list --bounce
says "--bounce is not an option of \`list\`, but of \`drop\`"
run_it 2 "$build/relaylab-queue" list
says "missing relay; give -c FILE or --control SOCKET"
run_it 3 q list
says "there is no such socket (is the relay running?)"
pass

start_relay
send_some alice@sender.example bob@one.example ann@two.example
send_some carol@other.example dan@two.example
wait_for "all of them to be tried" eval '[ "$(q list --json | grep -o "\"state\":\"deferred\"" | wc -l)" -eq 3 ]'

current="list shows what matches, in columns and as JSON"
run_it 0 q list
says "3 recipients"
says "bob@one.example  1 try, next in "
run_it 0 q list --rcpt two.example
says "2 messages, 2 recipients"
says_not "one.example"
run_it 0 q list --sender "*@OTHER.example" --json
says '"rcpt":"dan@two.example","state":"deferred","attempts":1,'
says_not "alice@"
run_it 1 q list --rcpt nobody@one.example
run_it 1 q list nosuchid
"$build/relaylab-queue" -c "$relay/relay.yaml" list --json | python3 -c 'import json,sys; json.load(sys.stdin)' ||
    fail "list --json is no JSON"
pass

current="show prints everything about one message, and nothing of it controls the terminal"
id=$(id_of bob@one.example)
run_it 0 q show "$id"
says "From       alice@sender.example"
says "To         ann@two.example"
says "X-Note: bell \\x07"
says_not "This is a test mailing"
run_it 0 q show "$id" --body
says "This is a test mailing"
q show "$id" --raw >"$work/raw"
head -1 "$work/raw" | grep -q "^Received: from " || fail "--raw is not the message alone"
grep -q "$(printf 'bell \007')" "$work/raw" || fail "--raw is not exact"
run_it 1 q show nosuchid
says "no message nosuchid is in the queue"
pass

current="a held recipient is not tried, also after kill -9, until it is released"
run_it 0 q hold --domain two.example
says "2 recipients held"
kill -9 "$relay_pid"
wait "$relay_pid" 2>/dev/null || true
start_relay
run_it 0 q flush
says "1 recipient due now, 2 left as they were"
run_it 0 q list --rcpt two.example
says "1 try, held"
run_it 0 q release --all
says "2 recipients released"
pass

current="retry tries now, and the schedule stays"
next_of() { q list --json --rcpt "$1" | sed -n 's/.*"next":\([0-9]*\).*/\1/p'; }
tries_of() { q list --json --rcpt "$1" | sed -n 's/.*"attempts":\([0-9]*\).*/\1/p'; }
wait_for "bob to rest" eval 'q list --rcpt bob@one.example | grep -q "next in"'
tries=$(tries_of dan@two.example)
run_it 0 q retry "$(id_of dan@two.example)"
says "1 recipient due now"
wait_for "the attempt" eval '[ "$(tries_of dan@two.example)" -eq $((tries + 1)) ]'
wait_for "its end" eval 'q list --rcpt dan@two.example | grep -q "next in"'
run_it 1 q retry nosuchid
pass

current="drop removes from the queue permanently"
run_it 0 q drop --rcpt bob@one.example
says "1 recipient dropped"
run_it 0 q drop --sender "*@other.example" --bounce
kill -9 "$relay_pid"
wait "$relay_pid" 2>/dev/null || true
start_relay
run_it 0 q list
says "2 messages, 2 recipients" # ann, and the bounce to carol
says "carol@other.example"
says "ann@two.example"
pass

current="garbage, a client that does not read, and many clients do not disturb the relay"
python3 - "$relay/spool/control.sock" <<'END' || fail "the control socket does not stand it"
import json, os, socket, sys
def connect():
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    s.settimeout(10)
    return s
def answer(request):
    s = connect()
    try:
        s.sendall(request)
        return b"".join(iter(lambda: s.recv(65536), b""))
    except (BrokenPipeError, ConnectionResetError):
        return b""
for garbage in (b"\n", b"list\n", b"\0\xff" * 50 + b"\n", b'{"verb":"drop"}\n', b'{"verb":"drop","al":true}\n',
                b'{"verb":"list","id":3}\n', b'{"verb":"show"}\n', b"[" * 4000 + b"\n", b"x" * 100000):
    got = answer(garbage)
    assert garbage[:1] == b"x" or "error" in json.loads(got), (garbage, got)
idle = [connect() for _ in range(40)]
got = answer(b'{"verb":"list"}\n')
assert b"too many control connections" in got, got
for s in idle:
    s.close()
mute = connect()
mute.sendall(b'{"verb":"list"}\n')
END
wait_for "the crowd to leave" q list
says_not busy
run_it 0 q list
says "2 messages, 2 recipients"
pass

current="a hundred thousand recipients are listed in little memory"
kill "$relay_pid"
wait "$relay_pid" || true
python3 - "$relay/spool/queue.db" <<'END'
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1])
now = time.time_ns()
later = now + 10**13
for m in range(1000):
    id = "m%015d" % m
    db.execute("INSERT INTO message (id, reverse_path, created_ns, octets, size) VALUES (?,?,?,0,8)", (id, "x@s.example", now))
    db.execute("INSERT INTO body VALUES (?,0,?)", (id, b"A: b\r\n\r\n"))
    db.executemany("INSERT INTO recipient (message_id, number, address, next_ns, attempts, deferrals, host_deferrals, status,"
                   " diagnostic, remote_mta) VALUES (?,?,?,?,1,1,0,'4.4.1',?,'')",
                   [(id, r, "user%d@d%d.example" % (r, m), later, "no answer " * 10) for r in range(100)])
db.commit()
END
start_relay
before=$(awk '/VmRSS/ {print $2}' "/proc/$relay_pid/status")
for slow in 1 2 3; do q list --json >"$work/listing.$slow" & listers="${listers:-} $!"; done
for lister in $listers; do wait "$lister" || fail "a listing failed"; done
after=$(awk '/VmHWM/ {print $2}' "/proc/$relay_pid/status")
[ "$(grep -o '"rcpt"' "$work/listing.3" | wc -l)" -eq 100002 ] || fail "the listing is not whole"
# What listings add to what the queue itself takes: far below one listing, which has 20 MB.
[ $((after - before)) -lt 8000 ] || fail "listing took $((after - before)) kB"
rm "$work"/listing.*
run_it 0 q drop --sender x@s.example
says "100000 recipients dropped"
run_it 0 q list
says "2 messages, 2 recipients"
kill "$relay_pid"
wait "$relay_pid" || fail "it did not end in order"
pass

log_is_known
