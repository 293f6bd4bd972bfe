"""The Rasa server as its own process: quiet, without Rasa's unprotected API, only our channel.

``python -m bot.server --port 5005 --model models/relais-….tar.gz``
"""

from __future__ import annotations

import argparse
import asyncio
import os
from typing import Any

from bot.logs import configure_logging, quiet_libraries


async def _read_wording(app: Any, _loop: Any) -> None:
    """Take the sentences from ``domain.yml`` as it is now: rewording needs no training."""
    from rasa.shared.core.domain import Domain

    from bot.paths import DOMAIN

    app.ctx.agent.nlg.responses = Domain.load(str(DOMAIN)).responses


async def _forget_old_conversations(app: Any, _loop: Any) -> None:
    """Start forgetting what is older than a parent was told we keep."""
    from bot.store.retention import keep_forgetting
    from bot.store.tracker_store import unwrapped
    from bot.store.turns import TurnStore

    trackers = unwrapped(app.ctx.agent.tracker_store)
    app.add_task(keep_forgetting(TurnStore(trackers.engine), trackers))


def main() -> None:
    """Serve until told to stop."""
    arguments = argparse.ArgumentParser(description="Rasa server of Relais Parents")
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--model", required=True)
    given = arguments.parse_args()
    quiet_libraries()
    # Rasa takes a while to import; nothing must be said meanwhile.
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    from bot.paths import CREDENTIALS, ENDPOINTS
    from bot.quick_checks import check_results_quickly

    configure_logging()
    check_results_quickly()
    os.environ.setdefault("SANIC_BACKLOG", "512")
    asyncio.set_event_loop(asyncio.new_event_loop())
    serve_application(
        model_path=given.model,
        interface=given.host,
        port=given.port,
        credentials=str(CREDENTIALS),
        endpoints=AvailableEndpoints.read_endpoints(str(ENDPOINTS)),
        enable_api=False,
        response_timeout=60,
        server_listeners=[
            (_read_wording, "after_server_start"),
            (_forget_old_conversations, "after_server_start"),
        ],
    )


if __name__ == "__main__":
    main()
