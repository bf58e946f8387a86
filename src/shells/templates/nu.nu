# Use it with `overlay use FILE` in nu; `deactivate` reverts it.

export-env {
    let virtual_env = @@ROOT@@
    let path_name = if 'Path' in $env { 'Path' } else { 'PATH' }
    let path = $env | get $path_name
    let entries = if ($path | describe) == 'string' { $path | split row (char esep) } else { $path }
    # Replace another active environment, in PATH and in the prompt.
    let outer = if 'VIRTUAL_ENV' in $env { [($env.VIRTUAL_ENV | path join @@SCRIPTS@@)] } else { [] }
    let inherited = $entries | where {|entry| $entry not-in $outer }
    let old_prompt = if '_OLD_VIRTUAL_PROMPT' in $env { $env._OLD_VIRTUAL_PROMPT } else { $env.PROMPT_COMMAND? }
    load-env {
        $path_name: ($inherited | prepend ($virtual_env | path join @@SCRIPTS@@))
        VIRTUAL_ENV: $virtual_env
        VIRTUAL_ENV_PROMPT: @@PROMPT@@
    }
    if ($env.VIRTUAL_ENV_DISABLE_PROMPT? | default '' | is-empty) {
        $env._OLD_VIRTUAL_PROMPT = $old_prompt
        $env.PROMPT_COMMAND = {||
            let rest = if ($old_prompt | describe) == 'closure' { do $old_prompt } else { $old_prompt | default '' }
            @@PREFIX@@ + $rest
        }
    }
    hide-env --ignore-errors PYTHONHOME
}

export alias deactivate = overlay hide activate
