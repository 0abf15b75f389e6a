# The image that runs Callsheet: `docker build -t callsheet .`; `make image-check` builds and proves it without Docker.
# Another Python, or this one by digest: --build-arg BASE=python:3.13-slim
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python3 -m venv --without-pip /opt/callsheet && python3 -m venv /opt/build
COPY locks/run.lock locks/build.lock locks/
# Where packages come from is the builder's own affair. A pip.conf and the certificates that it names may come as
# secrets (`--secret id=pip,src=… --secret id=ca,src=…`): they leave no trace in the image.
RUN --mount=type=secret,id=pip,target=/etc/pip.conf --mount=type=secret,id=ca \
    /opt/build/bin/pip install --quiet --require-hashes -r locks/build.lock && \
    /opt/build/bin/pip --python /opt/callsheet install --quiet --require-hashes -r locks/run.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY connectors connectors
# sqlite-utils asks for pip, to install its plugins: nobody installs anything here.
RUN /opt/build/bin/hatchling build -t wheel && \
    /opt/build/bin/pip --python /opt/callsheet install --quiet --no-index --no-deps dist/*.whl && \
    /opt/build/bin/pip --python /opt/callsheet uninstall --quiet --yes pip

FROM ${BASE}
# Nobody installs anything in the base either. The user has the number that distroless images made customary.
RUN python3 -m pip uninstall --quiet --yes --root-user-action=ignore setuptools wheel pip && \
    echo "callsheet:x:65532:65532::/data:/usr/sbin/nologin" >> /etc/passwd && \
    echo "callsheet:x:65532:" >> /etc/group && \
    install --directory --owner=65532 --group=65532 /data
COPY --from=build /opt/callsheet /opt/callsheet
# On loopback nobody outside the container would hear it. Everything else has its place by the working directory:
# config/, callsheet.db and postmortems/.
ENV PATH=/opt/callsheet/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CALLSHEET_LISTEN=0.0.0.0:8080
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python3", "-c", "import os, urllib.request as u; port = os.environ['CALLSHEET_LISTEN'].rpartition(':')[2]; u.urlopen(f'http://127.0.0.1:{port}/healthz', timeout=4)"]
ENTRYPOINT ["callsheet"]
CMD ["run"]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Callsheet" \
      org.opencontainers.image.description="A daemon that keeps the promises that post-mortems make." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
