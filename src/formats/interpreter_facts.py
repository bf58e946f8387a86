# Prints the facts about this Python that are needed to create an environment with it, as one line of JSON.
# Runs on 2.7 and on 3.6 and later, without `site`.
import json
import os
import platform
import sys
import sysconfig


# The bytes of a path, each as the character with that number: they are the same in every locale.
def text(path):
    if not path:
        return None
    if not isinstance(path, bytes):
        try:
            path = os.fsencode(path)
        except UnicodeError:
            path = path.encode("utf-8", "surrogateescape")
    return path.decode("latin-1")


implementation = getattr(sys, "implementation", None)
standard_library = sysconfig.get_path("stdlib")
sys.stdout.write(json.dumps({
    "implementation": implementation.name if implementation else platform.python_implementation().lower(),
    "release": list(sys.version_info[:3]),
    "level": sys.version_info[3],
    "serial": sys.version_info[4],
    "real_executable": text(os.path.realpath(sys.executable) if sys.executable else None),
    "base_executable": text(getattr(sys, "_base_executable", None) or sys.executable),
    "prefix": text(sys.prefix),
    "base_prefix": text(getattr(sys, "base_prefix", sys.prefix)),
    "standard_library": text(standard_library),
    "platform_library": getattr(sys, "platlibdir", "lib"),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "pointer_bits": 64 if sys.maxsize > 2 ** 32 else 32,
    "system": sys.platform,
    "wheel_directory": text(sysconfig.get_config_var("WHEEL_PKG_DIR")),
    "old_virtualenv": os.path.isfile(os.path.join(standard_library, "orig-prefix.txt")),
}) + "\n")
