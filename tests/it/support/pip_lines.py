"""Says what pip makes of each line: reads lines as JSON, writes one answer for each. Runs nothing, reads no index."""

import json
import logging
import os
import sys

from virtualenv.seed.wheels.embed import get_embed_wheel

sys.path.insert(0, str(get_embed_wheel("pip", "3.12").path))

import pip  # noqa: E402
from pip._internal.req import constructors, req_file  # noqa: E402
from pip._vendor.packaging.utils import canonicalize_name  # noqa: E402

logging.disable(logging.CRITICAL)


def package(line):
    parsed = req_file.handle_requirement_line(line, None)
    found = constructors.install_req_from_parsed_requirement(parsed)
    link = found.link
    local = link is not None and link.scheme == "file" and link.url.startswith("file:///")
    return {
        "name": found.name,
        "extras": sorted(canonicalize_name(extra) for extra in found.extras),
        "specifiers": sorted(str(clause) for clause in found.req.specifier) if found.req else [],
        "url": None if link is None or local else link.url,
        "path": link.file_path if local else None,
        "editable": found.editable,
        "marker": found.markers is not None,
        "hashes": sorted(
            f"{algorithm}:{digest}"
            for algorithm, digests in found.hash_options.items()
            for digest in digests
        ),
    }


def answer(text):
    with open("lines.txt", "w", encoding="utf-8", newline="") as file:
        file.write(text)
    parser = req_file.RequirementsFileParser(None, req_file.get_line_parser(None))
    try:
        lines = list(parser._parse_file("lines.txt", False))
        answers = []
        for line in lines:
            if line.requirement is not None:
                answers.append([line.lineno, "package", package(line)])
            elif line.opts.requirements:
                answers.append([line.lineno, "requirements", line.opts.requirements[0]])
            elif line.opts.constraints:
                answers.append([line.lineno, "constraints", line.opts.constraints[0]])
        return answers
    except Exception as error:
        return f"{type(error).__name__}: {error}"


os.chdir(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    texts = json.load(file)
print(json.dumps({"pip": pip.__version__, "answers": [answer(text) for text in texts]}))
