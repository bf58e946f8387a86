# Use it with `& FILE` in PowerShell; `deactivate` reverts it.

# Deactivate the active environment first, also one of another tool.
if (Test-Path -Path Function:\deactivate) {
    deactivate -NonDestructive
}

function global:deactivate ([switch] $NonDestructive) {
    foreach ($name in 'PATH', 'PYTHONHOME') {
        if (Test-Path -Path "Env:\_OLD_VIRTUAL_$name") {
            Set-Item -Path "Env:\$name" -Value (Get-Item -Path "Env:\_OLD_VIRTUAL_$name").Value
            Remove-Item -Path "Env:\_OLD_VIRTUAL_$name"
        }
    }
    if (Test-Path -Path Function:\_OLD_VIRTUAL_PROMPT) {
        Copy-Item -Path Function:\_OLD_VIRTUAL_PROMPT -Destination Function:\prompt
        Remove-Item -Path Function:\_OLD_VIRTUAL_PROMPT
    }
    foreach ($name in 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT') {
        if (Test-Path -Path "Env:\$name") {
            Remove-Item -Path "Env:\$name"
        }
    }
    if (-not $NonDestructive) {
        Remove-Item -Path Function:\deactivate
    }
}

$env:VIRTUAL_ENV = @@ROOT@@
$env:VIRTUAL_ENV_PROMPT = @@PROMPT@@

$env:_OLD_VIRTUAL_PATH = $env:PATH
$env:PATH = (Join-Path -Path $env:VIRTUAL_ENV -ChildPath @@SCRIPTS@@) + [IO.Path]::PathSeparator + $env:PATH

if (Test-Path -Path Env:\PYTHONHOME) {
    $env:_OLD_VIRTUAL_PYTHONHOME = $env:PYTHONHOME
    Remove-Item -Path Env:\PYTHONHOME
}

if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
    # Define it globally before overwriting it: a new copy would be local to this script.
    function global:_OLD_VIRTUAL_PROMPT { '' }
    Copy-Item -Path Function:\prompt -Destination Function:\_OLD_VIRTUAL_PROMPT
    function global:prompt {
        @@PREFIX@@ + (_OLD_VIRTUAL_PROMPT)
    }
}
