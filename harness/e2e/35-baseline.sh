# Baselines: what is known of a target, kept true.

baseline=$work/baseline.yaml
small=$work/small # a tree of two scenarios, whole in no time
mkdir -p "$small/scenarios/retry" "$small/scenarios/dns"
cp "$greylist" "$small/scenarios/retry"
cp scenarios/dns/implicit-mx.yaml "$small/scenarios/dns"
root=$PWD
on_small() { # on_small TARGET OPTION…
    target=$1
    shift
    (cd "$small" && "$build/relaylab" run --target "$target" --baseline "$baseline" "$@")
}
gives_up=$root/$targets/gives-up

current="an update adds what is not as expected, with a reason, and a must only with --accept-must"
run_it 1 on_small "$gives_up" --update-baseline --reason "never tries again"
says "fix it, or pass --accept-must"
run_it 1 on_small "$gives_up" --update-baseline --accept-must
says "give a reason with --reason TEXT"
run_it 0 on_small "$gives_up" --update-baseline --accept-must --reason "never tries again"
says "the baseline $baseline is up to date now"
grep -qF 'retry/greylist-basic#the-message-is-not-lost-for-a-temporary-refusal: {verdict: fail, reason: "never tries again"}' \
    "$baseline" || fail "the entry is not there: $(cat "$baseline")"
pass

current="a run that is as the baseline says is as expected, in its reports, too"
run_it 0 on_small "$gives_up"
says "0 differences from the baseline"
says "1 passed, 0 failed, 1 known, 0 unsupported"
xmllint --noout --schema fixtures/schemas/junit.xsd "$small/reports/out/latest/junit.xml" 2>"$work/out" ||
    fail "the JUnit report is not valid"
[ "$(xmllint --xpath 'string(/testsuites/@failures)' "$small/reports/out/latest/junit.xml")" = 0 ] || fail "JUnit has failures"
[ "$(xmllint --xpath 'count(//skipped[@message="never tries again"])' "$small/reports/out/latest/junit.xml")" = 3 ] ||
    fail "JUnit does not show what is known"
pass

current="known failures of a scenario with several seeds are compared with all of them together"
mkdir -p "$work/seeds/scenarios/routing"
cat >"$work/seeds/scenarios/routing/second-choice.yaml" <<END
scenario: 1
id: routing/second-choice
title: Nobody takes the second choice
clock: {until: 1h}
seeds: 3
world:
  dns:
    dest.example: {MX: ["10 mx1.dest.example", "20 mx2.dest.example"]}
  hosts:
    mx1.dest.example: {addr: 192.0.2.1}
    mx2.dest.example: {addr: 192.0.2.2}
story:
  - {t: 0s, submit: m1, from: alice@sender.example, to: [bob@dest.example]}
expect:
  - must: Both have their share
    spec: RFC5321#5.1
    over_seeds: {event: smtp.accepted, by: host, each: ">=25%", among: [mx1.dest.example, mx2.dest.example]}
END
on_seeds() { (cd "$work/seeds" && "$build/relaylab" run --baseline "$work/seeds.yaml" "$@"); }
run_it 0 on_seeds --update-baseline --accept-must --reason "takes the first"
run_it 0 on_seeds
says "0 differences from the baseline"
pass

current="a new failure fails, and the message says how to accept it"
cp "$baseline" "$work/whole.yaml"
sed -i '/#the-message-is-not-lost/d' "$baseline"
run_it 1 on_small "$gives_up"
says "1 difference from the baseline"
says "new        retry/greylist-basic#the-message-is-not-lost-for-a-temporary-refusal: fail must; got no copies for bob@dest.example"
says "the baseline says pass: it has no entry"
says "run again with --update-baseline"
pass

current="an unexpected pass fails"
cp "$work/whole.yaml" "$baseline"
run_it 1 on_small relay
says "passes     retry/greylist-basic#the-message-is-not-lost-for-a-temporary-refusal: $baseline:"
says "says fail; it passes now"
pass

current="an entry whose scenario, case or expectation is gone fails a run of all, and no run of some"
echo 'retry/was-here-once#it-arrives: {verdict: fail, reason: x}' >>"$baseline"
run_it 1 on_small "$gives_up"
says "1 difference from the baseline"
says "vanished   retry/was-here-once#it-arrives: $baseline:"
run_it 0 on_small "$gives_up" retry
run_it 0 on_small "$gives_up" --spec RFC5321
sed -i 's|^retry/was-here-once#|retry/greylist-basic#|' "$baseline"
run_it 1 on_small "$gives_up" retry
says "vanished   retry/greylist-basic#it-arrives: $baseline:"
pass

current="an update removes and adds entries, and keeps comments"
{ echo '# do not lose me'; cat "$baseline"; } >"$work/commented.yaml"
mv "$work/commented.yaml" "$baseline"
run_it 0 on_small "$gives_up" --update-baseline
{ echo '# do not lose me'; cat "$work/whole.yaml"; } | cmp - "$baseline" || fail "it is another file: $(cat "$baseline")"
pass

current="stored reports are compared like runs, and a baseline is shown"
report=$small/reports/out/latest/report.json
run_it 0 "$build/relaylab" baseline check "$baseline" "$report"
run_it 0 "$build/relaylab" baseline show "$baseline"
says "retry/greylist-basic#it-arrives-once"
sed -i '/#the-message-is-not-lost/d' "$baseline"
run_it 1 "$build/relaylab" baseline check "$baseline" "$report"
run_it 2 "$build/relaylab" baseline update "$baseline" "$report" --reason again
says "--accept-must"
run_it 0 "$build/relaylab" baseline update "$baseline" "$report" --reason again --accept-must
run_it 0 "$build/relaylab" baseline check "$baseline" "$report"
run_it 2 "$build/relaylab" baseline shwo "$baseline"
says 'did you mean `show`?'
run_it 2 "$build/relaylab" baseline check "$baseline" "$greylist"
pass

current="a bad baseline is reported with its position, and nothing runs"
echo 'retry/greylist-basic#x: {verdict: fail, reason: ""}' >"$baseline"
run_it 2 on_small "$gives_up"
says "$baseline:1:1: error: retry/greylist-basic#x: the reason is empty; each entry needs one"
says_not " passed"
run_it 2 "$build/relaylab" run --baseline "$work/no-such.yaml" "$greylist"
says "the baseline $work/no-such.yaml does not exist"
pass

current="shards of a run make one report, of any kind; what is not a report, or not a shard, is refused"
for shard in 1 2; do
    run_it 0 "$build/relaylab" run --shard $shard/2 --report json="$work/shard$shard.json" dns
done
run_it 0 "$build/relaylab" report junit="$work/merged.xml" "$work/shard1.json" "$work/shard2.json"
[ "$(xmllint --xpath 'count(//testsuite)' "$work/merged.xml")" = "$("$build/relaylab" list dns | wc -l)" ] ||
    fail "the merged report has other runs than there are"
run_it 2 "$build/relaylab" report junit "$work/shard1.json" "$work/shard1.json"
says "is in another of these reports too"
run_it 2 "$build/relaylab" report junti "$work/shard1.json"
says 'did you mean `junit`?'
run_it 2 "$build/relaylab" report md "$greylist"
run_it 0 "$build/relaylab" report --help
pass

current="every report of four shards is that of the whole run, whatever the order of the shards, except for real times"
run_it 0 "$build/relaylab" run --report json="$work/whole.json" session
for shard in 1 2 3 4; do
    run_it 0 "$build/relaylab" run --shard $shard/4 --report json="$work/of4-$shard.json" session
done
without_times "$work/whole.json" "$work"/of4-*.json
for kind in $("$build/relaylab" --complete bash -- report '' | sed -n 's|=$||p'); do
    run_it 0 "$build/relaylab" report "$kind=$work/merged.$kind" "$work"/of4-3.json "$work"/of4-[124].json
    run_it 0 "$build/relaylab" report "$kind=$work/whole.$kind" "$work/whole.json"
    cmp "$work/merged.$kind" "$work/whole.$kind" || fail "the merged $kind report differs from that of the whole run"
done
[ -s "$work/merged.html" ] || fail "no kinds were compared"
pass

current="TAP shows what is not as expected, and GitHub's annotations, Markdown and JUnit its cause"
run_it 1 "$build/relaylab" run --target "$gives_up" --report json="$work/bad.json" retry/4yz-at-every-stage
run_it 0 "$build/relaylab" report tap "$work/bad.json"
says "TAP version 14"
says "    not ok 1 - The message is not lost"
says '      seen: "no copies for bob@dest.example"'
run_it 0 "$build/relaylab" report github "$work/bad.json"
[ "$(wc -l <"$work/out")" -eq 1 ] || fail "six runs with one cause have more than one annotation"
line=$(grep -n 'The message is not lost' scenarios/retry/4yz-at-every-stage.yaml | cut -d : -f 1)
says "::error file=scenarios/retry/4yz-at-every-stage.yaml,line=$line,title=retry/4yz-at-every-stage (banner) and 5 more runs%3A The message is not lost::expected"
run_it 0 "$build/relaylab" report md "$work/bad.json"
[ "$(head -1 "$work/out")" = "### 1 cause in 6 runs" ] || fail "Markdown does not begin with the causes"
says "- gives-up accepted m1 for bob@dest.example, made one attempt ("
run_it 0 "$build/relaylab" report junit "$work/bad.json"
xmllint --noout --schema fixtures/schemas/junit.xsd "$work/out" 2>"$work/xsd" || fail "the JUnit report is not valid: $(cat "$work/xsd")"
[ "$(xmllint --xpath 'count(//property[@name="cause"])' "$work/out")" = 6 ] || fail "not each suite has its cause"
run_it 0 "$build/relaylab" report tap="$work/known.tap" "$report"
grep -qF "not ok 1 - The message is not lost for a temporary refusal # TODO never tries again" "$work/known.tap" ||
    fail "TAP does not tell what is known"
pass
