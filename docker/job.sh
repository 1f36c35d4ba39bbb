#!/bin/sh
# Runs a job (src/job.py) wherever a platform has started the container.
set -eu
cd /srv/plates
exec python3 -m src.job "$@"
