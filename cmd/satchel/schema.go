package main

import (
	"encoding/json"

	"satchel/internal/care"
	syncing "satchel/sync"
)

// schemaCommand prints what GET /v1/schema answers. Who may write a field depends on the caller and the record; here nobody asks,
// so every `create` and `write` is false.
type schemaCommand struct{}

func (c *schemaCommand) Run(t *terminal) error {
	config, err := care.Default()
	if err != nil {
		return err
	}
	enc := json.NewEncoder(t.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(care.Schema(config).Describe(syncing.Scope{}))
}
