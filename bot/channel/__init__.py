"""The website channel: how a message comes in and an answer goes out."""
