-- SPDX-License-Identifier: Apache-2.0
-- Of the attempts, those that are known to have handed nothing over. The others may have arrived, whatever
-- was heard of them: what is stopped after one is not said never to have left.
ALTER TABLE outbox ADD COLUMN in_vain integer NOT NULL DEFAULT 0;
