"""What the program's exit codes say; a code that is not here must be taken for a failure."""

from __future__ import annotations

EXIT_CODES = {
    0: "done, also with records in quarantine or nothing new",
    1: "failed, which includes that no article could be read: nothing is published",
    2: "usage or settings: a path that is not there, an unknown key, no text column",
    3: "published, but a file was unreadable or cut short, and is listed",
    4: "held back by a gate (updates only), the result kept aside",
    10: "no result there",
    11: "another run holds the lock",
    12: "damaged",
    13: "made by a newer version",
    129: "cancelled by a hang-up (SIGHUP)",
    130: "cancelled from the keyboard (SIGINT)",
    143: "cancelled by the system (SIGTERM)",
}
