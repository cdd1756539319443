#!/bin/sh
# Prints the first Python >= 3.11 that can make a virtual environment, or says what to install.
for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
    if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done
echo "KAT Monitor needs Python 3.11 or newer with its venv module, and found none." >&2
echo "Install it (on Debian or Ubuntu: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3" >&2
exit 1
