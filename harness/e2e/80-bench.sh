# `make bench` measures runs that are as expected, and names those that are not.

current="a run that is not as expected is named by make bench, not measured"
mkdir "$work/crashing"
cp "$build/relaylab-warp" "$build/libwarp.so" "$work/crashing"
printf '#!/bin/sh\necho "target-crashed: sh exited with status 1"\nexit 3\n' >"$work/crashing/relaylab"
chmod +x "$work/crashing/relaylab"
run_it 1 env ROUNDS=1 TARGETS_DIR=/nonexistent .ci/bench "$work/crashing"
says "not as expected: target-crashed: sh exited with status 1"
says "relaylab-warp -- sleep 86400  "
[ "$(grep -c ' ms ' "$work/out")" -eq 2 ] || fail "measures more than virtual time itself"
pass
