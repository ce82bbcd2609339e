# A relay that is attacked, or whose disk is damaged: what it costs, and that everything else goes on.

own_relay "$work/attacked" 127.0.0.1/32
cat >"$relay/client.py" <<'END'
import base64, os, signal, socket, ssl, sys, time

port, relay_pid = int(sys.argv[1]), int(sys.argv[2])

class Session:
    def __init__(self, address="127.0.0.1", at=port + 1):
        self.socket = socket.create_connection(("127.0.0.1", at), timeout=20, source_address=(address, 0))
        self.file = self.socket.makefile("rb")
        self.reply("220")
    def reply(self, wanted):
        line = b"250-"
        while line[3:4] == b"-":
            line = self.file.readline()
        if not line.startswith(wanted.encode()):
            sys.exit("wanted %s, got %r" % (wanted, line))
    def say(self, words, wanted=None):
        self.socket.sendall(words.encode() + b"\r\n")
        if wanted:
            self.reply(wanted)
    def tls(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.say("EHLO client.example", "250")
        self.say("STARTTLS", "220")
        self.socket = context.wrap_socket(self.socket)
        self.file = self.socket.makefile("rb")
        self.say("EHLO client.example", "250")
        return self

def auth(password):
    return "AUTH PLAIN " + base64.b64encode(b"\0alice\0" + password.encode()).decode()

def children():
    with open("/proc/%d/task/%d/children" % (relay_pid, relay_pid)) as file:
        return [int(pid) for pid in file.read().split()]

def wait_until(condition):
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    sys.exit("waited in vain")
END

start_relay
current="the relay compares passwords in a helper process, which has none of its descriptors"
cat "$relay/client.py" - >"$relay/own.py" <<'END'
if children():
    sys.exit("a helper before the first password")
session = Session().tls()
session.say(auth("guess"), "535")
session.say(auth("secret"), "235")
[helper] = children()
if sorted(os.listdir("/proc/%d/fd" % helper)) != ["0", "1", "2"]:
    sys.exit("its descriptors: %s" % os.listdir("/proc/%d/fd" % helper))
if os.getpriority(os.PRIO_PROCESS, helper) <= os.getpriority(os.PRIO_PROCESS, relay_pid):
    sys.exit("its priority is not low")
END
run_it 0 python3 "$relay/own.py" $port "$relay_pid"
pass

current="while a password is compared, other sessions go on, and commands pipelined after AUTH wait"
cat "$relay/client.py" - >"$relay/waits.py" <<'END'
[helper] = children()
os.kill(helper, signal.SIGSTOP)
waiting = Session("127.0.0.2").tls()
waiting.say(auth("secret2") + "\r\nNOOP\r\nQUIT")
gone = Session("127.0.0.3").tls()
gone.say(auth("guess"))
gone.socket.close()
other = Session(at=port)
other.say("EHLO client.example", "250")
other.say("MAIL FROM:<app@sender.example>", "250")
other.say("RCPT TO:<bob@dest.example>", "250")
other.say("DATA", "354")
other.say("Subject: x\r\n\r\nx\r\n.", "250")
os.kill(helper, signal.SIGCONT)
waiting.reply("535")
waiting.reply("250")
waiting.reply("221")
END
run_it 0 python3 "$relay/waits.py" $port "$relay_pid"
pass

current="killed with SIGKILL, the helper is replaced, and its AUTH gets 454"
cat "$relay/client.py" - >"$relay/killed.py" <<'END'
[helper] = children()
os.kill(helper, signal.SIGSTOP)
session = Session().tls()
session.say(auth("guess2"))
second = Session("127.0.0.4").tls()
second.say(auth("guess3"))
os.kill(helper, signal.SIGKILL)
said = sorted([session.file.readline()[:3], second.file.readline()[:3]])
if said != [b"454", b"535"]:
    sys.exit("the replies are %r" % said)
session.say(auth("secret3"), "535")
[helper] = children()
END
run_it 0 python3 "$relay/killed.py" $port "$relay_pid"
grep -q '"event":"hasher.failed"' "$relay/log" || fail "it is not logged"
pass

current="SIGHUP does not reset the count of guesses"
cat "$relay/client.py" - >"$relay/again.py" <<'END'
session = Session("127.0.0.5").tls()
for n in range(10):
    session.say(auth("wr0ng"), "535")
session.say(auth("wr0ng"), "454")
os.kill(relay_pid, signal.SIGHUP)
wait_until(lambda: "config.reloaded" in open(sys.argv[3]).read())
Session("127.0.0.5").tls().say(auth("wr0ng"), "454")
END
run_it 0 python3 "$relay/again.py" $port "$relay_pid" "$relay/log"
pass

current="the helper ends with the relay, however the relay ends"
helper_of() { tr -d ' ' <"/proc/$1/task/$1/children"; }
helper_is_gone() { [ ! -e "/proc/$helper/fd/0" ]; }
helper=$(helper_of "$relay_pid")
kill -9 "$relay_pid"
wait "$relay_pid" 2>/dev/null || true
wait_for "the helper to end" helper_is_gone
start_relay
run_it 0 python3 "$relay/own.py" $port "$relay_pid"
helper=$(helper_of "$relay_pid")
kill "$relay_pid"
wait "$relay_pid" || fail "it ended with $?"
wait_for "the helper to end" helper_is_gone
pass

current="one client is limited to its share of the queue, also after a restart, and others still get 250"
sed -i "/^limits:/d; s|^trusted_networks:.*|trusted_networks: [127.0.0.0/8]|" "$relay/relay.yaml"
echo "limits: {queue_recipients: 40, queue_recipients_per_client: 10}" >>"$relay/relay.yaml"
cat "$relay/client.py" - >"$relay/share.py" <<'END'
def send(address, recipients, wanted):
    session = Session(address, at=port)
    session.say("EHLO client.example", "250")
    session.say("MAIL FROM:<app@sender.example>", "250")
    for n in range(recipients):
        session.say("RCPT TO:<bob%d@dest.example>" % n, "250")
    session.say("DATA", "354")
    session.say("Subject: x\r\n\r\nx\r\n.", wanted)

if sys.argv[3] == "fill":
    send("127.0.0.8", 9, "250")
    send("127.0.0.8", 2, "452 4.3.1 Too much of your mail")
    send("127.0.0.8", 1, "250")
else:
    send("127.0.0.8", 1, "452 4.3.1 Too much of your mail")
    send("127.0.0.9", 10, "250")
END
start_relay
run_it 0 python3 "$relay/share.py" $port "$relay_pid" fill
kill -9 "$relay_pid"
wait "$relay_pid" 2>/dev/null || true
start_relay
run_it 0 python3 "$relay/share.py" $port "$relay_pid" again
[ "$(grep -c '"event":"queue.share_used","share":"client 127.0.0.8"' "$relay/log")" -eq 2 ] || fail "it is not logged once by each process"
kill "$relay_pid"
wait "$relay_pid" || fail "it ended with $?"
pass

current="a message whose body is missing is set aside, shown and dropped, and all other mail goes on"
python3 - "$relay/spool/queue.db" >"$work/damaged" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
[id] = db.execute("SELECT id FROM message WHERE client='127.0.0.9'").fetchone()
db.execute("DELETE FROM body WHERE message_id=?", [id])
db.execute("UPDATE message SET created_ns=1") # all are tried once more, and bounce
db.execute("UPDATE recipient SET next_ns=1")
db.commit()
print(id)
END
damaged=$(cat "$work/damaged")
start_relay
only_damaged() { q list >"$work/out" && [ "$(grep -c '^[A-Za-z0-9]\{16\} .*<app@sender.example>' "$work/out")" -eq 1 ]; }
wait_for "all but one to bounce" only_damaged
says "bob0@dest.example"
says ", damaged"
run_it 0 q show "$damaged"
says "Damaged    its body is missing"
grep -q '"event":"message.damaged","id":"'"$damaged"'".*"recipients":10,"problem":"its body is missing"' "$relay/log" || fail "it is not logged"
run_it 0 q retry "$damaged"
run_it 0 q drop "$damaged" --yes
run_it 1 q show "$damaged"
kill "$relay_pid"
wait "$relay_pid" || fail "it ended with $?"
pass

current="a world-readable spool becomes private to the relay's user, with everything in it"
rm -rf "$relay/spool"
mkdir -m 755 "$relay/spool"
(umask 022 && : >"$relay/spool/queue.db")
start_relay
for one in spool:700 spool/queue.db:600 spool/queue.db-wal:600 spool/control.sock:600; do
    [ "$(stat -c %a "$relay/${one%:*}")" = "${one#*:}" ] || fail "${one%:*} has mode $(stat -c %a "$relay/${one%:*}")"
done
pass

current="changes of the database since the last run are reported at the start"
said() { grep -qF "$1" "$relay/log" || fail "the log lacks: $1"; }
run_it 0 python3 "$relay/share.py" $port "$relay_pid" fill
! grep -q '"event":"queue.damaged"' "$relay/log" || fail "damage is reported where there is none"
kill -9 "$relay_pid"
wait "$relay_pid" 2>/dev/null || true
rm "$relay/spool/queue.db-wal"
start_relay
said "the relay was not shut down gracefully, and its write-ahead log queue.db-wal is missing"
run_it 0 python3 "$relay/share.py" $port "$relay_pid" fill
kill -9 "$relay_pid"
wait "$relay_pid" 2>/dev/null || true
: >"$relay/spool/queue.db"
start_relay
said "queue.db is missing or empty, but its write-ahead log is not: the queue starts empty, and the log is kept as $relay/spool/queue.db-wal.lost"
[ -s "$relay/spool/queue.db-wal.lost" ] || fail "the log is not kept"
run_it 0 python3 "$relay/share.py" $port "$relay_pid" fill
kill "$relay_pid"
wait "$relay_pid" || fail "it ended with $?"
: >"$relay/log"
start_relay
kill "$relay_pid"
wait "$relay_pid" || fail "it ended with $?"
! grep -q '"event":"queue.damaged"' "$relay/log" || fail "damage is reported where there is none"
python3 -c 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute("DELETE FROM message"); db.commit()' "$relay/spool/queue.db"
start_relay
said '"problem":"the database should hold 2 messages, but holds 0","rows":2'
kill "$relay_pid"
wait "$relay_pid" || fail "it ended with $?"
python3 - "$relay/spool/queue.db" <<'END' # bits of a page flip
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(4096 * 2 + 3)
    file.write(b"\xff\xff")
END
start_relay
said '"problem":"SQLite reports damage: '
said "the readable part of the queue is in a new queue.db; the damaged file is kept as $relay/spool/queue.db.damaged"
run_it 0 python3 "$relay/share.py" $port "$relay_pid" fill
kill "$relay_pid"
wait "$relay_pid" || fail "it ended with $?"
[ -s "$relay/spool/queue.db.damaged" ] || fail "the damaged database is not kept"
pass

current="a log that no process reads stops neither the relay nor its shutdown"
rm -rf "$relay/spool"
cat "$relay/client.py" - >"$relay/unread.py" <<'END'
import subprocess
relay = subprocess.Popen(sys.argv[3:], stderr=subprocess.PIPE)
def is_up():
    try:
        return Session(at=port) is not None
    except OSError:
        return False
wait_until(is_up)
for n in range(600): # each is two events of more than 100 octets; a pipe holds 65536
    session = Session(at=port)
    session.say("QUIT", "221")
relay.send_signal(signal.SIGTERM)
relay.wait(timeout=20)
if relay.returncode != 0:
    sys.exit("it ended with %d" % relay.returncode)
END
run_it 0 python3 "$relay/unread.py" $port 0 "$build/relaylab-relay" -c "$relay/relay.yaml"
pass

current="a key with a passphrase is refused with a message, and secrets that every user may read are a warning"
openssl pkey -in "$relay/key.pem" -aes256 -passout pass:words -out "$relay/locked.pem"
chmod 644 "$relay/relay.yaml" "$relay/key.pem"
run_it 0 "$build/relaylab-relay" -c "$relay/relay.yaml" --check
says "warning: tls.key: $relay/key.pem holds passwords or keys, and every user may read it (mode 0644)"
says "warning: configuration: $relay/relay.yaml holds passwords or keys"
sed -i "s|key.pem|locked.pem|" "$relay/relay.yaml"
run_it 2 "$build/relaylab-relay" -c "$relay/relay.yaml" --check
says "the private key is encrypted with a passphrase"
run_it 3 "$build/relaylab-relay" -c "$relay/relay.yaml"
says "the private key is encrypted with a passphrase"
pass

current="all programs are position independent, and their relocations are read-only"
for one in relaylab relaylab-relay relaylab-queue relaylab-account relaylab-apikey relaylab-ban relaylab-dkim relaylab-domain relaylab-sim relaylab-warp libwarp.so; do
    readelf -hldW "$build/$one" >"$work/out"
    grep -q 'Type: *DYN' "$work/out" || fail "$one is not position independent"
    grep -q GNU_RELRO "$work/out" || fail "$one has no read-only relocations"
    grep -qE 'BIND_NOW|Flags:.*NOW' "$work/out" || fail "$one binds its symbols later"
    ! grep -q 'GNU_STACK.*RWE' "$work/out" || fail "$one has an executable stack"
done
pass

current="the server accepts no key exchange without forward secrecy, and prefers ciphers that authenticate"
rm -rf "$relay/spool"
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=relay.example -days 2 -keyout "$relay/rsa.pem" -out "$relay/rsa-cert.pem" 2>/dev/null
sed -i "s|^tls:.*|tls: {certificate: $relay/rsa-cert.pem, key: $relay/rsa.pem}|" "$relay/relay.yaml"
start_relay
handshake() { openssl s_client -connect 127.0.0.1:$((port + 1)) -starttls smtp -tls1_2 -cipher "$1" </dev/null >"$work/out" 2>&1; }
for cipher in AES128-GCM-SHA256 AES256-SHA; do
    ! handshake $cipher || fail "$cipher is taken"
    says "handshake failure"
done
handshake ECDHE-RSA-AES128-SHA || fail "a device of ten years ago is refused"
handshake ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES128-GCM-SHA256 || fail "no cipher in common"
says "ECDHE-RSA-AES128-GCM-SHA256"
kill "$relay_pid"
wait "$relay_pid" || fail "it ended with $?"
pass

log_is_known
