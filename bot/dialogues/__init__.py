"""Dialogues as tests: what volunteers write in ``tests/dialogues/``, played with the real assistant."""
