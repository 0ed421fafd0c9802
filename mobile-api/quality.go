package mobileapi

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

const qualityDays = 365

// quality is GET /v1/teams/{team}/quality, for members of the team: the figures that teams share, of the persons whom it looks after, or
// with `with` of those whom it looks after together with another team. It costs one entry of an index for each person and report, and
// opens no record.
func (a *api) quality(c *fiber.Ctx, r *request) error {
	team, err := a.myTeam(c, r)
	if err != nil {
		return err
	}
	days, err := intQuery(c, "days", qualityDays, 1, figuresDaysMax)
	if err != nil {
		return err
	}
	teams := []syncing.TeamID{team}
	if named := c.Query("with"); named != "" {
		id, err := syncing.ParseUUID(named)
		if err != nil {
			return fault.New(fault.Invalid, "mobileapi.quality", "`with` is the id of a team.")
		}
		teams = append(teams, syncing.TeamID{UUID: id})
	}
	counting, err := a.countOf(r.ctx, teams, days)
	if err != nil {
		return err
	}
	q := a.Words.Quality(counting)
	switch c.Query("format") {
	case "", "json":
		return answer(c, fiber.StatusOK, struct {
			Days int `json:"days"`
			care.Quality
		}{days, q})
	case "csv":
		c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
		text, err := qualityCSV(q)
		if err != nil {
			return err
		}
		return c.Send(text)
	}
	return fault.New(fault.Invalid, "mobileapi.quality", "`format` is json or csv.")
}

// countOf gathers what the figures of a cohort are made of: the persons whom all of the teams look after now, by the records themselves
// and by what each team was given.
func (a *api) countOf(ctx context.Context, teams []syncing.TeamID, days int) (care.Counting, error) {
	now := a.Now().UnixMilli()
	counting := care.Counting{Now: now, Since: now - int64(days)*24*time.Hour.Milliseconds(), Complete: true}
	cohort, err := a.cohortOf(ctx, teams, &counting)
	if err != nil {
		return counting, err
	}
	responses := map[syncing.DocID]bool{}
	for _, team := range teams {
		from, to := care.TeamRange(team, counting.Since, now+1)
		err := a.countIn(ctx, &counting, care.ResponsesIndex, from, to, func(e syncing.IndexEntry) error {
			if cohort[e.Record] {
				responses[care.CountedDoc(e.Key)] = true
			}
			return nil
		})
		if err != nil {
			return counting, err
		}
		err = a.countIn(ctx, &counting, care.ConcernsIndex, from, to, func(e syncing.IndexEntry) error {
			if !cohort[e.Record] {
				return nil
			}
			var one care.Acted
			counting.Docs = append(counting.Docs, care.CountedDoc(e.Key))
			err := json.Unmarshal(e.Value, &one)
			counting.Concerns = append(counting.Concerns, one)
			return err
		})
		if err != nil {
			return counting, err
		}
	}
	counting.Responses = len(responses)
	return counting, nil
}

// cohortOf are the records that all of the teams have: each says so of itself, and each team was given it and still has it.
func (a *api) cohortOf(ctx context.Context, teams []syncing.TeamID, counting *care.Counting) (map[syncing.RecordID]bool, error) {
	held := map[syncing.RecordID]int{}
	for _, team := range teams {
		records, more, err := a.Identity.RecordsOfTeam(ctx, team, figuresMax)
		if err != nil {
			return nil, err
		}
		counting.Complete = counting.Complete && !more
		for _, record := range records {
			held[record]++
		}
	}
	cohort := map[syncing.RecordID]bool{}
	from, to := care.QualityRange(teams[0])
	err := a.countIn(ctx, counting, care.QualityIndex, from, to, func(e syncing.IndexEntry) error {
		var one care.Measured
		if held[e.Record] < len(teams) {
			return nil
		}
		err := json.Unmarshal(e.Value, &one)
		if err == nil && !slices.ContainsFunc(teams, func(t syncing.TeamID) bool { return !slices.Contains(one.Teams, t.String()) }) {
			cohort[e.Record] = true
			counting.Persons = append(counting.Persons, one)
		}
		return err
	})
	return cohort, err
}

// countIn goes through a part of an index, up to figuresMax entries.
func (a *api) countIn(ctx context.Context, counting *care.Counting, index string, from, to []byte, each func(syncing.IndexEntry) error) error {
	var bad error
	_, whole, err := a.counted(ctx, index, from, to, func(e syncing.IndexEntry) bool {
		bad = each(e)
		return bad == nil
	})
	counting.Complete = counting.Complete && whole
	if err == nil && bad != nil {
		err = fault.Wrap(bad, fault.Corrupt, "mobileapi.quality", "An entry of the index cannot be read.")
	}
	return err
}

// qualityCSV writes the figures as a table: one a line, with what it is a part of.
func qualityCSV(q care.Quality) ([]byte, error) {
	lines := [][]string{{"figure", "setting", "count", "of", "percent"}, {"persons", "", strconv.Itoa(q.Persons), "", ""}, {"few", "", strconv.FormatBool(q.Few), "", ""}}
	share := func(name string, s care.Share) {
		percent := ""
		if s.Percent != nil {
			percent = strconv.Itoa(*s.Percent)
		}
		lines = append(lines, []string{name, "", strconv.Itoa(s.Count), strconv.Itoa(s.Of), percent})
	}
	number := func(name string, n *int64) {
		if n != nil {
			lines = append(lines, []string{name, "", strconv.FormatInt(*n, 10), "", ""})
		}
	}
	share("plans", q.Plans)
	share("summaries", q.Summaries)
	share("survivorship", q.Survivorship)
	share("alerts", q.Alerts)
	share("managedByNurse", q.ManagedByNurse)
	share("support", q.Support.Share)
	share("review", q.Review.Share)
	without, avoided := int64(q.WithoutPlan), q.DuplicatesAvoided
	support, review := int64(q.Support.Overdue), int64(q.Review.Overdue)
	number("supportOverdue", &support)
	number("reviewOverdue", &review)
	number("withoutPlan", &without)
	number("duplicatesAvoided", &avoided)
	number("summaryDays", q.SummaryDays)
	number("phaseDays", q.PhaseDays)
	number("firstContactHours", q.FirstContactHours)
	for _, o := range q.Outcomes {
		lines = append(lines, []string{o.What, o.Setting, strconv.FormatInt(o.Count, 10), "", ""})
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(lines); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
