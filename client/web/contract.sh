#!/bin/bash
# The folder that the daemon serves when there is no page in it: openapi.yaml alone.
#   contract.sh OPENAPI OUTPUT
set -euo pipefail
mkdir -p "$2"
cp "$1" "$2"
printf '/openapi.yaml\topenapi.yaml\tapplication/yaml; charset=utf-8\tno-cache\n' >"$2/assets.list"
