"""What a server allows its clients: how long they may take, and how many they and their requests may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ServerOptions:
    """What a server allows its clients.

    ``request_timeout`` (seconds) is how long a client may take from connecting to its first whole request,
    and how long a begun request may stay unfinished. ``unread_timeout`` (seconds) is how long a client may
    leave its answers unread before it is cut off. ``stop_timeout`` (seconds) is how long a server that stops
    waits for what it has taken in to be answered and read. ``most_in_flight`` is how many requests of one
    connection may be in the stream, and how many may wait before the server stops reading from it.
    ``most_connections`` is how many clients may be connected; one more is told so and closed.
    """

    request_timeout: float = 30.0
    unread_timeout: float = 30.0
    stop_timeout: float = 10.0
    most_in_flight: int = 1024
    most_connections: int = 10_000

    def __post_init__(self) -> None:
        """Refuse what would serve nobody.

        Raises:
            ValueError: something is not above 0.
        """
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"{name} has to be above 0, and is {value}")
