package care_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/internal/care"
	syncing "satchel/sync"
)

// A cursor holds categories as short tags; two categories of one tag would be one in it.
func TestCategoriesHaveDifferentTagsInACursor(t *testing.T) {
	t.Parallel()
	seen := map[uint16]string{}
	for _, category := range []string{
		syncing.OwnerAudience, care.CategoryPerson, care.CategoryTeam, care.CategorySchedule, care.CategoryPlan, care.CategoryResults,
		care.CategoryAssessments, care.CategoryPhysical, care.CategoryPractical, care.CategoryEmotional, care.CategorySensitive,
		care.CategoryMessages, care.CategoryClinical, care.CategoryMedication, care.CategoryTriage, care.CategoryOncologyAlone, care.CategoryPracticeAlone, care.CategoryClock,
		care.SharedWithCaregivers(care.CategoryPhysical), care.SharedWithCaregivers(care.CategoryPractical),
		care.SharedWithCaregivers(care.CategoryEmotional), care.SharedWithCaregivers(care.CategorySensitive),
	} {
		tag := syncing.CategoryTag(category)
		require.Empty(t, seen[tag], "%s and %s", category, seen[tag])
		seen[tag] = category
	}
	config, err := care.Default()
	require.NoError(t, err)
	for _, noun := range care.Schema(config).Types() {
		require.Contains(t, seen, syncing.CategoryTag(noun.Category), noun.Name)
	}
}
