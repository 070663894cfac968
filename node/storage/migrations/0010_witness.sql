-- SPDX-License-Identifier: Apache-2.0
-- Witnessing and reconciliation. No personal data: origins, sizes, roots, digests and signed notes.

-- Of each log this node cosigns: the newest checkpoint it cosigned. It never becomes smaller.
CREATE TABLE witnessed (
  origin text PRIMARY KEY,
  size   bigint NOT NULL CHECK (size > 0),
  root   bytea NOT NULL CHECK (octet_length(root) = 32),
  note   text NOT NULL,
  at     timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION refuse_smaller() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.origin <> OLD.origin OR NEW.size < OLD.size
     OR (NEW.size = OLD.size AND NEW.root <> OLD.root) THEN
    RAISE EXCEPTION 'a witness never goes back' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER never_back BEFORE UPDATE ON witnessed
  FOR EACH ROW EXECUTE FUNCTION refuse_smaller();
CREATE TRIGGER only_grows BEFORE DELETE OR TRUNCATE ON witnessed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE witnessed ENABLE ALWAYS TRIGGER never_back;
ALTER TABLE witnessed ENABLE ALWAYS TRIGGER only_grows;

-- What a log signed that an honest one does not, with the log's own signatures under both.
CREATE TABLE witness_alarm (
  origin    text NOT NULL,
  kind      text NOT NULL,
  size      bigint NOT NULL,
  root      bytea NOT NULL CHECK (octet_length(root) = 32),
  note      text NOT NULL,
  held_note text NOT NULL,
  at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (origin, kind, size, root)
);
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON witness_alarm
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE witness_alarm ENABLE ALWAYS TRIGGER only_grows;

-- What witnesses answered for this agency's own checkpoints; of the newest only (an older receipt
-- carries its own).
CREATE TABLE cosignature (
  ledger  integer NOT NULL,
  size    bigint NOT NULL,
  witness text NOT NULL,  -- the name of its key
  line    text NOT NULL,
  at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (ledger, size, witness)
);

-- A ledger of which a witness proved another history, or a longer one than this database has: it
-- takes no entry any more, in no process, until a steward has opened another.
CREATE TABLE ledger_stop (
  ledger  integer PRIMARY KEY,
  kind    text NOT NULL,
  witness text NOT NULL,
  size    bigint NOT NULL,
  note    text NOT NULL,  -- what the witness holds, signed by this ledger's own key
  at      timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_stop
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE ledger_stop ENABLE ALWAYS TRIGGER only_grows;

CREATE FUNCTION refuse_stopped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM relais.ledger_stop WHERE ledger = NEW.ledger) THEN
    RAISE EXCEPTION 'a witness holds another history of this ledger' USING ERRCODE = 'RS001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER not_stopped BEFORE INSERT ON checkpoint
  FOR EACH ROW EXECUTE FUNCTION refuse_stopped();

-- Why a steward ended a ledger, where it was not the year that did.
ALTER TABLE ledger_seal ADD COLUMN reason text NOT NULL DEFAULT '';

-- What the recipient acknowledged, to be compared with what it says later.
ALTER TABLE outbox
  ADD COLUMN envelope_digest bytea CHECK (octet_length(envelope_digest) = 32),
  ADD COLUMN counterpart_entry uuid,
  ADD COLUMN counterpart_commitment bytea CHECK (octet_length(counterpart_commitment) = 32);
CREATE INDEX outbox_by_peer ON outbox (peer, disclosure);
