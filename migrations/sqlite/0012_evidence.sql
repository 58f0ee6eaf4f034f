-- Texts of acts are forgotten by age, some thousand at a time; acts whose texts are gone are not in it.
CREATE INDEX acts_with_texts ON acts (at) WHERE evidence <> '' OR matched <> '';
