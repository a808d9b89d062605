#!/bin/bash
# Builds the page outside the source tree: copies it to PRIVATE, installs what package-lock.json names when that changed,
# bundles into OUTPUT.
#   build.sh SOURCE PRIVATE OUTPUT OPENAPI DEPFILE INCLUDE
set -euo pipefail
source=$(realpath -- "$1") private=$2 output=$3 openapi=$(realpath -- "$4") depfile=$5 include=$(realpath -- "$6")
mkdir -p "$private"
private=$(realpath -- "$private")
target=$output
output=$(realpath -m -- "$output") depfile=$(realpath -m -- "$depfile")
rm -rf "${private:?}/src"
cp -r "$source"/{src,build.mjs,package.json,package-lock.json,tsconfig.json} "$private"
cd "$private"
if ! cmp --silent package-lock.json node_modules/.installed-lock; then
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	cp package-lock.json node_modules/.installed-lock
fi
node build.mjs "$output" "$openapi" "$depfile" "$target" "$source" "$include"
