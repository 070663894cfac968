-- SPDX-License-Identifier: Apache-2.0
-- What is sent together with its COMMIT cannot be looked at in between: whether an UPDATE found all the rows it
-- must change is said by the server, which then refuses the rest, COMMIT too. `otherwise` is the SQLSTATE, one of
-- RS002 (a referral that is to change is not there) and RS003 (a message does not wait any more).
CREATE FUNCTION require_changed(changed bigint, wanted bigint, otherwise text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF changed IS DISTINCT FROM wanted THEN
    RAISE EXCEPTION 'rows to be changed were not there' USING ERRCODE = otherwise;
  END IF;
END $$;
