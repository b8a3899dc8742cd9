# Completion of pyremto for bash: eval "$(pyremto completion bash)", for example in ~/.bashrc
_pyremto() {
    local word="${COMP_WORDS[COMP_CWORD]}" found
    COMPREPLY=()
    while IFS= read -r found; do
        [[ $found == "$word"* ]] && COMPREPLY+=("$found")
    done < <("$1" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
}
complete -o default -F _pyremto pyremto
