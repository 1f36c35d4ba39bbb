#!/usr/bin/env bash
# Fails where an image that Docker builds on has no digest in docker/images.lock, or its tag has moved on to another.
#
# Then report/images.patch is what to commit. Nothing is committed from here: that would need a token that may write.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

rm -rf report
mkdir report
make pin-images
git diff -- docker > report/images.patch
if [[ ! -s report/images.patch ]]; then
  echo "Every image is pinned, and its tag still names it."
  exit 0
fi
cat report/images.patch
fail "images are not pinned, or newer ones have their tags: gh run download --name images, git apply images.patch, commit"
