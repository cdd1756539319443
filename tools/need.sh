#!/bin/sh
# Makes sure that a program which is no Python package is there: tools/need.sh PROGRAM DEBIAN_PACKAGE REASON.
# As root on a Debian system it installs the package; otherwise it says in one sentence what to install.
set -eu
program=$1 package=$2 reason=$3
command -v "$program" >/dev/null 2>&1 && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "setup: installing $package ($reason)"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"; } >/dev/null || true
    command -v "$program" >/dev/null 2>&1 && exit 0
fi
echo "$program is missing ($reason): install it (on Debian or Ubuntu: apt-get install $package) and run this again." >&2
exit 1
