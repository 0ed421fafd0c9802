package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	"satchel/internal/identity"
	syncing "satchel/sync"
)

func dischargeFields(team identity.Team) set {
	return set{
		"title": "Five days in Riverside Hospital", "team": team.ID, "status": "draft", "dischargedOn": "2026-11-23", "whatHappened": "Neutropenic sepsis, E. coli",
		"plain": "You had an infection while your defences were low.", "followUp": "Blood count on Thursday at the practice.", "whenToCall": "A fever of 38 or more.", "phone": "01632 960 111",
	}
}

// The discharge plan is not lost: the practice is asked to acknowledge it, whoever sent it hears when nobody opens it for a day, and the
// person carries it, with no network.
func TestSeed_A13g_ADischargePlanThatNobodyOpensComesBackToItsSender(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "active-treatment")
	gap := h.offer(h.olive, f, h.oncology, h.primary, nil)
	ada := h.handset(f.record, identity.KindPatient, "ada's phone")
	doc := newDoc("dischargePlan")
	h.refused(403, h.pia.write(f.record, newDoc("dischargePlan"), dischargeFields(h.oncology)))
	fields := dischargeFields(h.oncology)
	fields["status"] = "published"
	require.Contains(t, h.refused(409, h.olive.write(f.record, doc, fields)), "status", "not that she is of another team: it is published as it was drafted")
	fields["status"] = "draft"
	delete(fields, "followUp")
	h.done(h.olive.write(f.record, doc, fields))
	require.Empty(t, h.pia.inbox(h.primary).Letters, "a draft is nobody's letter")
	h.refused(422, h.olive.write(f.record, doc, set{"status": "published"}))
	h.done(h.olive.write(f.record, doc, set{"followUp": "Blood count on Thursday at the practice."}))
	h.olive.isHeld(f.record, doc, set{"status": "published"}, syncing.Forbidden)
	h.done(h.olive.write(f.record, doc, set{"status": "published"}))
	h.refused(409, h.olive.write(f.record, doc, set{"followUp": "Something else"}))

	letters := h.pia.inbox(h.primary).Letters
	require.Len(t, letters, 1)
	require.Equal(t, "action-required", letters[0].Urgency)
	h.done(ada.Sync(h.ctx))
	ada.net.off.Store(true)
	for _, words := range []string{"You had an infection while your defences were low.", "Blood count on Thursday at the practice.", "01632 960 111"} {
		require.Contains(t, ada.Show(f.record), words)
	}

	h.later(23 * time.Hour)
	require.Empty(t, h.olive.shift().work(h.oncology, "message"))
	h.later(2 * time.Hour)
	require.Equal(t, letters[0].Message, h.olive.shift().work(h.oncology, "message")[0].Focus, "nobody has opened it for a day")
	require.Len(t, h.nils.shift().work(h.navigation, "message"), 1)
	h.follow()
	require.Len(t, h.olive.work(h.oncology, "message"), 1)
	h.pia.shift().opens(f.record, letters[0].Message, h.primary.ID.String(), care.StateAcknowledged)
	require.Empty(t, h.olive.work(h.oncology, "message"))

	// It becomes a version of the plan as soon as nothing is missing there.
	require.Empty(t, h.olive.list(f.record, "planVersion"))
	h.pia.accepts(f, gap)
	versions := h.pia.list(f.record, "planVersion")
	require.Len(t, versions, 1)
	require.Equal(t, "discharge", value(versions[0], "reason"))
	require.Equal(t, care.PlanVersionID(plan, 1), versions[0].ID)
	require.Equal(t, string(versions[0].ID), value(h.olive.sees(f.record, doc), "version"))
	require.Empty(t, h.otto.shift().list(f.record, "dischargePlan"))
}

// The practice, or the person with one tap, asks for a fast way back: oncology has one working day, and who answers for the team hears when it
// has passed.
func TestSeed_B15_AFastWayBackIsDueInOneWorkingDayAndEscalates(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	h.later(4*24*time.Hour + 2*time.Hour) // Friday, eleven o'clock
	h.done(h.olive.shift().sync(f.record))
	asked := newDoc("rapidReaccess")
	h.refused(403, h.olive.write(f.record, newDoc("rapidReaccess"), set{"at": h.clock.Now().UnixMilli()}))
	h.refused(403, h.nils.shift().write(f.record, newDoc("rapidReaccess"), set{"at": h.clock.Now().UnixMilli()}))
	h.pia.shift().writes(f.record, asked, set{"at": h.clock.Now().UnixMilli(), "reason": "New node in the neck"})
	rows := h.olive.queue(h.oncology)
	require.Len(t, rows, 1)
	require.Contains(t, rows[0].Why, "fast way back")
	require.Contains(t, rows[0].Why, "Due Monday 30 November, 11:00.", "one working day, over the weekend")
	require.Empty(t, h.pia.queue(h.primary))

	h.later(71 * time.Hour)
	require.False(t, h.olive.shift().queue(h.oncology)[0].Overdue)
	h.later(2 * time.Hour)
	row := h.olive.shift().queue(h.oncology)[0]
	require.True(t, row.Overdue)
	require.Equal(t, "lead", row.Escalated[0].To)
	h.follow()
	require.Len(t, h.olive.queue(h.oncology)[0].Escalated, 1, "once")

	// The person taps on a phone with no network; it is sent when there is one, once.
	for _, a := range []*actor{h.olive, h.pia, h.nils} {
		a.shift()
	}
	bea := h.admit("Bea Specimen")
	phone := h.handset(bea, identity.KindPatient, "bea")
	phone.net.off.Store(true)
	screen, err := phone.AskBack(bea, "patient", "")
	h.done(err)
	require.Contains(t, screen, "NOT YET DELIVERED")
	require.Error(t, phone.Sync(h.ctx))
	phone.net.off.Store(false)
	phone.net.deaf.Store(1)
	require.Error(t, phone.Sync(h.ctx), "the answer is lost")
	h.done(phone.Sync(h.ctx))
	require.Len(t, h.olive.queue(h.oncology), 2)
	require.Equal(t, 1, h.olive.rowOf(h.oncology, bea).Reports)
}

// Integrated care has a protocol that both teams and the person read: the plan says by which template, and each thing that one team does for
// another says how, and when it comes back.
func TestSeed_T12_BothTeamsWorkByOneWrittenProtocol(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	plan := h.plan(f, "end-of-treatment")
	h.handsOver(f, plan)
	handed := 0
	for _, a := range []*actor{f.ada, h.olive, h.pia} {
		require.Equal(t, "phases|1.1.0", value(a.sees(f.record, plan), "template"), a.name)
		for _, d := range a.list(f.record, "activity") {
			require.Equal(t, "phases|1.1.0", value(d, "template"))
			if value(d, "accountableTeam") == h.primary.ID.String() {
				handed++
				require.NotEmpty(t, value(d, "protocolRef"), value(d, "title"))
				require.NotEmpty(t, value(d, "returnCriteria"), value(d, "title"))
			}
		}
	}
	require.Greater(t, handed, 20)
	h.settle(f)
	bare := h.offer(h.olive, f, h.oncology, h.primary, set{"protocolRef": nil, "topic": "bp", "title": "Blood pressure"})
	h.pia.accepts(f, bare)
	require.Equal(t, map[syncing.DocID]string{bare: care.LackProtocol}, h.missing(h.olive.publishes(f, plan, 1)), "without one nothing is published")
	h.seesNothingOfPlan(f)
}
