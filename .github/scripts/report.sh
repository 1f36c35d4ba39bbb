#!/usr/bin/env bash
# Writes the folder report/ on what the workspace changes compared with a revision: .github/scripts/report.sh [REV]
#
#   report.md, assets/   the report with its pictures
#   comment.md           the same without pictures, for a comment
#   results.patch        what the run changed in files that git keeps; `git apply` brings it into any clone
#
# REV (a branch that has moved on counts from where this one left it) may be left out: then nothing is compared.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

base=()
if [[ -n "${1:-}" ]]; then
  revision="$(git merge-base HEAD "$1^{commit}")" || fail "git finds no common commit with '$1': fetch it with its history"
  base=(--base "$revision")
fi

rm -rf report
mkdir report
python3 -m src.report "${base[@]}" --no-pictures --out report/comment.md
python3 -m src.report "${base[@]}" --out report/report.md --assets report/assets \
  || echo "The report has no pictures; comment.md is whole." >&2

# In a copy of the index, new files are named to git, so that the patch has them too.
index="$PWD/report/index"
cp "$(git rev-parse --git-path index)" "$index"
GIT_INDEX_FILE="$index" git add --intent-to-add --all -- dvc.lock out
GIT_INDEX_FILE="$index" git diff --binary HEAD -- dvc.lock params.py params.yaml out > report/results.patch
rm "$index"

if [[ -n "${GITHUB_STEP_SUMMARY:-}" ]]; then
  cat report/comment.md >> "$GITHUB_STEP_SUMMARY"
fi
