-- SPDX-License-Identifier: Apache-2.0
-- The disclosure log. These tables hold no personal data, only grow, and refuse everybody any change:
-- the privileges of the node's role say so, and the triggers say it again for every other role.
-- There are no foreign keys to entry: what would refer to it is written in the same transaction, and
-- `relaisctl ledger verify` follows every reference.

CREATE TABLE ledger (
  id        integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  origin    text NOT NULL UNIQUE,
  opened_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE entry (
  ledger     integer NOT NULL,
  index      bigint NOT NULL CHECK (index >= 0),
  id         uuid NOT NULL UNIQUE,
  commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
  PRIMARY KEY (ledger, index)
);

-- One row a batch. The frontier is the tree's right edge at that size: all that appending needs.
CREATE TABLE checkpoint (
  ledger   integer NOT NULL,
  size     bigint NOT NULL CHECK (size > 0),
  root     bytea NOT NULL CHECK (octet_length(root) = 32),
  frontier bytea NOT NULL,
  note     text NOT NULL,
  at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (ledger, size)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger only grows' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE ledger ENABLE ALWAYS TRIGGER only_grows;
ALTER TABLE entry ENABLE ALWAYS TRIGGER only_grows;
ALTER TABLE checkpoint ENABLE ALWAYS TRIGGER only_grows;
