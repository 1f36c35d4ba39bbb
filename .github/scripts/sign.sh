#!/usr/bin/env bash
# Signs what assets.sh has collected, by Sigstore and without a key: GitHub says which workflow it is that signs.
#
# Writes report/FILE.sigstore.json beside each file. What is installed for that is named by hashes in .github/sigstore.txt.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

[[ -s report/SHA256SUMS ]] || fail "report/SHA256SUMS is not there: run .github/scripts/assets.sh first"
environment="$(mktemp -d)"
trap 'rm -rf "$environment"' EXIT
python3 -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --require-hashes --only-binary :all: --requirement .github/sigstore.txt
"$environment/bin/python" -m sigstore sign report/SHA256SUMS report/model.tar.gz report/sbom.cdx.json
