"""Activate this environment in a running Python of the same version:

    exec(open(FILE).read(), {"__file__": FILE})
"""

import os
import site
import sys
import sysconfig

scripts = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(scripts)

os.environ["PATH"] = os.pathsep.join([scripts] + os.environ.get("PATH", os.defpath).split(os.pathsep))
os.environ["VIRTUAL_ENV"] = root
os.environ["VIRTUAL_ENV_PROMPT"] = @@PROMPT@@

# The packages of the environment come before the old entries of `sys.path`.
before = list(sys.path)
scheme = "nt" if os.name == "nt" else "posix_prefix"
for kind in ("purelib", "platlib"):
    site.addsitedir(sysconfig.get_path(kind, scheme, {"base": root, "platbase": root}))
sys.path[:] = [entry for entry in sys.path if entry not in before] + before

sys.real_prefix = sys.prefix
sys.prefix = root
