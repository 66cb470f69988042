"""The ledger's tables as numbered steps; a step is never edited once it has been released."""

STEPS: tuple[str, ...] = (
    # 1: calls and their events
    """
    CREATE TABLE calls (
        id INTEGER PRIMARY KEY,
        call TEXT NOT NULL UNIQUE,
        created_s REAL NOT NULL,
        endpoint TEXT NOT NULL,
        mode TEXT NOT NULL,
        profile TEXT NOT NULL,
        request BLOB,
        -- The columns below repeat what the events say, so that lists need not fold them.
        phase TEXT NOT NULL,
        ended INTEGER NOT NULL DEFAULT 0,
        elapsed_s REAL NOT NULL DEFAULT 0,
        request_id TEXT NOT NULL DEFAULT '',
        message TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX calls_open ON calls (id) WHERE ended = 0;
    CREATE INDEX calls_request_id ON calls (request_id) WHERE request_id <> '';
    CREATE TABLE events (
        call TEXT NOT NULL,
        seq INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (call, seq)
    ) WITHOUT ROWID;
    """,
)
