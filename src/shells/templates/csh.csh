# Use it with `source FILE` in csh or tcsh; `deactivate` reverts it.

# One command after the other: csh has no functions. What `eval` reads is expanded only if the condition holds.
alias deactivate 'if ( $?_OLD_VIRTUAL_PATH ) eval setenv PATH \"\$_OLD_VIRTUAL_PATH:q\"; unset _OLD_VIRTUAL_PATH; if ( $?_OLD_VIRTUAL_PYTHONHOME ) eval setenv PYTHONHOME \"\$_OLD_VIRTUAL_PYTHONHOME:q\"; unset _OLD_VIRTUAL_PYTHONHOME; if ( $?_OLD_VIRTUAL_PROMPT ) eval set prompt = \"\$_OLD_VIRTUAL_PROMPT:q\"; unset _OLD_VIRTUAL_PROMPT; unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; rehash; if ( "\!:*" != nondestructive ) unalias deactivate'

# Deactivate the active environment first, also one of another tool: all use these names.
deactivate nondestructive

setenv VIRTUAL_ENV @@ROOT@@
setenv VIRTUAL_ENV_PROMPT @@PROMPT@@

set _OLD_VIRTUAL_PATH = "$PATH:q"
setenv PATH "${VIRTUAL_ENV:q}/@@SCRIPTS@@:${PATH:q}"

if ( $?PYTHONHOME ) then
    set _OLD_VIRTUAL_PYTHONHOME = "$PYTHONHOME:q"
    unsetenv PYTHONHOME
endif

if ( ! $?VIRTUAL_ENV_DISABLE_PROMPT && $?prompt ) then
    set _OLD_VIRTUAL_PROMPT = "$prompt:q"
    set prompt = @@PREFIX@@"$prompt:q"
endif

rehash
