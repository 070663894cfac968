-- SPDX-License-Identifier: Apache-2.0
-- A question to cancel that nobody answers runs out like a request does, in a time of its own. One that stands
-- since before is given what a new one would be given by default.
DROP INDEX referral_unanswered;
CREATE INDEX referral_unanswered ON referral (expires_ms)
  WHERE state IN ('requested', 'received', 'more_info_requested', 'cancel_requested', 'capacity_probe');
-- A question about room has no handle: its answer names the message.
CREATE INDEX referral_probe ON referral (disclosure) WHERE state = 'capacity_probe';
-- What is over, by when it was made: asked for now and then, until nobody stands behind it.
CREATE INDEX referral_made ON referral (created_ms) WHERE person IS NOT NULL;
UPDATE referral SET expires_ms = (extract(epoch FROM now()) * 1000)::bigint + 30 * 86400000::bigint
  WHERE state = 'cancel_requested';
