package care

import (
	"fmt"

	syncing "satchel/sync"
)

// LinkOpenedPatches tell the person that somebody opened an emergency link of theirs: once for each opening, by its number. Who it was
// stands in the list of their links, and in no document.
func LinkOpenedPatches(r syncing.Reader, record syncing.RecordID, link syncing.UUID, opening int, now int64) ([]syncing.Patch, error) {
	drafts, err := tellAll(r, tell{
		code: NoticeLinkOpened, focus: PersonID(record), step: fmt.Sprintf("%s.%d", link, opening), category: CategoryPerson, at: now,
	}, []string{forPatient})
	return patches(drafts...), err
}
