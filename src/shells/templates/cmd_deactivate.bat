@rem Reverts `activate` in cmd.
@if not defined _OLD_VIRTUAL_PATH @goto home
@set "PATH=%_OLD_VIRTUAL_PATH%"
@set "_OLD_VIRTUAL_PATH="

:home
@if not defined _OLD_VIRTUAL_PYTHONHOME @goto prompt
@set "PYTHONHOME=%_OLD_VIRTUAL_PYTHONHOME%"
@set "_OLD_VIRTUAL_PYTHONHOME="

:prompt
@if not defined _OLD_VIRTUAL_PROMPT @goto end
@set "PROMPT=%_OLD_VIRTUAL_PROMPT%"
@set "_OLD_VIRTUAL_PROMPT="

:end
@set "VIRTUAL_ENV="
@set "VIRTUAL_ENV_PROMPT="
