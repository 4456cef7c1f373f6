"""The SQL of the sandbox's tables and indexes.

Instants are ISO 8601 UTC text with a Z, days are YYYY-MM-DD text, money is integer cents, booleans
are 0 or 1, objects are JSON text.
"""

from __future__ import annotations

FORMAT = 3
"""The number of the tables' format, which a file of SQLite keeps; one more with each change."""

TABLES = """
CREATE TABLE organizations (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, timezone TEXT NOT NULL,
    retention_days INTEGER,              -- null: unlimited
    max_requests_per_day INTEGER,        -- null: unlimited
    created_at TEXT NOT NULL
);
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    scopes TEXT NOT NULL,                -- JSON list
    expires_at TEXT, revoked_at TEXT, created_at TEXT NOT NULL
);
CREATE TABLE projects (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, name TEXT NOT NULL, description TEXT,
    timezone TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE TABLE creators (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, tiktok_handle TEXT NOT NULL, display_name TEXT,
    description TEXT, metadata TEXT NOT NULL, tracking_mode TEXT NOT NULL, avatar_url TEXT,
    tracking_start_date TEXT NOT NULL, is_active INTEGER NOT NULL,
    disabled_at TEXT, deleted_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    followers_start INTEGER NOT NULL,    -- at tracking_start_date
    followers_daily REAL NOT NULL        -- compound growth a day, such as 0.002
);
CREATE TABLE videos (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, creator_id TEXT, tiktok_video_id TEXT NOT NULL,
    url TEXT NOT NULL, title TEXT, description TEXT, metadata TEXT NOT NULL,
    tracking_status TEXT NOT NULL, media_type TEXT NOT NULL, thumbnail_url TEXT,
    posted_at TEXT NOT NULL, is_tracking_disabled INTEGER NOT NULL,
    is_tracking_exempt INTEGER NOT NULL, deleted_at TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    posted_ts REAL NOT NULL,             -- posted_at as seconds since 1970
    tracked_ts REAL NOT NULL,            -- first snapshot: the later of posting and tracking start
    final_views REAL NOT NULL,           -- see curves.py for these and all that follow
    tau_days REAL NOT NULL, shape REAL NOT NULL,
    like_rate REAL NOT NULL, comment_rate REAL NOT NULL, share_rate REAL NOT NULL,
    save_rate REAL NOT NULL,
    late_share REAL NOT NULL DEFAULT 0.15, -- of its daily snapshots: see snapshots.py
    rhythm REAL NOT NULL DEFAULT 0,        -- of its audience: see audience.py
    noise REAL NOT NULL DEFAULT 0, tape INTEGER NOT NULL DEFAULT 0,
    wave_views REAL NOT NULL DEFAULT 0,    -- a second rise
    wave_ts REAL NOT NULL DEFAULT 0, wave_tau_days REAL NOT NULL DEFAULT 1,
    wave_engagement REAL NOT NULL DEFAULT 1, wave_form INTEGER NOT NULL DEFAULT 0,
    taken_views REAL NOT NULL DEFAULT 0,   -- views that are taken back, and when
    taken_ts REAL NOT NULL DEFAULT 0,
    gap_ts REAL NOT NULL DEFAULT 0,        -- from when on, and how long, it isn't read
    gap_days REAL NOT NULL DEFAULT 0,
    untracked_ts REAL NOT NULL DEFAULT 9e999 -- last snapshot, if no longer tracked; else infinity
);
CREATE TABLE campaigns (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, name TEXT NOT NULL, readme TEXT,
    metadata TEXT NOT NULL, target_views INTEGER, target_at TEXT, created_at TEXT NOT NULL
);
CREATE TABLE campaign_items (
    campaign_id TEXT NOT NULL, item_type TEXT NOT NULL, item_id TEXT NOT NULL,
    created_at TEXT NOT NULL, PRIMARY KEY (campaign_id, item_type, item_id)
);
CREATE TABLE goals (
    id TEXT PRIMARY KEY, creator_id TEXT NOT NULL, project_id TEXT NOT NULL, metric TEXT NOT NULL,
    period TEXT NOT NULL, target_value INTEGER NOT NULL, start_date TEXT NOT NULL, end_date TEXT,
    is_active INTEGER NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE comments (
    id TEXT PRIMARY KEY, video_id TEXT NOT NULL, project_id TEXT NOT NULL, creator_id TEXT,
    tiktok_comment_id TEXT NOT NULL, author TEXT NOT NULL, text TEXT, like_count INTEGER NOT NULL,
    posted_at TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE annotations (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL,
    date TEXT NOT NULL, entity TEXT, entity_id TEXT, created_at TEXT NOT NULL
);
CREATE TABLE payout_methods (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, name TEXT NOT NULL, icon_url TEXT,
    is_default INTEGER NOT NULL, is_active INTEGER NOT NULL, metadata TEXT NOT NULL, readme TEXT,
    created_at TEXT NOT NULL
);
CREATE TABLE payout_structures (             -- one row a version; the newest version is current
    id TEXT NOT NULL, version INTEGER NOT NULL, project_id TEXT NOT NULL, name TEXT NOT NULL,
    kind TEXT NOT NULL, amount_cents INTEGER, period TEXT, cpm_cents INTEGER,
    threshold_views INTEGER, cap_cents INTEGER, goal_metric TEXT, proration TEXT NOT NULL,
    is_active INTEGER NOT NULL, created_at TEXT NOT NULL,
    effective_date TEXT NOT NULL,            -- the first day to which this version applies
    PRIMARY KEY (id, version)
);
CREATE TABLE payout_assignments (
    id TEXT PRIMARY KEY, structure_id TEXT NOT NULL, creator_id TEXT NOT NULL,
    start_date TEXT NOT NULL, end_date TEXT, created_at TEXT NOT NULL
);
CREATE TABLE payout_accruals (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, creator_id TEXT NOT NULL,
    structure_id TEXT NOT NULL, structure_version INTEGER NOT NULL, period_start TEXT NOT NULL,
    period_end TEXT NOT NULL, amount_cents INTEGER NOT NULL, status TEXT NOT NULL,
    kind TEXT NOT NULL, basis TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE payout_payments (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, creator_id TEXT NOT NULL,
    accrual_ids TEXT NOT NULL, amount_cents INTEGER NOT NULL, method_id TEXT,
    method_name TEXT NOT NULL, status TEXT NOT NULL, paid_at TEXT NOT NULL, note TEXT,
    receipt_url TEXT, created_at TEXT NOT NULL
);
CREATE TABLE plan_limits (                   -- no row: unlimited
    org_id TEXT NOT NULL, limit_key TEXT NOT NULL, maximum INTEGER NOT NULL,
    PRIMARY KEY (org_id, limit_key)
);
CREATE TABLE members (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, user_id TEXT NOT NULL, email TEXT,
    role TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE (org_id, user_id)
);
CREATE TABLE invitations (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, email TEXT NOT NULL, role TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE scrapes (org_id TEXT NOT NULL, item_id TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE uploads (
    token TEXT PRIMARY KEY, payment_id TEXT NOT NULL, content_type TEXT NOT NULL,
    receipt_url TEXT NOT NULL, expires_at TEXT NOT NULL, content BLOB   -- null: not used yet
);
CREATE TABLE replies (                       -- to the POSTs that carried an idempotency key
    org_id TEXT NOT NULL, key TEXT NOT NULL, asked TEXT NOT NULL, digest TEXT NOT NULL,
    status INTEGER NOT NULL, body BLOB NOT NULL, created_ts REAL NOT NULL,
    PRIMARY KEY (org_id, key)
);
CREATE TABLE planted (                       -- never served: see truth.py
    kind TEXT NOT NULL, entity_id TEXT NOT NULL, facts TEXT NOT NULL
);
CREATE TABLE chance (
    seed INTEGER NOT NULL, drawn INTEGER NOT NULL,
    lived_to TEXT,                       -- the moment up to which life has gone on
    nature TEXT NOT NULL                 -- JSON: see nature.py
);
INSERT INTO chance VALUES (0, 0, NULL, '{}');
CREATE TABLE life (                          -- of the organizations in which things go on
    org_id TEXT PRIMARY KEY,
    pace REAL NOT NULL,                  -- posts for each that a creator plans
    guests_daily REAL NOT NULL,          -- videos that are added by URL, on average
    comment_rate REAL NOT NULL           -- comments for the root of a video's final views
);
CREATE TABLE habits (
    creator_id TEXT PRIMARY KEY, niche TEXT NOT NULL, posts_a_week REAL NOT NULL,
    median_views REAL NOT NULL, peak_hour REAL NOT NULL,
    week TEXT NOT NULL,                  -- JSON list: weights from Monday
    engagement REAL NOT NULL, scraped_every_s INTEGER NOT NULL
);
CREATE TABLE agenda (                        -- events to come
    id INTEGER PRIMARY KEY, org_id TEXT NOT NULL, at_ts INTEGER NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL, facts TEXT NOT NULL
);
CREATE INDEX agenda_by_time ON agenda (at_ts, id);
"""

# Created after the rows are in: twice as fast to build.
INDEXES = """
CREATE INDEX creators_by_project ON creators (project_id, created_at);
CREATE INDEX videos_by_project ON videos (project_id, created_at);
CREATE INDEX videos_by_creator ON videos (creator_id, created_at);
CREATE INDEX comments_by_video ON comments (video_id, created_at);
CREATE INDEX comments_by_project ON comments (project_id, created_at);
CREATE INDEX accruals_by_project ON payout_accruals (project_id, created_at);
"""
