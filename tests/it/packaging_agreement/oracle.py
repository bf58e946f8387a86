"""Answers cases as `packaging` does that pip brings along, and as Poetry does.

Reads a JSON array of cases from standard input; writes an object with the version of `packaging`, whether Poetry is
there, and one answer per case: `"error"` for what cannot be parsed, `"undefined"` for what cannot be evaluated.
"""

import glob
import importlib.util
import json
import os
import sys

# The newest pip there is: of those that virtualenv installs, or the own one.
found = importlib.util.find_spec("virtualenv")
if found is not None and found.origin:
    wheels = glob.glob(os.path.join(os.path.dirname(found.origin), "seed/wheels/embed/pip-*.whl"))
    number = lambda name: [int(part) for part in os.path.basename(name).split("-")[1].split(".")]
    sys.path[:0] = sorted(wheels, key=number)[-1:]

import pip._vendor.packaging as packaging
from pip._internal.req.constructors import parse_req_from_line
from pip._vendor.packaging.markers import (
    InvalidMarker,
    Marker,
    UndefinedComparison,
    UndefinedEnvironmentName,
)
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.specifiers import SpecifierSet
from pip._vendor.packaging.utils import canonicalize_name
from pip._vendor.packaging.version import InvalidVersion, Version

try:
    from poetry.core.constraints.version import Version as PoetryVersion, parse_constraint
except ImportError:
    parse_constraint = None


def described(requirement, marker):
    return {
        "name": requirement.name,
        "extras": sorted({canonicalize_name(extra) for extra in requirement.extras}),
        "specifiers": None if requirement.url else sorted({str(one) for one in requirement.specifier}),
        "source": requirement.url,
        "marker": marker is not None,
    }


def version(text):
    try:
        return Version(text)
    except InvalidVersion:
        return text


def evaluated(marker, environment, context):
    try:
        return marker.evaluate(environment, context=context)
    except (UndefinedComparison, UndefinedEnvironmentName):
        return "undefined"


def contains(specifiers, text):
    return SpecifierSet(specifiers).contains(version(text), prereleases=True)


def unsatisfiable(specifiers):
    return SpecifierSet(specifiers).is_unsatisfiable()


def line(text):
    parts = parse_req_from_line(text, None)
    return described(parts.requirement, parts.markers)


def standard(text):
    requirement = Requirement(text)
    return described(requirement, requirement.marker)


def marker(text, environment):
    return evaluated(Marker(text), environment, "metadata")


def lock_file(text, environment, extras, groups):
    sets = {"extras": set(extras), "dependency_groups": set(groups)}
    return evaluated(Marker(text), {**environment, **sets}, "lock_file")


def poetry(constraint, text):
    return parse_constraint and parse_constraint(constraint).allows(PoetryVersion.parse(text))


def answered(case):
    name, *arguments = case
    try:
        return globals()[name](*arguments)
    except Exception:
        return "error"


answers = [answered(case) for case in json.load(sys.stdin)]
json.dump({"packaging": packaging.__version__, "poetry": parse_constraint is not None, "answers": answers}, sys.stdout)
