"""Fixtures of the system tests. HOSO_BUILD says which build is tested (default: build/)."""

import os
import shutil
import tempfile

import pytest

from lib import places, scratch, template
from lib.api import Api
from lib.contract import Contract
from lib.sim import PortalSim
from lib.standalone import Standalone

CONTRACT_NOTES = "HOSO_CONTRACT_NOTES"


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes minutes; left out by tools/check --quick")
    # TypeScript and Python: nothing of the C that a build is made of, and so nothing that the sanitizers could see.
    config.addinivalue_line("markers", "once: asks nothing of the build; asked with the first, and not again under the sanitizers")
    config.addinivalue_line("markers", "alone: measures time, or takes all of the machine; never in parallel")
    if CONTRACT_NOTES not in os.environ:
        # Workers of pytest-xdist inherit it, so that all of them note into one file.
        handle, os.environ[CONTRACT_NOTES] = tempfile.mkstemp(prefix="hoso-contract-")
        os.close(handle)
        config.add_cleanup(lambda: os.unlink(os.environ.pop(CONTRACT_NOTES)))
    scratch.choose()
    if not template.is_there():
        os.environ[template.FOLDER] = tempfile.mkdtemp(prefix="hoso-template-", dir=scratch.folder())
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(template.FOLDER)))


@pytest.fixture(scope="session")
def contract():
    return Contract(places.OPENAPI, os.environ[CONTRACT_NOTES])


@pytest.fixture(scope="session")
def standalone():
    """A hosod for the whole session. Tests that kill or fill it take own_standalone."""
    with Standalone() as running:
        yield running


@pytest.fixture
def own_standalone():
    """Makes a hosod for one test: own_standalone(settings=["portal.timeout=1s"])."""
    made = []

    def make(**options):
        made.append(Standalone(**options))
        return made[-1].start()

    yield make
    for running in made:
        running.close()


@pytest.fixture
def portal_sim():
    """Makes a portal for one test: portal_sim("--strict-dossiers")."""
    made = []

    def make(*arguments):
        made.append(PortalSim(arguments))
        return made[-1].start()

    yield make
    for portal in made:
        portal.close()


@pytest.fixture
def api(standalone, contract):
    """Nobody's client of the session's hosod; sign in with login()."""
    client = Api(standalone.url, standalone.ca, contract)
    yield client
    client.close()


@pytest.fixture
def supervisor(api, standalone):
    """The first supervisor's client, signed in."""
    api.login(*standalone.first_supervisor())
    return api
