-- +goose Up

-- Who does a piece of work that one node at a time does, and until when. `fence` grows whenever another takes over: what a node writes for such work is
-- refused behind a higher one.
CREATE TABLE leases (
    name   text PRIMARY KEY,
    holder uuid NOT NULL,
    fence  bigint NOT NULL,
    until  timestamptz NOT NULL
);

-- +goose Down
DROP TABLE leases;
