package load

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// panel is one chart: what it shows of each size.
type panel struct {
	title, unit string
	of          func(Size) float64 // below 0: not measured
}

// Chart writes one chart for each figure that may grow, with the number of people to the right, in the words of Mermaid's xychart, which GitHub and GitLab
// draw where it stands in a page of Markdown.
func (g *Growth) Chart(out io.Writer) error {
	for _, p := range g.panels() {
		var people, values []string
		highest := 0.0
		for _, s := range g.Sizes {
			value := p.of(s)
			if value < 0 {
				continue
			}
			highest = max(highest, value)
			people, values = append(people, strconv.Quote(strconv.Itoa(s.Records))), append(values, plain(value))
		}
		if len(values) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(out, "```mermaid\nxychart-beta\n    title %q\n    x-axis \"people\" [%s]\n    y-axis %q 0 --> %s\n    bar [%s]\n```\n\n",
			p.title, strings.Join(people, ", "), p.unit, plain(highest*1.1), strings.Join(values, ", ")); err != nil {
			return err
		}
	}
	return nil
}

func (g *Growth) panels() (list []panel) {
	for i, c := range g.Sizes[0].Rounds {
		list = append(list, panel{fmt.Sprintf("A phone's round, %d at once: server's processor time for 1000", c.Clients), "s", func(s Size) float64 { return s.Rounds[i].ServerCPU }})
	}
	return append(list,
		panel{"From the start of the process to ready", "ms", func(s Size) float64 { return float64(s.Ready) / float64(time.Millisecond) }},
		panel{"The first page of a team's queue", "ms", func(s Size) float64 { return float64(s.Queue) / float64(time.Millisecond) }},
		panel{"A backup, for 1000 people", "s", func(s Size) float64 { return aThousand(s.Backup, s) }},
		panel{"satchel verify, for 1000 people", "s", func(s Size) float64 { return aThousand(s.Verify, s) }},
	)
}

// aThousand is what it takes for 1000 of the people. -1: not measured.
func aThousand(d time.Duration, s Size) float64 {
	if d == unknown {
		return unknown
	}
	return d.Seconds() * 1000 / float64(s.Records)
}

// plain writes three digits that count, and no exponent, which a chart cannot read.
func plain(value float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(value, 'e', 2, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
