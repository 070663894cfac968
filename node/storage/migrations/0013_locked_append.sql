-- SPDX-License-Identifier: Apache-2.0
-- What an append asks first, as one question: the ledger's lock, its head (migration 0011 says why in that
-- order), and then the rows of those the batch is about, which stay locked. A statement of a volatile function
-- has a snapshot of its own, so both are read after the lock was had. The first row is the head; a person's rows
-- follow in the order of ids, so that two appenders of different ledgers cannot wait for each other.
CREATE FUNCTION locked_append(wanted integer, about uuid[])
RETURNS TABLE (size bigint, root bytea, frontier bytea, note text, entries bigint, person uuid, epoch bigint,
    last_seq bigint, last_commitment bytea, objection boolean, restriction boolean, key_epoch integer,
    key_wrapped bytea)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
  PERFORM relais.lock_ledger(wanted);
  RETURN QUERY SELECT h.size, h.root, h.frontier, h.note, h.entries, NULL::uuid, NULL::bigint, NULL::bigint,
      NULL::bytea, NULL::boolean, NULL::boolean, NULL::integer, NULL::bytea FROM relais.ledger_head(wanted) h;
  RETURN QUERY SELECT NULL::bigint, NULL::bytea, NULL::bytea, NULL::text, NULL::bigint, p.id, p.epoch, p.last_seq,
      p.last_commitment, p.objection, p.restriction, p.key_epoch, p.key_wrapped
    FROM relais.person p WHERE p.id = ANY (about) ORDER BY p.id FOR UPDATE;
END $$;
