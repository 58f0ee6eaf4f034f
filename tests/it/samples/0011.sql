-- Migration 0011 adds no table, but what was confirmed of each wording.
INSERT INTO broadcast_receipts (tenant, run, person, version, step, at) VALUES (1, 1, 1, 2, 'signed', 60);
