-- Rows for every table of migration 0007.
INSERT INTO forum_topics (tenant, group_id, topic, title, closed, changed_at) VALUES (1, 1, '3', '作业', 0, 40), (1, 1, '5', '闲聊', 1, 41);
