# Two stages: what builds stays behind. Dependencies come before the code, so that a change of code reinstalls none of them.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/dedup
WORKDIR /src
COPY requirements.lock .
RUN /opt/dedup/bin/pip install -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY dedup dedup
COPY jobs jobs
RUN /opt/dedup/bin/pip install --no-deps .

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 dedup
COPY --from=build /opt/dedup /opt/dedup
# Kernels are compiled here, once, to a place that whichever user runs the image may read and write.
ENV PATH=/opt/dedup/bin:$PATH NUMBA_CACHE_DIR=/var/cache/dedup
COPY sample_data/crawl /tmp/sample
RUN mkdir -m 1777 /var/cache/dedup \
    && dedup run /tmp/sample --out /tmp/compiled --quiet \
    && chmod -R a+rwX /var/cache/dedup \
    && rm -r /tmp/compiled
USER 10001
WORKDIR /work
ENTRYPOINT ["dedup"]
CMD ["--help"]
