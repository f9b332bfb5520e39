#!/usr/bin/env bash
# Puts apiward on the PATH of the steps that follow: a release, whose checksum is compared, or the source of the action.
# VERSION is a tag, or `source`; REPOSITORY is where the action comes from.
set -euo pipefail
# From the step of action.yml.
: "${VERSION:=source}" "${REPOSITORY=}"

folder=$RUNNER_TEMP/apiward-bin
mkdir -p "$folder"

if [[ $VERSION != v[0-9]*.[0-9]*.[0-9]* ]]; then
    # A branch or a commit has no release.
    cargo install --quiet --locked --path "$GITHUB_ACTION_PATH" --root "$folder/built"
    echo "$folder/built/bin" >>"$GITHUB_PATH"
    exit
fi

case $RUNNER_OS-$RUNNER_ARCH in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc ;;
    *)
        echo "::error::apiward has no release for $RUNNER_OS on $RUNNER_ARCH; set \`version: source\` to build it"
        exit 1
        ;;
esac

name=apiward-$VERSION-$target
releases=$GITHUB_SERVER_URL/$REPOSITORY/releases/download
cd "$folder"
for file in "$name.tar.gz" SHA256SUMS; do
    curl --fail --silent --show-error --location --retry 3 --output "$file" "$releases/$VERSION/$file"
done
if command -v sha256sum >/dev/null; then sum=(sha256sum); else sum=(shasum -a 256); fi
grep " [ *]$name.tar.gz\$" SHA256SUMS | "${sum[@]}" --check --strict - >/dev/null || {
    echo "::error::the checksum of $name.tar.gz is not the one of the release"
    exit 1
}
tar -xzf "$name.tar.gz"
echo "$folder/$name" >>"$GITHUB_PATH"
