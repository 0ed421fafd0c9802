package main

import (
	"maps"
	"os"
	"slices"
	"strings"

	"satchel/internal/fault"
	"satchel/internal/instrument"
)

// rulesWords prints what people read in another language beside the English it was made from, for whoever is to sign it off.
type rulesWords struct {
	Language string `arg:"" help:"Such as es."`
	Folder   string `arg:"" optional:"" type:"existingdir" help:"Files that rules export wrote, in place of those in this program."`
}

func (c *rulesWords) Run(t *terminal) error {
	library, err := instrument.Embedded()
	if c.Folder != "" {
		library, err = instrument.Load(os.DirFS(c.Folder))
	}
	if err != nil {
		return err
	}
	if !slices.Contains(library.Languages(), c.Language) {
		return fault.New(fault.NotFound, "main.rulesWords", "There is nothing in this language. There is: "+strings.Join(library.Languages(), ", ")+".")
	}
	for _, of := range library.Originals() {
		printTranslation(t, library, c.Language, of)
	}
	page, err := instrument.CallingIn(c.Language)
	if err != nil {
		return err
	}
	t.printf("The page that needs no rules, of this program (%s): %s.\n", page.Language, page.Review)
	for _, region := range append(library.Current().Regions(), "elsewhere") {
		t.printf("  %s: %s\n", region, page.Page(region, ""))
	}
	reportLanguages(t, library)
	return nil
}

func printTranslation(t *terminal, library *instrument.Library, language, of string) {
	translation, ok := library.Translation(language, of)
	if !ok {
		t.printf("%s: English stands in.\n", of)
		return
	}
	t.printf("%s, version %s of the translation: %s.\n", of, translation.Version, translation.Review)
	for _, code := range slices.Sorted(maps.Keys(translation.Texts)) {
		text := translation.Texts[code]
		t.printf("  %s\n    en: %s\n    %s: %s\n", code, text.English, language, text.Text)
	}
}

// reportLanguages says into which languages files are translated, and whether somebody answers for it.
func reportLanguages(t *terminal, library *instrument.Library) {
	for _, language := range library.Languages() {
		there, drafts := 0, 0
		for _, of := range library.Originals() {
			if translation, ok := library.Translation(language, of); ok {
				there++
				if translation.Draft() {
					drafts++
				}
			}
		}
		t.printf("In %s: %d of %d files, %d of them drafts; people see that a draft is one, and English where there is none.\n", language, there, len(library.Originals()), drafts)
	}
}
