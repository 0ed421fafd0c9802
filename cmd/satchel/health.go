package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"satchel/internal/fault"
)

// healthTime is how long a server may take to say that it is ready.
const healthTime = 2 * time.Second

// healthCommand asks a running server whether it is ready, for whoever supervises it and has no other program at hand.
type healthCommand struct {
	Address string `default:"127.0.0.1:8080" env:"SATCHEL_ADDRESS" help:"Where it serves."`
}

func (c *healthCommand) Run(t *terminal) error {
	const op = "main.health"
	ctx, cancel := context.WithTimeout(t.ctx, healthTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Address+"/readyz", nil)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, op, "This is not an address such as 127.0.0.1:8080.")
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fault.Wrap(err, fault.Busy, op, "The server does not answer.")
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fault.New(fault.Busy, op, fmt.Sprintf("The server is not ready: status %d.", answer.StatusCode))
	}
	t.printf("ready\n")
	return nil
}
