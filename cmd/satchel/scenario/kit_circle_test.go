package scenario

import (
	syncing "satchel/sync"
)

// confirms is the person's word that a caregiver who used a code is who they say.
func (a *actor) confirms(record syncing.RecordID, caregiver *actor) error {
	return a.post(caregiverPath(record, caregiver)+"/confirm", map[string]any{}, nil)
}

func caregiverPath(record syncing.RecordID, caregiver *actor) string {
	return "/v1/records/" + record.UUID.String() + "/caregivers/" + caregiver.Tokens().Account.String()
}
