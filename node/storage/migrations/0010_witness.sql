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

-- What is left of a message whose row went (a person was erased, a notice was answered): that it was
-- sent, to whom, and under which entry of the log. Random ids and digests; nothing leads to a person.
CREATE TABLE sent_before (
  peer            text NOT NULL,
  disclosure      uuid NOT NULL,
  entry           uuid NOT NULL,
  status          text NOT NULL,
  envelope_digest bytea,
  counterpart_entry      uuid,
  counterpart_commitment bytea,
  PRIMARY KEY (peer, disclosure)
);
CREATE FUNCTION remember_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO relais.sent_before (peer, disclosure, entry, status, envelope_digest,
    counterpart_entry, counterpart_commitment)
  VALUES (OLD.peer, OLD.disclosure, OLD.entry, OLD.status, OLD.envelope_digest,
    OLD.counterpart_entry, OLD.counterpart_commitment) ON CONFLICT DO NOTHING;
  RETURN OLD;
END $$;
CREATE TRIGGER remember BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION remember_sent();
