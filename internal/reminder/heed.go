package reminder

import (
	"maps"
	"slices"

	"satchel/internal/calendar/remind"
	"satchel/internal/care"
)

// Ring is something that rings for the person or for a caregiver, on their own devices; what care says of it was asked before.
type Ring struct {
	Event care.Paper // a notice, or what became of a message
	Owner bool       // for the person whose record it is in; else for a caregiver
	// Stands are the papers of the record, all of them: what is asked of them reaches nobody but as this decision.
	Stands care.Binder
	// Own are the papers of the record in which a caregiver's own settings lie; nil: there is none, and the usual hours hold.
	Own    care.Binder
	Breaks bool   // care.Breaks: it passes quiet hours, a day that was enough, and a way that is off
	Zone   string // of whoever has none
	Now    int64  // ms
}

// Heeded is what is made of it.
type Heeded struct {
	Phones, Browsers bool  // whether it rings there at all
	NotBefore        int64 // ms; 0: now
}

// Heed asks what somebody wants for their own devices, and whether a reminder still stands: when something is taken up, and again when it
// leaves. It reads the person, the settings and what happened to the person, and of a reminder the papers of its kind; nothing else, whatever else
// there is. Errors are those of the binders.
func Heed(r Ring) (h Heeded, err error) {
	theirs, err := wishesOf(r.Stands, audienceOf(r.Owner), r.Zone)
	if err != nil {
		return h, err
	}
	mine := theirs
	if !r.Owner && r.Own != nil {
		if mine, err = wishesOf(r.Own, remind.ForPatient, theirs.settings.HomeZone); err != nil {
			return h, err
		}
	}
	code := ""
	if r.Event.ID().Type() == care.NoticeType {
		code = r.Event.Text("code")
	}
	if r.Breaks {
		return Heeded{Phones: true, Browsers: true}, nil
	}
	if slices.Contains(remind.Own.Codes(), code) {
		if stands, err := stillStands(r, theirs.settings, mine.settings); err != nil || !stands {
			return h, err
		}
	} else if code == care.NoticeNeedsALook {
		if missed, err := stillMissed(r, theirs.settings); err != nil || !missed {
			return h, err
		}
	} else if r.Owner && theirs.left {
		return h, nil
	}
	h.Phones, h.Browsers = !slices.Contains(mine.off, wayPhone), !slices.Contains(mine.off, wayBrowser)
	h.NotBefore, _ = remind.Own.HeldUntil(mine.settings, code, r.Now)
	if h.NotBefore <= r.Now {
		h.NotBefore = 0
	}
	return h, nil
}

func audienceOf(owner bool) string {
	if owner {
		return remind.ForPatient
	}
	return remind.ForCaregiver
}

// stillStands reports whether a reminder speaks of anything of which somebody is to be reminded now: what was called off, done, moved, answered or
// paused since is not (hazards H17 and H31). A reminder that speaks of several things rings for those that are left.
func stillStands(r Ring, theirs, mine remind.Settings) (bool, error) {
	if theirs.Off || mine.Off {
		return false, nil
	}
	replies, err := r.Stands(care.ReminderReplyType)
	if err != nil {
		return false, err
	}
	answered := slices.ContainsFunc(replies, func(p care.Paper) bool {
		return p.Text("reminder") == string(r.Event.ID()) && p.Text("what") != care.ReplyOpened
	})
	if answered && r.Owner {
		return false, nil
	}
	told := remind.Told{ID: string(r.Event.ID()), Code: r.Event.Text("code"), Focus: r.Event.Text("focus"), Step: r.Event.Text("step"), About: r.Event.Texts("about")}
	kinds := remind.Kinds
	if len(told.About) == 0 {
		kinds = []remind.Kind{remind.Own.KindOf(told.Code)}
	}
	events, err := eventsOf(r.Stands, theirs.HomeZone, r.Now, r.Now, 1, kinds)
	return slices.ContainsFunc(events, func(e remind.Event) bool {
		code, spoken := remind.Own.Speaks(e, told, audienceOf(r.Owner))
		return spoken && remind.Own.Useful(e, code, mine, r.Now)
	}), err
}

// stillMissed reports whether the person has still said nothing to the reminder that needs a look.
func stillMissed(r Ring, theirs remind.Settings) (bool, error) {
	replies, err := r.Stands(care.ReminderReplyType)
	if err != nil || theirs.Off {
		return false, err
	}
	events, err := eventsOf(r.Stands, theirs.HomeZone, r.Now, r.Now, 1, slices.Collect(maps.Keys(remind.Own.Looks)))
	answers := answersOf(replies)
	return slices.ContainsFunc(events, func(e remind.Event) bool {
		same := e.Focus == r.Event.Text("focus") && (e.Step == r.Event.Text("step") || r.Event.Text("step") == "")
		return same && !e.Over && !remind.Own.Answered(e, answers)
	}), err
}
