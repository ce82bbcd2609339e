# Clients that send a whole session in one go, close their half of the connection, and read what comes.

own_relay "$work/half-close" 127.0.0.1/32 submissions
cat >"$relay/client.py" <<'END'
import socket, ssl, sys

port, kind, messages, last = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
text = "EHLO client.example\r\n"
if kind == "tls":
    text += "AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n"
for n in range(messages):
    text += "MAIL FROM:<alice@sender.example>\r\nRCPT TO:<bob@dest.example>\r\nDATA\r\n"
    text += f"Subject: message {n}\r\n\r\nhello\r\n.\r\n"
text += last.encode().decode("unicode_escape")
sock = socket.create_connection(("127.0.0.1", port), 20)
got = b""
if kind == "plain":
    sock.sendall(text.encode())
    sock.shutdown(socket.SHUT_WR)
    while block := sock.recv(65536):
        got += block
elif kind == "reset":  # after the last dot, nothing was read
    sock.sendall(text.encode())
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
else:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing)

    def go_on(step):
        while True:
            try:
                result = step()
                sock.sendall(outgoing.read())
                return result
            except ssl.SSLWantReadError:
                sock.sendall(outgoing.read())
                incoming.write(sock.recv(65536) or sys.exit("the relay closed in the handshake"))

    go_on(tls.do_handshake)
    tls.write(text.encode())
    try:
        tls.unwrap()  # close_notify, with the last words
    except ssl.SSLWantReadError:
        pass
    sock.sendall(outgoing.read())
    while block := sock.recv(65536):
        incoming.write(block)
        try:
            while part := tls.read(65536):
                got += part
        except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            pass
sock.close()
print(got.decode())
END
start_relay
half_close() { # half_close KIND MESSAGES LAST
    offset=0
    [ "$1" != tls ] || offset=1
    run_it 0 timeout 30 python3 "$relay/client.py" $((port + offset)) "$@"
}
queued() { # queued N: so many messages were answered with 250
    [ "$(grep -c '^250 2.0.0 Queued' "$work/out")" -eq "$1" ] || fail "not $1 messages were answered"
}
accepted() { [ "$(grep -c '"message.accepted"' "$relay/log")" -eq "$1" ]; }

current="a client that sends all in one go and closes its half gets all its replies"
half_close plain 1 'QUIT\r\n'
queued 1
says "221 2.0.0"
half_close plain 5 'QUIT\r\n'
queued 5
says "221 2.0.0"
half_close plain 2 ''
queued 2
half_close plain 1 'NOO'
queued 1
half_close plain 0 'MAIL FROM:<alice@sender.example>\r\nRCPT TO:<bob@dest.example>\r\nDATA\r\nno end\r\n'
says "354 "
queued 0
pass

current="a client that sends close_notify with its last data gets all its replies, too, while its password is still checked"
half_close tls 1 'QUIT\r\n'
says "235 2.7.0"
queued 1
says "221 2.0.0"
half_close tls 3 ''
queued 3
pass

current="a message that was sent before a reset is accepted, and logged"
before=$(grep -c '"message.accepted"' "$relay/log")
half_close reset 2 ''
wait_for "the messages of the client that was cut off" accepted $((before + 2))
pass

current="an operator's program that closes its half gets its answer"
python3 - "$relay/spool/control.sock" <<'END' >"$work/out" 2>&1 || fail "no answer"
import socket, sys

sock = socket.socket(socket.AF_UNIX)
sock.settimeout(20)
sock.connect(sys.argv[1])
sock.sendall(b'{"verb":"list"}\n')
sock.shutdown(socket.SHUT_WR)
while block := sock.recv(65536):
    print(block.decode(), end="")
END
says "alice@sender.example"
pass

kill -TERM "$relay_pid"
wait "$relay_pid" || fail "the relay ended with $?"
