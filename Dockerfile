# docker build -t apiward .             the program alone
# docker build -t apiward:ci --target ci .    with a shell and git, for CI systems that call commands in the image
FROM rust:1.95-alpine AS build
WORKDIR /source
COPY . .
# Programs for Alpine's libc are linked statically.
RUN cargo build --release --locked --package apiward

FROM alpine:3.22 AS ci
# hadolint ignore=DL3018
RUN apk add --no-cache git && \
    # The checkout belongs to the user of the CI system.
    git config --system --add safe.directory '*'
COPY --from=build /source/target/release/apiward /usr/local/bin/apiward
USER 65534:65534
WORKDIR /work
CMD ["apiward", "check"]

FROM scratch
COPY --from=build /source/target/release/apiward /apiward
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/apiward"]
CMD ["check"]
