# The jobs of src/job.py: preprocess, augment, train and test, by SageMaker's contract of a training container and for the
# clusters of src/submit.py (docs/containers.md, docs/clusters.md):
#
#   docker build -f docker/train.Dockerfile --build-arg REVISION="$(git rev-parse HEAD)" -t plate-train .
#   docker run --rm -v "$PWD/ml:/opt/ml" plate-train train
#
# With CUDA, as pip takes torch on Linux, several GB; the driver is the host's. Without:
# --build-arg PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
#
# The image is that of docker/images.lock: change it there, and run `make pin-images`.
ARG PYTHON=python:3.11.15-slim-bookworm

FROM ${PYTHON} AS packages
ARG PIP_EXTRA_INDEX_URL=
COPY pyproject.toml constraints.txt ./
# What the project needs to train and to serve, and none of its development.
RUN python3 -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
        print(*p["dependencies"], *sum(p["optional-dependencies"].values(), []), sep="\n")' > requirements.txt \
    && python3 -m venv /srv/venv \
    && /srv/venv/bin/pip install --no-cache-dir --constraint constraints.txt --requirement requirements.txt

FROM ${PYTHON}
# The commit that is built, which the cards of models name.
ARG REVISION=unknown
# SageMaker mounts its folders as root's: build with --build-arg RUN_AS=0:0 for it.
ARG RUN_AS=10001:10001
# A job works in a copy of the code, below the folder for temporary files or its own root: nothing is written here.
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ORT_DISABLE_TELEMETRY=1 \
    HOME=/tmp \
    PLATES_MODEL=release \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
WORKDIR /srv/plates
COPY --from=packages /srv/venv /srv/venv
COPY params.py params.yaml dvc.yaml .dvcignore ./
COPY .dvc/config .dvc/config
COPY src src
COPY release release
RUN printf '%s\n' "$REVISION" > REVISION && python3 -m compileall -q src
COPY --chmod=0755 docker/job.sh /usr/local/bin/job
COPY --chmod=0755 docker/train.sh /usr/local/bin/train
COPY --chmod=0755 docker/serve.sh /usr/local/bin/serve
USER ${RUN_AS}
EXPOSE 8080
# As a list: platforms say `train`, `serve` or `job ...` in its place.
CMD ["train"]
