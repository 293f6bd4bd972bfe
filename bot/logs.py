"""Logging that helps a maintainer and never holds a parent's words.

Messages of other libraries are not trusted: Rasa and Sanic put whole conversations, request bodies and
tracebacks into theirs. Of such a record we keep where it was written and the type of the error. Our own
loggers (``bot``, ``actions``) log codes and counts only, so their messages are kept.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from collections.abc import MutableMapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import structlog

_TRUSTED = ("bot", "actions")


class SafeFormatter(logging.Formatter):
    """One JSON object per line, without the words of untrusted loggers."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for ``record``."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "at": f"{record.module}.{record.funcName}:{record.lineno}",
        }
        if record.name.split(".")[0] in _TRUSTED:
            line["message"] = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["raised_at"] = _raised_at(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def _raised_at(traceback: object) -> str | None:
    """Return ``file:line`` of the innermost frame of a traceback."""
    where = None
    while traceback is not None:
        frame = traceback.tb_frame  # type: ignore[attr-defined]
        where = f"{Path(frame.f_code.co_filename).name}:{traceback.tb_lineno}"  # type: ignore[attr-defined]
        traceback = traceback.tb_next  # type: ignore[attr-defined]
    return where


def quiet_libraries() -> None:
    """Silence TensorFlow, warnings and telemetry; must run before Rasa is imported."""
    if "debug" not in os.environ.get("RELAIS_LOG", ""):
        _configure_structlog(logging.WARNING)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("LOG_LEVEL_LIBRARIES", "ERROR")
    # No graphics card is used; asking for one costs a warning and start-up time.
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    if "debug" not in os.environ.get("RELAIS_LOG", ""):
        warnings.filterwarnings("ignore")
        # Some libraries put their own filters back; nothing gets past this.
        warnings.showwarning = lambda *_args, **_kwargs: None


def _keep_event_name(_logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    """Return the line for a structured record of a library: its event's name, none of its values."""
    name = str(event.get("event", ""))
    # A name such as « processor.message.parse » is safe; a sentence may quote anything.
    return json.dumps({"level": method, "event": name if " " not in name else "(sentence)"})


def _configure_structlog(level: int) -> None:
    """Make Rasa's structured logging obey the same rule; unset, it prints every message in clear."""
    structlog.configure(
        processors=[_keep_event_name],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def configure_logging(level: int = logging.WARNING) -> None:
    """Send every log record to standard error as safe JSON lines.

    ``RELAIS_LOG=debug`` shows everything in clear, on a developer's own machine only.
    """
    handler = logging.StreamHandler(sys.stderr)
    if "debug" in os.environ.get("RELAIS_LOG", ""):
        level = logging.DEBUG
        handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
    else:
        handler.setFormatter(SafeFormatter())
        _configure_structlog(level)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("bot", "actions"):
        logging.getLogger(name).setLevel(min(level, logging.INFO))
    # Rasa and Sanic bring handlers of their own, which would write in clear.
    for name in ("rasa", "rasa_sdk", "sanic.root", "sanic.error", "sanic.access", "matplotlib"):
        library = logging.getLogger(name)
        library.handlers[:] = []
        library.propagate = True
        library.setLevel(level)
