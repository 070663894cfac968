-- SPDX-License-Identifier: Apache-2.0
-- What an append asks first, as one question: the ledger's lock, then its head. Each statement of a volatile
-- function has a snapshot of its own, so the head is read after the lock was had; in one statement it would be
-- read as it was before.
-- "relais" and the ledger's number are the two halves of an advisory lock's key. The lock ends with the
-- transaction: a lock of the session could be held by two who each believe they lead. The transaction's COMMIT
-- must not be timed out while it waits for the synchronous standby: it would then stand here, be seen by
-- everybody, and not be durable. Who waits for an answer is told in time by the appender; locks have a limit of
-- their own.
CREATE FUNCTION lock_ledger(wanted integer) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(x'72656c61'::int, wanted);
  PERFORM set_config('statement_timeout', '0', true);
END $$;

CREATE FUNCTION ledger_head(wanted integer)
RETURNS TABLE (size bigint, root bytea, frontier bytea, note text, entries bigint)
LANGUAGE sql STABLE AS $$
  SELECT c.size, c.root, c.frontier, c.note,
      (SELECT max(e.index) + 1 FROM relais.entry e WHERE e.ledger = wanted)
    FROM (SELECT 1) AS one LEFT JOIN LATERAL (SELECT p.size, p.root, p.frontier, p.note
      FROM relais.checkpoint p WHERE p.ledger = wanted ORDER BY p.size DESC LIMIT 1) c ON true
$$;

CREATE FUNCTION locked_head(wanted integer)
RETURNS TABLE (size bigint, root bytea, frontier bytea, note text, entries bigint)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM relais.lock_ledger(wanted);
  RETURN QUERY SELECT h.size, h.root, h.frontier, h.note, h.entries FROM relais.ledger_head(wanted) h;
END $$;
