package main

import (
	"log/slog"

	"satchel/cmd/satchel/demo"
)

// demoCommand needs nothing.
type demoCommand struct {
	Data string `type:"path" help:"Keep the demo in this folder: data, keys, phones and demo.json. Without it everything is removed at the end."`
	Once bool   `help:"Play the story and end: 0 only if every check of it held."`
}

func (c *demoCommand) Run(t *terminal) error {
	quiet := slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return demo.Run(t.ctx, demo.Options{Folder: c.Data, Once: c.Once, Out: t.out, Log: quiet})
}
