package conformance

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"satchel"
	syncing "satchel/sync"
	"satchel/sync/storetest"
)

const transcriptFolder = "sync/testdata/transcripts"

// transcripts tells the stories of sync/testdata to the client, and to the client in Go beside it. What travels may differ; at the
// end, when all have come to rest, each phone of the one shows what that of the other does.
func transcripts() []story {
	files, err := satchel.Transcripts.ReadDir(transcriptFolder)
	if err != nil {
		panic(err) // it is part of the program
	}
	var list []story
	for _, file := range files {
		name, isStory := strings.CutSuffix(file.Name(), ".txt")
		if isStory {
			list = append(list, story{"transcript " + name, func(r *run) { r.transcript(file.Name()) }})
		}
	}
	return list
}

func (r *run) transcript(file string) {
	text, err := satchel.Transcripts.ReadFile(path.Join(transcriptFolder, file))
	r.must(err)
	shadow, err := r.opts.shadow(r.ctx)
	r.must(err)
	defer shadow.w.close()
	expected, shown := retell(shadow, string(text)), retell(r, string(text))
	for _, name := range slices.Sorted(maps.Keys(expected)) {
		if shown[name] != expected[name] {
			r.does("all of the transcript %s was told, and all came to rest", file)
			r.wrong(fmt.Sprintf("%s to show in the end %s", name, expected[name]), shown[name])
		}
	}
}

// shadow is a run of the client in Go, whose findings nobody reads.
func (o *Options) shadow(ctx context.Context) (*run, error) {
	w, err := newWorld(ctx, storetest.NewMemory())
	return &run{ctx: ctx, opts: &Options{Client: NewSpeaker()}, report: &Report{}, w: w}, err
}

// teller carries out a transcript's commands. sync/testdata/transcripts/README.md lists them.
type teller struct {
	r       *run
	phones  map[string]*phone
	backups map[string]storetest.Snapshot
}

// retell gives what each phone shows in the end.
func retell(r *run, text string) map[string]string {
	clear(r.w.grants)
	t := &teller{r: r, phones: map[string]*phone{}, backups: map[string]storetest.Snapshot{}}
	for block := range strings.SplitSeq(text, "\n\n") {
		commands, _, _ := strings.Cut(block, "\n----")
		for line := range strings.SplitSeq(commands, "\n") {
			if line != "" && !strings.HasPrefix(line, "#") {
				t.command(line)
			}
		}
	}
	names := slices.Sorted(maps.Keys(t.phones))
	for range 3 { // what one brings back, the others must hear of
		for _, name := range names {
			t.phones[name].sync()
			t.phones[name].settles()
		}
	}
	shown := map[string]string{}
	for _, name := range names {
		shown[name] = plainView(t.phones[name].view())
	}
	return shown
}

// plainView is a view without revs, which depend on how often somebody asks, and without the names of held documents.
func plainView(v *View) string {
	lines, held := []string{}, 0
	for id, d := range v.Documents {
		if strings.HasPrefix(id, syncing.HeldType+"/") {
			held++
			continue
		}
		lines = append(lines, inShort.Replace(id)+" "+fieldsText(d.Fields)+siblingsText(d.Siblings))
	}
	slices.Sort(lines)
	return fmt.Sprintf("%q, %d in the outbox, %d held, %d of them open; %s", v.State, len(v.Outbox), held, len(v.Held), strings.Join(lines, "; "))
}

func (t *teller) command(line string) {
	args := words(line)
	if name, isPhone := strings.CutSuffix(args[0], ":"); isPhone {
		t.phone(t.phones[name], args[1], args[2:])
		return
	}
	w := t.r.w
	switch args[0] {
	case "grant":
		t.grant(args[1], args[2], args[3:])
	case "phone":
		t.phones[args[1]] = t.r.phone(args[1], args[len(args)-1], 0)
	case "copy":
		t.phones[args[3]] = t.phones[args[1]].copyTo(args[3])
	case "clock":
		d, err := time.ParseDuration(strings.TrimPrefix(args[1], "+"))
		t.r.must(err)
		w.now += d.Milliseconds()
	case "backup":
		t.backups[args[1]] = t.r.backup()
	case "safe":
		w.store.SetDurability(w.store.Sequence(), w.store.Sequence())
	case "restore":
		t.r.does("%s", line)
		w.store.Restore(t.backups[args[1]])
		w.life()
	case "lose":
		t.r.does("%s", line)
		w.store.Restore(t.backups[args[3]])
	case "due":
		_, _, err := w.engine.Due(t.r.ctx)
		t.r.must(err)
	case "why": // the server's, not the client's
	default:
		t.r.must(fmt.Errorf("the transcript's command %q is not known", line))
	}
}

func (t *teller) grant(name, role string, categories []string) {
	t.r.does("%s is granted %s %v", name, role, categories)
	if role == ended {
		t.r.w.revoke(name)
		return
	}
	t.r.w.grant(name, syncing.Role(role), categories...)
	if t.phones[name] == nil {
		t.phones[name] = t.r.phone(name, name, 0)
	}
}

func (t *teller) phone(p *phone, verb string, args []string) {
	switch verb {
	case "set", "add", "remove":
		t.write(p, verb, args)
	case "release":
		t.settle(p, args[0], map[string]jsontext.Value{"status": syncing.TextValue("released")})
	case "discard":
		t.settle(p, args[0], map[string]jsontext.Value{"status": syncing.TextValue("discarded"), "discardReason": valueOf(strings.Trim(args[1], `"`))})
	case "delete":
		p.deletes(args[0])
	case "sync":
		t.sync(p, args)
	case "clock":
		p.skew = 0
		if year, err := time.Parse("2006", args[0]); err == nil {
			p.skew = year.UnixMilli() - t.r.w.now
		}
	case "signs":
		p.signsIn(args[2])
	case "show", "held", "outbox", "state": // at the end everything is shown
	default:
		t.r.must(fmt.Errorf("the transcript's command %q is not known to phones", verb))
	}
}

// write is one mutation: f=v ... add g=x,y remove g=z.
func (t *teller) write(p *phone, verb string, args []string) {
	var changes []string
	for _, arg := range args[1:] {
		field, text, isChange := strings.Cut(arg, "=")
		switch {
		case !isChange:
			verb = arg
		case verb == "set":
			changes = append(changes, field+"="+repeated(text))
		default:
			sign := map[string]string{"add": "+", "remove": "-"}[verb]
			for elem := range strings.SplitSeq(text, ",") {
				changes = append(changes, sign+field+"="+elem)
			}
		}
	}
	p.writes(args[0], changes...)
}

// repeated reads x*9 as nine x.
func repeated(text string) string {
	word, times, ok := strings.Cut(text, "*")
	n, err := strconv.Atoi(times)
	if !ok || err != nil {
		return text
	}
	return strings.Repeat(word, n)
}

// settle writes to the document of what is held of a phone's number, as in held/gus-1.
func (t *teller) settle(p *phone, held string, set map[string]jsontext.Value) {
	owner, n, _ := strings.Cut(strings.TrimPrefix(held, syncing.HeldType+"/"), "-")
	replica := t.phones[owner].line.first
	doc := syncing.NewDocID(syncing.HeldType, syncing.DerivedUUID(syncing.HeldType, replica.String(), n))
	t.r.w.now += 1000
	t.r.does("%s settles %s", p.name, held)
	p.must(Command{Op: "mutate", DB: p.name, Now: p.now(), Doc: string(doc), Set: set})
}

func (t *teller) sync(p *phone, args []string) {
	sky := fair
	for _, arg := range args {
		switch name, text, _ := strings.Cut(arg, "="); name {
		case "limit":
			limit, err := strconv.Atoi(text)
			t.r.must(err)
			p.line.limit = limit
		case "answer":
			sky = lostAnswer
		case "request":
			sky = lostRequest
		}
	}
	p.sync(sky)
}

// words splits a command at its spaces, but for those between quotes.
func words(line string) []string {
	var list []string
	quoted, begun := false, false
	for _, c := range line {
		switch {
		case c == ' ' && !quoted:
			begun = false
			continue
		case c == '"':
			quoted = !quoted
		}
		if !begun {
			list, begun = append(list, ""), true
		}
		list[len(list)-1] += string(c)
	}
	return list
}
