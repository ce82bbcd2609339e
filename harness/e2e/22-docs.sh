# What the programs print about themselves, against the pages that repeat it and the files that follow it.

current="the generated parts of docs/ are what the programs print"
run_it 0 .ci/docs "$build" --check
pass

schema() { # schema FILE-KIND: its JSON Schema, into $work/schema.json
    "$build/relaylab" schema "$1" >"$work/schema.json" || fail "relaylab schema $1"
}

current="an independent validator accepts each shipped scenario and adapter by the printed schema"
schema scenario
run_it 0 python3 harness/e2e/schemas.py "$work/schema.json" scenarios/*/*.yaml
schema target
run_it 0 python3 harness/e2e/schemas.py "$work/schema.json" fixtures/targets/*/target.yaml
pass

current="the validator refuses a key, a word and a mapping that lint refuses"
schema scenario
sed -e 's/^title:/titel:/' -e 's/at: rcpt/at: rpct/' -e 's/addr:/adr:/' "$greylist" >"$work/wrong.yaml"
run_it 1 python3 harness/e2e/schemas.py "$work/schema.json" "$work/wrong.yaml"
says "'title' is a required property"
says "'titel' was unexpected"
says "'rpct' is not valid"
says "'adr' was unexpected"
run_it 2 "$build/relaylab" lint "$work/wrong.yaml"
pass

current="the validator accepts the configurations in the relay's page"
schema relay
python3 - "$work" <<'END'
import re, sys
blocks = re.findall(r"^```yaml\n(.*?)^```", open("docs/RELAY.md").read(), flags=re.S | re.M)
whole = [block for block in blocks if "hostname:" in block and "listen:" in block]
assert whole, "docs/RELAY.md has no whole configuration"
for n, block in enumerate(whole):
    open(f"{sys.argv[1]}/page-{n}.yaml", "w").write(block)
END
run_it 0 python3 harness/e2e/schemas.py "$work/schema.json" "$work"/page-*.yaml
pass

current="an unknown file is refused with the nearest known one"
run_it 2 "$build/relaylab" schema scenari
says 'unknown kind of file `scenari`; expected scenario, target or relay; did you mean `scenario`?'
run_it 2 "$build/relaylab" schema
run_it 2 "$build/relaylab" schema relay --json --markdown
run_it 2 "$build/relaylab-relay" --schema xml
pass

current="each always-on rule is listed, has its page, and is found by its name in baselines too"
run_it 0 "$build/relaylab" rules
cut -d ' ' -f 1 "$work/out" >"$work/ids"
[ "$(wc -l <"$work/ids")" -gt 20 ] || fail "rules are missing"
while read -r id; do
    grep -q "^## $id\$" docs/reference/rules.md || fail "docs/reference/rules.md lacks $id"
    run_it 0 "$build/relaylab" rules "$id"
    says "How to fix it"
    slug=$(sed -n 's/^  SCENARIO#//p' "$work/out")
    run_it 0 "$build/relaylab" rules "$slug"
    says "$id  "
done <"$work/ids"
run_it 2 "$build/relaylab" rules lineends
says 'did you mean `line-ends`?'
run_it 2 "$build/relaylab" explain line-ends
says '`relaylab rules line-ends` explains it'
pass

current="the README counts the scenarios, the runs and the always-on rules as they are"
scenarios=$(find scenarios -name '*.yaml' | wc -l)
grep -q "has $scenarios scenarios ($("$build/relaylab" list scenarios | wc -l) runs)" README.md || fail "other scenarios or runs"
grep -q "^$(wc -l <"$work/ids") rules are checked in every run" README.md || fail "another number of rules"
pass
