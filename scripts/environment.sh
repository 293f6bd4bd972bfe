#!/bin/sh
# Makes .venv and installs the locked dependencies; does nothing when they are already there.
#   sh scripts/environment.sh run    what the assistant needs
#   sh scripts/environment.sh test   that, and what the tests need
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}

say() { printf '%s\n' "$*" >&2; }

python_3_10() {
    for candidate in python3.10 python3 python "$HOME"/.pyenv/versions/3.10*/bin/python /usr/local/bin/python3.10; do
        if "$candidate" -c 'import sys, venv, ensurepip; raise SystemExit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; then
            command -v "$candidate"
            return 0
        fi
    done
    if command -v uv >/dev/null 2>&1; then
        uv python find --no-python-downloads 3.10 2>/dev/null && return 0
    fi
    return 1
}

stamp() { cat requirements.lock "$@" pyproject.toml 2>/dev/null | cksum; }

if [ ! -x .venv/bin/python ]; then
    if ! found=$(python_3_10); then
        say "Il faut Python 3.10 (Rasa 3.6 n'accepte pas plus récent). Installez-le, par exemple avec pyenv : pyenv install 3.10"
        exit 1
    fi
    say "Création de l'environnement dans .venv…"
    rm -rf .venv
    "$found" -m venv .venv
fi

install() { # install NAME LOCK...
    name=$1
    shift
    mark=.venv/.installed-$name
    wanted=$(stamp "$@")
    if [ -f "$mark" ] && [ "$(cat "$mark")" = "$wanted" ]; then
        return 0
    fi
    say "Installation des bibliothèques (environ une minute la première fois)…"
    log=.venv/install.log
    if [ ! -x .venv/bin/uv ]; then
        # uv installs in seconds what pip takes minutes for; its version and hashes are in the lock.
        awk '/^uv==/ {keep = 1} keep {print} keep && !/\\$/ {exit}' requirements.lock >.venv/uv.lock
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock >"$log" 2>&1 || fail_install
    fi
    for lock in "$@"; do
        # Behind a proxy with its own certificate, pip may pass where uv does not.
        .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock" >"$log" 2>&1 ||
            .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" >>"$log" 2>&1 ||
            fail_install
    done
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . >"$log" 2>&1 || fail_install
    printf '%s' "$wanted" >"$mark"
}

fail_install() {
    say "L'installation a échoué. Vérifiez le réseau et relancez la commande ; le détail est dans .venv/install.log."
    exit 1
}

# What the tests of the chat window need: a browser, and Node to rebuild and check what is served.
browser_tools() {
    wanted=""
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || wanted="chromium"
    command -v node >/dev/null 2>&1 || wanted="$wanted nodejs"
    command -v npm >/dev/null 2>&1 || wanted="$wanted npm"
    if [ -n "$wanted" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installation de$(printf ' %s' $wanted) (pour les tests de la fenêtre)…"
        # shellcheck disable=SC2086 # several names on purpose
        if (apt-get update && apt-get install -y --no-install-recommends $wanted) >.venv/browser.log 2>&1; then
            wanted=""
        fi
    fi
    if [ -n "$wanted" ]; then
        say "Il manque$(printf ' %s' $wanted) : les tests de la fenêtre qui s'en servent seront sautés."
        say "Pour les lancer aussi : sudo apt-get install$(printf ' %s' $wanted), puis make test."
    fi
    if command -v npm >/dev/null 2>&1; then
        mark=widget/node_modules/.installed
        packages=$(cksum <widget/package-lock.json)
        if [ ! -f "$mark" ] || [ "$(cat "$mark")" != "$packages" ]; then
            if (cd widget && npm ci --ignore-scripts) >.venv/npm.log 2>&1; then
                printf '%s' "$packages" >"$mark"
            else
                say "npm ci a échoué dans widget/ : les tests de construction seront sautés. Le détail est dans .venv/npm.log."
            fi
        fi
    fi
}

install run requirements.lock
if [ "$what" = test ]; then
    install test requirements-test.lock
    browser_tools
fi
