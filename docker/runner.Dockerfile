# A machine for the jobs of .github/workflows that ask for `cml-runner-gpu`: CUDA, Python 3.11, Node 24 and CML.
# docker-compose.yml runs it on a machine with a GPU, kubernetes/cml-runner.yml in a cluster. See docs/mlops.md.
#
# Ubuntu 24.04 has no Python 3.11, and no CUDA image has Node: both are taken from their own images, which are built
# on an older glibc and so run here.
#
# The images are those of docker/images.lock: change them there, and run `make pin-images`.
ARG PYTHON=python:3.11.15-slim-bookworm
ARG NODE=node:24.18.0-bookworm-slim
# The CUDA release that torch 2.13 is built for. Its pip packages bring their own libraries; the driver is the host's.
ARG CUDA=nvidia/cuda:13.0.2-runtime-ubuntu24.04

FROM ${PYTHON} AS python
FROM ${NODE} AS node

FROM ${CUDA}
# First line: what jobs call. Second: what Python's modules and Node load. Third: what GitHub's runner loads.
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        ca-certificates curl git make openssh-client unzip \
        libatomic1 libbz2-1.0 libexpat1 libffi8 liblzma5 libncursesw6 libreadline8t64 libsqlite3-0 libstdc++6 libuuid1 \
        libicu74 libkrb5-3 liblttng-ust1t64 libssl3t64 zlib1g \
    && rm -rf /var/lib/apt/lists/*
COPY --from=python /usr/local /usr/local
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
# What is missing shows here and not in somebody's job.
RUN ldconfig \
    && python3 -c "import bz2, ctypes, curses, lzma, readline, sqlite3, ssl, uuid, venv" \
    && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && npm install --global --no-audit --no-fund @dvcorg/cml@0.20.6 \
    && npm cache clean --force \
    && cml --version
COPY --chmod=0755 docker/runner.sh /usr/local/bin/runner.sh
# Jobs bring their own Python packages, DVC too: the workflows call `make setup`. What pip has downloaded may be kept
# from job to job by a volume at /srv/cache.
RUN useradd --uid 10001 --user-group --create-home --home-dir /srv/runner --shell /bin/bash runner \
    && install --directory --owner=runner --group=runner /srv/cache
ENV HOME=/srv/runner \
    WORK=/srv/runner \
    PIP_CACHE_DIR=/srv/cache/pip \
    LANG=C.UTF-8 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
# The machine itself refuses jobs of forks and of events that it does not know (docs/mlops.md).
COPY --chmod=0755 .github/scripts/runner-guard.sh /usr/local/lib/runner-guard.sh
ENV ACTIONS_RUNNER_HOOK_JOB_STARTED=/usr/local/lib/runner-guard.sh
WORKDIR /srv/runner
USER 10001:10001
# As a list: the script is process 1 and gets SIGTERM, which it passes on to CML.
ENTRYPOINT ["/usr/local/bin/runner.sh"]
