-- What an expert would write over SQLite for the same job. One schema and one set of indexes serve all workloads, reads and
-- writes alike. Statements are prepared once. A section begins with its name; a change may only make it faster.

-- @setup
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;          -- durable workloads; the bulk load runs in transactions of 50,000
PRAGMA cache_size = -262144;        -- 256 MiB, as ours
PRAGMA mmap_size = 8589934592;
PRAGMA temp_store = MEMORY;
CREATE TABLE company (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL, name TEXT NOT NULL, domain TEXT, industry INTEGER, size INTEGER, revenue INTEGER, country TEXT, parent INTEGER);
CREATE TABLE contact (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL, given TEXT, family TEXT, email TEXT, email_key TEXT, phone TEXT, company INTEGER, title TEXT,
  stage INTEGER, priority INTEGER, owner INTEGER, source INTEGER, country TEXT, city TEXT, language TEXT, birthday INTEGER,
  created INTEGER, updated INTEGER, last_interaction INTEGER, score INTEGER, budget INTEGER, plan INTEGER, renewal INTEGER, active INTEGER);
CREATE TABLE contact_tag (tag INTEGER, contact INTEGER, PRIMARY KEY (tag, contact)) WITHOUT ROWID;
-- @indexes (after the bulk load's rows, inside its time)
CREATE UNIQUE INDEX contact_id ON contact(id);
CREATE UNIQUE INDEX company_id ON company(id);
CREATE INDEX contact_email ON contact(email_key);
CREATE INDEX contact_phone ON contact(phone);
CREATE INDEX contact_company ON contact(company);
CREATE INDEX contact_stage_budget ON contact(stage, budget);
CREATE INDEX contact_budget ON contact(budget);
CREATE INDEX contact_score ON contact(score);
CREATE INDEX contact_last ON contact(last_interaction, stage);
CREATE INDEX contact_name ON contact(family, given, email);
CREATE INDEX contact_created ON contact(created);
CREATE INDEX tag_of_contact ON contact_tag(contact, tag);
CREATE INDEX company_industry ON company(industry, size);
ANALYZE;

-- @get_by_id
SELECT * FROM contact WHERE id = :id;
SELECT tag FROM contact_tag WHERE contact = :row;
-- @get_by_email
SELECT * FROM contact WHERE email_key = :email;
-- @tag_count
SELECT count(*) FROM contact_tag WHERE tag = :a;
-- @tags_boolean (the fastest of four forms tried; another form may be used where it is faster)
SELECT count(*) FROM contact_tag a JOIN contact_tag b ON b.tag = :b AND b.contact = a.contact WHERE a.tag = :a AND NOT EXISTS (SELECT 1 FROM contact_tag d WHERE d.tag = :c AND d.contact = a.contact);
-- @range
SELECT count(*) FROM contact INDEXED BY contact_budget WHERE budget BETWEEN :lo AND :hi;
-- @compound
SELECT count(*) FROM contact c INDEXED BY contact_stage_budget WHERE c.stage = :stage AND c.budget BETWEEN :lo AND :hi AND EXISTS (SELECT 1 FROM contact_tag t WHERE t.tag = :a AND t.contact = c.row);
-- @compound_page
SELECT c.* FROM contact c INDEXED BY contact_score WHERE c.stage = :stage AND c.budget BETWEEN :lo AND :hi AND EXISTS (SELECT 1 FROM contact_tag t WHERE t.tag = :a AND t.contact = c.row) ORDER BY c.score DESC, c.row LIMIT 50;
-- @substring
SELECT count(*) FROM contact INDEXED BY contact_name WHERE email LIKE :like OR family LIKE :like OR given LIKE :like;
-- @through_company
SELECT count(*) FROM company k CROSS JOIN contact c ON c.company = k.row WHERE k.industry = :industry AND k.size >= :size AND EXISTS (SELECT 1 FROM contact_tag t WHERE t.tag = :a AND t.contact = c.row);
-- @facet
SELECT c.stage, count(*) FROM contact_tag t JOIN contact c ON c.row = t.contact WHERE t.tag = :a GROUP BY c.stage;
-- @bulk_tag (a stage and six tenths of the budgets are one contact in ten, on both sides)
INSERT OR IGNORE INTO contact_tag SELECT :new, row FROM contact INDEXED BY contact_stage_budget WHERE stage = :stage AND budget < 60000;
-- @durable_insert (one transaction: one contact with every column, three tags)
INSERT INTO contact VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?);
INSERT INTO contact_tag VALUES (?,?);
-- @durable_update (one transaction, a random contact)
UPDATE contact SET budget = :budget, updated = :now WHERE row = :row;
INSERT OR IGNORE INTO contact_tag VALUES (:new, :row);
