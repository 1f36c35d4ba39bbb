#!/usr/bin/env bash
# Registers this container as a GitHub Actions runner by CML, takes one job, deregisters and ends.
#
#   REPO_URL          https://github.com/OWNER/REPO, or https://github.com/ORGANISATION
#   REPO_TOKEN        token that may register runners there, or
#   REPO_TOKEN_FILE   file that holds it
#   LABELS            labels that jobs ask for in runs-on (default: cml-runner-gpu)
#   IDLE_TIMEOUT      seconds to wait for a job, or never (default: 3600)
#   WORK              folder to work in (default: the home folder)
#
# Ends with 0 after a job, after waiting in vain and after SIGTERM, with 78 when something above is wrong, and else
# with CML's own code. After SIGTERM a job that is running is finished first: CML holds out until then.
set -euo pipefail

readonly BAD_SETTING=78 # EX_CONFIG of sysexits.h

say() { echo "runner: $*" >&2; }

fail() {
    say "$*"
    exit "$BAD_SETTING"
}

# Prints the token; the only place that handles it besides `launch`.
read_token() {
    if [[ -n ${REPO_TOKEN-} && -n ${REPO_TOKEN_FILE-} ]]; then
        fail "REPO_TOKEN and REPO_TOKEN_FILE are both set: set one of them"
    fi
    local token=${REPO_TOKEN-}
    if [[ -n ${REPO_TOKEN_FILE-} ]]; then
        [[ -f $REPO_TOKEN_FILE && -r $REPO_TOKEN_FILE ]] \
            || fail "cannot read the file that REPO_TOKEN_FILE names: mount it, readable for user $(id -u)"
        token=$(<"$REPO_TOKEN_FILE")
    fi
    [[ -n $token ]] || fail "there is no token: set REPO_TOKEN or REPO_TOKEN_FILE"
    [[ $token =~ ^[A-Za-z0-9_.-]+$ ]] || fail "the token holds a space or another character that no token has"
    printf '%s' "$token"
}

check_settings() {
    [[ -n ${REPO_URL-} ]] || fail "REPO_URL is not set: set it to https://github.com/OWNER/REPO"
    [[ $REPO_URL =~ ^https://[A-Za-z0-9.:-]+(/[A-Za-z0-9_.-]+){1,2}/?$ ]] \
        || fail "REPO_URL is not of the form https://github.com/OWNER/REPO"
    [[ $LABELS =~ ^[A-Za-z0-9_.-]+(,[A-Za-z0-9_.-]+)*$ ]] \
        || fail "LABELS is '$LABELS': set it to names with commas between them, and no spaces"
    [[ $IDLE_TIMEOUT =~ ^([1-9][0-9]*|never)$ ]] \
        || fail "IDLE_TIMEOUT is '$IDLE_TIMEOUT': set it to seconds, or to never"
    [[ -d $WORK && -w $WORK ]] || fail "WORK is '$WORK', which is no folder that user $(id -u) can write to"
    command -v cml >/dev/null || fail "there is no cml on PATH: npm install --global @dvcorg/cml@0.20.6"
}

# Starts CML in the background, its process in $child. The token goes through the environment, where `ps` does not
# show it, and CML keeps the variables that _CML_RUNNER_SENSITIVE_ENV names from the jobs.
launch() {
    local token=$1 idle=${IDLE_TIMEOUT/never/-1}
    unset REPO_TOKEN REPO_TOKEN_FILE
    # A home of its own, so that no job finds settings that an earlier one left there.
    mkdir "$work/home" "$work/runner"
    REPO_TOKEN=$token _CML_RUNNER_SENSITIVE_ENV=REPO_TOKEN HOME=$work/home \
        cml runner launch --driver=github --repo="$REPO_URL" --labels="$LABELS" --single \
        --idle-timeout="$idle" --workdir="$work/runner" &
    child=$!
}

# Waits for $child to its real end: a signal that is passed on interrupts `wait`, and CML then deregisters first.
wait_for_child() {
    local code
    while :; do
        signalled=
        wait "$child" && code=0 || code=$?
        [[ -n $signalled ]] || return "$code"
    done
}

pass_on() {
    signalled=1
    say "stopping: an idle runner is deregistered now, a busy one after its job"
    if [[ -n $child ]]; then kill -TERM "$child" 2>/dev/null || true; else exit 0; fi
}

clean_up() {
    if [[ -n $work ]]; then rm -rf -- "$work"; fi
}

main() {
    LABELS=${LABELS:-cml-runner-gpu} IDLE_TIMEOUT=${IDLE_TIMEOUT:-3600} WORK=${WORK:-$HOME}
    check_settings
    local token
    token=$(read_token)
    nvidia-smi -L >/dev/null 2>&1 || say "warning: no GPU is visible here, jobs will train on the CPU"

    trap pass_on TERM INT
    trap clean_up EXIT
    # Left over where the container was killed and started again.
    rm -rf -- "$WORK"/cml.*
    work=$(mktemp -d "$WORK/cml.XXXXXX")
    launch "$token"
    token=
    local code=0
    wait_for_child || code=$?
    if ((code)); then say "CML ended with code $code: see its messages above"; else say "done and deregistered"; fi
    return "$code"
}

child='' work='' signalled=''
main
