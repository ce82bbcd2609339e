# The relay's event log: what it says, that the documentation says the same, and what it never says.

cat >"$work/events.py" <<'END'
import glob, json, re, subprocess, sys
relay, logs = sys.argv[1], sys.argv[2:]
table = subprocess.run([relay, "--events"], capture_output=True, text=True, check=True).stdout
rows = [[c.strip() for c in line.strip().strip("|").split("|")] for line in table.splitlines()[2:]]
kinds = {name.strip("`"): (level, set(fields.split())) for name, level, fields, _ in rows}
assert len(kinds) > 30, "no table"

# Every place that logs, against the registry; and every row of the registry is logged somewhere.
constants = dict(re.findall(r'X\((\w+), "([\w.]+)"', open("relay/log/event.h").read()))
logged, places = set(), 0
for path in glob.glob("relay/**/*.c", recursive=True):
    text = re.sub(r"/\*.*?\*/", "", open(path).read(), flags=re.S)
    assert "log_write(" not in text and not re.search(r'\blog_event\("', text), path + " logs past the registry"
    logged |= set(re.findall(r"\bEVENT_([A-Z]\w*)", text))
    for call in re.findall(r"\bevent_log\((.*?)\);", text, flags=re.S):
        which = re.findall(r"\bEVENT_([A-Z]\w*)", call)
        names = set(re.findall(r'log_(?:str|int|bool|slice)\("(\w+)"', call))
        for constant in which:
            places += 1
            assert names <= kinds[constants[constant]][1], (path, constant, names - kinds[constants[constant]][1])
assert logged - {"COUNT"} == set(constants), set(constants) ^ (logged - {"COUNT"})
assert places > 25, places

# What was logged.
seen = set()
for log in logs:
    for line in open(log):
        event = json.loads(line)
        level, fields = kinds[event["event"]]
        assert event["level"] == level, line
        assert set(event) - {"time", "level", "event"} <= fields, line
        seen.add(event["event"])
print(len(seen), "kinds of event seen:", " ".join(sorted(seen)))
END

current="every event that is logged is in the registry and in the documentation, with its fields"
run_it 0 python3 "$work/events.py" "$build/relaylab-relay" "$work"/relay/log "$work"/operated/log \
    "$work"/reloaded/log "$work"/attacked/log
for event in session.opened session.tls session.auth session.auth_failed message.accepted delivery.deferred \
    delivery.dropped message.report queue.changed config.refused config.reloaded relay.stopped; do
    says " $event"
done
pass

current="no password is ever logged, in clear or as AUTH sends it"
for secret in secret wr0ng-guess in-the-wr0ng-field "$(printf '\0alice\0secret' | base64)" "$(printf '\0alice\0wr0ng-guess' | base64)"; do
    if grep -F "$secret" "$work"/relay/log "$work"/reloaded/log; then fail "a password is in the log: $secret"; fi
done
pass
