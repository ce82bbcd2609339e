# Types into an interactive zsh on a pseudoterminal of its own: zsh -f complete.zsh FOLDER LINE TEXT
# FOLDER has the completion functions. After LINE and a Tab, the screen must show TEXT, within 20 s. Exit status 1: not.
zmodload zsh/zpty || exit 2

# wait_for TEXT: reads until the shell has written it.
wait_for() {
    local chunk
    integer tries
    screen=
    for ((tries = 0; tries < 400; tries++)); do
        while zpty -r -t shell chunk; do screen+=${chunk//$'\a'/}; done # without the bell
        [[ $screen == *$1* ]] && return 0
        sleep 0.05
    done
    print -r -- "the screen lacks $1: ${(V)screen}"
    return 1
}

zpty shell "zsh -f -i"
zpty -w shell "PS1='> '; fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -u -D; print re''ady"
wait_for ready || exit 1
zpty -w -n shell "$2"$'\t'
wait_for "$3"
