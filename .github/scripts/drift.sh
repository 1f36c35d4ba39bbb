#!/usr/bin/env bash
# Compares what servers have logged with the reference: DRIFT_LOG=drift .github/scripts/drift.sh
#
# DRIFT_LOG is a file, or a folder of files, below the DVC remote; DRIFT_DAYS how many days of it count (7);
# DRIFT_REFERENCE a file of the repository that takes the place of evaluate_stack's. Writes report/drift.md, .png and .json,
# and the empty file report/drifted where something has drifted.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

path='[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*'
log="${DRIFT_LOG:-}" days="${DRIFT_DAYS:-7}" reference="${DRIFT_REFERENCE:-}"
[[ "$log" =~ ^$path/?$ ]] || fail "DRIFT_LOG '$log' is no path below the DVC remote: write it like drift or logs/drift.jsonl"
[[ "$days" =~ ^[1-9][0-9]{0,3}$ ]] || fail "DRIFT_DAYS '$days' is no number of days"
options=(--days "$days" --out report)
if [[ -n "$reference" ]]; then
  [[ "$reference" =~ ^$path$ && -f "$reference" ]] || fail "DRIFT_REFERENCE '$reference' is no file of this repository"
  options+=(--reference "$reference")
fi
has_remote || fail "there is no DVC remote to fetch the log from: set the variable DVC_REMOTE_URL"

rm -rf report
mkdir report
fetched="$(mktemp -d)"
trap 'rm -rf "$fetched"' EXIT
python3 -m dvc get-url "remote://storage/${log%/}" "$fetched/log"
mapfile -d '' -t logs < <(find "$fetched/log" -type f -print0 | sort -z)
((${#logs[@]})) || fail "$log is empty: let the servers' logs be copied there"

code=0
python3 -m src.drift "${logs[@]}" "${options[@]}" || code=$?
case "$code" in
  0) ;;
  3) touch report/drifted ;;
  *) exit "$code" ;;
esac
if [[ -n "${GITHUB_STEP_SUMMARY:-}" ]]; then
  cat report/drift.md >> "$GITHUB_STEP_SUMMARY"
fi
