"""What the lints share: where the files are, how findings are told, how a lint proves that it bites.

A lint is a script with two functions: check(root) gives a list of findings, and self_test(root) plants
bad files below an empty folder and names the findings it must have. run() is its main program.
A lint that looked at nothing has not passed: check() must then raise NothingRead.
"""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


class NothingRead(Exception):
    """The tree has none of the files that the lint is about."""


def files(root, *patterns):
    """Files below root that fit one of the patterns, in order; never those that git ignores."""
    found = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
    if (root / ".git").exists():
        found -= ignored(root, found)
    if not found:
        raise NothingRead(f"no file fits {' '.join(patterns)} below {root}")
    return sorted(found)


def ignored(root, paths):
    """The paths among these that git ignores: build folders, node_modules."""
    names = "\0".join(str(path.relative_to(root)) for path in paths)
    answer = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "check-ignore", "-z", "--stdin"],
        cwd=root, input=names, capture_output=True, text=True, check=False)
    return {root / name for name in answer.stdout.split("\0") if name}


def plant(root, name, text):
    """Write a file for a self-test."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def expect(findings, *parts):
    """Fail the self-test unless the findings are these: each part is in exactly one, and none is left."""
    assert len(findings) == len(parts), f"expected {len(parts)} findings, got {findings}"
    for part in parts:
        matching = [finding for finding in findings if part in finding]
        assert len(matching) == 1, f"{part!r} is in {len(matching)} of {findings}"


def prove(check, self_test):
    """Run the self-test, and see that an empty tree is not taken for a clean one."""
    with tempfile.TemporaryDirectory() as folder:
        self_test(pathlib.Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        try:
            check(pathlib.Path(folder))
        except NothingRead:
            return
        raise AssertionError("an empty tree passed")


def run(check, self_test):
    """With --self-test prove the lint, else judge the tree (or the one named)."""
    if sys.argv[1:] == ["--self-test"]:
        prove(check, self_test)
        print("ok: rejects what it must")
        return
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    try:
        findings = check(root)
    except NothingRead as nothing:
        sys.exit(f"nothing was read: {nothing}")
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
