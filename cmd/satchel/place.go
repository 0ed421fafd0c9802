package main

import (
	"log/slog"

	"satchel/server"
)

// place is where an installation lies.
type place struct {
	Data    string `type:"path" default:"data" env:"SATCHEL_DATA" help:"The data folder."`
	Keys    string `type:"path" default:"keys" env:"SATCHEL_KEYS" help:"The key folder: keys, ledger and witness. Not inside of the data folder, and not in the same backup."`
	Store   string `env:"SATCHEL_STORE" help:"A PostgreSQL that any number of nodes share, in place of a data folder, such as postgres://user@host1,host2/satchel?target_session_attrs=read-write; see docs/postgresql.md."`
	Secrets string `env:"SATCHEL_SECRETS" help:"With --store: the database for the secrets of records, if it is another one: copies of it decide what an erasure reaches."`
}

func (p place) config() server.Config {
	return server.Config{Data: p.Data, Keys: p.Keys, Store: p.Store, Secrets: p.Secrets}
}

// logging is how much is logged, and how.
type logging struct {
	LogLevel slog.Level `default:"info" env:"SATCHEL_LOG_LEVEL" help:"debug, info, warn or error."`
	LogText  bool       `env:"SATCHEL_LOG_TEXT" help:"Log lines for people instead of JSON."`
}

func (l logging) logger(t *terminal) *slog.Logger {
	options := &slog.HandlerOptions{Level: l.LogLevel}
	if l.LogText {
		return slog.New(slog.NewTextHandler(t.err, options))
	}
	return slog.New(slog.NewJSONHandler(t.err, options))
}
