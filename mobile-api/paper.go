package mobileapi

import (
	"regexp"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/sync"
)

// printPaper is POST /v1/records/{record}/papers: a page to print, with a code by which a place without an account answers one order. The
// person may ask for it, and the team that ordered. It is shown in this answer and never again.
func (a *api) printPaper(c *fiber.Ctx, r *request) error {
	record, err := recordOf(c)
	if err != nil {
		return err
	}
	var in struct {
		Order syncing.DocID `json:"order"`
		Host  string        `json:"host"` // where this server is reached from outside
		// Language is what the person reads, as they chose it in an app; without one it is what the browser asks for.
		Language string `json:"language,omitzero"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := checkHost(in.Host); err != nil {
		return err
	}
	sheet, err := a.sheetOf(r, record, in.Order)
	if err != nil {
		return err
	}
	code, err := a.Identity.MakePaper(r.ctx, r.who.Principal, record, in.Order, sheet.Born, sheet.until)
	if err != nil {
		return err
	}
	sheet.Code, sheet.Link = code.Text, "https://"+in.Host+"/paper#"+code.Text
	lang := languageOf(c, in.Language)
	page, err := sheet.page(lang)
	if err != nil {
		return err
	}
	inLanguage(c, lang)
	return answer(c, fiber.StatusCreated, struct {
		oneTimeCode
		Page string `json:"page"`
	}{oneTimeCodeOf(code), page})
}

// hostForm is the name of a server, with a port if it needs one, and nothing behind it: it is printed, and somebody types or scans it.
var hostForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,180}[A-Za-z0-9])?(:[0-9]{1,5})?$`)

func checkHost(host string) error {
	if !hostForm.MatchString(host) {
		return fault.New(fault.Invalid, "mobileapi.checkHost", "`host` is where this server is reached from outside, such as satchel.example.org.")
	}
	return nil
}

// sheetOf reads what a page says. Missing and hidden are one answer, before anything else is said of the order.
func (a *api) sheetOf(r *request, record syncing.RecordID, order syncing.DocID) (s sheet, err error) {
	if err := a.seesDocument(r.ctx, r.who.Principal, record, order, care.LabOrderType); err != nil {
		return s, err
	}
	err = a.Engine.Read(r.ctx, r.who.Principal, record, func(scope syncing.Scope, reader syncing.Reader) error {
		doc, err := reader.Document(order)
		if err != nil {
			return err
		}
		requester, _ := syncing.ParseUUID(doc.Text("requesterTeam"))
		if !scope.Owner() && !scope.OfTeam(syncing.TeamID{UUID: requester}) {
			return fault.New(fault.Forbidden, "mobileapi.sheetOf", "The person prints this page, or the team that ordered the test.")
		}
		if err := care.MayPrint(doc); err != nil {
			return err
		}
		if s.until, err = care.PaperUntil(doc); err != nil {
			return err
		}
		person, err := reader.Document(care.PersonID(record))
		if err != nil {
			return err
		}
		s.Name, s.Born, s.Site = person.Text("name"), person.Text("birthDate"), doc.Text("performerSite")
		view, err := viewOnPaper(reader, order, a.Now().UnixMilli())
		s.paperView = view
		return err
	})
	return s, err
}

// paperView is what a site is shown of an order: no name, no record, no diagnosis.
type paperView struct {
	Title        string          `json:"title"`
	State        string          `json:"state"`
	Team         string          `json:"team"`           // that ordered
	Phone        string          `json:"phone,omitzero"` // of that team
	Instructions string          `json:"instructions,omitzero"`
	Fasting      bool            `json:"fasting"`
	Dates        []care.TestDate `json:"dates"`
	Tests        []paperTest     `json:"tests"` // of which a number can be sent
}

type paperTest struct {
	Code  string `json:"code"`
	Title string `json:"title"`
}

func viewOnPaper(reader syncing.Reader, order syncing.DocID, now int64) (v paperView, err error) {
	doc, err := reader.Document(order)
	if err != nil {
		return v, err
	}
	plan, _, err := care.TestPlanOf(order, care.BinderOf(reader), now)
	if err != nil {
		return v, err
	}
	v = paperView{Title: plan.Title, State: string(plan.State), Instructions: doc.Text("instructions"), Dates: plan.Dates, Tests: []paperTest{}}
	v.Fasting, _ = doc.Bool("fasting")
	if id, err := syncing.ParseUUID(plan.Requester); err == nil {
		team, err := reader.Document(care.CareTeamID(syncing.TeamID{UUID: id}))
		if err != nil {
			return v, err
		}
		v.Team, v.Phone = team.Text("name"), team.Text("phone")
	}
	for _, code := range care.PaperCodes(doc) {
		v.Tests = append(v.Tests, paperTest{code, care.TestTitle(code)})
	}
	return v, nil
}

// usePaper is POST /v1/paper: a place without an account reads an order, accepts or declines it, says that a sample was taken, or sends a
// number. The code stands in the body and in no address; what it opens is the one order.
func (a *api) usePaper(c *fiber.Ctx, r *request) error {
	var in struct {
		Code      string `json:"code"`
		BirthDate string `json:"birthDate"`
		Act       string `json:"act"`
		By        string `json:"by,omitzero"`
		Reason    string `json:"reason,omitzero"`
		Date      string `json:"date,omitzero"`
		At        int64  `json:"at,omitzero"`
		Test      string `json:"test,omitzero"`
		LOINC     string `json:"loinc,omitzero"`
		Value     string `json:"value,omitzero"`
		Unit      string `json:"unit,omitzero"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	record, order, err := a.Identity.UsePaper(r.ctx, in.Code, in.BirthDate, a.addressOf(c))
	if err != nil {
		return err
	}
	deed := care.PaperDeed{
		Act: in.Act, By: in.By, Reason: in.Reason, Date: in.Date, At: in.At, Code: in.Test, LOINC: in.LOINC, Value: in.Value, Unit: in.Unit,
	}
	err = a.Engine.Follow(r.ctx, record, func(reader syncing.Reader, now int64) ([]syncing.Patch, error) {
		return a.Words.OnPaper(record, reader, order, deed, now)
	})
	if err != nil {
		return err
	}
	var view paperView
	err = a.Engine.Follow(r.ctx, record, func(reader syncing.Reader, now int64) (none []syncing.Patch, err error) {
		view, err = viewOnPaper(reader, order, now)
		return nil, err
	})
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusOK, view)
}
