package main

import (
	"log/slog"

	"satchel/server"
)

// place is where an installation lies.
type place struct {
	Data string `type:"path" default:"data" env:"SATCHEL_DATA" help:"The data folder."`
	Keys string `type:"path" default:"keys" env:"SATCHEL_KEYS" help:"The key folder: keys, ledger and witness. Not inside of the data folder, and not in the same backup."`
}

func (p place) config() server.Config { return server.Config{Data: p.Data, Keys: p.Keys} }

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
