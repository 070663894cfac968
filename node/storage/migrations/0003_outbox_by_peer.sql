-- SPDX-License-Identifier: Apache-2.0
-- Messages are leased a peer at a time: what is due for one is found without reading another's queue.
DROP INDEX outbox_due;
CREATE INDEX outbox_due_by_peer ON outbox (peer, next_attempt_ms) WHERE status = 'queued';
