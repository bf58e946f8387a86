# Runs a script whose content is known: `python -I -S -c … NAME SHA256 CACHE SCRIPT ARGUMENTS…`.
# Nothing but Python's own library is imported before the content was compared, and neither `sitecustomize` nor compiled
# files beside modules, which may be of the repository where a package is installed from it.
import sys
import hashlib

name, digest, cache = sys.argv[1:4]
del sys.argv[:4]
with open(sys.argv[0], "rb") as file:
    content = file.read()
if hashlib.sha256(content).hexdigest() != digest:
    sys.stderr.write("error: `%s` was changed by another process\n" % name)
    sys.exit(2)
sys.pycache_prefix = cache
import site

site.execsitecustomize = site.execusercustomize = lambda: None
site.main()
del site, hashlib, file, name, digest, cache
__file__ = sys.argv[0]
exec(compile(content, __file__, "exec"))
