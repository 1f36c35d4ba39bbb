#!/usr/bin/env bash
# Runs the pipeline with other parameters, as `dvc exp run -S … -S …`: OVERRIDES='A=1 B=2' .github/scripts/train.sh
#
# OVERRIDES are separated by spaces: params.py:Class.NAME=VALUE, or KEY=VALUE for params.yaml. Whatever does not look like
# that is refused before anything runs, so that none of it is taken for an option, a path or a command.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

name='[A-Za-z_][A-Za-z0-9_]*'
value='[][A-Za-z0-9_.,+-]+'
options=()
# Split at white space alone: an unquoted expansion would also match names of files.
read -r -d '' -a overrides <<< "${OVERRIDES:-}" || true
for override in "${overrides[@]}"; do
  [[ "$override" =~ ^(params\.py:)?$name(\.$name)*=$value$ ]] \
    || fail "'$override' is no override: write params.py:Class.NAME=VALUE or KEY=VALUE, with spaces between them only"
  options+=(-S "$override")
done

missing=()
if has_remote; then
  python3 .github/scripts/listings.py
  # Without the run cache, for the reason that experiment.sh gives. `dvc exp run --pull` cannot be told to leave it alone,
  # so what is there is pulled first.
  python3 -m dvc pull --no-run-cache --allow-missing
  missing=(--allow-missing)
fi
python3 -m dvc exp run "${missing[@]}" "${options[@]}"
