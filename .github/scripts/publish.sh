#!/usr/bin/env bash
# Publishes what is signed as a release on GitHub: TAG=release@v1.0.0 .github/scripts/publish.sh
#
# gh wants the token in GH_TOKEN. A release that is there already gets its files again.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

[[ -n "${GH_TOKEN:-}" ]] || fail "GH_TOKEN is not set: give the step the job's token"
repository="${GITHUB_REPOSITORY:?}" tag="${TAG:?}"
[[ -s report/SHA256SUMS.sigstore.json ]] || fail "report/ is not signed: run .github/scripts/sign.sh first"

# Its card is the release's page, without the lines for the Hub.
notes="$(mktemp)"
trap 'rm -f "$notes"' EXIT
awk 'seen >= 2; /^---$/ { seen++ }' report/README.md > "$notes"
mapfile -d '' -t files < <(find report -maxdepth 1 -type f -print0 | sort -z)
if gh release view "$tag" --repo "$repository" > /dev/null 2>&1; then
  gh release upload "$tag" --repo "$repository" --clobber "${files[@]}"
else
  gh release create "$tag" --repo "$repository" --verify-tag --title "$tag" --notes-file "$notes" "${files[@]}"
fi
