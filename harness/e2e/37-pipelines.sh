# The pipelines of docs/ci, played in clean clones (pipelines.py). The scenarios are those of one area; what apt-get and
# make do there is tested with the packages (.ci/package).

pipelines="github.yml gitlab-ci.yml Jenkinsfile"
mkdir "$work/bin"
cat >"$work/bin/relaylab" <<EOF
#!/bin/sh
[ "\$1" != run ] || set -- "\$@" session
exec "$build/relaylab" "\$@"
EOF
cat >"$work/bin/apt-get" <<EOF
#!/bin/sh
echo "\$*" >>"$work/apt.log"
EOF
cat >"$work/bin/make" <<'EOF'
#!/bin/sh
[ "$*" = "-C relaylab deb" ] && [ -f relaylab/Makefile ] && mkdir -p relaylab/build/deb && : >relaylab/build/deb/relaylab.deb
EOF
chmod +x "$work/bin"/*

# play STATUS FILE NAME: its output in $work/out, its reports in $work/NAME/report
play() {
    run_it "$1" env PATH="$work/bin:$PATH" python3 -B harness/e2e/pipelines.py play "$2" "$work/$3" \
        RELAYLAB_URL="$PWD" RELAYLAB_REF=HEAD
}

# edited FILE OPTIONS: the path of a pipeline whose target is another
edited() {
    mkdir -p "$work/edited"
    sed "s|--target relay|$2|" "docs/ci/$1" >"$work/edited/$1"
    echo "$work/edited/$1"
}

current="shellcheck has no complaints about the shell steps of the pipelines"
for file in $pipelines; do
    run_it 0 python3 -B harness/e2e/pipelines.py scripts "docs/ci/$file" "$work/scripts-$file"
done
if command -v shellcheck >/dev/null; then
    run_it 0 shellcheck "$work"/scripts-*/*.sh
    pass
else
    skip "there is no shellcheck"
fi

if git rev-parse HEAD >/dev/null 2>&1; then
    current="each pipeline plays in clean clones; its reports are those of one whole run, except for real times"
    run_it 0 "$build/relaylab" run --target relay --report json="$work/whole.json" session
    without_times "$work/whole.json"
    for file in $pipelines; do
        play 0 "docs/ci/$file" "$file"
        without_times "$work/$file/report/report.json"
        cmp "$work/whole.json" "$work/$file/report/report.json" || fail "the report of $file is another"
        xmllint --noout "$work/$file/report/junit.xml" || fail "the JUnit report of $file is not XML"
        grep -q '^install .*\./packages/.*\.deb$' "$work/apt.log" || fail "$file does not install the packages"
        rm "$work/apt.log"
    done
    grep -q '^| ' "$work/github.yml/summary.md" || fail "there is no summary for GitHub"
    pass

    current="a pipeline with failures is red in its shards, and has a report of all of them"
    gives_up=$PWD/$targets/gives-up
    for file in $pipelines; do
        play 1 "$(edited "$file" "--target $gives_up")" "bad-$file"
        grep -qi '^failed: job shard [1-4], status 1$' "$work/out" || fail "no shard of $file failed"
        if grep -qi '^failed: job [^s]' "$work/out"; then fail "something else than shards of $file failed"; fi
        [ "$(xmllint --xpath 'count(//testsuite)' "$work/bad-$file/report/junit.xml")" = \
            "$("$build/relaylab" list session | wc -l)" ] || fail "the report of $file has other runs than there are"
        [ "$file" != github.yml ] || says "::error "
    done
    pass

    current="a baseline, made of the merged report as docs/ci/README.md describes, makes each pipeline green"
    cp "$work/bad-github.yml/report/report.json" "$work/report.json"
    adopt=$(sed -n 's/^ *\(relaylab baseline update .*--reason.*\)/\1/p' docs/ci/README.md)
    [ -n "$adopt" ] || fail "docs/ci/README.md does not make a baseline"
    run_it 0 env -C "$work" PATH="$work/bin:$PATH" sh -ec "$adopt"
    for file in $pipelines; do
        play 0 "$(edited "$file" "--target $gives_up --baseline $work/known.yaml")" "known-$file"
    done
    pass
else
    current="the pipelines play in clean clones"
    skip "this is not a git repository"
fi
