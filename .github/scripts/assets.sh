#!/usr/bin/env bash
# Collects what is released of a version: TAG=release@v1.0.0 .github/scripts/assets.sh
#
# Writes report/model.tar.gz with the model's files, SHA256SUMS (and its signature by ssh-keygen, where there is one),
# README.md, its card, and sbom.cdx.json. The checkout is of that tag. Whatever is damaged ends it.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

tag="${TAG:-}"
[[ "$tag" =~ ^release(/[A-Za-z0-9][A-Za-z0-9_-]*)?@v[0-9]+\.[0-9]+\.[0-9]+[A-Za-z0-9.+-]*$ ]] ||
  fail "TAG '$tag' is no version of a released model: write it like release@v1.0.0"

rm -rf report
mkdir report
python3 -m src.promote copy "$tag" report/model
make sbom MODEL=report/model OUT=report/sbom.cdx.json
for file in SHA256SUMS SHA256SUMS.sig README.md; do
  if [[ -e "report/model/$file" ]]; then
    cp "report/model/$file" report/
  fi
done
# The same bytes for the same files: neither times nor owners.
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C report -cf - model | gzip -n > report/model.tar.gz
rm -r report/model
