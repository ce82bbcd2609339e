# The course: scenarios explained, asked about, written as a page, and graded.

current="every scenario that begins a lesson is explained, and no line is without its gloss"
"$build/relaylab" course >"$work/course"
[ "$(grep -c 'relaylab explain' "$work/course")" -eq 12 ] || fail "there are not twelve lessons"
sed -n 's/^ *relaylab explain //p' "$work/course" >"$work/lessons"
while read -r id; do
    run_it 0 "$build/relaylab" explain "$id"
    says "WHAT WAS CHECKED"
    says "NEXT  relaylab "
    says_not "no explanation of"
    says_not "fail  "
    run_it 0 "$build/relaylab" explain --all --width 110 "$id"
    says_not "…  "
    says_not "no explanation of"
done <"$work/lessons"
pass

current="the explanation of a greylist has the reply taken apart, the gap, and the delivery"
run_it 0 "$build/relaylab" explain "$greylist"
says "S: 451 4.7.1 Greylisted, please come back in a few minutes"
says "└ .7.1  the mail is not permitted (for now)  RFC3463 §3.8"
says "5 minutes pass."
says "S: 250 2.0.0 Queued"
says "pass  must    The next attempt is delayed  RFC5321 §4.5.4.1"
pass

current="the report that was just refused is named so, and none is promised to a sender who wants none"
run_it 0 "$build/relaylab" explain intro/failed-bounce --width 110
says "The report for alice@forged.example, which was just refused, said:"
run_it 0 "$build/relaylab" explain bounce/notify-wishes --case never
says "with NOTIFY=NEVER."
says_not "would not help"
pass

current="a lesson shows what it is about, and sums up what earlier ones taught"
run_it 0 "$build/relaylab" explain intro/encrypted
says "C: STARTTLS"
says "MAIL, RCPT, DATA, the message: 7 lines"
says "DANE"
run_it 0 "$build/relaylab" explain intro/lost-reply
says "without TLS this time"
"$build/relaylab" explain rate/450-message-rate >"$work/out" 2>/dev/null
[ "$(wc -l <"$work/out")" -lt 300 ] || fail "thirty messages take $(wc -l <"$work/out") lines"
pass

current="what cannot be shown is said with the command that shows it"
run_it 0 "$build/relaylab" explain routing/mx-failover --width 110
says "relaylab run routing/mx-failover --seeds "
run_it 4 "$build/relaylab" explain tls/expired-certificate --case enforce
says "tls/expired-certificate --case enforce: it lacks mta-sts (following the policy"
run_it 2 "$build/relaylab" explain retry/warning --case sometimes
says "it has recovers, never-recovers"
pass

current="what is listed can be typed"
"$build/relaylab" list --lesson 6 | cut -f1 >"$work/typed"
line=$(grep -m1 -e --case "$work/typed") || fail "no case is listed"
# shellcheck disable=SC2086 # words of a command line
run_it 0 "$build/relaylab" explain $line
pass

current="the same explanation is printed each time"
"$build/relaylab" explain "$greylist" >"$work/once" 2>/dev/null
"$build/relaylab" explain "$greylist" >"$work/twice" 2>/dev/null
cmp "$work/once" "$work/twice" || fail "two explanations differ"
pass

current="a setting is tried otherwise"
run_it 0 "$build/relaylab" explain "$greylist" --set retry.first=10s
says "seen: no: the wait between attempts 1 and 2 is 10s, sooner than"
says_not "TRY "
run_it 2 "$build/relaylab" explain "$greylist" --set retry.frst=10s
says 'no setting `retry.frst`; did you mean `retry.first`?'
run_it 2 "$build/relaylab" explain "$greylist" --set retry.first=soon
says "retry.first: "
pass

current="a question is asked before its answer is seen, and points are counted"
printf 'a\nc\nb\n' | "$build/relaylab" explain "$greylist" --quiz >"$work/out" 2>/dev/null
says "No, it is b)"
says "Right: c)"
says "2 of 3 right"
grep -n 'No, it is\|5 minutes pass' "$work/out" | head -1 | grep -q 'No, it is' || fail "the answer was seen before the question"
run_it 0 "$build/relaylab" explain "$greylist" --quiz
says "The answer is b)"
pass

current="steps need a terminal"
run_it 2 "$build/relaylab" explain "$greylist" --step
says "needs a terminal"
pass

current="on a terminal each step waits for Enter"
if command -v script >/dev/null; then
    yes '' | head -200 | script -qec "$build/relaylab explain $greylist --step --color never" /dev/null >"$work/out" 2>&1
    says "[Enter]"
    says "WHAT WAS CHECKED"
    pass
else
    skip "there is no script(1)"
fi

current="the page of a lesson is well-formed, loads nothing and needs no script"
sed -e 's|^id: .*|id: hostile|' -e 's|reply: ".*"|reply: "451 4.7.1 <script>alert(1)</script> \&amp; \x27 ]]>"|' "$greylist" >"$work/hostile.yaml"
run_it 0 "$build/relaylab" explain "$greylist" --html "$work/page.html"
[ "$(xmllint --xpath 'count(//details[@class="fold"]//div[@class="gloss"][not(*)])' "$work/page.html")" = 0 ] ||
    fail "a folded line is not explained"
for id in "$work/hostile.yaml" bounce/five-days-then-give-up submission/no-mail-without-auth; do
    run_it 0 "$build/relaylab" explain "$id" --html "$work/page.html"
    xmllint --noout "$work/page.html" || fail "the page of $id is not well-formed"
    [ "$(xmllint --xpath 'count(//script | //@src | //iframe | //object | //embed | //img)' "$work/page.html")" = 0 ] ||
        fail "the page of $id loads or runs something"
    if grep -qE 'url\(|@import' "$work/page.html"; then fail "the style of the page loads something"; fi
done
run_it 2 "$build/relaylab" explain "$greylist" --html /proc/no/page.html
says "relaylab explain: cannot "
run_it 0 "$build/relaylab" explain "$greylist" --html -
says "</html>"
pass

current="scenarios are listed by lesson and level"
run_it 0 "$build/relaylab" list --lesson 3 --level intro
says "intro/host-away"
says_not "bounce/five-days"
run_it 4 "$build/relaylab" list --lesson 1 --level expert
says "no scenario matches lesson 1, level expert"
pass

current="a student's answers become points"
printf 'answers:\n  1: [b, b, c]\n  2: [b, a]\n' >"$work/answers.yaml"
run_it 0 "$build/relaylab" grade "$work/answers.yaml"
says '"points": 4,'
says '"of": 36,'
printf 'answers:\n  13: [b]\n' >"$work/answers.yaml"
run_it 2 "$build/relaylab" grade "$work/answers.yaml"
says "answers.yaml:2:3: error: answers: \`13\` is not a lesson; there are 1 to 12"
pass

current="a target becomes points, with a seed that repeats them"
run_it 0 "$build/relaylab" grade relay --lesson 2 --seeds 2
says '"points": 8,'
says '"of": 8,'
says '"seeds": 2'
grep -q '"seed": [0-9]' "$work/out" || fail "the seed is not named"
run_it 0 "$build/relaylab" grade "$targets/gives-up" --lesson 2 --seed 3
says '"points": 0,'
says '"retry/greylist-basic"'
says '"seed": 3,'
pass

current="a target that does not start gets no points, but an error"
run_it 3 "$build/relaylab" grade "$targets/never-listens" --lesson 2
says "relaylab grade: "
says "did not play a single scenario: target-not-ready"
says_not '"points"'
pass
