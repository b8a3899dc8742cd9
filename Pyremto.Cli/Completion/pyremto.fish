# Completion of pyremto for fish: pyremto completion fish > ~/.config/fish/completions/pyremto.fish
complete -c pyremto -a '(set -l line (commandline -cp); pyremto "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
