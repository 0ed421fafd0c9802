package load

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Report is what was measured.
type Report struct {
	Begun      time.Time `json:"begun"`
	Processors int       `json:"processors"`
	Go         string    `json:"go"`
	Load       float64   `json:"machineLoadBefore"`         // programs that wanted a processor in the minute before
	Server     string    `json:"server,omitempty"`          // somebody else's
	Store      string    `json:"store,omitempty"`           // of our own
	Records    int       `json:"records"`                   // people, with two phones each
	Packed     bool      `json:"packed"`                    // requests and answers travelled compressed
	DiskBefore float64   `json:"fdatasyncsPerSecondBefore"` // 2 KB appended, one thread
	DiskAfter  float64   `json:"fdatasyncsPerSecondAfter"`  //
	Cells      []Cell    `json:"cells"`                     //
	// Acknowledged counts mutations that were answered as applied, Found those that were there at the end, and Restarted says that the server was started anew in between.
	Acknowledged int  `json:"acknowledged"`
	Found        int  `json:"found"`
	Restarted    bool `json:"restarted"`
}

// Warnings are sentences for whoever would believe the figures.
func (r *Report) Warnings() []string {
	var list []string
	low, high := min(r.DiskBefore, r.DiskAfter), max(r.DiskBefore, r.DiskAfter)
	if high > noisyDisk*low {
		list = append(list, fmt.Sprintf("The disk is noisy: it took %.0f appends a second before and %.0f after. Compare figures of one run only, or measure in a quieter hour.", r.DiskBefore, r.DiskAfter))
	}
	if low < slowDisk {
		list = append(list, fmt.Sprintf("The disk is slow now: %.0f appends a second. What is written waits for it.", low))
	}
	if r.Load > float64(r.Processors)/2 {
		list = append(list, fmt.Sprintf("Other programs are at work on this machine: %.1f wanted its %d processors in the minute before.", r.Load, r.Processors))
	}
	for _, c := range r.Cells {
		if c.Refused > 0 {
			list = append(list, fmt.Sprintf("%s with %d connections: the server said %d times to come later.", c.Scenario, c.Clients, c.Refused))
		}
	}
	return list
}

// Print writes the table.
func (r *Report) Print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tc\tops/s\tp50 ms\tp99 ms\tserver CPU s/1000\tbeside\tphones\tcommits\tbytes\tpacked\ton the wire\t")
	for _, c := range r.Cells {
		fmt.Fprintf(w, "%s\t%d\t%.0f\t%s\t%s\t%s\t%s\t%s\t%s\t%.0f\t%.0f\t%.0f\t\n", c.Scenario, c.Clients, c.Rate, ms(c.P50), ms(c.P99),
			figure(c.ServerCPU), figure(c.BesideCPU), figure(c.PhonesCPU), figure(c.Commits), c.Plain, c.Packed, c.Wire)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nThe disk: %.0f appends of 2 KB with fdatasync a second before, %.0f after.\n", r.DiskBefore, r.DiskAfter)
	again := ""
	if r.Restarted {
		again = ", after the server was started anew"
	}
	fmt.Fprintf(out, "Acknowledged: %d mutations. Found%s: %d.\n", r.Acknowledged, again, r.Found)
	for _, warning := range r.Warnings() {
		fmt.Fprintf(out, "! %s\n", warning)
	}
	return nil
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }

func figure(f float64) string {
	if f == unknown {
		return "-"
	}
	return fmt.Sprintf("%.3f", f)
}
