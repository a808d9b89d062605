"""The demo is the product's own word on what it does: it must hold, also in a storm."""

import re
import subprocess

import pytest

from lib import places

GOOD = "Đủ, đúng thứ tự, mỗi bước một lần."


def demo(option, seconds):
    result = subprocess.run([places.ROOT / "tools" / "demo", option], stdin=subprocess.DEVNULL, capture_output=True,
                            text=True, timeout=seconds, check=False)
    assert result.returncode == 0 and GOOD in result.stdout, result.stdout[-4000:] + result.stderr[-2000:]
    return result.stdout


@pytest.mark.timeout(200)
def test_every_step_is_recorded_and_told_in_order_once():
    output = demo("--once", 180)
    assert output.count("Bưu điện đã phát kết quả cho người nhận") == 4


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_kill_9_of_hosod_postgres_and_portal_changes_nothing():
    strikes = re.search(r"kill -9 (\d+) lần", demo("--storm", 380))
    assert int(strikes.group(1)) >= 3
