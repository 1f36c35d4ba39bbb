#!/usr/bin/env bash
# Makes a storage the DVC remote of this clone: .github/scripts/remote.sh URL-OR-FOLDER
#
# Everything goes to .dvc/config.local, which git ignores. Without an argument the storage is taken from DVC_REMOTE_URL;
# without either there is no remote, which is no error. Credentials are taken from the environment by the storage's own
# library (AWS_ACCESS_KEY_ID, AZURE_STORAGE_CONNECTION_STRING …); what Google wants as a file may come as
# GOOGLE_APPLICATION_CREDENTIALS_DATA. DVC_REMOTE_ENDPOINT is the address of an S3 service other than Amazon's.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

url="${1:-${DVC_REMOTE_URL:-}}"
if [[ -z "$url" ]]; then
  echo "No DVC remote is configured: nothing will be pulled or pushed."
  exit 0
fi

set_option() {
  commands+=(";" remote modify --local storage "$1" "$2")
}

case "$url" in
  s3://*) plugin=dvc-s3 package=dvc-s3 ;; # constraints.txt has its version
  gs://*) plugin=dvc-gs package="dvc-gs==3.1.0" ;;
  azure://*) plugin=dvc-azure package="dvc-azure==3.1.1" ;;
  ssh://*) plugin=dvc-ssh package="dvc-ssh==4.3.0" ;;
  *://*) fail "'$url' is no storage that is known here: s3://, gs://, azure://, ssh:// or a folder" ;;
  *)
    plugin=""
    # Physical paths, so that a link into this repository is seen as what it is.
    url="$(python3 -c 'import os, sys; print(os.path.realpath(sys.argv[1]))' "$url")"
    case "$url/" in
      "$(pwd -P)"/*) fail "$url lies in this repository: take a folder outside it" ;;
    esac
    mkdir -p -- "$url"
    ;;
esac
if [[ -n "$plugin" ]] && ! python3 -c "import ${plugin/-/_}" 2>/dev/null; then
  echo "Installing $plugin ..."
  python3 -m pip install --quiet --constraint constraints.txt "$package"
fi

commands=(remote add --quiet --local --default --force storage "$url")
# What is fetched is hashed before it is used: DVC takes objects of a remote as they are unless told not to.
set_option verify true
if [[ "$plugin" == dvc-s3 && -n "${DVC_REMOTE_ENDPOINT:-}" ]]; then
  set_option endpointurl "$DVC_REMOTE_ENDPOINT"
fi
if [[ "$plugin" == dvc-gs && -n "${GOOGLE_APPLICATION_CREDENTIALS_DATA:-}" ]]; then
  # Where git does not look, and readable by nobody else.
  key=.dvc/tmp/google.json
  mkdir -p .dvc/tmp
  (umask 077 && printf '%s' "$GOOGLE_APPLICATION_CREDENTIALS_DATA" > "$key")
  set_option credentialpath "$PWD/$key"
fi
# One after the other in one process: DVC takes a second to start.
python3 - "${commands[@]}" <<'PYTHON'
import sys
from itertools import groupby

from dvc.cli import main

for between, words in groupby(sys.argv[1:], ";".__eq__):
    if not between and main(list(words)):
        sys.exit(1)
PYTHON
echo "DVC remote: $url"
