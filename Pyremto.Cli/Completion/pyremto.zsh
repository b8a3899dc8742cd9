#compdef pyremto
# Completion of pyremto for zsh: eval "$(pyremto completion zsh)" behind compinit, for example in ~/.zshrc
_pyremto() {
    local line="${(j: :)words[1,CURRENT]}"
    local -a found
    found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
    if [[ -n "$found" ]]; then
        compadd -a found || _files
    else
        _files
    fi
}
compdef _pyremto pyremto
