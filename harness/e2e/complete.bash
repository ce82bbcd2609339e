# Completes a command line in bash as the Tab key does: bash complete.bash SCRIPT WORD…
# SCRIPT is the completion script of the first word's program. Prints what the last word may become, one a line.
# Words come as bash parts them: `--net=lo` is three.
. "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
function=$(complete -p "$(basename "$1")" | sed 's/.* -F \([^ ]*\) .*/\1/')
"$function"
[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
