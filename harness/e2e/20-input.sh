# Bad input: file:line:column, exit 2, nothing started.

bad_scenario() { # bad_scenario SED-EXPRESSION WORDS
    sed "$1" "$greylist" >"$work/bad.yaml"
    run_it 2 "$build/relaylab" run --keep "$work/kept" "$work/bad.yaml"
    says "$work/bad.yaml:$2"
    [ ! -e "$work/kept" ] || fail "something was started"
    nothing_left
}

current="an unknown key is reported with the nearest known one"
bad_scenario 's/greylist: {key/greylits: {key/' \
    '48:11: error: world.hosts.mx1.dest.example.rules[0]: unknown key `greylits`; did you mean `greylist`?'
pass

current="a missing unit is reported"
bad_scenario 's/until: 6h/until: 6/' '39:16: error: clock.until: `6` has no unit'
pass

current="a duplicate key is reported"
bad_scenario 's/^story:/title: again\nstory:/' '50:1: error: duplicate key `title`; line 3 already has it'
pass

current="an unquoted \": \" has its own message"
bad_scenario 's/reply: .*/reply: 451 4.7.1 Greylisted: come back/' \
    '49:38: error: a value with `: ` in it must be quoted, or the line is indented too far'
pass

current="the linter finds an enhanced code of another class"
bad_scenario 's/451 4.7.1/451 5.7.1/' '47:11: error: reply: the enhanced status code 5.7.1 does not fit'
pass

current="the linter finds an expectation about an unknown recipient"
bad_scenario 's/attempts: {of: m1, to: bob@dest.example, gap: ">=1s"}/attempts: {of: m2, to: bob@dest.example, gap: ">=1s"}/' \
    '62:5: error: expect: there is no submission `m2`; did you mean `m1`?'
pass

current="a setting that the adapter cannot configure makes a scenario unsupported, with the reason"
mkdir "$work/scenarios"
sed 's/^id: .*/id: told/; s/^given:/given: {tls: {dest.example: dane}}/; /^  limits:/d' scenarios/submission/size-limit.yaml \
    >"$work/scenarios/told.yaml"
run_it 4 "$build/relaylab" run "$work/scenarios/told.yaml"
says "relay  unsupported: lacks a setting for given.tls.dane"
pass

# own_target 'KEY: VALUE'…: an adapter of one's own, far from those that come with the program, in $own.
own_target() {
    own=$work/adapters/own
    mkdir -p "$own"
    printf '%s\n' "target: 1" "name: own" "clock: tolerant" "ports: {smtp: 25}" "start: [/bin/true]" "$@" >"$own/target.yaml"
}

current="a user's adapter is fetched by the program's script, not by another script next to the adapter"
own_target "fetch: {debian: [relaylab-no-such-package]}"
printf '#!/bin/sh\ntouch "%s/stranger"\n' "$work" >"$work/adapters/fetch"
chmod +x "$work/adapters/fetch"
run_it 3 "$build/relaylab" targets --fetch "$own"
says "fetch: apt does not know the package relaylab-no-such-package"
[ ! -e "$work/stranger" ] || fail "a stranger's script was run"
pass

current="a missing template is reported when the adapter is read"
own_target "files: {nothere.conf: x.conf}"
for verb in "targets" "run $greylist --target"; do
    run_it 2 "$build/relaylab" $verb "$own"
    says "$own/target.yaml:6:9: error: files: cannot read $own/nothere.conf"
done
nothing_left
pass

current="bad usage ends with 2, help with 0, nothing to run with 4"
run_it 2 "$build/relaylab" rnu
says 'did you mean `run`?'
run_it 2 "$build/relaylab" run --repeat none
says '--repeat takes a number from 1 to 1000, not `none`'
run_it 2 "$build/relaylab" run --sede 4
says 'unknown option `--sede`; did you mean `--seed`?'
run_it 2 "$build/relaylab" run --seed
says '--seed needs a value (N)'
run_it 2 "$build/relaylab" run --color sometimes
says '--color takes always, never or auto, not `sometimes`'
run_it 2 "$build/relaylab" run retry/greylist-basci
says 'no scenario `retry/greylist-basci`'
says 'did you mean `retry/greylist-basic`?'
run_it 2 "$build/relaylab" run greylist-basic
says 'did you mean `retry/greylist-basic`?'
run_it 2 "$build/relaylab" run --case no-such-case
says 'no scenario has a case `no-such-case`'
run_it 2 "$build/relaylab" run --report tap=- --report md=- "$greylist"
says "only one report can go to standard output"
run_it 2 "$build/relaylab" run --reason "a good one" "$greylist"
says "--reason is only for updating a baseline"
run_it 2 "$build/relaylab-queue" -c "$work/missing.yaml" list
says "cannot read $work/missing.yaml: No such file or directory"
run_it 2 "$build/relaylab" run --report json="$greylist/r.json" "$greylist"
says "cannot create the folder $greylist: File exists"
says_not " passed"
run_it 4 "$build/relaylab" run --tag no-such-tag
says 'no scenario matches tag `no-such-tag`'
run_it 2 "$build/relaylab" run --target nowhere "$greylist"
run_it 2 "$build/relaylab" run --case none "$greylist"
run_it 2 "$build/relaylab" run "$work/missing.yaml"
mkdir "$work/empty"
run_it 4 "$build/relaylab" run "$work/empty"
run_it 4 "$build/relaylab" run --case enforce scenarios/tls/expired-certificate.yaml
says "relay  unsupported: lacks mta-sts"
for program in relaylab "relaylab run" "relaylab lint" "relaylab list" relaylab-relay relaylab-queue relaylab-account relaylab-apikey relaylab-ban \
    relaylab-dkim relaylab-domain relaylab-sim relaylab-warp; do
    run_it 0 $build/$program --help
    says "Usage: "
done
run_it 0 "$build/relaylab" help run
says "Usage: relaylab run "
run_it 0 "$build/relaylab" help warp
says "Usage: relaylab-warp "
run_it 2 "$build/relaylab" help rnu
says 'did you mean `run`?'
for words in help "help help" "help --help" "help -h" "--help help"; do
    run_it 0 "$build/relaylab" $words
    says "Usage: relaylab COMMAND"
done
for words in "help run lint" "--help run lint" "help help run" "--version run"; do
    run_it 2 "$build/relaylab" $words
    says "unexpected argument \`${words##* }\`"
    says "See \`relaylab --help\`."
done
run_it 0 "$build/relaylab" lint "$greylist"
says "1 scenario, 1 run, 0 with errors"
pass

current="no program waits for a FIFO, wherever a file is named"
fifo=$work/fifo.yaml
mkfifo "$fifo"
mkdir "$work/fifo-target" "$work/template-target"
mkfifo "$work/fifo-target/target.yaml" "$work/template-target/x.conf"
printf 'target: 1\nname: x\nclock: lockstep\nports: {}\nfiles: {x.conf: x.conf}\nstart: [true]\n' \
    >"$work/template-target/target.yaml"
mkdir -p "$work/with-message/fixtures/messages"
mkfifo "$work/with-message/fixtures/messages/m.eml"
sed 's/submit: m1,/submit: m1, message: m.eml,/' "$greylist" >"$work/with-message/s.yaml"
grep -q "message: m.eml" "$work/with-message/s.yaml" || fail "the scenario names no message"
bounded() { # bounded WANTED_STATUS COMMAND…: as run_it, within a time in which nothing waits
    wanted_status=$1
    shift
    run_it "$wanted_status" timeout 30 "$@"
}
for words in "lint $fifo" "run $fifo" "run --baseline $fifo $greylist" "report md $fifo" \
    "run --target $work/fifo-target $greylist" "run --target $work/template-target $greylist" \
    "lint $work/with-message/s.yaml"; do
    bounded 2 "$build/relaylab" $words
    says "it is a FIFO, not a regular file"
done
for words in "relay -c $fifo" "relay --check -c $fifo" "queue -c $fifo list" "warp --plan $fifo"; do
    bounded 2 "$build/relaylab-"$words
    says "it is a FIFO, not a regular file"
done
bounded 2 "$build/relaylab-warp" --log "$fifo" -- true
says "it is a FIFO that no program reads"
bounded 3 "$build/relaylab" run --report "junit=$fifo" "$greylist"
says "it is a FIFO that no program reads"
bounded 3 "$build/relaylab" run --keep "$fifo" "$greylist"
pass

current="a scenario may come from a pipe, and a report go into one"
status=0
"$build/relaylab" lint /dev/stdin <"$greylist" >"$work/out" 2>&1 || status=$?
[ $status -eq 0 ] || fail "lint of standard input ended with $status"
cat "$greylist" | timeout 30 "$build/relaylab" lint /dev/stdin >"$work/out" 2>&1 || fail "lint of a pipe"
says "1 scenario, 1 run, 0 with errors"
cat "$fifo" >"$work/report.xml" &
reader=$!
run_it 0 timeout 60 "$build/relaylab" run --report "junit=$fifo" "$greylist"
wait $reader || fail "the reader of the report ended with $?"
grep -q "</testsuites>" "$work/report.xml" || fail "no report came through the FIFO"
pass

current="all programs print the same version"
run_it 0 "$build/relaylab" --version
version=$(cut -d ' ' -f 2 "$work/out")
for program in relay queue sim warp; do
    run_it 0 "$build/relaylab" $program --version
    [ "$(cat "$work/out")" = "relaylab-$program $version" ] || fail "another version than $version"
done
pass

current="a tab or a line end where the run's plan cannot have one is reported, with a remedy"
relay_with tabs 'queue_lines: {message: "^From:\t(.*)", recipient: "<(.*)>"}'
run_it 3 "$build/relaylab" run --target "$different" "$greylist"
says "queue_lines.message of target.yaml ([[:blank:]] stands for a tab) contains a tab or a line end"
relay_with tabs 'queue_lines: {message: "^From", recipient: "<(.*)>\n"}'
run_it 3 "$build/relaylab" run --target "$different" "$greylist"
says "queue_lines.recipient of target.yaml"
relay_with tabs 'flush: [sh, -c, "x\ty"]'
run_it 3 "$build/relaylab" run --target "$different" "$greylist"
says "a command's word in target.yaml contains a tab"
mkdir "$work/a	b"
run_it 3 env TMPDIR="$work/a	b" "$build/relaylab" run "$greylist"
says "the path of the run's folder (TMPDIR) contains a tab"
pass

current="options choose scenarios, in run and list alike"
for clause in "RFC5321#4.5.4" "RFC5321 §4.5.4" "RFC 5321 §4.5.4"; do
    run_it 0 "$build/relaylab" list --spec "$clause" retry routing
    says "retry/greylist-basic"
    says_not "routing/first-mx-refuses"
done
run_it 0 "$build/relaylab" run --case lf-dot-lf --quiet
says "1 passed" # of all scenarios, the one that has such a case
all=$("$build/relaylab" list | sort)
shards=$(for i in 1 2 3; do "$build/relaylab" list --shard $i/3; done | sort)
[ "$all" = "$shards" ] || fail "three shards are not the whole"
run_it 2 env CI_NODE_INDEX=9 CI_NODE_TOTAL=3 "$build/relaylab" list
says "CI_NODE_INDEX=9 with CI_NODE_TOTAL=3 is not a shard"
pass
