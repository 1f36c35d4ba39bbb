#!/usr/bin/env bash
# Ends a job before its first step unless this repository's own people started it.
#
# The workflow file of a pull request is the pull request's own: a fork can take out any condition that stands there. So
# the machine decides for itself. Copy this file to where jobs cannot write, and start the runner with
# ACTIONS_RUNNER_HOOK_JOB_STARTED set to its path: the runner calls it at the start of each job and ends the job when it
# fails. It reads what GitHub, and not the job, says of the event.
set -euo pipefail

refuse() {
  echo "::error::This runner does not run $*."
  exit 1
}

case "${GITHUB_EVENT_NAME:-}" in
  push | workflow_dispatch | schedule) ;;
  pull_request)
    head="$(python3 -I -c 'import json, sys
print((json.load(open(sys.argv[1]))["pull_request"]["head"]["repo"] or {}).get("full_name", ""))' "${GITHUB_EVENT_PATH:-}")" \
      || refuse "pull requests that it cannot read the event of"
    [[ -n "$head" && "$head" == "${GITHUB_REPOSITORY:-}" ]] || refuse "pull requests of forks"
    ;;
  *) refuse "jobs of the event '${GITHUB_EVENT_NAME:-}'" ;;
esac
