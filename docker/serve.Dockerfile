# The HTTP server of src/serve.py, without torch:
#
#   docker build -f docker/serve.Dockerfile -t plate-server .
#   docker run --rm --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges -p 8080:8080 plate-server
#
# Your own model in place of the released one: --build-arg MODEL=out/models/stack, or at run time
# -v "$PWD/out/models/stack:/model:ro" -e PLATES_MODEL=/model. The one in a stage: docs/promotion.md.
#
# The image is that of docker/images.lock: change it there, and run `make pin-images`.
ARG PYTHON=python:3.11.15-slim-bookworm

FROM ${PYTHON} AS packages
COPY constraints.txt docker/serve-requirements.txt ./
RUN python3 -m venv /srv/venv \
    && /srv/venv/bin/pip install --no-cache-dir \
        --constraint constraints.txt --requirement serve-requirements.txt

FROM ${PYTHON}
ARG MODEL=release
# No file is written beside the code, so that the root can be read-only, and logs are not held back. ONNX
# Runtime reports home unless told not to.
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ORT_DISABLE_TELEMETRY=1 \
    HOME=/tmp \
    PLATES_MODEL=model
# Limits, each with its default in src/serving/settings.py: PLATES_MAX_UPLOAD_MB, PLATES_MAX_MEGAPIXELS,
# PLATES_CONCURRENCY, PLATES_QUEUE, PLATES_TIMEOUT_S, PLATES_CONNECTIONS, PLATES_LOG_TEXT. PLATES_COLLECT and
# PLATES_DRIFT_LOG need a folder to write to, as -v "$PWD/collected:/collected" mounts one, PLATES_SIGNERS a file to read.
WORKDIR /srv/plates
COPY --from=packages /srv/venv /srv/venv
COPY src/__init__.py src/console.py src/serve.py src/
COPY src/bundle src/bundle
COPY src/collecting src/collecting
COPY src/common src/common
COPY src/datasets src/datasets
COPY src/generators src/generators
COPY src/inference src/inference
COPY src/monitoring src/monitoring
COPY src/sandbox src/sandbox
COPY src/serving src/serving
COPY ${MODEL} model
# What a platform calls that has put a model below /opt/ml (docs/containers.md).
COPY --chmod=0755 docker/serve.sh /usr/local/bin/serve
# Compiled here, not at every start.
RUN python3 -m compileall -q src
# By number: Kubernetes checks runAsNonRoot before it can look up a name.
USER 10001:10001
EXPOSE 8080
# Slim images have no curl.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
# As a list: the server itself is process 1 and gets SIGTERM, on which it answers what it has accepted and ends.
CMD ["python3", "-m", "src.serve", "--host", "0.0.0.0", "--port", "8080"]
