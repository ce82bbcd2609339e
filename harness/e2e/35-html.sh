# The HTML report: one file, well-formed, that loads nothing and in which no text of a peer is markup.

page="$work/page.html"
count() { xmllint --xpath "count($1)" "$page" 2>/dev/null; }

# Whatever host says this, the page shows it.
sed -e 's|^id: .*|id: hostile|' -e 's|reply: ".*"|reply: "451 4.7.1 <script>alert(1)</script> \&amp; \\" \x27 ]]>"|' \
    -e 's|"1m..30m"|"1m..2m"|' -e 's|^title: .*|title: "<b>bold</b> </title>"|' "$greylist" >"$work/hostile.yaml"

current="an HTML report is well-formed, and hostile replies are inert in it"
run_it 0 "$build/relaylab" run --report html="$page" "$work/hostile.yaml" scenarios/bounce
xmllint --noout "$page" || fail "the page is not well-formed"
[ "$(count //script)" = 1 ] || fail "there are $(count //script) scripts"
[ "$(count //b)" = 0 ] || fail "a title became markup"
grep -qF '4.7.1 &lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &quot; &#39; ]]&gt;' "$page" || fail "the reply is not shown"
pass

current="an HTML report loads nothing, and all its links lead somewhere"
[ "$(count '//@src | //iframe | //object | //embed | //img')" = 0 ] || fail "something is loaded"
[ "$(count '//link[@href!="data:,"]')" = 0 ] || fail "a link element loads something"
if grep -qE 'url\(|@import' "$page"; then fail "the style loads something"; fi
xmllint --xpath '//a/@href' "$page" | grep -o 'href="[^"]*"' | sort -u >"$work/links"
if grep -vE 'href="(#|https://www\.rfc-editor\.org/rfc/rfc[0-9]+(#section-[0-9.]+)?")' "$work/links"; then fail "a strange link"; fi
xmllint --xpath '//@id' "$page" | grep -o '"[^"]*"' | tr -d '"' | sort >"$work/ids"
[ -z "$(uniq -d "$work/ids")" ] || fail "an id stands twice: $(uniq -d "$work/ids")"
sed -n 's/^href="#\(.*\)"$/\1/p' "$work/links" | sort >"$work/wanted"
[ -s "$work/wanted" ] || fail "no links within the page"
[ -z "$(comm -23 "$work/wanted" "$work/ids")" ] || fail "links lead nowhere: $(comm -23 "$work/wanted" "$work/ids")"
pass

current="a link to a run leads to its title, and to the same run in the next report"
[ "$(count '//article[@id="relay/bounce/no-such-domain"]/details/summary')" = 1 ] || fail "the id of a run is elsewhere"
pass

current="a retry outside its window is drawn as missed, and one inside it as met"
[ "$(count '//*[@class="window missed"]')" -ge 1 ] || fail "no window is missed"
[ "$(count '//*[@class="window fits"]')" -ge 1 ] || fail "no window fits"
pass

current="a report of all formats at once names what it cannot write"
run_it 2 "$build/relaylab" run --report htm=x "$greylist"
says 'expected json, junit, tap, github, md, html and schedules; did you mean `html`?'
pass

current="a report that cannot be written is named before anything runs"
for path in /proc/no/x /proc/x /sys/x; do
    run_it 2 "$build/relaylab" run --report html=$path "$greylist"
    says "relaylab run: cannot "
    says "${path%/x}"
    says_not "greylist-basic"
done
pass

current="a case tells its own story"
run_it 0 "$build/relaylab" run --report json="$work/warning.json" retry/warning
grep -o '"story": *"[^"]*"' "$work/warning.json" | sort -u >"$work/stories"
[ "$(wc -l <"$work/stories")" -eq 2 ] || fail "the cases have one story: $(cat "$work/stories")"
grep -q 'accepts the message after a day' "$work/stories" && grep -q 'never accepts the message' "$work/stories" ||
    fail "a story is missing: $(cat "$work/stories")"
pass

current="marks stay within the picture, and every kind of band is in its key"
run_it 0 "$build/relaylab" run --report html="$page" scenarios/dns scenarios/retry/exact-schedule.yaml
xmllint --xpath '//figure/div/svg//*/@x | //figure/div/svg//*/@x1 | //figure/div/svg//*/@x2 | //figure/div/svg//g/@transform' "$page" |
    grep -oE '"(translate\()?[0-9.]*' | grep -o '[0-9.]*' | awk '$1 > 952 { exit 1 }' || fail "a mark lies past the right edge"
for words in "time window of a sentence" "time window that was missed" "actual time"; do
    grep -qF "$words" "$page" || fail "the key lacks: $words"
done
pass
