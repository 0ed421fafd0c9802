package load

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"

	"satchel/internal/fault"
)

// commitsMetric is the number of the server's latest commit.
const commitsMetric = "satchel_store_sequence"

// commits reads that number from the metrics of a server.
func commits(ctx context.Context, address string) (float64, error) {
	const op, text = "load.commits", "The metrics of the server cannot be read, so its commits cannot be counted."
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, fault.Wrap(err, fault.Internal, op, text)
	}
	defer answer.Body.Close()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), commitsMetric+" "); found {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fault.New(fault.Unsupported, op, text+" There is no "+commitsMetric+" among them.")
}
