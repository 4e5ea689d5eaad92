#!/usr/bin/env bash
# Bring what the tests of the made pages need: a Chromium, Japanese fonts, pdftotext, Java, Node.js, and from npm
# axe-core, Lighthouse and the Nu HTML Checker (into .tools/). Quick when all is there. What it may not install it names.
set -eu
cd "$(dirname "$0")/.."

has() { command -v "$1" >/dev/null 2>&1; }
has_chromium() { has chromium || has chromium-browser || has google-chrome; }
has_fonts() { has fc-list && [ -n "$(fc-list :lang=ja family)" ]; }
has_pdf() { has pdftotext && has pdfinfo; }
has_modules() {
  cmp -s tools/package-lock.json .tools/package-lock.json \
    && [ -f .tools/node_modules/axe-core/axe.min.js ] \
    && [ -f .tools/node_modules/lighthouse/cli/index.js ] \
    && [ -f .tools/node_modules/vnu-jar/build/dist/vnu.jar ]
}

# Set `packages` to the Debian packages of what is missing.
look() {
  packages=()
  has_chromium || packages+=(chromium)
  has_fonts || packages+=(fonts-noto-cjk fontconfig)
  has_pdf || packages+=(poppler-utils)
  has java || packages+=(default-jre-headless)
  has node || packages+=(nodejs)
  has_modules || has npm || packages+=(npm)
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  has apt-get && { [ "$(id -u)" = 0 ] || { has sudo && sudo -n true 2>/dev/null; }; }
}

install_packages() {
  echo "tools/install.sh: installing ${packages[*]}"
  as_root apt-get update -qq \
    && as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
}

install_modules() {
  echo "tools/install.sh: installing axe-core, Lighthouse and the Nu HTML Checker into .tools/"
  mkdir -p .tools
  cp tools/package.json tools/package-lock.json .tools/
  (cd .tools && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) && return
  rm -f .tools/package-lock.json
  return 1
}

look
if [ "${#packages[@]}" -gt 0 ] && may_install; then
  install_packages || true
  look
fi
missing=0
if [ "${#packages[@]}" -gt 0 ]; then
  missing=1
  echo "tools/install.sh: missing; install with: sudo apt-get install ${packages[*]}" >&2
fi
if ! has_modules; then
  if ! has npm || ! install_modules; then
    missing=1
    echo "tools/install.sh: axe-core, Lighthouse and the Nu HTML Checker are missing; install with: make tools" >&2
  fi
fi
if [ "$missing" = 1 ]; then
  echo "tools/install.sh: the tests that need what is missing are left out." >&2
  [ "${CI:-}" != true ]
fi
