/* Completion scripts. All ask the program itself (PROGRAM --complete SHELL -- WORD…), so that one place has the logic.
 */
#include <string.h>

#include "lib/cli/table.h"

/* @P is the program, @F the name of a function. zsh loads a function from the file that has its name, _@P. */
static const char bash[] =
    "# Completion of @P in bash. Made by: @P --completion bash\n"
    "@F() {\n"
    "    local line path current=${COMP_WORDS[COMP_CWORD]}\n"
    "    [ \"$current\" != = ] || current=\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        :file*) line=-f ;;\n"
    "        :dir) line=-d ;;\n"
    "        *=) compopt -o nospace 2>/dev/null ;;\n"
    "        esac\n"
    "        case $line in\n"
    "        -[fd])\n"
    "            compopt -o filenames 2>/dev/null\n"
    "            while IFS= read -r path; do COMPREPLY+=(\"$path\"); done < <(compgen $line -- \"$current\")\n"
    "            ;;\n"
    "        *) COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
    "        esac\n"
    "    done < <(\"${COMP_WORDS[0]/#\\~/$HOME}\" --complete bash -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
    "}\n"
    "complete -F @F @P\n";

static const char zsh[] = "#compdef @P\n"
                          "# Completion of @P in zsh. Made by: @P --completion zsh\n"
                          "_@P() {\n"
                          "    local line files= tab=$'\\t'\n"
                          "    local -a candidates\n"
                          "    for line in \"${(@f)$(\"${words[1]/#\\~/$HOME}\" --complete zsh -- "
                          "\"${(@)words[2,CURRENT]}\" 2>/dev/null)}\"; do\n"
                          "        case $line in\n"
                          "        '') ;;\n"
                          "        :*) files=$line ;;\n"
                          "        *$tab*) candidates+=(\"${${line%%$tab*}//:/\\\\:}:${line#*$tab}\") ;;\n"
                          "        *) candidates+=(\"${line//:/\\\\:}\") ;;\n"
                          "        esac\n"
                          "    done\n"
                          "    (( ! $#candidates )) || _describe @P candidates\n"
                          "    case $files in\n"
                          "    :file=) compset -P '*='; _files ;;\n"
                          "    :file) [[ $PREFIX != --*=* ]] || compset -P '*='; _files ;;\n"
                          "    :dir) [[ $PREFIX != --*=* ]] || compset -P '*='; _files -/ ;;\n"
                          "    esac\n"
                          "}\n"
                          "if [ \"$funcstack[1]\" = _@P ]; then _@P \"$@\"; else compdef _@P @P; fi\n";

static const char fish[] = "# Completion of @P in fish. Made by: @P --completion fish\n"
                           "function _@F\n"
                           "    set -l words (commandline -opc)\n"
                           "    set -l current (commandline -ct)\n"
                           "    for line in ($words[1] --complete fish -- $words[2..-1] \"$current\" 2>/dev/null)\n"
                           "        switch $line\n"
                           "            case ':file*'\n"
                           "                __fish_complete_path \"$current\"\n"
                           "            case ':dir'\n"
                           "                __fish_complete_directories \"$current\"\n"
                           "            case '*'\n"
                           "                echo $line\n"
                           "        end\n"
                           "    end\n"
                           "end\n"
                           "complete -c @P -f -a '(_@F)'\n";

static const struct {
    const char *shell, *text;
} scripts[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

static void add_function(struct buf *out, const char *program)
{
    (void)buf_add_char(out, '_');
    for (; *program != '\0'; program++)
        (void)buf_add_char(out, *program == '-' ? '_' : *program);
}

static void fill_in(struct buf *out, const char *text, const char *program)
{
    for (; *text != '\0'; text++) {
        if (text[0] == '@' && text[1] == 'P')
            (void)buf_add_cstr(out, program);
        else if (text[0] == '@' && text[1] == 'F')
            add_function(out, program);
        else
            (void)buf_add_char(out, *text);
        text += text[0] == '@' && (text[1] == 'P' || text[1] == 'F');
    }
}

bool cli_print_script(struct buf *out, const char *program, const char *shell)
{
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        if (strcmp(scripts[i].shell, shell) != 0)
            continue;
        fill_in(out, scripts[i].text, program);
        return true;
    }
    return false;
}
