# syntax=docker/dockerfile:1
# The command in an image that holds nothing else; without arguments it serves a sandbox on port 8000.
#
#   docker build --tag tabctl .
#   docker run --rm --publish 127.0.0.1:8000:8000 tabctl
#   docker run --rm --volume sandbox:/data tabctl sandbox --listen 0.0.0.0:8000 --data /data

# Alpine links with musl: the program needs no library of the image that it runs in.
FROM rust:1.95-alpine AS build
RUN apk add --no-cache ca-certificates-bundle musl-dev
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package tabctl \
    && install -D target/release/tabctl /root-of-image/usr/bin/tabctl \
    && install -D /etc/ssl/certs/ca-certificates.crt /root-of-image/etc/ssl/certs/ca-certificates.crt \
    && install -D --target-directory=/root-of-image/usr/share/doc/tabctl LICENSE-APACHE LICENSE-MIT \
    && install -d -m 1777 /root-of-image/tmp \
    && install -d -o 65532 -g 65532 /root-of-image/data /root-of-image/home

FROM scratch
COPY --from=build /root-of-image /
# Profiles and sessions go below HOME, which belongs to the user of the image.
ENV HOME=/home TABCTL_PAGER=cat
USER 65532:65532
EXPOSE 8000
# What the server says about itself needs no session.
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s --retries=3 \
    CMD ["/usr/bin/tabctl", "call", "server.getServerInfo", "--server", "http://127.0.0.1:8000"]
ENTRYPOINT ["/usr/bin/tabctl"]
CMD ["sandbox", "--listen", "0.0.0.0:8000"]
