# A spool on a file system that is full or read-only: what the relay reports, and that no accepted message is lost.

# on_disk SIZE COMMAND…: in its own mount namespace, with a file system of SIZE in the place of the spool.
on_disk() {
    room=$1
    shift
    run_it 0 unshare --map-root-user --mount sh -c 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"' \
        "$room" "$relay/spool" "$@"
}

current="a full or read-only spool"
if unshare --map-root-user --mount true 2>/dev/null; then
    own_relay "$work/disk" 127.0.0.1/32
    mkdir -m 700 "$relay/spool"
    chmod 600 "$relay/relay.yaml"

    current="a spool without room, or read-only, is named before the relay starts, with what to do"
    cat >"$relay/start.sh" <<'END'
set -u
relay=$1 config=$2 spool=$3
ends() { "$relay" -c "$config" "$@" 2>&1; echo "status $?"; }
head -c 100m /dev/zero >"$spool/ballast" 2>/dev/null
ends
ends --check
rm "$spool"/*
mount -o remount,ro "$spool"
ends
ends --check
END
    on_disk 24m sh "$relay/start.sh" "$build/relaylab-relay" "$relay/relay.yaml" "$relay/spool"
    says "database or disk is full; the file system of $relay/spool is full: free some space"
    says "warning: spool: the file system of $relay/spool has 0 KiB left"
    says "the file system of $relay/spool is read-only: mount it read-write"
    says "error: spool: cannot write to $relay/spool: Read-only file system; mount it read-write"
    [ "$(grep '^status' "$work/out" | tr '\n' ' ')" = "status 3 status 0 status 3 status 2 " ] || fail "other exit statuses"
    pass

    current="a spool that fills refuses mail for now, keeps what it has, and takes mail when there is room again"
    cat >"$relay/fills.py" <<'END'
import os, smtplib, subprocess, sys, time

program, queue, config, spool, port = sys.argv[1:5] + [int(sys.argv[5])]

def listed():
    return subprocess.run([queue, "-c", config, "list"], capture_output=True, text=True)

def start():
    relay = subprocess.Popen([program, "-c", config])
    for _ in range(400):
        if listed().returncode == 0:
            return relay
        time.sleep(0.05)
    sys.exit("the relay does not start")

def send(recipient, wanted):
    session = smtplib.SMTP("127.0.0.1", port)
    try:
        session.sendmail("app@sender.example", [recipient], "Subject: x\r\n\r\nx\r\n")
        got = 250
    except smtplib.SMTPDataError as refused:
        got = refused.smtp_code
    if got != wanted:
        sys.exit("wanted %d, got %d" % (wanted, got))

def fill():
    with open(spool + "/ballast", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65536))
        except OSError:
            pass

relay = start()
send("first@dest.example", 250)
fill()
send("second@dest.example", 452)
os.remove(spool + "/ballast")
send("third@dest.example", 250)
fill()
relay.kill()
relay.wait()
os.remove(spool + "/ballast")
relay = start()
text = listed().stdout
for name in "first@", "third@":
    if name not in text:
        sys.exit("lost: " + name)
relay.terminate()
relay.wait(timeout=20)
END
    on_disk 24m python3 "$relay/fills.py" "$build/relaylab-relay" "$build/relaylab-queue" "$relay/relay.yaml" \
        "$relay/spool" $port
    grep -q "\"event\":\"message.refused\".*\"why\":\"the file system of $relay/spool has 0 KiB left, and mail is accepted only while more than 16384 KiB are free; free some space\"" \
        "$work/out" || fail "the log does not name the file system"
    pass

    current="a spool with too little room for any mail is reported at the start"
    on_disk 12m timeout --preserve-status -s TERM 3 "$build/relaylab-relay" -c "$relay/relay.yaml"
    says "\"event\":\"queue.no_room\",\"problem\":\"the file system of $relay/spool has "
    pass
else
    skip "there are no mount namespaces here"
fi
