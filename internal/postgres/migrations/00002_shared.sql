-- +goose Up

-- The wrapped secrets of records, by the number of their slot (internal/seal). A zeroed one is an erased record. They may lie in a database of their own,
-- so that copies of one hold nothing that opens the other.
CREATE TABLE secrets (
    slot    bigint PRIMARY KEY,
    wrapped bytea NOT NULL
);
ALTER TABLE secrets ALTER COLUMN wrapped SET STORAGE PLAIN;
CREATE SEQUENCE slots;

-- What was ended, one line each, chained by sums like the ledger's file on one machine.
CREATE TABLE ledger (
    line bigint PRIMARY KEY,
    said text NOT NULL,
    sum  text NOT NULL
);

-- +goose Down
DROP TABLE secrets, ledger;
DROP SEQUENCE slots;
