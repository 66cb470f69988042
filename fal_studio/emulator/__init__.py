"""A loopback server that speaks fal's wire protocol; it shares no code with the client.

`main` starts it, `app` puts it together. Doors: `direct` (run, stream), `queue_routes`, `realtime`, `ws_http`, `rest`, `storage`,
`platform`, `control`. Behind them: `queue` with its `jobs`, `execution` of `models`, `files`, `webhooks`, `history`. What tests
steer and read: `settings` (and the controls of one request), `faults`, `recorder`, `truth`.
"""
