"""The relay's event log against the registry of events and the code: events.py relaylab-relay LOG…

Every call that logs names an event and fields of the registry, every row of the registry is logged somewhere, and each
line of the logs has an event's level and only its fields. Prints the events seen. Secrets must not be in the logs.
"""
import base64, glob, json, re, subprocess, sys
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

# What is never logged: the passwords that the tests use, as they are and as AUTH PLAIN sends them.
for secret in ("secret", "wr0ng-guess", "in-the-wr0ng-field"):
    for form in (secret.encode(), base64.b64encode(b"\0alice\0" + secret.encode())):
        for log in logs:
            assert form not in open(log, "rb").read(), "a password is in %s: %s" % (log, secret)
