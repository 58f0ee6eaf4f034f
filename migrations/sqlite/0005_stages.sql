-- The stage of the children whose parents are in the group, as the configuration names it; none until staff choose one.
ALTER TABLE groups ADD COLUMN stage TEXT;
