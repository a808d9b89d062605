#!/bin/bash
# The folder that the daemon serves when there is no page in it: openapi.yaml, and the style of the pages that it makes itself.
#   contract.sh OPENAPI STYLE OUTPUT
set -euo pipefail
mkdir -p "$3"
cp "$1" "$2" "$3"
printf '/openapi.yaml\topenapi.yaml\tapplication/yaml; charset=utf-8\tno-cache\n' >"$3/assets.list"
printf '/public.css\tpublic.css\ttext/css; charset=utf-8\tpublic, max-age=3600\n' >>"$3/assets.list"
