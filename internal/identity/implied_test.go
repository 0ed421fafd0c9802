package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatThePersonChoosesItemByItemIsSeenByThoseWhomTheChoiceLeaves(t *testing.T) {
	t.Parallel()
	oncology, practice := implied(RoleOncology, AllCategories), implied(RolePrimary, AllCategories)
	require.Contains(t, oncology, categoryOncologyAlone)
	require.NotContains(t, oncology, categoryPracticeAlone)
	require.Contains(t, practice, categoryPracticeAlone)
	require.NotContains(t, practice, categoryOncologyAlone)

	navigator := implied(RoleNavigator, teamRules[TeamNavigation].categories)
	require.Contains(t, navigator, CategoryPractical+sharedSuffix, "it saw the kind before the caregiver was let in, and sees it still")
	require.NotContains(t, navigator, CategorySensitive+sharedSuffix, "sharing with a caregiver shares with nobody else")

	caregiver := implied(RoleCaregiver, caregiverDefault)
	for _, kind := range concernCategories {
		require.Contains(t, caregiver, kind+sharedSuffix)
		require.NotContains(t, caregiver, kind)
	}
	require.NotContains(t, caregiver, categoryOncologyAlone)

	require.NotContains(t, implied(RolePrimary, []string{CategoryPlan}), categoryPracticeAlone, "who may see nothing sensitive sees nothing of this either")
	require.Equal(t, AllCategories, Consented(implied(RolePatient, AllCategories)), "people are shown the words that they consent with")
}
