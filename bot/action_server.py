"""The action server as its own process, on loopback only.

``python -m bot.action_server --port 5055``
"""

from __future__ import annotations

import argparse
import logging

from bot.logs import configure_logging, quiet_libraries

logger = logging.getLogger(__name__)


def main() -> None:
    """Serve until told to stop; the catalogue is loaded before the first question comes."""
    arguments = argparse.ArgumentParser(description="Action server of Relais Parents")
    arguments.add_argument("--port", type=int, required=True)
    given = arguments.parse_args()
    quiet_libraries()
    from rasa_sdk.endpoint import create_app

    from bot.dialogue.services import default_services
    from bot.places.loading import CatalogueError

    configure_logging()
    try:
        default_services().index  # noqa: B018 - built now, not on a parent's time
    except CatalogueError as error:
        # Every action then says it cannot search for now; emergencies need no action.
        logger.error("the catalogue cannot be read: %s", error)
    app = create_app("actions", cors_origins=None)
    app.run("127.0.0.1", given.port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
