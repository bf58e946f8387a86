"""Makes pairs of requirements files and environments from real wheels, and asks pip about each.

Usage: pairs.py DIRECTORY SEED NUMBER

Writes DIRECTORY/wheels/, one project DIRECTORY/NAME/ for each pair with `requirements.txt` and `venv/`, and
DIRECTORY/answers.json: for each pair what pip would do, `nothing`, `something` or `error`, and what it said. One process asks
pip about all of them, as `pip install --dry-run --no-index`.
"""

import base64
import contextlib
import hashlib
import io
import json
import os
import random
import sys
import zipfile
from pathlib import Path

# Name, version, and what METADATA says besides. Every way to state a requirement occurs.
PACKAGES = [
    ("six", "1.0", []),
    ("six", "1.5", []),
    ("six", "1.16.0", []),
    ("six", "2.0rc1", []),
    ("six", "2.0", []),
    ("Zope.Low", "1.0", []),
    ("Zope.Low", "1.1", []),
    ("Zope.Low", "2.0.dev1", []),
    ("Zope.Low", "2.0", []),
    ("local", "1.0", []),
    ("local", "1.0+cu118", []),
    ("local", "1.0.post1", []),
    ("tk", "1.0", []),
    ("tk", "2.0", []),
    ("epoch", "1!1.0", []),
    ("epoch", "5.0", []),
    ("mid", "1.0", ["Requires-Dist: zope-low>=1.0"]),
    ("mid", "1.1", ["Requires-Dist: Zope_Low (<2)"]),
    ("mid", "2.0", ["Requires-Dist: zope.low>=2 ; python_version >= '3'", "Requires-Dist: tk ; os_name == 'nt'"]),
    (
        "app",
        "1.0",
        [
            "Requires-Dist: mid>=1",
            'Requires-Dist: tk>=1 ; extra == "gui"',
            "Requires-Dist: app[gui,Net] ; extra == 'all'",
            "Requires-Dist: six>=1.5 ; extra == 'net'",
            "Provides-Extra: gui",
            "Provides-Extra: net",
            "Provides-Extra: all",
        ],
    ),
    (
        "app",
        "2.0",
        [
            "Provides-Extra: gui",
            "Requires-Dist: six",
            "Requires-Dist: mid>=1.1",
            "Requires-Dist: tk>=2 ; extra == 'gui' and python_version > '2.7'",
            "Requires-Dist: local ; extra != 'gui'",
        ],
    ),
    ("web", "3.0", ["Requires-Dist: six (>=1.5)", "Requires-Dist: app[gui]", "Requires-Dist: tk ; sys_platform == 'win32'"]),
    ("circle", "1.0", ["Requires-Dist: round==1.*"]),
    ("round", "1.2", ["Requires-Dist: circle[x]", "Requires-Dist: local!=1.0.post1"]),
    ("strict", "1.0", ["Requires-Dist: six===1.16.0"]),
    ("compatible", "1.0", ["Requires-Dist: zope.low~=1.0", "Requires-Dist: epoch>=5"]),
]

SPECIFIERS = ["", "", "", ">=1", "<2", "==1.0", "==1.*", "!=1.5", "~=1.0", ">1.0", ">=1.5,<3", "<=2.0", "===1.0", ">=2.0rc1", "<2.0rc2", ">=1!0"]
MARKERS = [
    "python_version >= '3'",
    "python_version < '3'",
    "sys_platform == 'win32'",
    "os_name == 'posix' and python_full_version > '3.0.1'",
    "'linux' in sys_platform or sys_platform == 'darwin'",
    "extra == 'gui'",
    "platform_python_implementation != 'CPython'",
    "python_version not in '2.6, 2.7'",
    "implementation_name == 'cpython'",
]
EXTRAS = ["gui", "net", "all", "GUI", "nosuch"]


def normalised(name):
    import re

    return re.sub(r"[-_.]+", "-", name).lower()


def write_wheel(directory, name, version, metadata):
    stem = f"{normalised(name).replace('-', '_')}-{version}"
    module = normalised(name).replace("-", "_")
    files = {
        f"{module}/__init__.py": f"VERSION = {version!r}\n",
        f"{stem}.dist-info/METADATA": "\n".join(
            ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata, "", "Text.", ""]
        ),
        f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(text.encode())}")
    rows.append(f"{stem}.dist-info/RECORD,,")
    files[f"{stem}.dist-info/RECORD"] = "\n".join(rows) + "\n"
    path = directory / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return path


def make_environment(place):
    """An environment of this Python, as `venv --without-pip` makes it, with one program; returns its site-packages."""
    base = Path(os.path.realpath(sys.executable))
    version = "%d.%d" % sys.version_info[:2]
    packages = place / f"lib/python{version}/site-packages"
    packages.mkdir(parents=True)
    (place / "bin").mkdir()
    (place / "bin/python").symlink_to(base)
    for name in ("python3", f"python{version}"):
        (place / "bin" / name).symlink_to("python")
    (place / "bin/activate").write_text(f'VIRTUAL_ENV="{place}"\nexport VIRTUAL_ENV\n')
    (place / ".gitignore").write_text("*\n")
    full = "%d.%d.%d" % sys.version_info[:3]
    (place / "pyvenv.cfg").write_text(
        f"home = {base.parent}\ninclude-system-site-packages = false\nversion = {full}\nexecutable = {base}\n"
    )
    return packages


def install(packages, wheel, **more):
    """Unpacks a wheel as an installer does; `more` are further files of its dist-info."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
        [information] = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name}
    place = packages / information
    for name, text in {"INSTALLER": "pip\n", **more}.items():
        (place / name).write_text(text)
    with (place / "RECORD").open("a") as record:
        record.write("".join(f"{information}/{name},,\n" for name in ["INSTALLER", *more]))
    return place


class Generator:
    def __init__(self, directory, seed):
        self.random = random.Random(seed)
        self.directory = directory
        self.wheels = {}
        (directory / "wheels").mkdir()
        for name, version, metadata in PACKAGES:
            wheel = write_wheel(directory / "wheels", name, version, metadata)
            self.wheels.setdefault(name, {})[version] = (wheel, metadata)

    def pair(self, name):
        """A project; half of the environments are what the lines ask for, the others are that with a change, or anything."""
        place = self.directory / name
        packages = make_environment(place / "venv")
        lines, roots = self.lines(place)
        installed = self.closure(roots)
        change = self.random.random()
        if change > 0.5 and installed:
            for _ in range(self.random.choice([1, 1, 2])):
                victim = self.random.choice(sorted(installed))
                other = self.random.choice([None, *self.wheels[victim]])
                if other is None:
                    installed.pop(victim)
                else:
                    installed[victim] = other
                if not installed:
                    break
        if change > 0.9:
            for victim in self.wheels:
                if self.random.random() < 0.5:
                    installed[victim] = self.random.choice(sorted(self.wheels[victim]))
        for name, version in installed.items():
            install(packages, self.wheels[name][version][0])
        (place / "requirements.txt").write_text("".join(line + "\n" for line in lines))

    def lines(self, place):
        lines, roots = [], []
        for _ in range(self.random.choice([1, 1, 2, 2, 3, 4])):
            name = self.random.choice(sorted(self.wheels))
            lines.append(self.line(name, roots))
        chance = self.random.random()
        if chance < 0.2:
            text = [self.line(self.random.choice(sorted(self.wheels)), [], extras=False) for _ in range(2)]
            (place / "constraints.txt").write_text("\n".join(text) + "\n")
            lines.insert(self.random.randrange(len(lines) + 1), "-c constraints.txt")
        elif chance < 0.4:
            (place / "more").mkdir()
            (place / "more/inner.txt").write_text(self.line(self.random.choice(sorted(self.wheels)), roots) + "\n")
            (place / "more/outer.txt").write_text("# everything\n--requirement=inner.txt\n")
            lines.append("-r more/outer.txt")
        return lines, roots

    def line(self, name, roots, extras=True):
        spelling = self.random.choice([str, str.upper, str.lower, lambda text: text.replace(".", "_")])
        text = spelling(name)
        wanted = [self.random.choice(EXTRAS)] if extras and self.random.random() < 0.3 else []
        if wanted:
            text += f"[{','.join(wanted)}]"
        specifiers = self.random.choice(SPECIFIERS)
        text += self.random.choice([specifiers, f" {specifiers}" if specifiers else ""])
        if self.random.random() < 0.25:
            text += f" ; {self.random.choice(MARKERS)}"
        roots.append(text)
        return text + self.random.choice(["", "", "  # why", ""])

    def closure(self, roots):
        """Versions for the lines and what they require, as far as there are some: no resolver, so not always right."""
        from pip._vendor.packaging.requirements import Requirement

        by_name = {normalised(name): name for name in self.wheels}
        installed, todo, seen = {}, [(text, "") for text in roots], set()
        while todo:
            text, extra = todo.pop(0)
            requirement = Requirement(text)
            if (text, extra) in seen or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
                continue
            seen.add((text, extra))
            name = by_name[normalised(requirement.name)]
            versions = sorted(self.wheels[name], key=lambda version: self.random.random())
            fitting = [version for version in versions if requirement.specifier.contains(version, prereleases=True)]
            if name not in installed or installed[name] not in fitting:
                if not fitting:
                    continue
                installed[name] = fitting[0]
            metadata = self.wheels[name][installed[name]][1]
            requires = [row.split(": ", 1)[1] for row in metadata if row.startswith("Requires-Dist")]
            todo += [(row, extra) for extra in ["", *sorted(requirement.extras)] for row in requires]
        return installed


def record_source(information, url, **more):
    """Writes where a distribution came from, as an installer does."""
    (information / "direct_url.json").write_text(json.dumps({"url": url, **more}))


BACKEND = """
import zipfile

def prepare_metadata_for_build_wheel(directory, settings=None):
    import os
    place = os.path.join(directory, "project-1.0.dist-info")
    os.makedirs(place)
    with open(os.path.join(place, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: project\\nVersion: 1.0\\n")
    return "project-1.0.dist-info"

prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel

def build_wheel(directory, settings=None, metadata=None):
    raise NotImplementedError

build_editable = build_wheel
"""


def write_project(place):
    """A project that needs nothing to be built."""
    place.mkdir()
    (place / "backend.py").write_text(BACKEND)
    (place / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "project"\nversion = "1.0"\n'
    )


def special_lines(generator, pair):
    """Pairs whose lines pip and uv read differently; `six` is there where it is asked for."""
    version = "%d.%d" % sys.version_info[:2]
    six = generator.wheels["six"]["1.0"][0].as_uri()
    pair("arbitrary-equality", ["six===1.16"], ("six", "1.16.0"))
    pair("part-of-a-text", [f"tk ; python_version in '{version}.1'"])
    pair("earlier-text", ["tk ; sys_platform > 'a'"])
    pair("greater-than-any", ["tk ; python_version > '2.7.*'"])
    pair("alpha-of-this-python", [f"tk ; python_version == '{version}a1'"])
    pair("no-marker", ["six;"], ("six", "1.0"))
    pair("marker-in-the-url", [f"six @ {six};python_version<'3'"])
    pair("continued", ["six \\", " >= 1"], ("six", "1.0"))
    pair("setting", ["six==1.0 --config-settings a=b"], ("six", "1.0"))
    pair("short-hash", ["six==1.0 --hash=sha256:aaaa"], ("six", "1.0"))
    pair("old-hash", [f"six==1.0 --hash=md5:{'0' * 32}"], ("six", "1.0"))
    pair("tab", [f"six==1.0\t--hash=sha256:{'0' * 64}"], ("six", "1.0"))
    place, _, _ = pair("include-without-space", ["-rmore.txt"], ("six", "1.0"))
    (place / "more.txt").write_text("six\n")
    place, _, _ = pair("include-in-constraints", ["-c constraints.txt"])
    (place / "constraints.txt").write_text("-r more.txt\n")
    (place / "more.txt").write_text("six\n")
    place, _, _ = pair("constraint-to-a-url", ["six", "-c constraints.txt"], ("six", "1.0"))
    (place / "constraints.txt").write_text(f"six @ {six}\n")


def special_installs(generator, pair):
    """Pairs whose environments pip and uv read differently."""
    commit, other = "0" * 40, "1" * 40
    git = "git+file:///nowhere/six.git"
    for name, line in [
        ("commit-as-recorded", f"six @ {git}@{commit}"),
        ("branch-as-recorded", f"six @ {git}@main"),
        ("another-commit", f"six @ {git}@{other}"),
    ]:
        _, _, [information] = pair(name, [line], ("six", "1.0"))
        revision = {"requested_revision": line.rsplit("@", 1)[1]} if name.endswith("recorded") else {}
        record_source(
            information, "file:///nowhere/six.git", vcs_info={"vcs": "git", "commit_id": commit, **revision}
        )
    place, site, _ = pair("editable-where-a-directory-is-asked-for", ["./project"])
    write_project(place / "project")
    wheel = write_wheel(place, "project", "1.0", [])
    record_source(install(site, wheel), (place / "project").as_uri(), dir_info={"editable": True})
    _, site, _ = pair("requires-of-an-egg", ["old"])
    (site / "old-1.0.egg-info").mkdir()
    (site / "old-1.0.egg-info/PKG-INFO").write_text("Metadata-Version: 1.1\nName: old\nVersion: 1.0\n")
    (site / "old-1.0.egg-info/requires.txt").write_text("tk\n")
    _, site, _ = pair("distutils", ["old>=1"])
    (site / "old-1.0.egg-info").write_text("Metadata-Version: 1.1\nName: old\nVersion: 1.0\n")
    tk = generator.wheels["tk"]["1.0"][0].as_uri()
    _, _, [information, _] = pair("requires-a-url", ["six"], ("six", "1.0"), ("tk", "1.0"))
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: six\nVersion: 1.0\nRequires-Dist: tk @ {tk}\n\n")
    _, _, [information] = pair("python-of-another-time", ["six"], ("six", "1.0"))
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: six\nVersion: 1.0\nRequires-Python: >=4\n\n")
    _, _, [information] = pair("wheel-of-another-platform", ["six"], ("six", "1.0"))
    (information / "WHEEL").write_text("Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp27-cp27m-win_amd64\n")


def special_pairs(generator):
    """Pairs of which each shows one thing; the test has the table of them."""

    def pair(name, lines, *packages, **more):
        place = generator.directory / name
        site = make_environment(place / "venv")
        information = [install(site, generator.wheels[of][version][0], **more) for of, version in packages]
        (place / "requirements.txt").write_text("".join(line + "\n" for line in lines))
        return place, site, information

    six = generator.wheels["six"]["1.16.0"][0]
    line = f"six @ {six.as_uri()}"
    pair("archive-from-index", [line], ("six", "1.16.0"))
    _, _, [information] = pair("archive-as-recorded", [line], ("six", "1.16.0"))
    record_source(information, six.as_uri(), archive_info={})
    _, _, [information] = pair("archive-of-another-url", [line], ("six", "1.16.0"))
    record_source(information, "https://example.org/six-1.16.0.zip", archive_info={})
    _, _, [information] = pair("name-from-anywhere", ["six==1.16.0"], ("six", "1.16.0"))
    record_source(information, "https://example.org/six.git", vcs_info={"vcs": "git", "commit_id": "0" * 40})
    pair("twice", ["six"], ("six", "1.0"), ("six", "1.16.0"))
    _, _, [information] = pair("no-metadata", ["six"], ("six", "1.0"))
    (information / "METADATA").unlink()
    _, _, [information] = pair("author-in-latin-1", ["six"], ("six", "1.0"))
    (information / "METADATA").write_bytes(b"Metadata-Version: 2.1\nName: six\nVersion: 1.0\nAuthor: J\xfcrgen\n\n")
    _, _, [information] = pair("requirement-that-is-none", ["six"], ("six", "1.0"))
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: six\nVersion: 1.0\nRequires-Dist: =broken\n\n")
    pair("kernel", ["tk ; platform_release >= '0' or platform_release < '0'"])
    pair("kernel-does-not-matter", ["six ; platform_release >= '0'"], ("six", "1.0"))
    for name, text, editable in [("directory", "./project", False), ("editable", "-e ./project", True)]:
        place, site, _ = pair(name, [text])
        write_project(place / "project")
        wheel = write_wheel(place, "project", "1.0", [])
        record_source(
            install(site, wheel), (place / "project").as_uri(), dir_info={"editable": True} if editable else {}
        )
    place, site, _ = pair("editable-gained-a-dependency", ["-e ./project"])
    write_project(place / "project")
    with (place / "project/pyproject.toml").open("a") as manifest:
        manifest.write('dependencies = ["tk"]\n')
    record_source(install(site, write_wheel(place, "project", "1.0", [])), (place / "project").as_uri(), dir_info={"editable": True})
    pair("hash-of-another-file", [f"six==1.16.0 --hash=sha256:{'0' * 64}"], ("six", "1.16.0"))
    pair("constraint-with-extras", ["six", "-c constraints.txt"], ("six", "1.0"))
    (generator.directory / "constraint-with-extras/constraints.txt").write_text("tk[x]\n")
    pair("line-that-is-none", ["six", "six=1"], ("six", "1.0"))
    pair("missing-include", ["six", "-r nowhere.txt"], ("six", "1.0"))
    pair("include-of-itself", ["six", "-r requirements.txt"], ("six", "1.0"))
    pair("conflict", ["six<1.5", "six>1.5"], ("six", "1.0"))
    pair("leftover", ["six"], ("six", "1.0"))
    [site] = (generator.directory / "leftover/venv/lib").glob("python*/site-packages")
    (site / "~ix-0.9.dist-info").mkdir()
    (site / "~ix-0.9.dist-info/METADATA").write_text("Name: six\nVersion: 0.9\n")
    special_lines(generator, pair)
    special_installs(generator, pair)
    return sorted(place.name for place in generator.directory.iterdir() if (place / "requirements.txt").is_file())


def ask(directory, name):
    """What pip would do for a pair."""
    from pip._internal.cli.main import main
    from pip._internal.metadata import select_backend

    place = directory / name
    [packages] = (place / "venv/lib").glob("python*/site-packages")
    environment = select_backend().Environment
    environment.default = classmethod(lambda cls: cls([str(packages)]))
    report = place / "venv/report.json"
    arguments = ["install", "--isolated", "--disable-pip-version-check", "--no-input", "--no-cache-dir", "--quiet"]
    arguments += ["--dry-run", "--no-index", "--find-links", str(directory / "wheels"), "--report", str(report)]
    arguments += ["--no-build-isolation", "--requirement", "requirements.txt"]
    os.chdir(place)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = main(arguments)
    if status != 0:
        return {"answer": "error", "said": said.getvalue()}
    todo = [item["metadata"] for item in json.loads(report.read_text())["install"]]
    todo = [f"{item['name']} {item['version']}" for item in todo]
    report.unlink()
    return {"answer": "something" if todo else "nothing", "said": ", ".join(todo)}


def main():
    directory, seed, number = Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3])
    generator = Generator(directory, seed)
    names = [f"p{index:03}" for index in range(number)]
    for name in names:
        generator.pair(name)
    if number == 0:
        names = special_pairs(generator)
    answers = {name: ask(directory, name) for name in names}
    os.chdir(directory)
    Path("answers.json").write_text(json.dumps(answers, indent=1))


main()
