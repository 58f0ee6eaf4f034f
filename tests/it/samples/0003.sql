-- Rows for every table of migration 0003.
INSERT INTO dialogues (tenant, person, serial, open, changed_at) VALUES (1, 1, 4, '{"step":"offer"}', 30), (1, 2, 7, NULL, 31);
