"""A server for looking at the built site, and for the tests that do. Only files."""

from __future__ import annotations

from http.server import SimpleHTTPRequestHandler


class Handler(SimpleHTTPRequestHandler):
    """Gives files, with the types that browsers ask of modules and WebAssembly; says nothing."""

    extensions_map = {  # noqa: RUF012
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
    }

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""
