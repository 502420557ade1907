#!/usr/bin/env bash
# Install the programs that the benchmarks compare with, below bench/.peers and
# bench/node_modules. roqet is Debian's: apt-get install rasqal-utils
set -euo pipefail
cd "$(dirname "$0")"

python3 -m venv .peers
.peers/bin/pip install --quiet kurra oxigraph "rdflib-endpoint[cli]"
if command -v npm >/dev/null; then
  npm install --no-audit --no-fund --loglevel=error
else
  echo "npm is absent, and so is Comunica." >&2
fi
