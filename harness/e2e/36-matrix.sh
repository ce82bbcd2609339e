# relaylab matrix: played, and made again from what was kept; each row of the relay has words of its extractor.

matrix="$work/matrix.html"

current="every scenario is played for the matrix, and every row finds its words in what the relay did"
run_it 0 "$build/relaylab" matrix --target relay --report records="$work/records.json" --report json="$work/matrix.json"
python3 - "$work/matrix.json" >"$work/out" <<'EOF' || fail "rows without words"
import json, re, sys
matrix = json.load(open(sys.argv[1]))
plain = [row["id"] for row in matrix["rows"] if re.match(r"\d+ |not run|unsupported", row["cells"][0]["words"])
         and row["cells"][0]["words"] == row["cells"][0].get("verdicts", row["cells"][0]["words"])]
print(len(matrix["rows"]), "rows; without words:", plain)
sys.exit(bool(plain) or len(matrix["rows"]) < 40 or len(matrix["scenarios"]) < 270)
EOF
pass

current="what was kept gives the same matrix, of two relays too"
sed 's/"target": "relay"/"target": "other"/' "$work/records.json" >"$work/other.json"
run_it 0 "$build/relaylab" matrix --report json="$work/again.json" "$work/records.json"
cmp "$work/matrix.json" "$work/again.json" || fail "another matrix"
run_it 0 "$build/relaylab" matrix --report html="$matrix" --baselines reports/baseline "$work/records.json" "$work/other.json"
[ "$(grep -c 'data-k="other"' "$matrix")" -gt 0 ] || fail "no column for the second relay"
pass

current="the page of the matrix is well-formed, loads nothing, and its links lead somewhere"
count() { xmllint --xpath "count($1)" "$matrix" 2>/dev/null; }
xmllint --noout "$matrix" || fail "the page is not well-formed"
[ "$(count '//@src | //iframe | //object | //embed | //img')" = 0 ] || fail "something is loaded"
xmllint --xpath '//@id' "$matrix" | grep -o '"[^"]*"' | tr -d '"' | sort >"$work/ids"
[ -z "$(uniq -d "$work/ids")" ] || fail "an id occurs twice: $(uniq -d "$work/ids" | head -3)"
xmllint --xpath '//a/@href' "$matrix" | sed -n 's/^ *href="#\(.*\)"$/\1/p' | sort -u >"$work/wanted"
[ -s "$work/wanted" ] || fail "no links within the page"
[ -z "$(comm -23 "$work/wanted" "$work/ids")" ] || fail "links lead nowhere: $(comm -23 "$work/wanted" "$work/ids" | head -3)"
pass
