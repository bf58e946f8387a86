# Use it with `overlay use FILE` in nu; `deactivate` undoes it.

export-env {
    let virtual_env = @@ROOT@@
    let path_name = if 'Path' in $env { 'Path' } else { 'PATH' }
    let path = $env | get $path_name
    let entries = if ($path | describe) == 'string' { $path | split row (char esep) } else { $path }
    let prompt_is_ours = ($env.VIRTUAL_ENV_DISABLE_PROMPT? | default '' | is-empty)
    let old_prompt = $env.PROMPT_COMMAND?
    let new_prompt = {||
        let rest = if ($old_prompt | describe) == 'closure' { do $old_prompt } else { $old_prompt | default '' }
        @@PREFIX@@ + $rest
    }
    load-env {
        $path_name: ($entries | prepend ($virtual_env | path join @@SCRIPTS@@))
        VIRTUAL_ENV: $virtual_env
        VIRTUAL_ENV_PROMPT: @@PROMPT@@
    }
    if $prompt_is_ours {
        $env.PROMPT_COMMAND = $new_prompt
    }
    hide-env --ignore-errors PYTHONHOME
}

export alias deactivate = overlay hide activate
