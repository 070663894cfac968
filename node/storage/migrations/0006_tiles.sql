-- SPDX-License-Identifier: Apache-2.0
-- The ledger's full tiles (c2sp.org/tlog-tiles), so that a proof reads a few rows and not the whole log.
-- Derived from entry after the fact and outside the append, checked against a checkpoint before they are
-- written; they hold no personal data and only grow. root is the tile's one hash in the level above.

CREATE TABLE tile (
  ledger integer NOT NULL,
  level  smallint NOT NULL CHECK (level >= 0),
  index  bigint NOT NULL CHECK (index >= 0),
  root   bytea NOT NULL CHECK (octet_length(root) = 32),
  hashes bytea NOT NULL CHECK (octet_length(hashes) = 8192),
  PRIMARY KEY (ledger, level, index)
);
-- Hashes do not compress, and whoever reads the roots of a row of tiles does not want them.
ALTER TABLE tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON tile
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE tile ENABLE ALWAYS TRIGGER only_grows;
