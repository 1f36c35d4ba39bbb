#!/usr/bin/env bash
# Posts report/ as the one comment that this pull request has of it: .github/scripts/comment.sh NUMBER
#
# CML wants the token in REPO_TOKEN. Pictures go to a public server (that of CML, or CML_COMMENT_PUBLISH_URL) only where
# PUBLISH_PICTURES is true; where that fails, and everywhere else, the text is posted alone.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

number="${1:-}"
[[ "$number" =~ ^[1-9][0-9]{0,9}$ ]] || fail "'$number' is no number of a pull request"
[[ -n "${REPO_TOKEN:-}" ]] || fail "REPO_TOKEN is not set: give the step the job's token"

post() {
  cml comment update --target="pr/$number" --watermark-title=experiment "$@"
}

if [[ "${PUBLISH_PICTURES:-}" == true && -f report/report.md ]]; then
  post --publish=true report/report.md && exit
  echo "The pictures could not be published; the text is posted without them." >&2
fi
# Never with publishing: CML would send any local file that the text links to.
post --publish=false report/comment.md
