#!/usr/bin/env python3
"""Finds dates in text files that do not exist or lie in the future.

    date-enforcer.py [--validate | --status] [--today DATE] [PATH...]

--validate prints each wrong date as `FILE:LINE: DATE: reason` and ends with 1 if there is one; it is what is done without an
option. --status prints how many dates there are, and how many of them are wrong. Without PATH, the files that git tracks are
read. Dates are recognised as 2024-02-29, 2024/02/29, 29 February 2024 and February 29, 2024.
"""
import argparse
import datetime
import os
import re
import subprocess
import sys

MONTHS = (
    "January February March April May June July August September October November December".split()
)
MONTH = "|".join(MONTHS)
DATES = re.compile(
    r"(?<![\w./-])(?:"
    r"(?P<y1>\d{4})(?P<sep>[-/])(?P<m1>\d{2})(?P=sep)(?P<d1>\d{2})(?![\w/]|-\d)"
    r"|(?P<d2>\d{1,2}) (?P<m2>" + MONTH + r") (?P<y2>\d{4})(?!\w)"
    r"|(?P<m3>" + MONTH + r") (?P<d3>\d{1,2}), (?P<y3>\d{4})(?!\w))"
)
# Larger files, and those with a NUL at their beginning, are not text that somebody wrote.
LARGEST = 4 * 1024 * 1024
BINARY_CHECK = 8000


def tracked_files():
    """The files that git tracks below the working directory."""
    command = ["git", "ls-files", "-z"]
    try:
        listed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit("error: failed to list the files of the repository\n  cause: {}".format(error))
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]


def lines(path):
    """The lines of a text file; none of any other."""
    try:
        if os.path.islink(path) or not os.path.isfile(path) or os.path.getsize(path) > LARGEST:
            return []
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        sys.exit("error: failed to read {!r}\n  cause: {}".format(path, error.strerror))
    if b"\0" in content[:BINARY_CHECK]:
        return []
    return content.decode("utf-8", "replace").splitlines()


def reason(match, today):
    """Why a date is wrong; None if it is right."""
    found = match.groupdict()
    year = int(found["y1"] or found["y2"] or found["y3"])
    month = int(found["m1"]) if found["m1"] else MONTHS.index(found["m2"] or found["m3"]) + 1
    day = int(found["d1"] or found["d2"] or found["d3"])
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return "no such date"
    return "in the future" if date > today else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--validate", action="store_true", help="print wrong dates (the default)")
    what.add_argument("--status", action="store_true", help="only print how many dates there are")
    parser.add_argument("--today", metavar="DATE", help="the last date that is not in the future")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files to read")
    arguments = parser.parse_args()
    today = datetime.date.today()
    if arguments.today:
        try:
            today = datetime.datetime.strptime(arguments.today, "%Y-%m-%d").date()
        except ValueError:
            parser.error("--today: {!r} is not a date such as 2024-02-29".format(arguments.today))
    dates, wrong, files = 0, 0, 0
    for path in arguments.paths or tracked_files():
        files += 1
        for number, line in enumerate(lines(path), 1):
            for match in DATES.finditer(line):
                dates += 1
                because = reason(match, today)
                if because:
                    wrong += 1
                    if not arguments.status:
                        name = path if path.isprintable() else repr(path)
                        print("{}:{}: {}: {}".format(name, number, match.group(), because))
    print("files: {}, dates: {}, wrong: {}".format(files, dates, wrong))
    return 1 if wrong and not arguments.status else 0


if __name__ == "__main__":
    sys.exit(main())
