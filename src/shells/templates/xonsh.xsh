# Use it with `source FILE` in xonsh; `deactivate` reverts it.

def _virtual_env_deactivate(args=None):
    """Leave the virtual environment."""
    for name in ("PATH", "PYTHONHOME"):
        old = __xonsh__.ctx.pop("_old_virtual_" + name, None)
        if old is not None:
            ${name} = old
    for name in ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"):
        if name in ${...}:
            del ${name}
    aliases.pop("deactivate", None)
    return 0

# Deactivate the active environment first.
if "deactivate" in aliases:
    deactivate

$VIRTUAL_ENV = @@ROOT@@
# The prompt of xonsh shows this by itself.
$VIRTUAL_ENV_PROMPT = @@PROMPT@@

_old_virtual_PATH = list($PATH)
$PATH = [$VIRTUAL_ENV + "/@@SCRIPTS@@"] + _old_virtual_PATH

if "PYTHONHOME" in ${...}:
    _old_virtual_PYTHONHOME = $PYTHONHOME
    del $PYTHONHOME

aliases["deactivate"] = _virtual_env_deactivate
