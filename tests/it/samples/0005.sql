-- Migration 0005 adds no table, but a column.
INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, stage, created_at)
    VALUES (1, '-100905', '初一二班家长群', 'group', 'active', 'administrator', '{}', 'junior', 40);
