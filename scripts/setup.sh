#!/usr/bin/env bash
# Installs the Debian packages that are needed to build, test, fuzz or measure Taskdock, if they are missing.
#
#   scripts/setup.sh [build|test|fuzz|bench]...      (default: build)
#
# Changes nothing if all of them are installed.
set -euo pipefail

# curl is for scripts/smoke.sh and the examples of the README.
build=(g++ cmake ninja-build git ca-certificates curl xz-utils
  zlib1g-dev libargon2-dev libmbedtls-dev libutf8proc-dev nlohmann-json3-dev libcli11-dev libspdlog-dev
  libfmt-dev doctest-dev)
test=(clang-format clang-tidy valgrind util-linux chromium fonts-dejavu-core python3 systemd)
# libFuzzer, for the version of clang in Debian's package clang.
fuzz=(clang libclang-rt-14-dev)
bench=(wrk valgrind)
# Tests use these from build/tools, where they are only unpacked: installed, they would run as services from now on.
tools=(nginx fail2ban prometheus)
tools_directory=${BASH_SOURCE[0]%/*}/../build/tools

wanted=()
unpacked=()
for purpose in "${@:-build}"; do
  case $purpose in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${build[@]}" "${test[@]}" "${fuzz[@]}"); unpacked=("${tools[@]}") ;;
    fuzz) wanted+=("${build[@]}" "${fuzz[@]}") ;;
    bench) wanted+=("${build[@]}" "${bench[@]}") ;;
    *) echo "setup.sh: '$purpose' is not one of build, test, fuzz, bench" >&2; exit 2 ;;
  esac
done

# npm downloads SQLite and the scripts of the documentation pages, node runs tests. Both are often installed from
# other sources than Debian.
{ command -v npm && command -v node; } >/dev/null || wanted+=(nodejs npm)

if ! command -v dpkg-query >/dev/null; then
  echo "setup.sh: this is not Debian; install the equivalents of: ${wanted[*]} ${unpacked[*]}" >&2
  exit 0
fi

missing=()
installed=$(dpkg-query --show --showformat='${db:Status-Abbrev} ${Package}\n' | sed -n 's/^ii  *//p')
for package in "${wanted[@]}"; do
  grep -qxF "$package" <<<"$installed" || missing+=("$package")
done
packed=()
for package in "${unpacked[@]}"; do
  [ -d "$tools_directory/$package" ] || packed+=("$package")
done
[ ${#missing[@]} -eq 0 ] && [ ${#packed[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup.sh: run as root, or install: ${missing[*]} ${packed[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -q
if [ ${#missing[@]} -gt 0 ]; then
  echo "setup.sh: installing ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}"
fi
for package in "${packed[@]}"; do
  echo "setup.sh: unpacking $package"
  directory=$(mktemp -d)
  (cd "$directory" && apt-get download -q "$package")
  mkdir -p "$tools_directory"
  dpkg -x "$directory"/*.deb "$directory/unpacked"
  mv "$directory/unpacked" "$tools_directory/$package"
  rm -r "$directory"
done
