"""
The browser of the page's tests: Debian's Chromium without what draws on a screen. test_page_chief and test_page_manifest took a
fifth and a fourth less of a processor with it.
"""

import os
import shutil

import pytest

# Not the one in /usr/bin: that is a shell which waits for it, and a test that kills the browser would kill the shell.
PROGRAM = os.environ.setdefault("HOSO_BROWSER", "/usr/lib/chromium/chromium-headless-shell")  # for tests/web/screen.mjs, too

needed = pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"no {PROGRAM}: tools/setup web installs it")
