# Manual pages and completion, as made from the tables of options.

cli_pages=$work/cli
mkdir "$cli_pages" "$cli_pages/zsh"
cli_programs="relaylab relaylab-relay relaylab-queue relaylab-account relaylab-apikey relaylab-ban relaylab-dkim relaylab-domain relaylab-sim relaylab-warp"

current="each program prints its manual page, and mandoc finds nothing wrong in it"
for program in $cli_programs; do
    run_it 0 "$build/$program" --man
    says ".TH $(echo "$program" | tr a-z A-Z) 1 "
    cp "$work/out" "$cli_pages/$program.1"
done
grep -qF '\fB\-\-seed\fR \fIN\fR' "$cli_pages/relaylab.1" || fail "relaylab.1 lacks --seed of relaylab run"
grep -qF '\fB\-\-seed\fR \fIN\fR' "$cli_pages/relaylab-sim.1" || fail "relaylab-sim.1 lacks --seed"
if command -v mandoc >/dev/null; then
    for program in $cli_programs; do
        run_it 0 mandoc -Tlint "$cli_pages/$program.1"
        [ ! -s "$work/out" ] || fail "mandoc has something to say about $program.1"
    done
    pass
else
    skip "mandoc is not installed"
fi

current="each command explains itself, and ends"
commands=$("$build/relaylab" --help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p')
[ "$(echo "$commands" | wc -w)" -ge 15 ] || fail "the help names these commands: $commands"
for command in $commands; do
    for option in --help -h; do
        run_it 0 "$build/relaylab" "$command" "$option"
        says "Usage: "
    done
done
pass

current="bash completes commands, options, values, scenarios, tags and targets"
for program in relaylab relaylab-queue; do
    run_it 0 "$build/$program" --completion bash
    cp "$work/out" "$cli_pages/$program.bash"
done
completes() { # completes CANDIDATES PROGRAM WORD…: in bash; the candidates in one line
    candidates=$1
    program=$2
    shift 2
    run_it 0 bash harness/e2e/complete.bash "$cli_pages/$program.bash" "$build/$program" "$@"
    [ "$(tr '\n' ' ' <"$work/out")" = "$candidates " ] || fail "not completed to $candidates: $*"
}
completes "run rules report relay" relaylab r
completes "--seed --seeds" relaylab run --see
completes "auto namespace loopback" relaylab run --net ""
completes "loopback" relaylab run --net = lo
completes "json=" relaylab report js
completes "flush" relaylab queue fl
completes "retry/greylist-basic" relaylab run retry/greylist-b
completes "tls/verify-expired" relaylab lint tls/verify-e
completes "postfix" relaylab run --target po
completes "postfix" relaylab targets po
completes "T25" relaylab list --tag T25
completes "--domain" relaylab queue list --dom
completes "--bounce" relaylab-queue -c x drop 17 --b
echo x >"$cli_pages/one file.yaml"
completes "$cli_pages/one file.yaml" relaylab run "$cli_pages/one"
completes "$cli_pages/one file.yaml" relaylab-queue --config "$cli_pages/one"
run_it 0 bash harness/e2e/complete.bash "$cli_pages/relaylab.bash" "$build/relaylab" list --target
[ ! -s "$work/out" ] || fail "an option of another verb is offered"
pass

current="zsh completes commands, options, values, scenarios, tags and targets"
if command -v zsh >/dev/null; then
    for program in relaylab relaylab-queue; do
        run_it 0 "$build/$program" --completion zsh
        cp "$work/out" "$cli_pages/zsh/_$program"
    done
    run_it 0 zsh -f harness/e2e/complete.zsh "$cli_pages/zsh" "$build/relaylab lin" "lint"
    run_it 0 zsh -f harness/e2e/complete.zsh "$cli_pages/zsh" "$build/relaylab run --ti" "--timeline"
    run_it 0 zsh -f harness/e2e/complete.zsh "$cli_pages/zsh" "$build/relaylab run --net=lo" "--net=loopback"
    run_it 0 zsh -f harness/e2e/complete.zsh "$cli_pages/zsh" "$build/relaylab run retry/greylist-ba" "retry/greylist-basic"
    run_it 0 zsh -f harness/e2e/complete.zsh "$cli_pages/zsh" "$build/relaylab run --target opens" "opensmtpd"
    run_it 0 zsh -f harness/e2e/complete.zsh "$cli_pages/zsh" "$build/relaylab list --tag=T2" "--tag=T25"
    run_it 0 zsh -f harness/e2e/complete.zsh "$cli_pages/zsh" "$build/relaylab-queue hol" "hold"
    pass
else
    skip "zsh is not installed"
fi
