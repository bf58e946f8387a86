#!/usr/bin/env python3
"""Shows what `git pyenv tidy` would tidy as a table, and tidies it.

    folder-tidier.py [--analyze | --clean] [--target venv|caches|all] [--backup]

--analyze changes nothing; it is what is done without an option. --clean tidies without asking; with --backup each directory is
archived first, so that `git pyenv restore` brings it back exactly.
"""
import argparse
import json
import subprocess
import sys


def tidy(options):
    """The result of `git pyenv tidy`, and its exit status."""
    command = ["git", "pyenv", "tidy", "--output", "json"] + options
    try:
        ended = subprocess.run(command, stdout=subprocess.PIPE)
    except OSError as error:
        sys.exit("error: failed to run git\n  cause: {}".format(error))
    try:
        return json.loads(ended.stdout.decode()), ended.returncode
    except ValueError:
        # Git has said on standard error what is wrong.
        sys.exit("error: `{}` printed no result".format(" ".join(command)))


def size(count):
    """A number of bytes for people."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024 or unit == "GiB":
            return "{:.0f} {}".format(count, unit) if unit == "B" else "{:.1f} {}".format(count, unit)
        count /= 1024


def rows(result, is_clean):
    """A row for each thing that is tidied or stays: action, path, kind and size."""
    for path in result["fix"]["untracked"]:
        yield ("untracked" if is_clean else "untrack", path, "in git", "-")
    removed = {item["path"] for item in result["cleanup"]["removed"]}
    kept = {item["path"]: item["reason"] for item in result["cleanup"]["kept"]}
    for item in result["cleanup"]["plan"]:
        path = item["path"]
        if path in removed:
            action = "deleted"
        elif path in kept:
            action = "kept: " + kept[path]
        else:
            action = "delete"
        yield (action, path, item["kind"], size(item["bytes"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--analyze", action="store_true", help="change nothing (the default)")
    what.add_argument("--clean", action="store_true", help="tidy, without asking")
    parser.add_argument("--target", choices=["venv", "caches", "all"], default="all")
    parser.add_argument("--backup", action="store_true", help="archive what is deleted first")
    arguments = parser.parse_args()
    options = ["--target", arguments.target] + (["--backup"] if arguments.backup else [])
    result, status = tidy(options + (["--force"] if arguments.clean else ["--dry-run"]))
    if result["error"]:
        sys.exit("error: " + result["error"]["message"])
    table = [("ACTION", "PATH", "KIND", "SIZE")] + list(rows(result, arguments.clean))
    if len(table) == 1:
        print("nothing to tidy")
        return status if arguments.clean else 0
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    if arguments.clean:
        print("freed {}".format(size(result["cleanup"]["freed_bytes"])))
        return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
