"""Where the project's files are: the one module that knows the layout of the repository."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# ``RELAIS_CATALOGUE`` names another catalogue (tests use a broken one).
CATALOGUE = Path(os.environ.get("RELAIS_CATALOGUE", ROOT / "catalogue"))
MODELS = ROOT / "models"
CONFIG = ROOT / "config.yml"
DOMAIN = ROOT / "domain.yml"
DATA = ROOT / "data"
ENDPOINTS = ROOT / "endpoints.yml"
CREDENTIALS = ROOT / "credentials.yml"


def state_folder() -> Path:
    """Return the git-ignored folder of everything that is made while running, created if missing.

    ``RELAIS_STATE`` moves it (tests use a temporary folder).
    """
    folder = Path(os.environ.get("RELAIS_STATE", ROOT / ".relais"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
