-- SPDX-License-Identifier: Apache-2.0
-- Of each log this node is a witness of: one checkpoint that came with a message, from which the log has to lead
-- to the one it wants cosigned; and how far it has led. Gone when that is cosigned. No personal data.
CREATE TABLE witness_shown (
  origin   text PRIMARY KEY,
  size     bigint NOT NULL CHECK (size > 0),
  root     bytea NOT NULL CHECK (octet_length(root) = 32),
  note     text NOT NULL,
  led_size bigint,
  led_root bytea CHECK (octet_length(led_root) = 32),
  at       timestamptz NOT NULL DEFAULT now(),
  CHECK ((led_size IS NULL) = (led_root IS NULL))
);
