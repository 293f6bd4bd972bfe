"""The orientation dialogue as plain data and pure functions; ``actions/`` connects it to Rasa."""
