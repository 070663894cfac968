-- SPDX-License-Identifier: Apache-2.0
-- Of each log this node is a witness of: one checkpoint that came with a message, from which the log has to lead
-- to the one it wants cosigned; how often it was told so; and where it has led, the latest few. Gone when one of
-- those is cosigned. No personal data.
CREATE TABLE witness_shown (
  origin text PRIMARY KEY,
  size   bigint NOT NULL CHECK (size > 0),
  root   bytea NOT NULL CHECK (octet_length(root) = 32),
  note   text NOT NULL,
  told   integer NOT NULL DEFAULT 0,
  at     timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE witness_led (
  origin text NOT NULL REFERENCES witness_shown ON DELETE CASCADE,
  size   bigint NOT NULL CHECK (size > 0),
  root   bytea NOT NULL CHECK (octet_length(root) = 32),
  at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (origin, size, root)
);
