#!/usr/bin/env bash
# Compares a fork's branch with what it is to be merged into, both at the quick preset: .github/scripts/fork.sh BASE NUMBER
#
# The committed metrics are of the full preset, and say nothing about a quick run: so the base is run too. Writes report/
# and in it the number of the pull request, which the workflow that may comment has no other way to learn.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

base="${1:?the revision to compare with}"
number="${2:?the number of the pull request}"
head="$(git rev-parse HEAD)"

git checkout --quiet --detach "$(git merge-base HEAD "$base^{commit}")"
make quickstart
git add --all -- dvc.lock params.py out
git -c user.name=fork -c user.email=fork@localhost commit --quiet --allow-empty --message "The base at the quick preset"
quick="$(git rev-parse HEAD)"

git checkout --quiet --detach "$head"
make quickstart

rm -rf report
mkdir report
python3 -m src.report --base "$quick" --no-pictures --out report/comment.md
printf '%s\n' "$number" > report/number
if [[ -n "${GITHUB_STEP_SUMMARY:-}" ]]; then
  cat report/comment.md >> "$GITHUB_STEP_SUMMARY"
fi
