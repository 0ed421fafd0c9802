package identity

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"satchel/internal/fault"
	"satchel/sync"
)

const (
	aboutRunesMax = 500
	topicsMax     = 40 // that a team names as its own, or as not its own
	topicBytesMax = 64
)

var pageKey = []byte("page")

// TeamPage is what a team says of itself: what it does, what it does not, and how it is reached. It lies with the team, and every
// record that the team looks after carries a copy of it (card.go), so that phones have it without a network.
type TeamPage struct {
	About         string         `json:"about,omitempty"`
	DoesHandle    []string       `json:"doesHandle,omitempty"` // topics, as care names them
	DoesNotHandle []string       `json:"doesNotHandle,omitempty"`
	Contacts      []ContactPoint `json:"contacts,omitempty"`
	// Revision grows with each change, so that an older copy never replaces a newer one.
	Revision int64 `json:"revision,omitempty"`
}

// Page reads a team's page; empty if nobody has written one.
func (s *Service) Page(ctx context.Context, team syncing.TeamID) (page TeamPage, err error) {
	err = s.Store.View(ctx, teamRecord(team), func(tx syncing.ReadTx) error {
		_, err := readRow(tx, syncing.TableIdentity, pageKey, &page)
		return err
	})
	return page, err
}

// DescribeTeam says what a team does and does not. A member of the team may, and an administrator of its organisation.
func (s *Service) DescribeTeam(ctx context.Context, who syncing.Principal, team syncing.TeamID, about string, does, doesNot []string) error {
	about = strings.TrimSpace(about)
	if utf8.RuneCountInString(about) > aboutRunesMax || strings.ContainsRune(about, 0) || !utf8.ValidString(about) {
		return fault.New(fault.Invalid, "identity.DescribeTeam", "What a team says of itself has at most 500 characters.")
	}
	does, err := knownTopics(does)
	if err != nil {
		return err
	}
	if doesNot, err = knownTopics(doesNot); err != nil {
		return err
	}
	if slices.ContainsFunc(does, func(topic string) bool { return slices.Contains(doesNot, topic) }) {
		return fault.New(fault.Invalid, "identity.DescribeTeam", "A team cannot both handle a topic and not handle it.")
	}
	return s.changePage(ctx, who, team, func(_ syncing.Tx, page *TeamPage) error {
		page.About, page.DoesHandle, page.DoesNotHandle = about, does, doesNot
		return nil
	})
}

func knownTopics(topics []string) ([]string, error) {
	topics = slices.Compact(slices.Sorted(slices.Values(topics)))
	for _, topic := range topics {
		if topic == "" || len(topic) > topicBytesMax || strings.Trim(topic, "abcdefghijklmnopqrstuvwxyz0123456789-._") != "" {
			return nil, fault.New(fault.Invalid, "identity.knownTopics", "A topic is written in small letters, such as pain or fit-note.")
		}
	}
	if len(topics) > topicsMax {
		return nil, fault.New(fault.Invalid, "identity.knownTopics", "A team names at most 40 topics.")
	}
	return topics, nil
}

// changePage is updatePage for those who may: members of the team, and administrators of its organisation.
func (s *Service) changePage(ctx context.Context, who syncing.Principal, id syncing.TeamID, change func(tx syncing.Tx, page *TeamPage) error) error {
	if err := s.keepsTeam(ctx, who, id); err != nil {
		return err
	}
	return s.updatePage(ctx, id, change)
}

// keepsTeam returns nil if the caller may say what the team is and how it is reached. Its fault is NotFound, as for a team that is
// not there.
func (s *Service) keepsTeam(ctx context.Context, who syncing.Principal, id syncing.TeamID) error {
	team, ok, err := s.Team(ctx, id)
	if err != nil {
		return err
	}
	if ok && slices.ContainsFunc(who.Teams, func(m syncing.Membership) bool { return m.Team == id }) {
		return nil
	}
	if err := s.administers(ctx, who, team.Organisation); err != nil || !ok { // asked of a team that is nowhere too: it is the same work
		return notHere("identity.keepsTeam")
	}
	return nil
}

func (s *Service) updatePage(ctx context.Context, id syncing.TeamID, change func(tx syncing.Tx, page *TeamPage) error) error {
	return s.Store.Update(ctx, teamRecord(id), func(tx syncing.Tx) error { return s.putPage(tx, id, change) })
}

// putPage changes a page, and notes in the same transaction that the team's records must learn of it.
func (s *Service) putPage(tx syncing.Tx, id syncing.TeamID, change func(tx syncing.Tx, page *TeamPage) error) error {
	var page TeamPage
	if _, err := readRow(tx, syncing.TableIdentity, pageKey, &page); err != nil {
		return err
	}
	if err := change(tx, &page); err != nil {
		return err
	}
	page.Revision = max(page.Revision+1, s.nowMs())
	if err := writeRow(tx, syncing.TableIdentity, pageKey, page); err != nil {
		return err
	}
	return s.tellRecords(tx, id, page.Revision)
}
