#!/usr/bin/env bash
# Opens an issue with report/drift.md where something has drifted, or adds to the one that is open.
#
# gh wants the token in GH_TOKEN. Issues of others, whatever their title, are left alone.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

if [[ ! -f report/drifted ]]; then
  echo "Nothing has drifted: no issue."
  exit 0
fi
[[ -n "${GH_TOKEN:-}" ]] || fail "GH_TOKEN is not set: give the step the job's token"
repository="${GITHUB_REPOSITORY:?}"
title="Drift: the pictures are no longer like those that the model was measured on"

number="$(gh issue list --repo "$repository" --state open --author app/github-actions --limit 100 \
  --json number,title --jq ".[] | select(.title == \"$title\") | .number" | head -n 1)"
if [[ "$number" =~ ^[1-9][0-9]*$ ]]; then
  gh issue comment "$number" --repo "$repository" --body-file report/drift.md
else
  gh issue create --repo "$repository" --title "$title" --body-file report/drift.md
fi
