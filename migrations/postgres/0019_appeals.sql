-- Staff have looked at an appeal and leave the act as it is: when, who, and the word of why they gave, if they gave one.
ALTER TABLE acts ADD COLUMN left_at BIGINT;
ALTER TABLE acts ADD COLUMN left_by BIGINT REFERENCES people (id);
ALTER TABLE acts ADD COLUMN left_why TEXT;
