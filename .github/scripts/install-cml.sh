#!/usr/bin/env bash
# Puts CML on PATH, unless the machine has this version; the steps after this one see it through GITHUB_PATH.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

version=0.20.6
if [[ "$(cml --version 2>/dev/null)" == "$version" ]]; then
  exit 0
fi
npm install --prefix .cache/cml --no-audit --no-fund "@dvcorg/cml@$version"
echo "$PWD/.cache/cml/node_modules/.bin" >> "${GITHUB_PATH:-/dev/null}"
