package mobileapi

import (
	"encoding/base64"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Instruments are the questionnaire and the rules as phones fetch them, signed. The zero value hands out none.
type Instruments struct {
	Bundle []byte // instrument.Bundle, as JSON; read-only
	Tag    string // of its content, quoted
	Key    []byte // Ed25519, public: phones pin it when they enrol
	Rules  string // "redflags|1.0.0"
	Review string // the state of clinical approval, in words
	Region string // whose profile holds where a record names none
	// Approved is false where people are judged by rules that no clinical safety officer has signed off.
	Approved bool
}

// key is the trusted key as an enrolment hands it out; "" without one.
func (i Instruments) key() string { return base64.StdEncoding.EncodeToString(i.Key) }

// drafts reports whether rules are handed out that no clinical safety officer has signed off.
func (i Instruments) drafts() bool { return i.Bundle != nil && !i.Approved }

// judgedBy says by which rules people are judged, beside whatever came of them.
type judgedBy struct {
	Rules    string `json:"rules"`
	Review   string `json:"review"`
	Approved bool   `json:"approved"`
}

// judgedBy is nil where no rules are handed out.
func (i Instruments) judgedBy() *judgedBy {
	if i.Bundle == nil {
		return nil
	}
	return &judgedBy{Rules: i.Rules, Review: i.Review, Approved: i.Approved}
}

// regionHeader says whose profile holds for a record whose teams name no region.
const regionHeader = "Satchel-Region"

// instruments is GET /v1/instruments: one signed bundle of questionnaire, rules, texts and regional profiles. A client checks it
// against the key that it pinned when it enrolled, and judges by nothing else.
func (a *api) instruments(c *fiber.Ctx, _ *request) error {
	if a.Instruments.Bundle == nil {
		return notHere("mobileapi.instruments")
	}
	c.Set(fiber.HeaderETag, a.Instruments.Tag)
	c.Set(regionHeader, a.Instruments.Region)
	if holds(c.Get(fiber.HeaderIfNoneMatch), a.Instruments.Tag) {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	if err := c.Send(a.Instruments.Bundle); err != nil {
		return err
	}
	return pack(c)
}

// holds reports whether If-None-Match names a tag.
func holds(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}
