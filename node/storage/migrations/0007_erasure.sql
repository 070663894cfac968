-- SPDX-License-Identifier: Apache-2.0
-- Erasure, key epochs, and ledgers that end. From the moment an erasure is asked for, the person's
-- wrapped key stands in erasure_person and not in the person's row: nothing that reads a person
-- can read this one any more.

ALTER TABLE person
  ALTER COLUMN key_epoch DROP NOT NULL,
  ALTER COLUMN key_wrapped DROP NOT NULL,
  ADD CHECK ((key_epoch IS NULL) = (key_wrapped IS NULL));

CREATE TABLE erasure (
  id             uuid PRIMARY KEY,
  reference_hash bytea CHECK (octet_length(reference_hash) = 32),  -- until it is complete everywhere
  state          text NOT NULL CHECK (state IN ('shred_requested', 'shredded')),
  reason         text NOT NULL,
  entry          uuid NOT NULL,     -- of the log: that an erasure was carried out, nothing else
  key_epoch      integer NOT NULL,  -- the newest its keys were wrapped under: backups hold those
  requested_ms   bigint NOT NULL,
  not_before_ms  bigint NOT NULL,   -- what was under way to a peer has ended by then
  shredded_ms    bigint,
  complete_ms    bigint
);
CREATE INDEX erasure_unfinished ON erasure (requested_ms) WHERE state <> 'shredded';
CREATE INDEX erasure_by_reference ON erasure (reference_hash);

-- The keys that are still to be destroyed.
CREATE TABLE erasure_person (
  person      uuid PRIMARY KEY,
  erasure     uuid NOT NULL,
  key_epoch   integer NOT NULL,
  key_wrapped bytea NOT NULL
);
CREATE INDEX erasure_person_by_erasure ON erasure_person (erasure);

-- Whom it must be told to, and what they answered. The handle goes when they have answered.
CREATE TABLE erasure_notice (
  id      uuid PRIMARY KEY,  -- of the message
  erasure uuid NOT NULL,
  entry   uuid NOT NULL,
  peer    text NOT NULL,
  service text NOT NULL,
  handle  text NOT NULL,
  status  text NOT NULL DEFAULT 'new',
  answer  text NOT NULL DEFAULT ''
);
CREATE INDEX erasure_notice_by_erasure ON erasure_notice (erasure);

-- Rows that are no more: random ids that nothing refers to, for the day an older backup is restored.
CREATE TABLE erased_person (person uuid PRIMARY KEY);

-- No key is wrapped under an older epoch than the newest one here. A node that has not seen the new
-- epoch's file yet is told to try again.
CREATE TABLE key_epoch (epoch integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());

CREATE FUNCTION refuse_old_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.key_epoch < (SELECT max(epoch) FROM relais.key_epoch) THEN
    RAISE EXCEPTION 'a key of an epoch that has ended' USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER epoch_in_force BEFORE INSERT OR UPDATE OF key_epoch ON person
  FOR EACH ROW WHEN (NEW.key_epoch IS NOT NULL) EXECUTE FUNCTION refuse_old_epoch();

-- A ledger that has ended, and how: its last checkpoint.
CREATE TABLE ledger_seal (
  ledger integer PRIMARY KEY,
  size   bigint NOT NULL,
  note   text NOT NULL,
  at     timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE ledger_seal ENABLE ALWAYS TRIGGER only_grows;

CREATE FUNCTION refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM relais.ledger_seal WHERE ledger = NEW.ledger) THEN
    RAISE EXCEPTION 'this ledger is sealed' USING ERRCODE = 'configuration_limit_exceeded';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER not_sealed BEFORE INSERT ON checkpoint
  FOR EACH ROW EXECUTE FUNCTION refuse_sealed();
