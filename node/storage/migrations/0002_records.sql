-- SPDX-License-Identifier: Apache-2.0
-- What the agency knows, apart from the log: deletable, and sealed under each person's own key
-- (AES-256-GCM) wherever it says something about the person. Moments are unix milliseconds (…_ms).

CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS 'SELECT (extract(epoch FROM now()) * 1000)::bigint';

-- A row is the agency's own record of a person (own), or what stands for a person another agency
-- referred under a pairwise handle. reference_hash is a keyed hash: several rows may be filed under one
-- reference, one of them the agency's own.
CREATE TABLE person (
  id               uuid PRIMARY KEY,
  own              boolean NOT NULL,
  reference_hash   bytea CHECK (octet_length(reference_hash) = 32),
  reference_sealed bytea,
  key_epoch        integer NOT NULL,
  key_wrapped      bytea NOT NULL,
  facts_sealed     bytea,
  objection        boolean NOT NULL DEFAULT false,
  restriction      boolean NOT NULL DEFAULT false,
  epoch            bigint NOT NULL DEFAULT 0,
  last_seq         bigint NOT NULL DEFAULT 0,
  last_commitment  bytea CHECK (octet_length(last_commitment) = 32),
  CHECK (NOT own OR reference_hash IS NOT NULL),
  CHECK ((last_seq = 0) = (last_commitment IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX person_by_reference ON person (reference_hash);
CREATE UNIQUE INDEX person_own ON person (reference_hash) WHERE own;

-- The plaintext an entry commits to, with its openings. person is null when no person is concerned.
CREATE TABLE body (
  entry  uuid PRIMARY KEY,
  person uuid,
  sealed bytea NOT NULL
);
CREATE INDEX body_by_person ON body (person);

CREATE TABLE referral (
  id           uuid PRIMARY KEY,
  received     boolean NOT NULL,
  disclosure   uuid,
  handle       text NOT NULL,
  person       uuid,
  counterpart  text NOT NULL,
  service      text NOT NULL,
  purpose      text NOT NULL,
  state        text NOT NULL,
  reason       text NOT NULL,
  delivery     text NOT NULL,
  ledger       integer NOT NULL,
  index        bigint NOT NULL,
  attachments  text NOT NULL,
  created_ms   bigint NOT NULL,
  expires_ms   bigint NOT NULL,
  sequence_out bigint NOT NULL,
  sequence_in  bigint NOT NULL,
  duty         boolean NOT NULL,
  body         bytea NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX referral_inbox ON referral (ledger, index) WHERE received;
CREATE INDEX referral_by_handle ON referral (counterpart, handle) WHERE handle <> '';
CREATE INDEX referral_by_person ON referral (person);
-- Duties to report that wait for a human: few, and asked for every few seconds.
CREATE INDEX referral_duty ON referral (created_ms) WHERE duty;

CREATE TABLE submission (
  client   text NOT NULL,
  key      text NOT NULL,
  body     bytea NOT NULL CHECK (octet_length(body) = 32),
  referral uuid NOT NULL,
  PRIMARY KEY (client, key)
);

CREATE TABLE consent (
  id      uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  person  uuid NOT NULL,
  state   text NOT NULL,
  sealed  bytea NOT NULL,
  PRIMARY KEY (id, version)
);
CREATE INDEX consent_by_person ON consent (person, id, version);

-- A message that waits: its entry, and the proof and checkpoint it will travel with. A lease is a
-- next attempt moved past its end, so that what is leased is not looked at by who looks for what is due.
CREATE TABLE outbox (
  disclosure        uuid PRIMARY KEY,
  entry             uuid NOT NULL,
  person            uuid,
  peer              text NOT NULL,
  referral          uuid,
  sequence          bigint NOT NULL,
  expires_ms        bigint NOT NULL,
  give_up_ms        bigint NOT NULL,
  status            text NOT NULL DEFAULT 'queued',
  attempts          integer NOT NULL DEFAULT 0,
  next_attempt_ms   bigint NOT NULL,
  last_failure      text NOT NULL DEFAULT '',
  person_epoch      bigint NOT NULL,
  directory_version bigint NOT NULL,
  index             bigint NOT NULL,
  proof             bytea NOT NULL,
  checkpoint        text NOT NULL,
  recorded_ms       bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX outbox_due ON outbox (next_attempt_ms) WHERE status = 'queued';
CREATE INDEX outbox_order ON outbox (referral, sequence) WHERE status = 'queued';
CREATE INDEX outbox_recorded ON outbox (recorded_ms);

-- A message that came: answered the same way for ever.
CREATE TABLE filed (
  sender          text NOT NULL,
  disclosure      uuid NOT NULL,
  envelope_digest bytea NOT NULL CHECK (octet_length(envelope_digest) = 32),
  status          text NOT NULL,
  reason          text NOT NULL,
  entry           uuid NOT NULL,
  commitment      bytea NOT NULL CHECK (octet_length(commitment) = 32),
  time_ms         bigint NOT NULL,
  PRIMARY KEY (sender, disclosure)
);

CREATE TABLE directory_seen (
  version bigint PRIMARY KEY,
  digest  bytea NOT NULL CHECK (octet_length(digest) = 32),
  at      timestamptz NOT NULL DEFAULT now()
);
