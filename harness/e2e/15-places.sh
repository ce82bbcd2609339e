# Scenarios and targets are found wherever the programs lie and whatever the working directory is, or the message lists
# the places.

mkdir -p "$work/places" "$work/no-files/bin"

current="a symbolic link in another working directory finds the source tree's scenarios and targets"
run_it 0 "$build/relaylab" list
shipped_runs=$(wc -l <"$work/out")
ln -s "$build/relaylab" "$work/places/link"
cd "$work/places"
run_it 0 ./link run --quiet retry/greylist-basic submission/dots
run_it 0 ./link list
[ "$(wc -l <"$work/out")" -eq "$shipped_runs" ] || fail "lists $(wc -l <"$work/out") runs, not $shipped_runs"
run_it 0 ./link targets
says "postfix"
cd - >/dev/null
pass

current="a scenario named from its own folder finds the message of fixtures/messages"
cd scenarios/submission
run_it 0 "$build/relaylab" lint dots.yaml
cd - >/dev/null
pass

current="scenarios of the working directory come first"
mkdir -p "$work/places/scenarios/retry"
sed 's/^title:.*/title: Mine/' "$greylist" >"$work/places/scenarios/retry/greylist-basic.yaml"
cd "$work/places"
run_it 0 ./link list
says "Mine"
[ "$(wc -l <"$work/out")" -eq 1 ] || fail "lists more than the working directory's"
run_it 0 ./link list retry/host-recovers # which only the source tree has
cd - >/dev/null
pass

current="installed programs find what was installed, in another folder and through PATH"
run_it 0 make -s install MODE="${build##*/}" DESTDIR="$work/installed" PREFIX=/usr
cd "$work/places"
mv scenarios not-used
run_it 0 env PATH="$work/installed/usr/bin:$PATH" relaylab list
[ "$(wc -l <"$work/out")" -eq "$shipped_runs" ] || fail "lists $(wc -l <"$work/out") runs, not $shipped_runs"
run_it 0 env PATH="$work/installed/usr/bin:$PATH" relaylab run --quiet retry/greylist-basic submission/dots
run_it 0 env PATH="$work/installed/usr/bin:$PATH" HOME="$work/home" relaylab targets
says "not fetched"
cd - >/dev/null
pass

current="installed programs run what they fetched into the user's cache"
cp -r fixtures/targets/relay "$work/fetched"
sed -i -e 's/^name:.*/name: fetched/' -e '/^start:/d' "$work/fetched/target.yaml"
cat >>"$work/fetched/target.yaml" <<'END'
fetch: {debian: [nothing-of-this-name]}
start: [sh, -c, "test -e /usr/share/fetched && exec ${bin}/relaylab-relay -c ${dir}/relay.yaml"]
END
mkdir -p "$work/home/.cache/relaylab/targets/fetched/root/usr/share/fetched"
echo 1.0 >"$work/home/.cache/relaylab/targets/fetched/version"
if "$build/relaylab" run --quiet --net namespace "$greylist" >/dev/null 2>&1; then
    run_it 0 env -u XDG_CACHE_HOME HOME="$work/home" "$work/installed/usr/bin/relaylab" run --quiet --target "$work/fetched" \
        retry/greylist-basic
    says "1 passed"
    pass
else
    skip "no mounts here"
fi

current="a program without its files lists where it looked, and fails"
cp "$build/relaylab" "$work/no-files/bin"
cd "$work/places"
run_it 4 "$work/no-files/bin/relaylab" targets
says "no target found in $(pwd -P)/fixtures/targets, "
says "$work/no-files/bin/../../share/relaylab/fixtures/targets"
run_it 2 "$work/no-files/bin/relaylab" list
says "no $(pwd -P)/scenarios, "
run_it 2 "$work/no-files/bin/relaylab" run --target relay retry/greylist-basic
says "the scenarios that ship with relaylab were not found"
run_it 2 "$work/no-files/bin/relaylab" run --target nosuch "$OLDPWD/$greylist"
says "there is no target \`nosuch\`: neither a folder with a target.yaml, nor a name in $(pwd -P)/fixtures/targets, "
run_it 3 "$work/no-files/bin/relaylab" queue list
says "all programs of relaylab and libwarp.so belong in one folder"
cd - >/dev/null
pass
