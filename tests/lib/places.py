"""Where things are: the checkout, and the build that is tested (HOSO_BUILD, else build/)."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("HOSO_BUILD", ROOT / "build")).resolve()
HOSOD = BUILD / "daemon" / "hosod"
HOSO = BUILD / "client" / "hoso"
STANDALONE = ROOT / "tools" / "standalone"
CERTIFICATE = ROOT / "tools" / "certificate"
OPENAPI = ROOT / "daemon" / "api" / "openapi.yaml"
