# Sensible in a container: built with the same scripts as everywhere, run without root.
#   docker build -t sensible .
FROM rust:1-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends nodejs npm \
    && rm -rf /var/lib/apt/lists/* \
    && rustup target add wasm32-unknown-unknown
WORKDIR /src
ENV SENSIBLE_CACHE=/cache
# A database of its own is not part of this image: compose.yaml brings one.
ENV DATABASE_URL=postgres://elsewhere/sensible

# The tools first: they change seldom.
COPY bin/env bin/setup bin/
COPY Cargo.lock ./
COPY end2end/package.json end2end/package-lock.json end2end/.npmrc end2end/
RUN bin/setup

COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY .sqlx .sqlx
COPY app app
COPY bin bin
COPY crates crates
COPY frontend frontend
COPY migrations migrations
COPY public public
COPY server server
COPY style style
RUN bin/build

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --user-group --home-dir /nonexistent --shell /usr/sbin/nologin sensible
COPY --from=build /src/dist/sensible /opt/sensible/sensible
COPY --from=build /src/dist/site /opt/sensible/site
USER sensible
ENV SENSIBLE_ADDRESS=0.0.0.0:3100 SENSIBLE_LOG=json
EXPOSE 3100
# Alive: the process answers. Whether its database does is /readyz, which a restart would not mend.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/3100 && printf 'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["/opt/sensible/sensible"]
CMD ["serve"]
