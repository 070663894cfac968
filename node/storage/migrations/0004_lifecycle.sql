-- SPDX-License-Identifier: Apache-2.0
-- What waits for an answer, by when its time runs out: asked for every few seconds.
CREATE INDEX referral_unanswered ON referral (expires_ms)
  WHERE state IN ('requested', 'received', 'more_info_requested');
