-- SPDX-License-Identifier: Apache-2.0
-- Every right that was exercised is told to the recipients by the same way as an erasure: one table for all
-- notices. A notice about a living person names the person's row and the entry it follows from; with the
-- person's erasure it goes, and the erasure's own takes its place.
ALTER TABLE erasure_notice RENAME TO notice;
ALTER INDEX erasure_notice_by_erasure RENAME TO notice_by_erasure;
ALTER TABLE notice
  ALTER COLUMN erasure DROP NOT NULL,
  ADD COLUMN event       text NOT NULL DEFAULT 'erased',
  ADD COLUMN lifted      boolean NOT NULL DEFAULT false,
  ADD COLUMN cause       uuid,
  ADD COLUMN person      uuid,
  ADD COLUMN asked_ms    bigint NOT NULL DEFAULT now_ms(),
  ADD COLUMN due_ms      bigint NOT NULL DEFAULT now_ms() + 604800000,
  ADD COLUMN answered_ms bigint,
  ADD CHECK ((erasure IS NULL) = (person IS NOT NULL));
UPDATE notice n SET asked_ms = e.requested_ms, due_ms = e.requested_ms + 604800000 FROM erasure e
  WHERE e.id = n.erasure;
UPDATE notice SET answered_ms = asked_ms WHERE status IN ('erased', 'kept');
ALTER TABLE notice
  ALTER COLUMN event DROP DEFAULT, ALTER COLUMN asked_ms DROP DEFAULT, ALTER COLUMN due_ms DROP DEFAULT;
CREATE INDEX notice_by_person ON notice (person) WHERE person IS NOT NULL;
CREATE INDEX notice_unsent ON notice (asked_ms) WHERE status = 'new' AND person IS NOT NULL;
CREATE INDEX notice_unanswered ON notice (due_ms) WHERE answered_ms IS NULL;

-- A peer's word about a handle: messages about it with a lower sequence number are not filed any more, also
-- when they come first under it. Nothing is known of whom it is about.
CREATE TABLE tombstone (
  peer     text NOT NULL,
  handle   text NOT NULL,
  sequence bigint NOT NULL,
  until_ms bigint NOT NULL,
  PRIMARY KEY (peer, handle)
);
CREATE INDEX tombstone_until ON tombstone (until_ms);
