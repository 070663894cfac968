-- SPDX-License-Identifier: Apache-2.0
-- The activations of the law this agency ever worked under, so that an older one is refused even after
-- a restart. The digest is that of the signed text.
CREATE TABLE law_seen (
  version bigint PRIMARY KEY CHECK (version > 0),
  digest  bytea NOT NULL CHECK (octet_length(digest) = 32),
  at      timestamptz NOT NULL DEFAULT now()
);
