# What one client, or all of them, can make the relay hold and wait for.

mkdir -p "$work/scenarios/bounds"
scenario() { # scenario NAME <STORY: one whose expectations are those of its dialogs
    {
        printf 'scenario: 1\nid: bounds/%s\ntitle: What a client can take\nclock: {until: 3h}\n' "$1"
        echo 'world: {dns: {dest.example: {MX: ["10 mx1.dest.example"]}}, hosts: {mx1.dest.example: {addr: 192.0.2.10}}}'
        echo 'story:'
        cat
    } >"$work/scenarios/bounds/$1.yaml"
}
starts() { # starts T: the lines of a dialog as far as RCPT
    cat <<END
  - t: $1
    dialog: smtp
    lines:
      - {expect: 220}
      - {send: "EHLO client.example"}
      - {expect: 250}
      - {send: "MAIL FROM:<alice@sender.example>"}
      - {expect: 250}
      - {send: "RCPT TO:<bob@dest.example>"}
      - {expect: 250}
END
}
lines() { printf '      - %s\n' "$@"; }

current="a client that sends one octet at a time gets no more time for its command than any other"
relay_with slow -- 'timeouts: {session: 5m, data: 12m}'
scenario drips-a-command <<'END'
  - t: 0s
    dialog: smtp
    lines:
      - {expect: 220}
      - {raw: 'NO'}
      - {quiet: 2m}
      - {raw: 'O'}
      - {quiet: 2m}
      - {raw: 'P'}
      - {quiet: 59s, must: It has five minutes, spec: RFC5321#4.5.3.2.7}
      - {expect: 421, within: 2s, must: It has five minutes and no more, spec: RFC5321#4.5.3.2.7}
      - {expect: closed, within: 1s, must: It is hung up on, spec: RFC5321#4.5.3.2.7}
  - t: 1h
    dialog: smtp
    lines:
      - {expect: 220}
      - {quiet: 4m}
      - {raw: 'NOOP\r\n'}
      - {expect: 250}
      - {quiet: 4m}
      - {raw: 'NOOP\r\nN'}
      - {expect: 250}
      - {quiet: 4m}
      - {raw: 'OOP\r\n'}
      - {expect: 250, must: Each command has its own time, spec: RFC5321#4.5.3.2.7}
  - t: 2h
    dialog: smtp
    lines:
      - {expect: 220}
      - {raw: 'a command without an end ', times: 2000}
      - {expect: 500}
      - {quiet: 3m}
      - {raw: 'a command without an end ', times: 2000}
      - {quiet: 115s}
      - {expect: 421, within: 6s, must: One that never ends has no more, spec: RFC5321#4.5.3.2.7}
END
run_it 0 "$build/relaylab" run --target "$different" --keep "$work/kept-slow" "$work/scenarios/bounds/drips-a-command.yaml"
grep -q '"why":"no command in time"' "$work/kept-slow/bounds/drips-a-command/target.log" || fail "it is not logged"
pass

current="a slow message has a time limit as a whole, and its end starts that of the next command"
{
    starts 0s
    lines '{send: DATA}' '{expect: 354}' "{raw: 'x'}" '{quiet: 4m}' "{raw: 'x'}" '{quiet: 4m}' "{raw: 'x'}" \
        '{quiet: 239s, must: It has its twelve minutes, spec: RFC5321#4.5.3.2.7}' \
        '{expect: 421, within: 2s, must: It has no more, spec: RFC5321#4.5.3.2.7}'
    starts 1h
    lines '{send: DATA}' '{expect: 354}' "{raw: 'x'}" '{quiet: 4m}' "{raw: 'x'}" '{quiet: 4m}' "{raw: '\r\n.\r\n'}" \
        '{expect: 250, must: One that is slow and ends in time is taken, spec: RFC5321#4.5.3.2.7}' \
        '{quiet: 4m}' "{raw: 'MAIL FROM:<alice@sender.example>\r\nRCPT TO:<bob@dest.example>\r\nDATA\r\nx'}" \
        '{expect: [250, 354], times: 3}' '{quiet: 4m}' "{raw: '\r\n.\r\n'}" \
        '{expect: 250, must: The next one has its own time, spec: RFC5321#4.5.3.2.7}' \
        '{quiet: 299s, must: Then there are five minutes for a command, spec: RFC5321#4.5.3.2.7}' \
        '{expect: 421, within: 2s}'
    starts 2h
    lines '{send: DATA}' '{expect: 354}' \
        '{quiet: 299s, must: There are five minutes for its next octet, spec: RFC5321#4.5.3.2.7}' \
        '{expect: 421, within: 2s, must: And no more, spec: RFC5321#4.5.3.2.7}'
} | scenario drips-a-message
run_it 0 "$build/relaylab" run --target "$different" --keep "$work/kept-slow" "$work/scenarios/bounds/drips-a-message.yaml"
for why in "the message came too slowly" "no command in time" "no data in time within a message"; do
    [ "$(grep -c "\"why\":\"$why\"" "$work/kept-slow/bounds/drips-a-message/target.log")" -eq 1 ] ||
        fail "\`$why\` is not logged once"
done
pass

current="all sessions together hold at most limits.receiving_size, and give it back"
relay_with narrow -- 'limits: {message_size: 1MiB, receiving_size: 1MiB}'
part="{raw: 'Sixty octets and their line end, again and again and again\r\n', times: 10000}"
{
    starts 0s # this one holds some of it, and so does the next, which goes away
    lines '{send: DATA}' '{expect: 354}' "$part" '{wait: 4m}' "{raw: '.\r\n'}" '{expect: 250}'
    starts 1m
    lines '{send: DATA}' '{expect: 354}' "{raw: 'This is half as many octets, 32\r\n', times: 10000}" '{wait: 4m}'
    starts 2m
    lines '{send: DATA}' '{expect: 354}' "$part" "{raw: '.\r\n'}" \
        '{expect: "452 4.3.1*", must: What does not fit is refused for now, spec: RFC5321#4.2.3}' \
        '{send: "MAIL FROM:<alice@sender.example> SIZE=300000"}' \
        '{expect: "452 4.3.1*", must: A declared size is refused before the message comes, spec: RFC1870#6.1}'
    starts 10m
    lines '{send: DATA}' '{expect: 354}' "$part" "{raw: '.\r\n'}" \
        '{expect: 250, must: Later there is room again, spec: RFC5321#4.2.3}' \
        '{send: "MAIL FROM:<alice@sender.example> SIZE=1048576"}' \
        '{expect: 250, must: All of it, spec: RFC5321#4.2.3}'
} | scenario holds
run_it 0 "$build/relaylab" run --target "$different" --keep "$work/kept-narrow" "$work/scenarios/bounds/holds.yaml"
grep -q "limits.receiving_size, or the client's share of it, is used up" "$work/kept-narrow/bounds/holds/target.log" || fail "it is not logged"
pass

current="the sessions of one client together hold at most half of limits.receiving_size"
relay_with shares -- 'limits: {message_size: 480KiB, receiving_size: 1MiB}'
part="{raw: 'Sixty octets and their line end, again and again and again\r\n', times: 5000}"
{
    starts 0s
    lines '{send: DATA}' '{expect: 354}' "$part" '{wait: 4m}' "{raw: '.\r\n'}" '{expect: 250}'
    starts 1m
    lines '{send: DATA}' '{expect: 354}' "$part" "{raw: '.\r\n'}" \
        '{expect: "452 4.3.1*", must: More than half is refused for now, spec: RFC5321#4.2.3}'
    starts 10m
    lines '{send: DATA}' '{expect: 354}' "$part" "{raw: '.\r\n'}" \
        '{expect: 250, must: Later there is room again, spec: RFC5321#4.2.3}'
} | scenario shares
run_it 0 "$build/relaylab" run --target "$different" "$work/scenarios/bounds/shares.yaml"
pass
