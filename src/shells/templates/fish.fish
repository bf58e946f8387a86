# Use it with `source FILE` in fish; `deactivate` reverts it.

function deactivate --description 'Leave the virtual environment'
    if set -q _OLD_VIRTUAL_PATH
        set -gx PATH $_OLD_VIRTUAL_PATH
        set -e _OLD_VIRTUAL_PATH
    end
    if set -q _OLD_VIRTUAL_PYTHONHOME
        set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
        set -e _OLD_VIRTUAL_PYTHONHOME
    end
    if set -q _OLD_FISH_PROMPT_OVERRIDE
        functions -e fish_prompt
        if functions -q _old_fish_prompt
            functions -c _old_fish_prompt fish_prompt
            functions -e _old_fish_prompt
        end
        set -e _OLD_FISH_PROMPT_OVERRIDE
    end
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != nondestructive
        functions -e deactivate _virtual_env_status
    end
    true
end

# Deactivate the active environment first, also one of another tool: all use these names.
deactivate nondestructive

set -gx VIRTUAL_ENV @@ROOT@@
set -gx VIRTUAL_ENV_PROMPT @@PROMPT@@

set -g _OLD_VIRTUAL_PATH $PATH
set -gx PATH "$VIRTUAL_ENV"/@@SCRIPTS@@ $PATH

if set -q PYTHONHOME
    set -g _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end

if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
    functions -c fish_prompt _old_fish_prompt
    set -g _OLD_FISH_PROMPT_OVERRIDE "$VIRTUAL_ENV"

    function _virtual_env_status
        return $argv[1]
    end

    function fish_prompt
        # The prompt below may show the status of the last command.
        set -l last_status $status
        printf '%s' @@PREFIX@@
        _virtual_env_status $last_status
        _old_fish_prompt
    end
end
