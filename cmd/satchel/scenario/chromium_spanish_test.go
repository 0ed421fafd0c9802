package scenario

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"satchel/cmd/satchel/chromium"
	"satchel/internal/identity"
)

// A person whose phone is Spanish reports a fever from a tunnel and is told in Spanish what to do, with the same numbers to call, and that nobody has
// signed off these words; on an English phone nothing is other than before. What both reported is judged exactly alike, by the phones and by the server:
// no rule comes from a translation. Without rules the page for calling is there in Spanish, too.
func TestHazard_H05_AReportInSpanishIsJudgedExactlyAsInEnglish(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.family()
	play := chromium.Start(t, "spanish.mjs", h.base, set{
		"codes":     set{"es": h.codeFor(f.record, identity.KindPatient), "en": h.codeFor(f.record, identity.KindPatient)},
		"birthDate": birthday, "olive": h.browsing(h.olive.Tokens().Account), "now": h.clock.Now().UnixMilli(),
	})
	var spanish, english, page struct {
		Heading string
		Calls   []string
		Texts   map[string]string // by the language that the screen says they are in
		Places  int
		Wrong   []string
	}
	play.Hears(&spanish)
	require.Equal(t, "Llame ahora", spanish.Heading)
	require.Zero(t, spanish.Places, "advice that cannot wait has the whole screen")
	require.Len(t, spanish.Texts, 1, "all of it is in Spanish, and says so: %v", spanish.Texts)
	require.Contains(t, spanish.Texts["es"], "Llame ahora al número")
	require.Contains(t, spanish.Texts["es"], "Las reglas detrás de esto: borrador, no aprobado clínicamente.")
	require.Contains(t, spanish.Texts["es"], "Traducción en borrador, no aprobada clínicamente.")
	require.NotContains(t, spanish.Texts["es"], "draft")
	require.Empty(t, spanish.Wrong)
	var fallback string
	play.Asks(set{"go": "online"}, &fallback)
	require.Equal(t, `<p><span lang="en">Sleeping badly</span>: ¿cómo de mal ha estado?</p>`, fallback, "English stands in, and says so to whoever reads aloud")
	var rings []string
	play.Hears(&rings)
	require.Equal(t, []string{"es-ES", "Recordatorio", "Abra la aplicación, por favor."}, rings, "what is shown when it rings, too")
	play.Hears(&page)
	require.Contains(t, page.Texts["es"], "Cuándo llamar")
	require.Contains(t, page.Texts["es"], "Llame al 999 si hay: dolor en el pecho")
	require.Contains(t, page.Texts["es"], "Esta aplicación no es para emergencias.")
	require.Contains(t, page.Texts["es"], "Traducción en borrador")
	require.Equal(t, 5, page.Places)
	require.NotContains(t, page.Texts, "en")
	require.Empty(t, page.Wrong)

	play.Hears(&english)
	require.Equal(t, "Call now", english.Heading)
	require.Zero(t, english.Places)
	require.Len(t, english.Texts, 1)
	require.Contains(t, english.Texts["en"], "Call ")
	require.Contains(t, english.Texts["en"], "The rules behind this: draft, not clinically approved.")
	require.NotContains(t, english.Texts["en"], "translation")
	require.Equal(t, english.Calls, spanish.Calls)
	require.NotEmpty(t, spanish.Calls)
	require.Empty(t, english.Wrong)
	var desk struct {
		Asked []string
		Text  string
	}
	play.Asks(set{"go": "online"}, &desk)
	require.Len(t, desk.Asked, 1, "of one report, not of the other")
	require.Contains(t, desk.Asked[0], "Asked and advised in this language: Spanish, by a draft translation, not clinically approved.")
	require.Contains(t, desk.Text, "Feeling hot, shivery or feverish: 6 of 10", "a nurse reads what was said in her own language")
	require.NotContains(t, desk.Text, "escalofríos")
	for _, complaint := range play.Ends() {
		require.Contains(t, complaint, "ERR_INTERNET_DISCONNECTED", "nothing but the network that was away")
	}

	h.done(h.olive.sync(f.record))
	reports := h.olive.list(f.record, "assessment")
	require.Len(t, reports, 2)
	for _, field := range []string{"answers.phy.fever", "phoneLevel", "phoneHash", "serverLevel", "upgraded", "adviceAction", "questionnaire"} {
		require.Equal(t, string(reports[0].Fields[field]), string(reports[1].Fields[field]), field)
	}
	require.JSONEq(t, `"red"`, string(reports[0].Fields["phoneLevel"]))
	var fired [2][]string
	for i := range fired {
		require.NoError(t, json.Unmarshal(reports[i].Fields["phoneRules"], &fired[i]))
		slices.Sort(fired[i])
	}
	require.Equal(t, fired[0], fired[1])
	require.NotEmpty(t, fired[0])
}
