# What others see of a big message. The commit that a message is answered after takes many turns, and they come between.

relay=$work/big-message
mkdir "$relay"
cat >"$relay/relay.yaml" <<END
hostname: relay.example
spool: $relay/spool
listen: [{address: 127.0.0.1, port: $port, role: relay}]
trusted_networks: [127.0.0.1/32]
resolver: {servers: "127.0.0.1:9", timeout: 1s, tries: 1}
limits: {idle_commands: 1000000} # of the other client
END
cat >"$relay/client.py" <<'END'
import select, socket, sys, time

def connect():
    sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    lines = sock.makefile("rb")
    lines.readline()
    return sock, lines

def ask(session, line):
    session[0].sendall(line + b"\r\n")
    while True:
        reply = session[1].readline()
        if reply[3:4] != b"-":
            return reply.decode().strip()

big, other = connect(), connect()
ask(other, b"EHLO other.example")
for line in (b"EHLO big.example", b"MAIL FROM:<alice@sender.example>", b"RCPT TO:<bob@dest.example>", b"DATA"):
    ask(big, line)
block = (b"x" * 70 + b"\r\n") * 10000
big[0].sendall(b"Subject: big\r\n\r\n")
for _ in range(60):
    big[0].sendall(block)
begin = time.monotonic()
big[0].sendall(b".\r\n")
longest = 0
while not select.select([big[0]], [], [], 0)[0]:
    asked = time.monotonic()
    ask(other, b"NOOP")
    longest = max(longest, time.monotonic() - asked)
share = longest / (time.monotonic() - begin)
print(big[1].readline().decode().strip())
print("the others go on" if share < 0.5 else f"one NOOP took {share:.0%} of the time that the message took")
END
start_relay

current="while a message of 43 MB is stored, other sessions go on"
run_it 0 timeout 120 python3 "$relay/client.py" $port
says "250 2.0.0 Queued"
says "the others go on"
pass

kill -TERM "$relay_pid"
wait "$relay_pid" || fail "the relay ended with $?"
