#!/bin/sh
# Installs the packages of package-lock.json into tests/node_modules, unless they are there already.
set -eu
cd "$(dirname "$0")/.."

# npm begins by removing node_modules, so that after half an installation there is no copy of the lock.
installed=node_modules/installed-lock.json
cmp -s package-lock.json "$installed" && exit 0
npm ci --ignore-scripts --no-audit --no-fund
cp package-lock.json "$installed"
