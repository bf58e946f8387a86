@rem Run it in cmd; `deactivate` reverts it.
@if defined VIRTUAL_ENV @call "%~dp0deactivate.bat"

@rem Determine the path instead of writing it here: cmd reads files in the code page of the console.
@for %%i in ("%~dp0..") do @set "VIRTUAL_ENV=%%~fi"
@for %%i in (@@PROMPT@@) do @set "VIRTUAL_ENV_PROMPT=%%~i"

@set "_OLD_VIRTUAL_PATH=%PATH%"
@set "PATH=%VIRTUAL_ENV%\@@SCRIPTS@@;%PATH%"

@if not defined PYTHONHOME @goto prompt
@set "_OLD_VIRTUAL_PYTHONHOME=%PYTHONHOME%"
@set "PYTHONHOME="

:prompt
@if defined VIRTUAL_ENV_DISABLE_PROMPT @goto end
@if not defined PROMPT @set "PROMPT=$P$G"
@set "_OLD_VIRTUAL_PROMPT=%PROMPT%"
@for %%i in (@@PREFIX@@) do @set "PROMPT=%%~i%PROMPT%"

:end
