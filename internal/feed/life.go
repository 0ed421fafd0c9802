package feed

import (
	"time"

	"satchel/internal/care"
	syncing "satchel/sync"
)

// life is whether the person lives: a calendar that goes on speaking of what is ahead would ring in the family's own apps (hazard H31).
type life struct {
	ended   time.Time // zero: they live
	rev     syncing.Rev
	changed int64
}

// lifeOf asks what care was told of it, by whichever of the two ways. That somebody was taken for dead and is not changes every entry once more.
func lifeOf(stands syncing.Reader) (l life, err error) {
	people, err := stands.Documents(care.PersonType)
	if err != nil {
		return l, err
	}
	for _, p := range people {
		_, began, _ := p.Written("birthDate")
		if _, at, said := p.Written("status"); said && at > began {
			l.rev, l.changed = max(l.rev, p.Rev()), max(l.changed, at)
			l.ends(p.Text("status") == "deceased", at)
		}
	}
	events, err := stands.Documents(care.HealthEventType)
	if err != nil {
		return l, err
	}
	for _, e := range events {
		if e.Text("type") == "death" {
			at, _ := e.Int("at")
			l.rev, l.changed = max(l.rev, e.Rev()), max(l.changed, e.Changed())
			l.ends(true, at)
		}
	}
	return l, nil
}

func (l *life) ends(dead bool, ms int64) {
	if at := time.UnixMilli(ms); dead && (l.ended.IsZero() || at.Before(l.ended)) {
		l.ended = at
	}
}

// calls an entry off that lies behind the end.
func (l life) calls(e *Entry) {
	e.Sequence, e.Changed = max(e.Sequence, int64(l.rev)), max(e.Changed, l.changed)
	if !l.ended.IsZero() && e.At.After(l.ended) {
		e.Status = Cancelled
	}
}
