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
    # 2: what lists show, sort, filter and search; the files of results; the blobs that a call needs
    """
    CREATE TABLE calls_2 (
        id INTEGER PRIMARY KEY,
        call TEXT NOT NULL UNIQUE,
        created_s REAL NOT NULL,
        endpoint TEXT NOT NULL,
        mode TEXT NOT NULL,
        profile TEXT NOT NULL,
        fingerprint TEXT NOT NULL DEFAULT '',
        deleted_s REAL NOT NULL DEFAULT 0,
        -- The columns below repeat what the request and the events say, so that lists need not fold them.
        -- Rows of an older projection than the program's are computed anew in the background.
        projection INTEGER NOT NULL DEFAULT 0,
        phase TEXT NOT NULL,
        ended INTEGER NOT NULL DEFAULT 0,
        elapsed_s REAL NOT NULL DEFAULT 0,
        queue_s REAL,
        run_s REAL,
        request_id TEXT NOT NULL DEFAULT '',
        message TEXT NOT NULL DEFAULT '',
        prompt TEXT NOT NULL DEFAULT '',
        seed TEXT NOT NULL DEFAULT '',
        cost_usd REAL,
        units REAL,
        thumbnail TEXT NOT NULL DEFAULT '',
        outputs INTEGER NOT NULL DEFAULT 0,
        kept INTEGER NOT NULL DEFAULT 0,
        lost INTEGER NOT NULL DEFAULT 0
    );
    INSERT INTO calls_2 (id, call, created_s, endpoint, mode, profile, phase, ended, elapsed_s, request_id, message)
        SELECT id, call, created_s, endpoint, mode, profile, phase, ended, elapsed_s, request_id, message FROM calls;
    -- Apart from the rows: requests may be large, and lists are read without them.
    CREATE TABLE requests (
        id INTEGER PRIMARY KEY,
        body BLOB NOT NULL
    );
    INSERT INTO requests (id, body) SELECT id, request FROM calls WHERE request IS NOT NULL;
    DROP TABLE calls;
    ALTER TABLE calls_2 RENAME TO calls;
    CREATE INDEX calls_open ON calls (id) WHERE ended = 0;
    CREATE INDEX calls_request_id ON calls (request_id) WHERE request_id <> '';
    CREATE INDEX calls_fingerprint ON calls (fingerprint) WHERE fingerprint <> '';
    CREATE INDEX calls_endpoint ON calls (endpoint, id);
    CREATE INDEX calls_deleted ON calls (id) WHERE deleted_s > 0;
    CREATE INDEX calls_stale ON calls (projection);
    -- Scripts without spaces between words, and symbols, are written one character a word: see store/words.py.
    CREATE VIRTUAL TABLE calls_text USING fts5 (
        asked, endpoint, message,
        tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So Mn Mc'",
        prefix = '1 2 3'
    );
    CREATE TABLE call_blobs (
        id INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (id, sha256)
    ) WITHOUT ROWID;
    CREATE INDEX call_blobs_sha256 ON call_blobs (sha256);
    CREATE TABLE outputs (
        id INTEGER NOT NULL,
        url TEXT NOT NULL,
        place INTEGER NOT NULL,
        name TEXT NOT NULL,
        content_type TEXT NOT NULL,
        size_bytes INTEGER,
        -- NULL: nobody has tried to fetch it; else the word of the newest Download fact.
        state TEXT,
        received_bytes INTEGER NOT NULL DEFAULT 0,
        sha256 TEXT NOT NULL DEFAULT '',
        message TEXT NOT NULL DEFAULT '',
        tries INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (id, url)
    ) WITHOUT ROWID;
    CREATE INDEX outputs_url ON outputs (url) WHERE state = 'kept';
    CREATE INDEX outputs_wanted ON outputs (id) WHERE state IS NULL OR state NOT IN ('kept', 'gone');
    CREATE INDEX outputs_sha256 ON outputs (sha256) WHERE sha256 <> '';
    """,
    # 3: what the cost of a call is counted for
    """
    ALTER TABLE calls ADD COLUMN project TEXT NOT NULL DEFAULT '';
    CREATE INDEX calls_project ON calls (project) WHERE project <> '';
    """,
    # 4: which of fal's own clients made a call, in comparisons
    """
    ALTER TABLE calls ADD COLUMN client TEXT NOT NULL DEFAULT '';
    """,
    # 5: what somebody thinks of results
    """
    ALTER TABLE calls ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE calls ADD COLUMN rating INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX calls_starred ON calls (id) WHERE starred = 1;
    CREATE INDEX calls_rating ON calls (rating) WHERE rating <> 0;
    """,
)
