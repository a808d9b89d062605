"""The browser of the page's tests: Debian's Chromium without what draws on a screen, which costs a third less."""

import os
import shutil

import pytest

# Not the one in /usr/bin: that is a shell which waits for it, and a test that kills the browser would kill the shell.
PROGRAM = os.environ.get("HOSO_BROWSER", "/usr/lib/chromium/chromium-headless-shell")

needed = pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"no {PROGRAM}: tools/setup web installs it")
