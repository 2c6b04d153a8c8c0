#!/bin/sh
# Prints the path of promtool, which is in Debian's package prometheus. That package also starts a server that
# everyone on the network can reach, so it is not installed: the one program is taken out of it.
set -eu
cd "$(dirname "$0")/../.."

command -v promtool && exit 0

mkdir -p build/promtool
cd build/promtool
if [ ! -x usr/bin/promtool ]; then
  apt-get download -q prometheus >&2
  dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool
  rm prometheus_*.deb
fi
echo "$PWD/usr/bin/promtool"
