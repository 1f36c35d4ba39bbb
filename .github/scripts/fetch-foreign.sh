#!/usr/bin/env bash
# Fetches the report that a fork's run left, as text that is safe to post: .github/scripts/fetch-foreign.sh
#
# Wants RUN_ID and HEAD_SHA of that run, GITHUB_REPOSITORY and GH_TOKEN. Writes report/comment.md and report/number.
# Everything in the artifact was written by a stranger: it is read as data, within limits, and never run.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

[[ "${RUN_ID:-}" =~ ^[0-9]+$ ]] || fail "RUN_ID is no number"
[[ "${HEAD_SHA:-}" =~ ^[0-9a-f]{40}$ ]] || fail "HEAD_SHA is no commit"
repository="repos/${GITHUB_REPOSITORY:?}"
limit=1000000 # bytes, packed; a report has less than a tenth

found="$(gh api "$repository/actions/runs/$RUN_ID/artifacts" \
  --jq '.artifacts[] | select(.name == "foreign-report" and (.expired | not)) | "\(.id) \(.size_in_bytes)"' | head -n 1)"
read -r artifact size <<< "$found" || true
[[ "${artifact:-}" =~ ^[0-9]+$ && "${size:-}" =~ ^[0-9]+$ ]] || fail "run $RUN_ID left no report"
((size <= limit)) || fail "the report is of $size bytes, and more than $limit are not fetched"

rm -rf report
mkdir report
gh api "$repository/actions/artifacts/$artifact/zip" > report/foreign.zip
python3 .github/scripts/foreign_report.py report/foreign.zip report

# A stranger could name any pull request: it has to be the one whose head was run.
number="$(cat report/number)"
head="$(gh api "$repository/pulls/$number" --jq .head.sha)"
[[ "$head" == "$HEAD_SHA" ]] || fail "pull request $number is at $head, and the run was of $HEAD_SHA: nothing is posted"
