package care

import (
	"slices"

	"satchel/internal/calendar"
	"satchel/internal/fault"
	"satchel/internal/lab"
	syncing "satchel/sync"
)

// counts reports whether a result stands: it was neither called off nor a mistake.
func counts(result Paper) bool {
	status := result.Text("status")
	return status != "" && status != resultCancelled && status != resultMistake
}

// isAcknowledged reports whether the responsible team has said what it makes of a result as it stands now.
func isAcknowledged(result Paper) bool {
	version := number(result, "version")
	return version > 0 && number(result, "acknowledgedVersion") == version
}

// isVerified reports whether somebody stands for a result.
func isVerified(result Paper) bool { return truth(result, "verified") }

// remeasured reports whether a change makes another number, or other words, of what stood.
func remeasured(c syncing.Change) bool {
	return slices.ContainsFunc(measured, func(name string) bool {
		return c.Wrote(name) && string(c.Before.Value(name)) != string(c.After.Value(name))
	})
}

// sentWhole: whoever corrects has seen the number that stands. Two who correct different halves of it at once would make a third.
func sentWhole(c syncing.Change) bool {
	switch {
	case c.Before.Has("value"):
		return c.Wrote("value")
	case c.Before.Has("conclusion"):
		return c.Wrote("conclusion")
	}
	return true
}

// allowResult refuses what could be misread: a unit that nobody knows, a share sent as a count, a number that nobody can have. The
// sentence says what to do; what was sent is not guessed at (hazard H13).
func (w *ward) allowResult(c syncing.Change) *syncing.Refusal {
	if bySystem(c) {
		return nil
	}
	if refusal := allowResultFrom(c); refusal != nil {
		return refusal
	}
	before, after := c.Before.Text("status"), c.After.Text("status")
	corrects := c.Wrote("status") && (after == "amended" || after == "corrected" || before == "preliminary" && after == "final")
	switch {
	case c.Before.Exists() && !counts(c.Before):
		return refuse(syncing.Transition, "This result was withdrawn. Enter a new one.")
	case !counts(c.After):
		return nil
	case c.Before.Exists() && remeasured(c) && !corrects && isVerified(c.Before):
		return refuse(syncing.Invalid, "Say with the new value that it is amended or corrected. Both versions stay to be seen.")
	case c.Before.Exists() && remeasured(c) && !sentWhole(c):
		return refuse(syncing.Invalid, "Send again all of what was measured: the number with its unit, or what the report says.")
	case c.Wrote("holdUntil") && c.After.Has("holdUntil") && c.Before.Exists():
		return refuse(syncing.Invalid, "A result is held back when it is entered, or not at all.")
	case c.After.Has("holdUntil") && c.After.Text("holdReason") == "":
		return refuse(syncing.Invalid, "Please say why the person does not see this at once.")
	}
	return allowMeasured(w.lab, c.After)
}

// allowResultFrom: what the person sends is a picture or a copy that nobody has checked, and nobody but them changes it before
// somebody has.
func allowResultFrom(c syncing.Change) *syncing.Refusal {
	if c.By.Has(doctors...) {
		return nil
	}
	switch {
	case c.After.Text("source") != sourcePhoto:
		return refuse(syncing.Forbidden, "What you send of a result is a picture or a copy of it. Your team or the laboratory enters the result.")
	case c.Before.Exists() && (c.Before.Text("source") != sourcePhoto || isVerified(c.Before)):
		return refuse(syncing.Forbidden, "Your team has checked this result. Tell them if something is wrong with it.")
	}
	return nil
}

// allowMeasured looks at the number, its unit and its code, or that there is a report.
func allowMeasured(limits *lab.Limits, s Paper) *syncing.Refusal {
	code, value := s.Text("code"), s.Text("value")
	report := limits.Report(code) || lab.OwnWindows.Known(code)
	switch {
	case !lab.Own.Known(code) && !report:
		return refuse(syncing.Invalid, "This test is not in the list. Choose one that is.")
	case value != "":
		if _, err := quantityOf(s); err != nil {
			return refuse(syncing.Invalid, fault.TextOf(err))
		}
		return nil
	case s.Text("conclusion") != "":
		return nil
	case s.Text("source") == sourcePhoto && len(s.Texts("photo")) > 0:
		return nil
	case report:
		return refuse(syncing.Invalid, "Say what the report says.")
	}
	return refuse(syncing.Invalid, "Enter the number with its unit; of a panel each number by itself.")
}

// quantityOf is the number of a result in the unit of its group. Errors are those of lab.Normalise.
func quantityOf(s Paper) (lab.Quantity, error) {
	return lab.Own.Normalise(s.Text("code"), s.Text("loinc"), s.Text("value"), s.Text("unit"))
}

// requireResult asks the record: an order that is named is of this person (hazard H12), and only what the law of the region lets a team
// hold back is held back, and no longer.
func (w *ward) requireResult(c syncing.Change, r syncing.Reader) (*syncing.Refusal, error) {
	if named := c.After.Text("order"); named != "" && c.Wrote("order") {
		order, err := r.Document(syncing.DocID(named))
		if err != nil {
			return nil, err
		}
		if !order.Exists() || order.ID().Type() != labOrderName {
			return refuse(syncing.Invalid, "This person has no such order. Look at the name and the date of birth again."), nil
		}
	}
	if !c.Wrote("holdUntil") || !c.After.Has("holdUntil") {
		return nil, nil
	}
	around, err := w.look(c.Record, r)
	if err != nil {
		return nil, err
	}
	today, err := calendar.ParseDate(around.dateOf(c.Now))
	if err != nil {
		return nil, err
	}
	until, err := calendar.ParseDate(c.After.Text("holdUntil"))
	if days := w.lab.HoldDays(around.region, c.After.Text("code")); err != nil || until.Compare(today.AddDays(days)) > 0 || days == 0 {
		return refuse(syncing.Invalid, "This kind of result is not held back from the person here, or not for so long."), nil
	}
	return nil, nil
}
