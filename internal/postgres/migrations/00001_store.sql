-- +goose Up

-- One row a record: it is locked before anything of the record is read or written, so that transactions of a record follow one another. `sequence` is that of
-- its latest commit, `written` when that was.
CREATE TABLE records (
    record   uuid PRIMARY KEY,
    sequence bigint NOT NULL,
    written  timestamptz NOT NULL DEFAULT now()
) PARTITION BY HASH (record);

-- The rows of all records: `tbl` is a number of syncing.Table, `value` is sealed, and is not compressed, because what is sealed cannot be. Everything begins with the record, so
-- that a record lies together and the table spreads by it.
CREATE TABLE rows (
    record uuid NOT NULL,
    tbl    smallint NOT NULL,
    key    bytea NOT NULL,
    value  bytea NOT NULL,
    PRIMARY KEY (record, tbl, key)
) PARTITION BY HASH (record);

-- +goose StatementBegin
DO $$
BEGIN
    FOR i IN 0..15 LOOP
        EXECUTE format('CREATE TABLE records_%s PARTITION OF records FOR VALUES WITH (MODULUS 16, REMAINDER %s) WITH (fillfactor = 50)', i, i);
        EXECUTE format('CREATE TABLE rows_%s PARTITION OF rows FOR VALUES WITH (MODULUS 16, REMAINDER %s) WITH (fillfactor = 85)', i, i);
        EXECUTE format('ALTER TABLE rows_%s ALTER COLUMN value SET STORAGE EXTERNAL', i);
    END LOOP;
END $$;
-- +goose StatementEnd

-- The one ordered index across records: queues, due times, names that are taken. An entry is written by transactions of its record alone.
CREATE TABLE entries (
    index  text COLLATE "C" NOT NULL,
    key    bytea NOT NULL,
    record uuid NOT NULL,
    value  bytea NOT NULL,
    PRIMARY KEY (index, key)
);

-- Refuses a transaction that would have put more entries than it could: another record has taken one of them since it looked.
-- +goose StatementBegin
CREATE FUNCTION claimed(put bigint, wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF put < wanted THEN
        RAISE EXCEPTION 'an entry belongs to another record' USING ERRCODE = 'SC001';
    END IF;
END $$;
-- +goose StatementEnd

-- Which commit a transaction is: grows, with gaps.
CREATE SEQUENCE commits;

-- What this store is: its format, and the random name of its life.
CREATE TABLE store (
    name  text PRIMARY KEY,
    value bytea NOT NULL
);
INSERT INTO store VALUES ('format', '\x01'), ('life', uuid_send(gen_random_uuid()));

-- For people who look after the database: what is where, without what it says. A document's key is its type and id.
CREATE VIEW documents AS
    SELECT record, split_part(convert_from(key, 'UTF8'), '/', 1) AS type, split_part(convert_from(key, 'UTF8'), '/', 2) AS id, octet_length(value) AS bytes
    FROM rows WHERE tbl = 2;
CREATE VIEW changes AS
    SELECT record, ('x' || encode(key, 'hex'))::bit(64)::bigint AS rev FROM rows WHERE tbl = 3;

-- +goose Down
DROP VIEW changes, documents;
DROP TABLE store, entries, rows, records;
DROP SEQUENCE commits;
DROP FUNCTION claimed;
