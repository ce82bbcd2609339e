# Who may send: accounts, API keys and bans of a running relay, changed without a restart, and used by other programs.

own_relay "$work/access" 127.0.0.1/32
sed -i "/^users:/d" "$relay/relay.yaml"
echo "bans: {after: 4, time: 1h}" >>"$relay/relay.yaml"
chmod 600 "$relay/relay.yaml"
account() { "$build/relaylab" account "$@" -c "$relay/relay.yaml"; }
apikey() { "$build/relaylab" apikey "$@" -c "$relay/relay.yaml"; }
ban() { "$build/relaylab" ban "$@" -c "$relay/relay.yaml"; }
password() { printf '%s\n' "$1" >"$work/password"; }
# with_it WANTED_STATUS COMMAND…: as run_it, with the password as standard input
with_it() {
    wanted=$1
    shift
    status=0
    "$@" >"$work/out" 2>&1 <"$work/password" || status=$?
    [ "$status" -eq "$wanted" ] || fail "exit status $status, wanted $wanted: $*"
}
# submit WANTED_STATUS OPTION…: by swaks, over TLS. 24: a sender was refused; 28: no login worked; 26: the message was
submit() {
    wanted=$1
    shift
    run_it "$wanted" swaks --server 127.0.0.1 --port $((port + 1)) --local-interface 127.0.0.8 -tls --to bob@dest.example "$@"
}
# prove MECHANISM USER PASSWORD [OPTION]…: by GNU SASL
prove() {
    mechanism=$1 user=$2 secret=$3
    shift 3
    timeout 30 gsasl --smtp --connect=127.0.0.1:$((port + 1)) --mechanism "$mechanism" -a "$user" -p "$secret" \
        --x509-ca-file= --verbose "$@" >"$work/out" 2>&1 </dev/null
}

killed_and_started() {
    kill -9 "$relay_pid"
    wait "$relay_pid" 2>/dev/null || true
    start_relay
}

start_relay
current="an account logs in as soon as it was added, also after the relay was killed at once"
password "correct horse"
with_it 0 account add shop --sender shop.example --from shop.example
says "added shop"
killed_and_started
submit 0 -a PLAIN -au shop -ap "correct horse" --from a@shop.example --h-From a@shop.example
says "235 2.7.0"
submit 0 -a LOGIN -au shop -ap "correct horse" --from a@shop.example --h-From a@shop.example
submit 28 -a PLAIN -au shop -ap "battery staple" --from a@shop.example
submit 28 -a PLAIN -au nobody -ap "correct horse" --from a@shop.example
pass

current="a password is a line of standard input, and what is not a password is refused"
with_it 1 account add shop
says "the account shop exists already"
password "short"
with_it 2 account add other
says "a password has 8 to 255 octets"
run_it 2 account add other
says "missing password"
with_it 2 account add "no name"
run_it 1 account show other
says "there is no account other"
pass

current="an account uses its own addresses, and sends no more than it may"
submit 23 -a PLAIN -au shop -ap "correct horse" --from a@other.example
says "550 5.7.1 This account may not use this reverse-path"
submit 26 -a PLAIN -au shop -ap "correct horse" --from a@shop.example --h-From a@other.example
says "550 5.7.1 This account may not use the address in the From field"
run_it 0 account set shop --any-sender --any-from --messages-per-hour 3
submit 0 -a PLAIN -au shop -ap "correct horse" --from a@other.example
run_it 0 account show shop
says "Messages/hour   1 of 3"
run_it 0 account set shop --messages-per-hour 1
submit 23 -a PLAIN -au shop -ap "correct horse" --from a@other.example
says "450 4.7.1 This account has sent too much in this hour or day"
run_it 0 account set shop --messages-per-hour 0 --quota 2
submit 0 -a PLAIN -au shop -ap "correct horse" --from a@other.example
submit 23 -a PLAIN -au shop -ap "correct horse" --from a@other.example
says "550 5.7.1 The quota of this account is used up"
killed_and_started # what was sent is on disk with the messages
submit 23 -a PLAIN -au shop -ap "correct horse" --from a@other.example
run_it 0 account set shop --quota 0
pass

current="an API key is a password that is shown once, listed without it, and revoked alone"
apikey create shop "web server" --expires 90d >"$work/key" 2>"$work/id" || fail "no key"
key=$(cat "$work/key")
id=$(sed -n 's/.*the id of this key is \([^;]*\);.*/\1/p' "$work/id")
case $key in rlk_"$id"*) ;; *) fail "the key $key has not the id $id" ;; esac
submit 0 -a PLAIN -au apikey -ap "$key" --from a@shop.example
submit 0 -a LOGIN -au shop -ap "$key" --from a@shop.example
submit 28 -a PLAIN -au shop -ap "${key%?}-" --from a@shop.example
run_it 0 apikey list
says "$id  shop"
says "web server"
says_not "$key"
says_not "used never"
run_it 1 apikey create shop "web server"
says "has a key with the name web server already"
run_it 1 apikey create nobody "web server"
run_it 0 apikey revoke "$id"
submit 28 -a PLAIN -au apikey -ap "$key" --from a@shop.example
run_it 1 apikey revoke "$id"
pass

current="lists are JSON for programs"
for list in "account list" "account show shop" "apikey list" "apikey list shop" "ban list"; do
    run_it 0 ${list%% *} ${list#* } --json
    python3 -c 'import json,sys; json.load(open(sys.argv[1]))' "$work/out" || fail "$list --json is no JSON"
done
run_it 0 account list --json
says '{"accounts":[{"name":"shop","disabled":false,'
says_not '$y$'
pass

current="GNU SASL proves the password with SCRAM-SHA-256, and with SCRAM-SHA-256-PLUS bound to TLS 1.3"
if command -v gsasl >/dev/null; then
    prove SCRAM-SHA-256 shop "correct horse" --no-cb || fail "SCRAM-SHA-256"
    says "235 2.7.0"
    prove SCRAM-SHA-256-PLUS shop "correct horse" || fail "SCRAM-SHA-256-PLUS"
    says "235 2.7.0"
    prove SCRAM-SHA-256-PLUS shop "battery staple" && fail "a wrong password"
    says "535 5.7.8"
    prove SCRAM-SHA-256 nobody "correct horse" --no-cb && fail "an unknown user"
    says "535 5.7.8"
    prove SCRAM-SHA-256 shop "correct horse" --no-cb --priority=NORMAL:-VERS-TLS1.3 || fail "TLS 1.2"
    says_not "SCRAM-SHA-256-PLUS"
    password "another horse"
    with_it 0 account passwd shop
    prove SCRAM-SHA-256 shop "correct horse" --no-cb && fail "the old password"
    prove SCRAM-SHA-256 shop "another horse" --no-cb || fail "the new password"
    pass
else
    skip "gsasl is not installed"
fi

current="an account that is disabled cannot send in sessions that are open"
password "correct horse"
with_it 0 account passwd shop
cat >"$work/open.py" <<'END'
import smtplib, ssl, subprocess, sys
port, command = int(sys.argv[1]), sys.argv[2:]
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
session = smtplib.SMTP("127.0.0.1", port, source_address=("127.0.0.7", 0))
session.starttls(context=context)
session.login("shop", "correct horse")
for verb, wanted in ("disable", 550), ("enable", 250):
    subprocess.run(command + [verb, "shop"], check=True)
    code, words = session.mail("a@shop.example")
    if code != wanted:
        sys.exit("after %s: %d %s" % (verb, code, words))
session.rset()
END
run_it 0 python3 "$work/open.py" $((port + 1)) "$build/relaylab-account" --control "$relay/spool/control.sock"
run_it 0 account disable shop
submit 28 -a PLAIN -au shop -ap "correct horse" --from a@shop.example
run_it 0 account enable shop
pass

current="a client that guesses is banned across a restart, until the ban is lifted"
guess() {
    run_it "$1" swaks --server 127.0.0.1 --port $((port + 1)) --local-interface 127.0.0.6 -tls -a PLAIN -au shop \
        -ap "$2" --to bob@dest.example --from a@shop.example
}
for i in 1 2 3 4; do guess 28 "guess number $i"; done
run_it 0 ban list
says "127.0.0.6"
killed_and_started
guess 21 "correct horse"
says "421 4.3.2 relay.example Too many wrong passwords"
submit 0 -a PLAIN -au shop -ap "correct horse" --from a@shop.example
run_it 0 ban lift 127.0.0.6
guess 0 "correct horse"
run_it 1 ban lift 127.0.0.6
says "127.0.0.6 is not banned"
pass

current="users of the configuration still log in, and an account of the same name hides one"
echo "users: {alice: \"$(openssl passwd -6 secret)\", shop: \"$(openssl passwd -6 secret)\"}" >>"$relay/relay.yaml"
kill -HUP "$relay_pid"
wait_for "the reload" grep -q '"event":"config.reloaded"' "$relay/log"
submit 0 -a PLAIN -au alice -ap secret --from anything@anywhere.example
submit 28 -a PLAIN -au shop -ap secret --from a@shop.example
run_it 0 account list
says "of the configuration"
says "2 accounts"
run_it 1 account disable alice
says "alice is a user of the configuration"
run_it 0 account remove shop
submit 0 -a PLAIN -au shop -ap secret --from a@shop.example
pass

current="a configuration offers fewer mechanisms"
sed -i "/^users:/d" "$relay/relay.yaml"
echo "mechanisms: [PLAIN, LOGIN]" >>"$relay/relay.yaml"
kill -HUP "$relay_pid"
wait_for "the reload" eval '[ "$(grep -c "\"event\":\"config.reloaded\"" "$relay/log")" -eq 2 ]'
password "correct horse"
with_it 0 account add shop
submit 0 -a PLAIN -au shop -ap "correct horse" --from a@shop.example
says_not "SCRAM"
pass

current="what an operator changes is logged, and no password or key is"
for event in account.changed apikey.changed client.banned client.lifted; do
    grep -q "\"event\":\"$event\"" "$relay/log" || fail "$event is not logged"
done
for words in "correct horse" "battery staple" "$key"; do
    ! grep -qF "$words" "$relay/log" || fail "the log has: $words"
done
pass
log_is_known
