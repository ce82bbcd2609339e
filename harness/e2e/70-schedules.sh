# docs/SCHEDULES.md, in a tree where nothing was fetched: the page says what the relay does.

tree=$work/unfetched
mkdir -p "$tree/build/here"
cp "$build"/relaylab* "$build/libwarp.so" "$tree/build/here"
ln -s "$PWD/fixtures" "$tree/fixtures"
page=$tree/SCHEDULES.md
sed 's/^\(| \(says 451\|never answers\) |\).*/\1 ? |/; s/^\(| \[relay\](#relay) |\).*/\1 ? |/' docs/SCHEDULES.md >"$page"
of_relay() { sed -n '/^| \[relay\]/p; /^## relay$/,/^## postfix$/p' "$1"; }
of_others() { sed '/^| \[relay\]/d; /^## relay$/,/^## postfix$/d' "$1"; }

current="the relay's rows are measured, and those of targets that are not fetched stay"
of_others "$page" >"$tree/before"
run_it 0 .ci/schedules "$tree/build/here" "$page"
says "schedules: postfix keeps what it has: it is not fetched (relaylab targets --fetch postfix)"
of_relay docs/SCHEDULES.md >"$tree/wanted"
of_relay "$page" | diff "$tree/wanted" - >"$work/out" || fail "the page does not tell what the relay does"
of_others "$page" | cmp -s "$tree/before" - || fail "rows of other targets were changed"
pass

current="a page without a place for the measurements is refused and left unchanged"
sed -i '/^## relay$/,/^## postfix$/{/^| says 451/d}' "$page"
cp "$page" "$tree/before"
run_it 1 .ci/schedules "$tree/build/here" "$page"
says 'lacks rows: `says 451` in `relay`'
cmp -s "$page" "$tree/before" || fail "the page was changed"
pass

current="both pages are made of the same stored records, and the version that they lack stays"
records=$tree/records
mkdir -p "$records"
run_it 0 "$build/relaylab" run -q --report json="$tree/relay.json" scenarios/bounce/deferred-for-days.yaml \
    scenarios/bounce/five-days-then-give-up.yaml
for name in relay postfix exim opensmtpd haraka dma; do
    sed "s/\"target\": *\"relay\"/\"target\":\"$name\"/" "$tree/relay.json" >"$records/$name.json"
done
cp docs/SCHEDULES.md "$page"
run_it 0 .ci/schedules "$tree/build/here" "$page" "$records" "$tree/index.html"
grep -q '^| \[dma\](#dma) | 0\.13-1+b1 | 5m, 10m, 20m, 40m' "$page" || fail "the stored records are not in the page"
[ "$(grep -c 'data-at="0 300 900 2100' "$tree/index.html")" = 6 ] || fail "the stored records are not in index.html"
pass

current="an index.html that would lack a target is not written"
rm "$records/dma.json" "$tree/index.html"
run_it 0 .ci/schedules "$tree/build/here" "$page" "$records" "$tree/index.html"
says "index.html is left unchanged, because it would lack a target"
[ ! -e "$tree/index.html" ] || fail "index.html was written"
pass
