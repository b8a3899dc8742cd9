# Completion of pyremto for PowerShell: pyremto completion pwsh | Out-String | Invoke-Expression, for example in $PROFILE
Register-ArgumentCompleter -Native -CommandName pyremto -ScriptBlock {
    param($word, $line, $position)
    pyremto "[suggest:$position]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
