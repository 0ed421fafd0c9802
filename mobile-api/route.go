package mobileapi

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"satchel/internal/fault"
)

// handler answers a request: it decodes, asks, encodes. It keeps nothing of c.
type handler func(c *fiber.Ctx, r *request) error

// routes is the table of all there is. openapi.yaml has a line for each, and each line of it is here: a test sees to it.
func (a *api) routes(app *fiber.App) {
	open := func(method, path string, h handler) { app.Add(method, path, a.public(path, h)) }
	mine := func(method, path string, h handler) { app.Add(method, path, a.signedIn(path, h)) }

	mine("POST", "/v1/sync", a.sync)
	mine("GET", "/v1/live", a.live)
	mine("GET", "/v1/schema", a.schema)
	mine("GET", "/v1/schemas/survivorship", a.survivorshipSchema)
	mine("GET", "/v1/instruments", a.instruments)
	mine("GET", "/v1/reminders", a.reminderRules)

	mine("GET", "/v1/records", a.listRecords)
	mine("POST", "/v1/records", a.createRecord)
	mine("POST", "/v1/own-record", a.beginOwnRecord)
	mine("GET", "/v1/records/:record/held", a.listHeld)
	mine("GET", "/v1/records/:record/documents/:type/:id/history", a.history)
	mine("POST", "/v1/records/:record/actions/:action", a.act)
	mine("GET", "/v1/records/:record/who", a.who)
	mine("GET", "/v1/records/:record/handover", a.handover)
	mine("POST", "/v1/records/:record/codes", a.createCode)
	mine("DELETE", "/v1/records/:record/codes/:code", a.cancelCode)
	mine("PUT", "/v1/records/:record/blobs/:sha256", a.putBlob)
	mine("HEAD", "/v1/records/:record/blobs/:sha256", a.headBlob)
	mine("GET", "/v1/records/:record/blobs/:sha256", a.getBlob)

	mine("GET", "/v1/records/:record/call", a.call)
	mine("GET", "/v1/records/:record/reminders", a.reminders)
	mine("GET", "/v1/records/:record/invitations", a.listInvitations)
	mine("POST", "/v1/records/:record/invitations", a.invite)
	mine("DELETE", "/v1/records/:record/invitations/:invitation", ends("invitation", a.Identity.CancelInvitation))
	mine("POST", "/v1/invitations/accept", a.accept)
	mine("POST", "/v1/codes/accept", a.help)
	open("POST", "/v1/invitations/redeem", a.join)
	mine("GET", "/v1/organisations", a.listOrganisations)
	mine("GET", "/v1/organisations/:organisation/staff", a.listStaff)
	a.consentRoutes(mine)
	a.resultRoutes(mine)
	a.linkRoutes(mine, open)
	a.paperRoutes(open, mine)
	a.calendarRoutes(mine, open)
	a.teamRoutes(mine)
	a.queueRoutes(mine)

	a.accountRoutes(mine, open)
	a.passkeyRoutes(mine, open)
	a.oidcRoutes(mine, open)

	a.webRoutes(open)
	open("GET", "/openapi.yaml", a.contract)
	open("GET", "/docs", a.docs)
	open("GET", "/healthz", a.healthz)
	open("GET", "/readyz", a.readyz)
}

// webRoutes are what browsers are handed: pages, their files, and what a browser subscribes with to be rung.
func (a *api) webRoutes(open func(method, path string, h handler)) {
	open("GET", "/v1/web-push", a.webPush)
	open("GET", "/worker.js", a.web("worker.js"))
	open("GET", "/app", a.web(companion))
	open("GET", "/board", a.web(board))
	open("GET", "/web/+", a.webFile)
}

// teamRoutes are about a team itself: who is in it, how it is reached, how it fares.
func (a *api) teamRoutes(mine func(method, path string, h handler)) {
	mine("GET", "/v1/teams", a.listTeams)
	mine("GET", "/v1/teams/:team", a.teamPage)
	mine("PUT", "/v1/teams/:team", a.describeTeam)
	mine("PUT", "/v1/teams/:team/contacts/:contact", a.setContact)
	mine("DELETE", "/v1/teams/:team/contacts/:contact", a.removeContact)
	mine("POST", "/v1/teams/:team/contacts/:contact/challenge", a.challengeContact)
	mine("POST", "/v1/teams/:team/contacts/:contact/verify", a.verifyContact)
	mine("GET", "/v1/teams/:team/figures", a.figures)
	mine("GET", "/v1/teams/:team/quality", a.quality)
	mine("PUT", "/v1/teams/:team/leads/:account", a.setLead)
	mine("DELETE", "/v1/teams/:team/leads/:account", a.endLead)
}

// queueRoutes are about what waits for a team.
func (a *api) queueRoutes(mine func(method, path string, h handler)) {
	mine("GET", "/v1/teams/:team/work", a.work)
	mine("GET", "/v1/teams/:team/tests", a.tests)
	mine("GET", "/v1/teams/:team/queue", a.queue)
	mine("GET", "/v1/teams/:team/inbox", a.inbox)
	mine("GET", "/v1/teams/:team/digest", a.digest)
	mine("POST", "/v1/teams/:team/queue/:record/claim", a.claimRow)
	mine("POST", "/v1/teams/:team/queue/:record/hand-back", a.handBackRow)
	mine("POST", "/v1/teams/:team/queue/:record/close", a.closeRow)
	mine("GET", "/v1/teams/:team/re-routes", a.listReroutes)
	mine("GET", "/v1/teams/:team/unsettled", a.unsettled)
}

// resultRoutes are about what a team has to acknowledge, and what came in for a person whom nobody has made out yet.
func (a *api) resultRoutes(mine func(method, path string, h handler)) {
	mine("GET", "/v1/teams/:team/results", a.listResults)
	mine("GET", "/v1/teams/:team/unmatched-results", a.listUnmatched)
	mine("POST", "/v1/teams/:team/unmatched-results", a.keepUnmatched)
	mine("DELETE", "/v1/teams/:team/unmatched-results/:id", a.endUnmatched)
}

// accountRoutes are how somebody signs in, on which devices they are, and where they are written to.
func (a *api) accountRoutes(mine, open func(method, path string, h handler)) {
	open("POST", "/v1/enrol", a.enrol)
	open("GET", "/v1/sign-in", a.waysIn)
	open("POST", "/v1/sign-in", a.signIn)
	open("POST", "/v1/token", a.refresh)
	mine("POST", "/v1/sign-out", a.signOut)
	mine("POST", "/v1/proof", a.prove)
	mine("GET", "/v1/devices", a.listDevices)
	mine("DELETE", "/v1/devices/:id", a.endDevice)
	mine("PUT", "/v1/devices/self/push", a.registerPush)
	mine("DELETE", "/v1/devices/self/push", a.endPush)
	mine("GET", "/v1/mail", a.readMail)
	mine("PUT", "/v1/mail/address", a.setMail)
	mine("DELETE", "/v1/mail/address", a.endMail)
	mine("POST", "/v1/mail/verify", a.verifyMail)
	mine("PUT", "/v1/mail/digest", a.chooseDigest)
}

// consentRoutes are about who may see a record, who did, and who opens one in an emergency.
func (a *api) consentRoutes(mine func(method, path string, h handler)) {
	mine("POST", "/v1/emergency-access", a.emergencyAccess)
	mine("GET", "/v1/records/:record/access-log", a.accessLog)
	mine("GET", "/v1/records/:record/consents", a.exportConsents)
	mine("GET", "/v1/records/:record/caregivers", a.listCaregivers)
	mine("GET", "/v1/records/:record/caregiver-notices", a.caregiversTold)
	mine("PUT", "/v1/records/:record/caregivers/:account", a.setCaregiver)
	mine("DELETE", "/v1/records/:record/caregivers/:account", a.endCaregiver)
	mine("POST", "/v1/records/:record/caregivers/:account/confirm", a.confirmCaregiver)
	mine("GET", "/v1/records/:record/accounts/:account/devices", a.listDevicesOf)
	mine("DELETE", "/v1/records/:record/accounts/:account/devices/:device", a.endDeviceOf)
	mine("PUT", "/v1/records/:record/teams/:team", a.shareWithTeam)
	mine("DELETE", "/v1/records/:record/teams/:team", a.endTeam)
}

// linkRoutes are SMART Health Links: the person's, and those of whoever holds one.
func (a *api) linkRoutes(mine, open func(method, path string, h handler)) {
	mine("GET", "/v1/records/:record/links", a.listLinks)
	mine("POST", "/v1/records/:record/links", a.makeLink)
	mine("DELETE", "/v1/records/:record/links/:link", ends("link", a.Links.Revoke))
	open("OPTIONS", "/v1/links/:secret", a.preflight)
	open("POST", "/v1/links/:secret", a.openLink)
	open("GET", "/v1/links/:secret", a.openLinkDirectly)
	open("GET", "/v1/links/:secret/file/:ticket", a.linkFile)
	open("GET", "/view", a.view)
}

// paperRoutes are about pages by which a place without an account answers an order.
func (a *api) paperRoutes(open, mine func(method, path string, h handler)) {
	mine("POST", "/v1/records/:record/papers", a.printPaper)
	mine("DELETE", "/v1/records/:record/papers/:paper", ends("paper", a.Identity.EndPaper))
	open("POST", "/v1/paper", a.usePaper)
	open("GET", "/paper", a.openPaperPage)
}

// calendarRoutes are about calendars to which somebody's own app subscribes.
func (a *api) calendarRoutes(mine, open func(method, path string, h handler)) {
	mine("GET", "/v1/records/:record/calendars", a.listCalendars)
	mine("POST", "/v1/records/:record/calendars", a.makeCalendar)
	mine("DELETE", "/v1/records/:record/calendars/:calendar", ends("calendar", a.Identity.EndCalendar))
	open("GET", "/v1/calendar/:token.ics", a.readCalendar)
}

// requestOf finds what guard began.
func requestOf(c *fiber.Ctx, path string) *request {
	r, _ := c.Locals(requestKey).(*request)
	r.route = path
	return r
}

// public runs a handler that needs no sign-in.
func (a *api) public(path string, h handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r := requestOf(c, path)
		defer r.begin()()
		return h(c, r)
	}
}

// signedIn asks who speaks before anything else of the request is looked at.
func (a *api) signedIn(path string, h handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r := requestOf(c, path)
		defer r.begin()()
		token, err := bearer(c.Get(fiber.HeaderAuthorization))
		if err != nil {
			return err
		}
		if r.who, err = a.Identity.Authenticate(r.ctx, token); err != nil {
			return err
		}
		r.token = token
		if err := r.actAs(c); err != nil {
			return err
		}
		if err := h(c, r); err != nil {
			return err
		}
		return a.noteReads(c, r)
	}
}

// bearer takes the token out of the header Authorization.
func bearer(header string) (string, error) {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", fault.New(fault.Unauthenticated, "mobileapi.bearer", "Please sign in. What you wrote stays on this phone.")
	}
	return token, nil
}
